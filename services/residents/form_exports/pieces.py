"""A prepared file at rest: written piece by piece under a lease, encrypted, never whole in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from chassis.clock import wall_now
from chassis.database import Transaction
from chassis.service import State
from services.residents.form_exports import queries
from services.residents.form_exports.model import Export

PIECE_BYTES = 256 * 2**10


class LeaseLost(Exception):
    """Another process prepares the export by now, or it has ended."""


@dataclass(slots=True)
class Pieces:
    """The file of one export as it grows, and the people in the piece that is not full yet."""

    state: State
    export: Export
    process_id: UUID
    lease: timedelta
    count: int = 0
    content_bytes: int = 0
    buffer: bytearray = field(default_factory=bytearray)
    people: dict[str, None] = field(default_factory=dict)

    async def add(self, text: str, people: Sequence[str]) -> None:
        """Add text, and keep the pieces that are full; raise LeaseLost."""
        self.buffer += text.encode()
        self.people |= dict.fromkeys(people)
        while len(self.buffer) >= PIECE_BYTES:
            await self.keep(PIECE_BYTES)

    async def end(self) -> None:
        """Keep the last piece; raise LeaseLost."""
        if self.buffer:
            await self.keep(len(self.buffer))

    async def keep(self, size: int) -> None:
        """Encrypt and keep one piece in a transaction that still holds the export; raise LeaseLost."""
        data = bytes(self.buffer[:size])
        sealed = self.state.keys.ring.encrypt_bytes(data, place=place(self.export.id, self.count))
        wall = wall_now()
        async with self.state.database.work() as db:
            held = await hold(db, self.export, self.process_id)
            await queries.insert_piece(
                db,
                district_code=held.district_code,
                export_id=held.id,
                position=self.count,
                content_sealed=sealed,
                person_keys=list(self.people),
                stored_at=wall,
            )
            await queries.extend_lease(
                db, district_code=held.district_code, export_id=held.id, leased_until=wall + self.lease
            )
        del self.buffer[:size]
        self.people.clear()
        self.count += 1
        self.content_bytes += size


async def hold(db: Transaction, export: Export, process_id: UUID) -> Export:
    """Return the export, held by the transaction; raise LeaseLost."""
    held = await queries.hold_export(db, district_code=export.district_code, export_id=export.id, process_id=process_id)
    if held is None:
        raise LeaseLost
    return held


def place(export_id: UUID, position: int) -> str:
    """Return where a piece is encrypted for."""
    return f"form_export_pieces/content/{export_id}/{position}"
