"""Carrying out a merge, and undoing it: one transaction each, everything that follows in it.

Locks are taken in one order by everybody: the records by id, then orders, tasks and returns by id, then counters
by grid, then standings. Whoever writes a row about a locked record waits, and then names the survivor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.auth import Viewer
from chassis.commands import Command
from chassis.database import Transaction, refusing
from chassis.history import Change, record
from chassis.ids import new_id
from chassis.language import Said
from chassis.service import Keys
from services.residents.access import OFFICERS
from services.residents.merges import queries, words
from services.residents.merges.following import orders, people, tasks
from services.residents.merges.following import queries as following
from services.residents.merges.following.acting import Acting
from services.residents.merges.model import (
    Merge,
    MergeReason,
    Move,
    MoveKind,
    Pair,
    Record,
    built_upon,
    check_merge,
    check_note,
    check_two,
    check_undo,
)
from services.residents.merges.problems import MergeUnknown
from services.residents.merges.queries import Moved
from services.residents.merges.telling import one_standing, tell_merged, tell_undone, two_standings
from services.residents.roster.model import ResidentUnknown, Status
from services.residents.roster.people import ONE_RECORD_A_PERSON
from services.residents.search import indexing

DISTRICT_OFFICER = "district_officer"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records an officer holds to be of one person, and why."""

    survivor_id: UUID
    lost_id: UUID
    reason: MergeReason
    note: str | None


async def merge(command: Command, keys: Keys, wanted: Wanted) -> UUID:
    """Merge two records and return the merge's id; runs as the worker, on records within the viewer's right."""
    command.viewer.require_role(*OFFICERS)
    check_two(wanted.survivor_id, wanted.lost_id)
    check_note(wanted.reason, wanted.note)
    district_code = command.viewer.district_code
    wards, proxied = await cared_for(command.db, district_code, wanted.lost_id)
    pair = await lock_pair(command, wanted.survivor_id, wanted.lost_id, [*wards, *proxied])
    check_merge(pair)
    acting = Acting(command.db, district_code, command.viewer.subject, command.clock.now(), new_id())
    open_order_id = await orders.merge_orders(acting, pair)
    leave_household(acting, pair, open_order_id)
    await tasks.merge_tasks(acting, pair)
    await lose(acting, pair)
    await people.take_over(acting, keys, pair)
    await people.name_survivor(acting, pair, *await cared_for(command.db, district_code, pair.lost.id))
    followers = await queries.followers_of(command.db, district_code=district_code, resident_id=pair.lost.id)
    await tell_merged(acting, pair, followers)
    await acting.finish()
    await one_standing(acting, pair)
    await remember(acting, pair, wanted)
    await record(command, *changes(acting, pair, "MERGED", "SURVIVED_MERGE", reason=wanted.reason))
    return acting.merge_id


def changes(acting: Acting, pair: Pair, lost_act: str, survivor_act: str, *, reason: str | None) -> tuple[Change, ...]:
    """Return what happened to both records; the merge's moves say the rest."""
    lost, survivor = pair.lost, pair.survivor
    merged = {"merged_into": str(survivor.id), "merge_id": str(acting.merge_id)}
    stood = {"merged_into": None, "merge_id": str(acting.merge_id)}
    before, after = (stood, merged) if lost.merged_into is None else (merged, stood)
    taken = {"merge_id": str(acting.merge_id), "lost_id": str(lost.id), "moves": len(acting.moves)}
    return (
        Change("resident", lost.id, lost.division_code, lost_act, before, after, reason),
        Change("resident", survivor.id, survivor.division_code, survivor_act, None, taken, reason),
    )


async def lock_pair(command: Command, survivor_id: UUID, lost_id: UUID, others: Sequence[UUID]) -> Pair:
    """Lock two records, and others that will change with them, by id; raise ResidentUnknown outside one's right."""
    district_code = command.viewer.district_code
    ids = sorted({survivor_id, lost_id, *others})
    records = {r.id: r for r in await queries.lock_records(command.db, district_code=district_code, ids=ids)}
    survivor, lost = records.get(survivor_id), records.get(lost_id)
    check_right(command.viewer, survivor, lost)
    assert survivor is not None
    assert lost is not None
    return Pair(district_code, survivor, lost)


def check_right(viewer: Viewer, survivor: Record | None, lost: Record | None) -> None:
    """Raise ResidentUnknown unless both lie within one's scope; for a district officer one of them is enough."""
    within = [record is not None and viewer.covers(record.division_code) for record in (survivor, lost)]
    if viewer.role == DISTRICT_OFFICER and any(within):
        within = [survivor is not None, lost is not None]
    for known, field in zip(within, ("survivor_id", "lost_id"), strict=True):
        if not known:
            raise ResidentUnknown(path=(field,))


def leave_household(acting: Acting, pair: Pair, open_order_id: UUID | None) -> None:
    """Take the lost record out of its household and out of the count."""
    lost = pair.lost
    if lost.status is Status.REGISTERED:
        acting.count(lost.division_code, "residents", -1)
    said = words.left_household(lost.division_code)
    before = {"division_code": lost.division_code, "relation": lost.relation}
    after = {"open_order_id": open_order_id}
    acting.moves.append(Move(MoveKind.HOUSEHOLD, lost.household_id, said, before, after))


