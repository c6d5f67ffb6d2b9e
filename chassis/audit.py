"""Verifying history and read log: every commitment and every link computed anew, and the signed heads.

What does not hold is named with the position where it begins. Reading only; the worker's login will do.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from chassis.chain import LOGS, Link, canonical, commit, genesis, link_of
from chassis.clock import wall_now
from chassis.database import Connection
from chassis.heads import Head
from chassis.history import ERASED

BATCH_ROWS = 2_000
SEALED_WITHIN = timedelta(minutes=10)
UUID7_MS_SHIFT = 80

CONTENT = {
    "history": (
        "id",
        "at",
        "subject",
        "role",
        "kind",
        "record_id",
        "division_code",
        "act",
        "before",
        "after",
        "reason",
    ),
    "read_log": ("id", "read_at", "subject", "role", "purpose", "what", "person_key"),
}
JSON = {"before", "after"}
DISTRICTS = "SELECT district_code FROM {log} UNION SELECT district_code FROM {log}_chain ORDER BY district_code"
LINKS = """
SELECT c.position, c.entry_id, c.commitment AS sealed, c.previous, c.link,
    e.id IS NOT NULL AS is_there, e.commitment, e.salt, e.erased_at, {content}
FROM {log}_chain c LEFT JOIN {log} e ON e.district_code = c.district_code AND e.id = c.entry_id
WHERE c.district_code = $1 AND c.position > $2 ORDER BY c.position LIMIT $3
"""
ENTRIES = "SELECT count(*) FROM {log} WHERE district_code = $1"
UNSEALED = """
SELECT e.id FROM {log} e WHERE e.district_code = $1 AND NOT EXISTS (
    SELECT 1 FROM {log}_chain c WHERE c.district_code = e.district_code AND c.entry_id = e.id) ORDER BY e.id
"""
LOST = """
SELECT count(*) FROM {log}_to_seal q WHERE q.district_code = $1 AND NOT EXISTS (
    SELECT 1 FROM {log} e WHERE e.district_code = q.district_code AND e.id = q.entry_id)
"""
OLD = "SELECT EXISTS (SELECT 1 FROM {log}_chain WHERE district_code = $1 AND sealed_at < $2)"
ERASURES = "SELECT after::text FROM history WHERE district_code = $1 AND act = $2 AND kind = $3"


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold, and where; the position is that of the chain, or beyond its end."""

    position: int
    what: str


@dataclass(slots=True)
class Report:
    """What was found of one chain."""

    service: str
    log: str
    district_code: str
    entries: int = 0
    sealed: int = 0
    unsealed: int = 0
    erased: int = 0
    signed: int = 0
    faults: list[Fault] = field(default_factory=list)

    def blame(self, position: int, what: str) -> None:
        """Add a fault."""
        self.faults.append(Fault(position, what))

    @property
    def first(self) -> Fault | None:
        """Return the fault that comes first in the chain."""
        return min(self.faults, key=lambda fault: fault.position, default=None)


async def verify(service: str, connection: Connection, heads: Sequence[Head]) -> list[Report]:
    """Verify all chains of one database against the heads that were signed."""
    reports = []
    for log in LOGS:
        codes = [row["district_code"] for row in await connection.fetch(DISTRICTS.format(log=log))]
        signed = {head.district_code for head in heads if head.log == log}
        for code in sorted({*codes, *signed}):
            theirs = [head for head in heads if (head.log, head.district_code) == (log, code)]
            reports.append(await verify_chain(Report(service, log, code), connection, theirs))
    return reports


