"""Hash chains over salted commitments: what proves that nobody changed a log afterwards.

An entry's commitment is SHA-256(salt, content): it proves the content as long as the salt is kept, and
says nothing once both are erased. Sealing links the commitments, in the order in which it finds them:
link = SHA-256(previous link, position, entry, commitment). The chain is not computed where entries are
written: that would make every command wait for the one before it.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec

from chassis.clock import Clock, wall_now
from chassis.database import Transaction

SALT_BYTES = 32
POSITION_BYTES = 8
SEAL_BATCH_MAX = 1_000
SEAL_EVERY_S = 5
LOGS = ("history", "read_log")

TAKE = """
SELECT q.district_code, q.entry_id, e.commitment
FROM {log}_to_seal q JOIN {log} e ON e.district_code = q.district_code AND e.id = q.entry_id
ORDER BY q.district_code, q.entry_id LIMIT $1
"""
TAIL = "SELECT position, link FROM {log}_chain WHERE district_code = $1 ORDER BY position DESC LIMIT 1"
APPEND = """
INSERT INTO {log}_chain (district_code, position, entry_id, commitment, previous, link, sealed_at)
SELECT $1, l.position, l.entry_id, l.commitment, l.previous, l.link, $2
FROM unnest($3::bigint[], $4::uuid[], $5::bytea[], $6::bytea[], $7::bytea[])
    AS l(position, entry_id, commitment, previous, link)
"""
FORGET = "DELETE FROM {log}_to_seal WHERE district_code = $1 AND entry_id = ANY ($2::uuid[])"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain."""

    position: int
    entry_id: UUID
    commitment: bytes
    previous: bytes
    link: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that waits to be sealed."""

    district_code: str
    entry_id: UUID
    commitment: bytes


def new_salt() -> bytes:
    """Return a salt for one entry."""
    return os.urandom(SALT_BYTES)


def commit(salt: bytes, content: bytes) -> bytes:
    """Return the commitment to an entry's content (32 bytes)."""
    return hashlib.sha256(salt + content).digest()


def canonical(*values: object) -> bytes:
    """Return an entry's content in the only form it is committed to: a JSON array; instants in UTC."""
    return msgspec.json.encode([instant(v) if isinstance(v, datetime) else v for v in values])


def instant(at: datetime) -> str:
    """Return an instant as the canonical form writes it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def genesis(log: str, district_code: str) -> bytes:
    """Return what the first link of a chain follows: no chain passes for another."""
    return hashlib.sha256(f"{log}/{district_code}".encode()).digest()


def link_of(previous: bytes, position: int, entry_id: UUID, commitment: bytes) -> bytes:
    """Return the link of an entry at a position."""
    return hashlib.sha256(previous + position.to_bytes(POSITION_BYTES, "big") + entry_id.bytes + commitment).digest()


def links_after(position: int, previous: bytes, entries: Iterable[Waiting]) -> list[Link]:
    """Return the links of entries that follow a position, from 1."""
    links = []
    for entry in entries:
        position += 1
        link = link_of(previous, position, entry.entry_id, entry.commitment)
        links.append(Link(position, entry.entry_id, entry.commitment, previous, link))
        previous = link
    return links


async def seal(log: str, db: Transaction, _clock: Clock) -> int:
    """Seal a batch of what waits; the job's lock lets one run at a time.

    What commits late is simply sealed later: nothing is skipped, whatever its id.
    """
    waiting = await take(db, log)
    for district_code, entries in groupby(waiting, key=lambda entry: entry.district_code):
        tail = await db.connection.fetchrow(TAIL.format(log=log), district_code)
        position, previous = (tail["position"], tail["link"]) if tail else (0, genesis(log, district_code))
        await append(db, log, district_code, links_after(position, previous, entries))
    return len(waiting)


async def take(db: Transaction, log: str) -> list[Waiting]:
    """Return a batch of what waits, by district."""
    rows = await db.connection.fetch(TAKE.format(log=log), SEAL_BATCH_MAX)
    return [Waiting(row["district_code"], row["entry_id"], row["commitment"]) for row in rows]


async def append(db: Transaction, log: str, district_code: str, links: Sequence[Link]) -> None:
    """Write links, and let their entries wait no longer."""
    columns: list[list[Any]] = [
        [link.position for link in links],
        [link.entry_id for link in links],
        [link.commitment for link in links],
        [link.previous for link in links],
        [link.link for link in links],
    ]
    await db.connection.execute(APPEND.format(log=log), district_code, wall_now(), *columns)
    await db.connection.execute(FORGET.format(log=log), district_code, columns[1])
