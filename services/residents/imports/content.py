"""Uploaded files at rest: taken from the wire piece by piece, encrypted, never whole in memory."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from chassis.clock import wall_now
from chassis.service import State
from services.residents.imports import queries
from services.residents.imports.encoding import EncodingGuess
from services.residents.imports.model import CONTENT_BYTES_MAX
from services.residents.imports.problems import ListEmpty, ListTooLarge

CHUNK_BYTES = 256 * 2**10


@dataclass(frozen=True, slots=True)
class Content:
    """A file that has been kept whole."""

    sha256: bytes
    encoding: str
    content_bytes: int


async def keep(state: State, district_code: str, import_id: UUID, stream: AsyncIterator[bytes]) -> Content:
    """Keep a file; raise ListEmpty or ListTooLarge. Each piece is a short transaction of its own."""
    digest, guess, total, position = hashlib.sha256(), EncodingGuess(), 0, 0
    buffer = bytearray()
    async for data in stream:
        total += len(data)
        if total > CONTENT_BYTES_MAX:
            raise ListTooLarge(limit=CONTENT_BYTES_MAX)
        digest.update(data)
        guess.feed(data)
        buffer += data
        while len(buffer) >= CHUNK_BYTES:
            await keep_chunk(state, district_code, import_id, position, bytes(buffer[:CHUNK_BYTES]))
            del buffer[:CHUNK_BYTES]
            position += 1
    if not total:
        raise ListEmpty
    if buffer:
        await keep_chunk(state, district_code, import_id, position, bytes(buffer))
    guess.feed(b"", final=True)
    return Content(digest.digest(), guess.encoding, total)


async def keep_chunk(state: State, district_code: str, import_id: UUID, position: int, data: bytes) -> None:
    """Encrypt and keep one piece."""
    sealed = state.keys.ring.encrypt_bytes(data, place=place(import_id, position))
    async with state.database.work() as db:
        await queries.insert_chunk(
            db,
            district_code=district_code,
            import_id=import_id,
            position=position,
            content_sealed=sealed,
            stored_at=wall_now(),
        )


async def drop(state: State, district_code: str, import_id: UUID) -> None:
    """Forget a file."""
    async with state.database.work() as db:
        await queries.delete_chunks(db, district_code=district_code, import_id=import_id)


async def pieces(state: State, district_code: str, import_id: UUID) -> AsyncGenerator[bytes, None]:
    """Yield a file's pieces, decrypted, in order."""
    position = 0
    while True:
        async with state.database.work() as db:
            sealed = await queries.chunk(db, district_code=district_code, import_id=import_id, position=position)
        if sealed is None:
            return
        yield state.keys.ring.decrypt_bytes(sealed, place=place(import_id, position))
        position += 1


def place(import_id: UUID, position: int) -> str:
    """Return where a piece is encrypted for."""
    return f"returnee_list_chunks/content/{import_id}/{position}"
