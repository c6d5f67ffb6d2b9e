"""Merging 合并 two records of one person: when it may be, what becomes of both, and until when it is undone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.clock import DISTRICT_ZONE
from chassis.language import Said
from services.residents.merges.problems import (
    BirthDatesContradict,
    DocumentsContradict,
    GuardianOfTheOther,
    MergeAlreadyUndone,
    MergeBuiltUpon,
    MergeNoteRequired,
    MergeUndoTooLate,
    MergeWithItself,
    ResidentAlreadyMerged,
    SexesContradict,
    SurvivorClosed,
)
from services.residents.quarantine.model import IN_FORCE, OPEN, OrderStatus
from services.residents.roster.model import NATIONAL_ID, Relation, Sex, Status
from services.residents.screening.model import TaskStatus

UNDOABLE = timedelta(hours=24)
NOTE_CHARACTERS_MAX = 500

Plain = Mapping[str, object]


class MergeReason(StrEnum):
    """Why two records are held to be of one person."""

    SAME_DOCUMENT = "SAME_DOCUMENT"
    SAME_PHONE_AND_NAME = "SAME_PHONE_AND_NAME"
    RENAMED = "RENAMED"
    REGISTERED_TWICE = "REGISTERED_TWICE"
    OTHER = "OTHER"


class MoveKind(StrEnum):
    """What a merge moves."""

    HOUSEHOLD = "HOUSEHOLD"
    IDENTITY = "IDENTITY"
    WARD = "WARD"
    PROXY = "PROXY"
    QUARANTINE_ORDER = "QUARANTINE_ORDER"
    QUARANTINE_ORDER_ENDED = "QUARANTINE_ORDER_ENDED"
    SCREENING_TASK = "SCREENING_TASK"
    SCREENING_TASK_CLOSED = "SCREENING_TASK_CLOSED"
    RETURNEE = "RETURNEE"
    CANDIDACY = "CANDIDACY"
    STANDING = "STANDING"
    EARLIER_MERGE = "EARLIER_MERGE"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that was moved: which, in words, as it was, and as it became."""

    kind: MoveKind
    object_id: UUID
    words: Said
    before: Plain
    after: Plain


