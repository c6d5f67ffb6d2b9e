"""Scans become passages: looked up together, decided, stored in one statement, told in one go."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from chassis import standards
from chassis.auth import Viewer
from chassis.database import Transaction, refusing
from chassis.errors import Problem
from chassis.facts import Fact, publish
from chassis.ids import new_id
from chassis.service import Keys
from chassis.telemetry import traceparent
from services.checkpoints.alarms.model import Alarm
from services.checkpoints.alarms.raising import raise_alarms
from services.checkpoints.passages import queries
from services.checkpoints.passages.decision import Decision, decide
from services.checkpoints.passages.model import Facts, Seen, gather
from services.checkpoints.passages.problems import CheckpointClosed, DeviceUnknown, SequenceReused
from services.checkpoints.passages.queries import ScanContext, StoredPassage
from services.checkpoints.passages.scan import Scan
from services.checkpoints.passages.warnings import fever_alarm, sequence_alarm
from services.checkpoints.sites.model import CheckpointUnknown
from services.checkpoints.watchlist import queries as watchlist
from services.checkpoints.watchlist.model import RiskRegion


@dataclass(frozen=True, slots=True)
class Entry:
    """A scan on its way to be stored, with what only its caller knows."""

    id: UUID
    scan: Scan
    person_key: str | None
    fingerprint: bytes
    own_checkpoints: frozenset[str]
    traceparent: str | None

    @property
    def key(self) -> tuple[str, str, int]:
        """Return what makes the scan happen once."""
        return (self.scan.district_code, self.scan.device_id, self.scan.device_sequence)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A passage that is stored, now or since before."""

    passage: StoredPassage
    fresh: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """An entry with the gate's decision and what it was decided from."""

    entry: Entry
    context: ScanContext
    facts: Facts
    decision: Decision

    @property
    def division_code(self) -> str:
        """Return the checkpoint's own division, whatever the client says."""
        assert self.context.division_code is not None
        return self.context.division_code


def enter(scan: Scan, viewer: Viewer, keys: Keys) -> Entry:
    """Prepare a scan within a guard's scope; raises CheckpointUnknown."""
    own = frozenset(viewer.grants.get("checkpoints", ()))
    if str(scan.checkpoint_id) not in own:
        raise CheckpointUnknown(path=("checkpoint_id",))
    return Entry(
        id=new_id(),
        scan=scan,
        person_key=keys.person(scan.document.kind, scan.document.number) if scan.identified else None,
        fingerprint=keys.index("passage", scan.canonical()),
        own_checkpoints=own,
        traceparent=traceparent(),
    )


async def record(db: Transaction, entries: Sequence[Entry], *, keys: Keys, now: datetime) -> list[Recorded | Problem]:
    """Store what is new and answer every entry in its order; runs as the worker, on entries within scope."""
    regions = await watchlist.risk_regions_of(db, district_codes=sorted({e.scan.district_code for e in entries}))
    recording = Recording(db, keys, now, regions)
    todo = list(entries)
    while todo:
        todo = await recording.take(todo)
    await recording.repeat()
    await recording.tell()
    return [recording.results[entry.id] for entry in entries]


@dataclass(slots=True)
class Recording:
    """One transaction's scans under way."""

    db: Transaction
    keys: Keys
    now: datetime
    regions: list[RiskRegion]
    results: dict[UUID, Recorded | Problem] = field(default_factory=dict)
    repeated: dict[UUID, tuple[str, UUID]] = field(default_factory=dict)
    stored: list[Decided] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)

    async def take(self, entries: list[Entry]) -> list[Entry]:
        """Refuse, recognize or store entries; return those to look at again.

        Of two entries with one key the second finds the first in the next round; so does an entry whose
        key another process took meanwhile.
        """
        fresh: dict[tuple[str, str, int], Decided] = {}
        for entry, context in zip(entries, await look_up(self.db, entries), strict=True):
            if context.passage_id is not None and context.fingerprint == entry.fingerprint:
                self.repeated[entry.id] = (entry.scan.district_code, context.passage_id)
            elif (refusal := refuse(entry, context)) is not None:
                self.results[entry.id] = refusal
                if isinstance(refusal, SequenceReused):
                    self.alarms.append(sequence_alarm(entry.scan, context))
            elif entry.key not in fresh:
                fresh[entry.key] = judge(entry, context, self.regions)
        await self.store(list(fresh.values()))
        return [e for e in entries if e.id not in self.results and e.id not in self.repeated]

    async def store(self, decided: list[Decided]) -> None:
        """Store decided entries, and remember which of them were."""
        if not decided:
            return
        with refusing({}):
            stored = await queries.store_passages(self.db, rows=[row(d, self.keys, self.now) for d in decided])
        passages = {passage.id: passage for passage in stored}
        for one in decided:
            if one.entry.id in passages:
                self.results[one.entry.id] = Recorded(passages[one.entry.id], fresh=True)
                self.stored.append(one)
                if one.facts.fever:
                    self.alarms.append(fever_alarm(one.entry.id, one.entry.scan, one.context))

    async def repeat(self) -> None:
        """Answer scans that came before with the passages that they became."""
        if not self.repeated:
            return
        places = sorted(set(self.repeated.values()))
        found = await queries.stored_passages(
            self.db, district_codes=[district for district, _ in places], ids=[passage for _, passage in places]
        )
        passages = {passage.id: passage for passage in found}
        for entry_id, (_, passage_id) in self.repeated.items():
            self.results[entry_id] = Recorded(passages[passage_id], fresh=False)

    async def tell(self) -> None:
        """Publish what happened, each passage in its own caller's trace, each changed division once."""
        told = [passage_fact(one) for one in self.stored]
        told += [Fact("summary_changed", code) for code in sorted({one.division_code for one in self.stored})]
        await publish(self.db, "checkpoints", *told)
        await raise_alarms(self.db, self.alarms, now=self.now)