async def lose(acting: Acting, pair: Pair) -> None:
    """Let the lost record be lost in the survivor: no list shows it from here on."""
    await queries.set_merged_into(
        acting.db, district_code=pair.district_code, resident_id=pair.lost.id, survivor_id=pair.survivor.id
    )
    await indexing.index(acting.db, pair.district_code, [pair.lost.id], pair.lost.division_code)


async def cared_for(db: Transaction, district_code: str, resident_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """Return whom somebody is guardian and proxy of; nobody is added while the record is locked."""
    wards = await following.wards_of(db, district_code=district_code, guardian_id=resident_id)
    return wards, await following.proxied_by(db, district_code=district_code, proxy_id=resident_id)


async def remember(acting: Acting, pair: Pair, wanted: Wanted) -> None:
    """Write who merged what, why, and what was moved."""
    await queries.add_merge(
        acting.db,
        district_code=pair.district_code,
        merge_id=acting.merge_id,
        survivor_id=pair.survivor.id,
        lost_id=pair.lost.id,
        lost_division_code=pair.lost.division_code,
        reason=wanted.reason,
        note=wanted.note,
        merged_by=acting.subject,
        now=acting.now,
    )
    rows: list[dict[str, object]] = [
        {
            "place": place,
            "kind": move.kind,
            "object_id": move.object_id,
            "words_en": move.words.en,
            "words_zh": move.words.zh,
            "before": move.before,
            "after": move.after,
        }
        for place, move in enumerate(acting.moves, start=1)
    ]
    await queries.add_moves(acting.db, district_code=pair.district_code, merge_id=acting.merge_id, rows=rows)


async def undo(command: Command, merge_id: UUID) -> None:
    """Undo a merge: both records as they were, or MergeBuiltUpon with what stands in the way."""
    command.viewer.require_role(*OFFICERS)
    db, district_code, now = command.db, command.viewer.district_code, command.clock.now()
    done = await find(command, merge_id)
    moves = await queries.moves_of(db, district_code=district_code, merge_id=merge_id)
    wards = [m.object_id for m in moves if m.kind in (MoveKind.WARD, MoveKind.PROXY)]
    pair = await lock_pair(command, done.survivor_id, done.lost_id, wards)
    check_undo(await find_locked(command, merge_id), pair.survivor, now)
    acting = Acting(db, district_code, command.viewer.subject, now, merge_id)
    theirs = await following.lock_orders_of(db, district_code=district_code, resident_ids=[pair.survivor.id])
    asked = await following.lock_tasks_of(db, district_code=district_code, resident_ids=[pair.survivor.id])
    obstacles = orders.order_obstacles(theirs, moves, open_order_of(moves))
    obstacles += tasks.task_obstacles(asked, moves) + people.identity_obstacles(pair, moves)
    obstacles += await returns_since(acting, pair, done, moves)
    if obstacles:
        raise built_upon(obstacles)
    await stand_again(acting, pair, moves)
    await orders.put_orders_back(acting, pair, theirs, moves)
    await tasks.put_tasks_back(acting, pair, asked, moves)
    await people.name_lost(acting, pair, moves)
    await acting.finish()
    await two_standings(acting, pair, moves)
    await queries.set_undone(db, district_code=district_code, merge_id=merge_id, undone_by=acting.subject, now=now)
    await record(command, *changes(acting, pair, "MERGE_UNDONE", "MERGE_UNDONE", reason=None))


async def find(command: Command, merge_id: UUID) -> Merge:
    """Return a merge, or raise MergeUnknown."""
    found = await queries.merge_by_id(command.db, district_code=command.viewer.district_code, merge_id=merge_id)
    if found is None:
        raise MergeUnknown
    return found


async def find_locked(command: Command, merge_id: UUID) -> Merge:
    """Return a merge as it is now that its records are locked."""
    found = await queries.lock_merge(command.db, district_code=command.viewer.district_code, merge_id=merge_id)
    assert found is not None
    return found


def open_order_of(moves: Sequence[Moved]) -> UUID | None:
    """Return the order that was open after the merge."""
    for move in moves:
        if move.kind is MoveKind.HOUSEHOLD and move.after["open_order_id"]:
            return UUID(move.after["open_order_id"])
    return None


async def returns_since(acting: Acting, pair: Pair, done: Merge, moves: Sequence[Moved]) -> list[Said]:
    """Return whether somebody came back since under the lost record's document: nobody knows whose return it is."""
    found = await following.returned_since(
        acting.db,
        district_code=pair.district_code,
        resident_id=pair.survivor.id,
        person_key=pair.lost.person_key,
        since=done.merged_at,
        moved=[m.object_id for m in moves if m.kind is MoveKind.RETURNEE],
    )
    return [words.RETURNED] if found else []


async def stand_again(acting: Acting, pair: Pair, moves: Sequence[Moved]) -> None:
    """Let the lost record stand again, with its keys, and count it."""
    followers = await queries.followers_of(acting.db, district_code=pair.district_code, resident_id=pair.lost.id)
    await tell_undone(acting, pair, followers)
    await people.give_back(acting, pair, moves)
    with refusing(ONE_RECORD_A_PERSON):
        await queries.set_merged_into(
            acting.db, district_code=pair.district_code, resident_id=pair.lost.id, survivor_id=None
        )
    await indexing.index(acting.db, pair.district_code, [pair.lost.id], pair.lost.division_code)
    if pair.lost.status is Status.REGISTERED:
        acting.count(pair.lost.division_code, "residents", 1)
