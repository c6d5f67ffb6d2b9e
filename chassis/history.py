"""History: every change, with who, when, why, before and after; rows are only ever added.

    await record(command, Change("resident", resident_id, division_code, "REGISTERED", None, after))
    await record_in(db, district_code, now, Change(...))    # in the name of whoever the transaction acts for

An entry is written in the transaction of its change. Before and after hold business values, numbers of
people in their masked form only. Entries are sealed into a hash chain afterwards (chassis/chain.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from chassis.chain import canonical, commit, instant, new_salt
from chassis.commands import Command
from chassis.database import BY_CLOCK, Transaction
from chassis.ids import new_id

CLOCK = BY_CLOCK.subject
ERASED = "ERASED"
ERASED_AT_ONCE_MAX = 1_000

INSERT = """
WITH entries AS (
    INSERT INTO history (district_code, id, at, subject, role, kind, record_id, division_code, act, before, after,
        reason, salt, commitment)
    SELECT $1, e.id, $2, $3, $4, e.kind, e.record_id, e.division_code, e.act, e.before::json, e.after::json,
        e.reason, e.salt, e.commitment
    FROM unnest($5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
        $13::bytea[], $14::bytea[])
        AS e(id, kind, record_id, division_code, act, before, after, reason, salt, commitment)
)
INSERT INTO history_to_seal (district_code, entry_id) SELECT $1, q.id FROM unnest($5::uuid[]) AS q(id)
"""
ERASE = "SELECT id FROM erase_{log}($1, $2, $3) AS erased(id) ORDER BY id"


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one record: `act` is past tense, `before` and `after` hold what changed, masked."""

    kind: str
    id: UUID
    division_code: str
    act: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None
    reason: str | None = None


async def record(command: Command, *changes: Change) -> None:
    """Write a command's changes, in its transaction and in its caller's name."""
    await record_in(command.db, command.viewer.district_code, command.clock.now(), *changes)


async def record_in(db: Transaction, district_code: str, at: datetime, *changes: Change) -> None:
    """Write changes in the name of whoever the transaction acts for: a command's caller, else the clock."""
    actor = db.actor
    await record_for(db, district_code=district_code, subject=actor.subject, role=actor.role, at=at, changes=changes)


async def record_by_clock(db: Transaction, *, district_code: str, at: datetime, changes: Sequence[Change]) -> None:
    """Write changes that nobody gave a command for, whoever the transaction acts for."""
    await record_for(
        db, district_code=district_code, subject=BY_CLOCK.subject, role=BY_CLOCK.role, at=at, changes=changes
    )


async def record_for(
    db: Transaction, *, district_code: str, subject: str, role: str, at: datetime, changes: Sequence[Change]
) -> None:
    """Write changes in somebody's name."""
    if not changes:
        return
    columns: list[list[Any]] = [[] for _ in range(10)]
    when = instant(at)
    for change in changes:
        entry_id, salt = new_id(), new_salt()
        before, after = encoded(change.before), encoded(change.after)
        said = (change.kind, change.id, change.division_code, change.act, before, after, change.reason)
        commitment = commit(salt, canonical(entry_id, when, subject, role, *said))
        for column, value in zip(columns, (entry_id, *said, salt, commitment), strict=True):
            column.append(value)
    await db.connection.execute(INSERT, district_code, at, subject, role, *columns)


async def erase(
    db: Transaction, log: str, *, district_code: str, ids: Sequence[UUID], at: datetime, reason: str
) -> int:
    """Erase what entries of `history` or `read_log` say; the chain stays valid. Return how many.

    Only the worker may. That they were erased is an entry of its own, which is never erased.
    """
    assert len(ids) <= ERASED_AT_ONCE_MAX
    rows = await db.connection.fetch(ERASE.format(log=log), district_code, list(ids), at)
    if rows:
        named = {"entries": [str(row["id"]) for row in rows]}
        change = Change(log, new_id(), district_code, ERASED, None, named, reason)
        await record_by_clock(db, district_code=district_code, at=at, changes=[change])
    return len(rows)


def encoded(values: Mapping[str, object] | None) -> str | None:
    """Return values as the JSON that is stored and committed to, keys in order."""
    return None if values is None else msgspec.json.encode(values, order="deterministic").decode()