async def look_up(db: Transaction, entries: list[Entry]) -> list[ScanContext]:
    """Look up everything about the entries, in their order."""
    return await queries.scan_contexts(
        db,
        district_codes=[e.scan.district_code for e in entries],
        checkpoint_ids=[e.scan.checkpoint_id for e in entries],
        device_ids=[e.scan.device_id for e in entries],
        device_sequences=[e.scan.device_sequence for e in entries],
        person_keys=[e.person_key for e in entries],
    )


def refuse(entry: Entry, context: ScanContext) -> Problem | None:
    """Say why an entry that was not stored before cannot be, or None."""
    scan = entry.scan
    if context.division_code is None:
        return CheckpointUnknown(path=("checkpoint_id",))
    if str(context.device_checkpoint_id) not in entry.own_checkpoints:
        return DeviceUnknown(path=("device_id",))
    if context.passage_id is not None:
        return SequenceReused(path=("device_sequence",), device=scan.device_id, sequence=scan.device_sequence)
    if context.closed_at is not None and scan.occurred_at >= context.closed_at and not scan.emergency:
        return CheckpointClosed(path=("checkpoint_id",), name=context.checkpoint_name)
    return None


def judge(entry: Entry, context: ScanContext, regions: list[RiskRegion]) -> Decided:
    """Let the gate's table decide, from the local copy only."""
    scan = entry.scan
    seen = Seen(
        direction=scan.direction,
        day=scan.occurred_at.date(),
        temperature_c=scan.temperature_c,
        recheck_temperature_c=scan.recheck_temperature_c,
        origin_code=scan.origin_code,
        emergency=scan.emergency,
        identified=scan.identified,
    )
    own = [region for region in regions if region.district_code == scan.district_code]
    facts = gather(seen, context.person(), own, scan.district_code)
    return Decided(entry, context, facts, decide(facts))


def row(decided: Decided, keys: Keys, now: datetime) -> dict[str, object]:
    """Return a passage's columns; the document's number sealed, masked and hashed, a token only hashed."""
    entry, scan = decided.entry, decided.entry.scan
    number, identified = scan.document.number, scan.identified
    sealed = keys.ring.encrypt(number, place=f"passages/document_number_sealed/{entry.id}") if identified else None
    return {
        "district_code": scan.district_code,
        "id": entry.id,
        "division_code": decided.division_code,
        "checkpoint_id": scan.checkpoint_id,
        "day": scan.occurred_at.date(),
        "direction": scan.direction,
        "occurred_at": scan.occurred_at,
        "received_at": now,
        "device_id": scan.device_id,
        "device_sequence": scan.device_sequence,
        "person_key": entry.person_key,
        "person_name": scan.name,
        "document_kind": scan.document.kind,
        "document_number_sealed": hexed(sealed),
        "document_number_masked": standards.mask_document(number) if identified else None,
        "pass_token_index": None if identified else hexed(keys.index("pass_token", number)),
        "temperature_c": scan.temperature_c,
        "recheck_temperature_c": scan.recheck_temperature_c,
        "emergency": scan.emergency,
        "origin_code": scan.origin_code,
        "destination_division_code": scan.destination_division_code,
        "reason": scan.reason,
        "companions": scan.companions,
        "vehicle_plate": scan.vehicle_plate,
        **asdict(decided.decision),
        "decided_from": asdict(decided.facts),
        "fingerprint": hexed(entry.fingerprint),
    }


def hexed(value: bytes | None) -> str | None:
    """Return bytes in the form that PostgreSQL reads from JSON."""
    return None if value is None else "\\x" + value.hex()


def passage_fact(decided: Decided) -> Fact:
    """Return the fact that a passage was recorded: ids, codes and hashes."""
    scan, known = decided.entry.scan, decided.context
    return Fact(
        "passage_recorded",
        decided.division_code,
        {
            "passage_id": decided.entry.id,
            "person_key": decided.entry.person_key,
            "checkpoint_id": scan.checkpoint_id,
            "direction": scan.direction,
            "outcome": decided.decision.outcome,
            "rule_version": decided.decision.rule_version,
            "origin_code": scan.origin_code or known.expected_origin_code,
            "quarantine_days": decided.decision.quarantine_days,
            "destination_division_code": scan.destination_division_code or known.home_division_code,
            "occurred_at": scan.occurred_at,
        },
        traceparent=decided.entry.traceparent,
    )