async def verify_chain(report: Report, connection: Connection, heads: Sequence[Head]) -> Report:
    """Verify one chain from its beginning to its end, and what is not sealed yet."""
    signed = {(head.position, head.link) for head in heads}
    places = {place for place, _ in signed}
    erasable = await erased_by_act(connection, report)
    position, previous = 0, genesis(report.log, report.district_code)
    async for row in rows(connection, report):
        link = Link(row["position"], row["entry_id"], row["sealed"], row["previous"], row["link"])
        check_link(report, link, position, previous)
        check_entry(report, row, erasable)
        if link.position in places and any(at == link.position and was != link.link.hex() for at, was in signed):
            report.blame(link.position, "the link is not the one that was signed: the chain was computed anew")
        position, previous = link.position, link.link
        report.sealed += 1
    report.signed = max(places, default=0)
    if report.signed > position:
        report.blame(position + 1, f"the chain was cut: a head at position {report.signed} was signed")
    if not signed and await connection.fetchval(OLD.format(log=report.log), report.district_code, latest()):
        report.blame(position + 1, "no head was ever signed: nothing tells where the chain should end")
    await check_waiting(report, connection, position)
    return report


async def rows(connection: Connection, report: Report) -> AsyncIterator[Any]:
    """Yield a chain's links in order, each with its entry."""
    content = ", ".join(f"e.{c}::text AS {c}" if c in JSON else f"e.{c}" for c in CONTENT[report.log])
    text, after = LINKS.format(log=report.log, content=content), 0
    while found := await connection.fetch(text, report.district_code, after, BATCH_ROWS):
        for row in found:
            yield row
        after = found[-1]["position"]


def check_link(report: Report, link: Link, position: int, previous: bytes) -> None:
    """Blame a link that does not follow the one before it."""
    if link.position != position + 1:
        report.blame(position + 1, "a link was removed from the chain")
    elif link.previous != previous:
        report.blame(link.position, "the link does not follow the one before it: inserted, moved or changed")
    elif link.link != link_of(link.previous, link.position, link.entry_id, link.commitment):
        report.blame(link.position, "the link is not that of its entry: a link was changed")


def check_entry(report: Report, row: Any, erasable: set[UUID]) -> None:
    """Blame an entry that is gone, or says something else than what was sealed."""
    position = row["position"]
    if not row["is_there"]:
        report.blame(position, f"entry {row['entry_id']} was deleted")
    elif row["commitment"] != row["sealed"]:
        report.blame(position, f"the commitment of entry {row['entry_id']} was changed")
    elif row["salt"] is None or row["erased_at"] is not None:
        report.erased += 1
        if row["entry_id"] not in erasable:
            report.blame(position, f"entry {row['entry_id']} was erased, and no act of erasing names it")
    elif commit(row["salt"], canonical(*(row[c] for c in CONTENT[report.log]))) != row["sealed"]:
        report.blame(position, f"the content of entry {row['entry_id']} was changed")


async def erased_by_act(connection: Connection, report: Report) -> set[UUID]:
    """Return the entries that an act of erasing names."""
    found = await connection.fetch(ERASURES, report.district_code, ERASED, report.log)
    named = [msgspec.json.decode(row["after"])["entries"] for row in found if row["after"] is not None]
    return {UUID(entry) for entries in named for entry in entries}


async def check_waiting(report: Report, connection: Connection, end: int) -> None:
    """Count what is not sealed yet; blame what should have been long ago, and what is gone before it was."""
    report.entries = await connection.fetchval(ENTRIES.format(log=report.log), report.district_code)
    waiting = [row["id"] for row in await connection.fetch(UNSEALED.format(log=report.log), report.district_code)]
    report.unsealed = len(waiting)
    before_ms = int(latest().timestamp() * 1_000)
    late = [entry for entry in waiting if entry.int >> UUID7_MS_SHIFT < before_ms]
    if late:
        report.blame(end + 1, f"{len(late)} entries were never sealed: the sealer stands still, or they were put in")
    lost = await connection.fetchval(LOST.format(log=report.log), report.district_code)
    if lost:
        report.blame(end + 1, f"{lost} entries were deleted before they were sealed")


def latest() -> datetime:
    """Return before when an entry must have been made to be sealed, and its head signed, by now."""
    return wall_now() - SEALED_WITHIN