@dataclass(frozen=True, slots=True)
class Record:
    """A resident's record as a merge looks at it."""

    id: UUID
    division_code: str
    household_id: UUID
    sex: Sex
    birth_on: date | None
    relation: Relation
    document_kind: str | None
    document_number_sealed: bytes | None
    document_number_masked: str | None
    document_number_index: bytes | None
    phone_sealed: bytes | None
    phone_masked: str | None
    phone_index: bytes | None
    phone_tail_index: bytes | None
    guardian_id: UUID | None
    proxy_id: UUID | None
    proxy_worker_id: UUID | None
    person_key: str
    status: Status
    merged_into: UUID | None

    @property
    def has_proxy(self) -> bool:
        """Say whether somebody reports for the person."""
        return self.proxy_id is not None or self.proxy_worker_id is not None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one person: the one that survives and the one that is lost in it."""

    district_code: str
    survivor: Record
    lost: Record

    @property
    def ids(self) -> list[UUID]:
        """Return the ids of both, in the order in which everybody locks them."""
        return sorted((self.survivor.id, self.lost.id))


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that was carried out."""

    id: UUID
    survivor_id: UUID
    lost_id: UUID
    merged_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Order:
    """An order of one of the two."""

    id: UUID
    resident_id: UUID
    division_code: str
    status: OrderStatus
    starts_on: date
    ends_on: date
    changes: int

    @property
    def is_open(self) -> bool:
        """Say whether the order is a draft or in force."""
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class Task:
    """A screening task of one of the two."""

    id: UUID
    resident_id: UUID
    division_code: str
    status: TaskStatus
    reason: str
    due_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What the survivor has from the lost record, where it had nothing; and its own place in the household."""

    document: bool
    phone: bool
    guardian_id: UUID | None
    proxy_id: UUID | None
    proxy_worker_id: UUID | None
    sex: Sex
    birth_on: date | None
    relation: Relation


def check_note(reason: MergeReason, note: str | None) -> None:
    """Raise MergeNoteRequired unless a reason that says nothing has words."""
    if reason is MergeReason.OTHER and not (note or "").strip():
        raise MergeNoteRequired(path=("note",))


def check_two(survivor_id: UUID, lost_id: UUID) -> None:
    """Raise MergeWithItself for one record."""
    if survivor_id == lost_id:
        raise MergeWithItself(path=("lost_id",))


def check_merge(pair: Pair) -> None:
    """Raise unless the two records may be of one person; neither may be merged already, so that no circle closes."""
    survivor, lost = pair.survivor, pair.lost
    for record, field in ((survivor, "survivor_id"), (lost, "lost_id")):
        if record.merged_into is not None:
            raise ResidentAlreadyMerged(path=(field,))
    if survivor.document_kind == lost.document_kind == NATIONAL_ID:
        raise DocumentsContradict(path=("lost_id",))
    if None not in (survivor.birth_on, lost.birth_on) and survivor.birth_on != lost.birth_on:
        raise BirthDatesContradict(path=("lost_id",))
    if Sex.UNKNOWN not in (survivor.sex, lost.sex) and survivor.sex is not lost.sex:
        raise SexesContradict(path=("lost_id",))
    if survivor.id in (lost.guardian_id, lost.proxy_id) or lost.id in (survivor.guardian_id, survivor.proxy_id):
        raise GuardianOfTheOther(path=("lost_id",))
    if survivor.status is not Status.REGISTERED and lost.status is Status.REGISTERED:
        raise SurvivorClosed(path=("survivor_id",))


def taken_over(survivor: Record, lost: Record) -> TakenOver:
    """Return what the survivor has from the lost record: whatever it lacks; the head of its household stays one."""
    heads = lost.relation is Relation.HEAD and lost.household_id == survivor.household_id
    return TakenOver(
        document=survivor.document_number_index is None and lost.document_number_index is not None,
        phone=survivor.phone_index is None and lost.phone_index is not None,
        guardian_id=lost.guardian_id if survivor.guardian_id is None else None,
        proxy_id=None if survivor.has_proxy else lost.proxy_id,
        proxy_worker_id=None if survivor.has_proxy else lost.proxy_worker_id,
        sex=lost.sex if survivor.sex is Sex.UNKNOWN else survivor.sex,
        birth_on=survivor.birth_on or lost.birth_on,
        relation=Relation.HEAD if heads else survivor.relation,
    )


def which_goes_on(orders: Iterable[Order], survivor_id: UUID) -> tuple[Order | None, list[Order]]:
    """Return the open order that goes on and those that end: in force before drafted, then the later last day.

    Of two that end on the same day the survivor's own goes on.
    """
    open_orders = [order for order in orders if order.is_open]
    ranked = sorted(open_orders, key=lambda o: (o.status in IN_FORCE, o.ends_on, o.resident_id == survivor_id, o.id))
    return (ranked[-1] if ranked else None), ranked[:-1]


def duplicates(tasks: Sequence[Task], survivor_id: UUID) -> list[tuple[Task, Task]]:
    """Return the open tasks that ask what another asks, each with the one that goes on: one open task a reason.

    The survivor's own goes on, then the one that is due first. Where the lost record brings no task of the reason,
    nothing is closed.
    """
    found: list[tuple[Task, Task]] = []
    open_tasks = [task for task in tasks if task.status is not TaskStatus.CLOSED]
    for reason in sorted({task.reason for task in open_tasks}):
        alike = [task for task in open_tasks if task.reason == reason]
        alike.sort(key=lambda t: (t.resident_id != survivor_id, t.due_at, t.id))
        if any(task.resident_id != survivor_id for task in alike):
            found += [(task, alike[0]) for task in alike[1:]]
    return found


def undoable_until(merged_at: datetime) -> datetime:
    """Return until when a merge can be undone."""
    return merged_at + UNDOABLE


def check_undo(merge: Merge, survivor: Record, now: datetime) -> None:
    """Raise unless the merge is in effect, young enough, and the last of the survivor's chain."""
    if merge.undone_at is not None:
        raise MergeAlreadyUndone
    until = undoable_until(merge.merged_at)
    if now > until:
        raise MergeUndoTooLate(until=f"{until.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M}")
    if survivor.merged_into is not None:
        raise built_upon([Said("the survivor was merged into another record", "保留的记录其后又并入另一条记录")])


def built_upon(obstacles: Sequence[Said]) -> MergeBuiltUpon:
    """Return the refusal that names everything in the way."""
    english, chinese = "; ".join(o.en for o in obstacles), "；".join(o.zh for o in obstacles)
    return MergeBuiltUpon(what=Said(english, chinese))
