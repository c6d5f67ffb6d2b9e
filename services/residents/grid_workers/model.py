"""Grid workers 网格员 and their assignments: who serves a grid on a day, and what may be changed.

A grid has a primary worker 责任网格员, one at a time, and while that one is away a stand-in 顶岗网格员 for
a period. The stand-in serves; without one the primary does; without either the grid is uncovered.
First and last days count. An assignment that was called off before it began ends the day before it starts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import BadInput, Conflict, NotFound
from services.residents.divisions.model import check_not_past

STAND_IN_DAYS_MAX = 180
REASON_CHARACTERS_MAX = 200
DAY = timedelta(days=1)


class AssignmentKind(StrEnum):
    """How somebody serves a grid."""

    PRIMARY = "PRIMARY"
    STAND_IN = "STAND_IN"


class GridWorkerUnknown(NotFound):
    """There is no such grid worker within your scope.
    在您的权限范围内没有该网格员。
    """


class AssignmentUnknown(NotFound):
    """There is no such assignment within your scope.
    在您的权限范围内没有该网格任职记录。
    """


class GridWorkerKnown(Conflict):
    """A grid worker of this name and phone number is registered already.
    同名同号的网格员已登记。
    """


class NothingChanges(BadInput):
    """Give a new name or a new phone number.
    请填写新的姓名或手机号。
    """


class WorkerHasLeft(Conflict):
    """The grid worker's last day is {left_on}.
    该网格员的最后在岗日为 {left_on}。
    """


class GridsStillServed(Conflict):
    """{count} grids would be without a worker from {day} on: {codes}. Assign others first, or leave them uncovered.
    自 {day} 起将有 {count} 个网格无人负责：{codes}。请先安排接替人员，或确认由其空缺。
    """


class AlreadyAssigned(Conflict):
    """This person is the grid's primary worker on that day already.
    该人员当日已是该网格的责任网格员。
    """


class GridAssignedLater(Conflict):
    """The grid has a primary worker from {starts_on} on; end this assignment on an earlier day, or choose a later one.
    该网格自 {starts_on} 起已有责任网格员；请将本次任职提前结束，或选择更晚的日期。
    """


class GridAssignedMeanwhile(Conflict):
    """Somebody else was assigned to the grid for this period meanwhile.
    该网格在此期间刚刚已指派他人。
    """


class StandInTwice(Conflict):
    """The grid has a stand-in within this period already.
    该网格在此期间已有顶岗网格员。
    """


class PrimaryStandsIn(Conflict):
    """The grid's primary worker is no stand-in for himself or herself.
    责任网格员不能为自己顶岗。
    """


class PeriodTooLong(BadInput):
    """A stand-in takes a grid for at most {limit} days.
    顶岗期限最长 {limit} 天。
    """


class AssignmentEndsBeforeItBegins(BadInput):
    """The last day must not be before the first, {starts_on}.
    截止日期不能早于起始日期 {starts_on}。
    """


class AssignmentOver(Conflict):
    """The assignment's last day is {ends_on}; it can be ended earlier, not later.
    该任职的最后一天为 {ends_on}，只能提前结束，不能延后。
    """


class ReasonTooLong(BadInput):
    """A reason has at most 200 characters.
    原因最多 200 个字符。
    """


@dataclass(frozen=True, slots=True)
class GridWorker:
    """A grid worker as commands see one; `left_on` is the last day of service."""

    id: UUID
    division_code: str
    name: str
    phone_masked: str
    left_on: date | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Somebody serves a grid from a day to another; without a last day until another comes."""

    id: UUID
    grid_code: str
    worker_id: UUID
    kind: AssignmentKind
    starts_on: date
    ends_on: date | None

    def holds(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def shares_a_day(self, other: "Assignment") -> bool:
        """Say whether two assignments hold on the same day."""
        first = max(self.starts_on, other.starts_on)
        return self.holds(first) and other.holds(first)

    def ended(self, last_day: date) -> "Assignment":
        """Return the assignment ended with a day, called off if it has not begun by then."""
        return replace(self, ends_on=max(last_day, self.starts_on - DAY))


def serving(assignments: Iterable[Assignment], day: date) -> Assignment | None:
    """Return by which of a grid's assignments it is served on a day: the stand-in's before the primary's."""
    held = sorted((a for a in assignments if a.holds(day)), key=lambda a: a.kind is not AssignmentKind.STAND_IN)
    return held[0] if held else None


def check_period(starts_on: date, ends_on: date | None, today: date) -> None:
    """Raise unless a period begins today or later and holds a day."""
    check_not_past(starts_on, today, "starts_on")
    if ends_on is not None and ends_on < starts_on:
        raise AssignmentEndsBeforeItBegins(path=("ends_on",), starts_on=starts_on.isoformat())


def check_serves(worker: GridWorker, ends_on: date | None) -> None:
    """Raise unless a worker is there until a day; without a day, for good."""
    if worker.left_on is not None and (ends_on is None or ends_on > worker.left_on):
        raise WorkerHasLeft(path=("worker_id",), left_on=worker.left_on.isoformat())


def succeed(new: Assignment, assignments: Sequence[Assignment]) -> Assignment | None:
    """Return the primary assignment that a new one ends, already ended, or None if there is none.

    Whoever is the primary on the new one's first day yields the day before. One that begins later is not
    pushed aside in passing: GridAssignedLater. The same person again: AlreadyAssigned.
    """
    shared = [a for a in assignments if a.kind is AssignmentKind.PRIMARY and a.shares_a_day(new)]
    later = [a.starts_on for a in shared if a.starts_on > new.starts_on]
    if later:
        raise GridAssignedLater(path=("starts_on",), starts_on=min(later).isoformat())
    if any(a.worker_id == new.worker_id for a in shared):
        raise AlreadyAssigned(path=("worker_id",))
    return shared[0].ended(new.starts_on - DAY) if shared else None


def check_stand_in(new: Assignment, assignments: Sequence[Assignment]) -> None:
    """Raise unless a stand-in may take the grid: for a limited period, alone, and for somebody else."""
    assert new.ends_on is not None
    if (new.ends_on - new.starts_on).days >= STAND_IN_DAYS_MAX:
        raise PeriodTooLong(path=("ends_on",), limit=STAND_IN_DAYS_MAX)
    shared = [a for a in assignments if a.shares_a_day(new)]
    if any(a.kind is AssignmentKind.STAND_IN for a in shared):
        raise StandInTwice(path=("starts_on",))
    if any(a.worker_id == new.worker_id for a in shared):
        raise PrimaryStandsIn(path=("worker_id",))


def end(assignment: Assignment, last_day: date, today: date) -> Assignment:
    """Return an assignment ended with a day: yesterday ends it at once; what has been served stays as it was."""
    if last_day < today - DAY:
        check_not_past(last_day, today, "ends_on")
    if assignment.ends_on is not None and assignment.ends_on <= last_day:
        raise AssignmentOver(path=("ends_on",), ends_on=assignment.ends_on.isoformat())
    return assignment.ended(last_day)


def leave(worker: GridWorker, last_day: date, today: date) -> None:
    """Raise unless a worker may leave with a day: once, and not in the past."""
    if worker.left_on is not None:
        raise WorkerHasLeft(left_on=worker.left_on.isoformat())
    check_not_past(last_day, today, "left_on")


def left_uncovered(own: Sequence[Assignment], all_of_grids: Sequence[Assignment], last_day: date) -> list[str]:
    """Return the grids, in order, that nobody else serves on the day after a worker's last."""
    after = last_day + DAY
    others = [a for a in all_of_grids if a.id not in {o.id for o in own}]
    codes = {a.grid_code for a in own if a.holds(after)}
    return sorted(code for code in codes if serving((a for a in others if a.grid_code == code), after) is None)


def check_covered(uncovered: Sequence[str], last_day: date) -> None:
    """Raise if grids would stay without a worker."""
    if uncovered:
        day = (last_day + DAY).isoformat()
        raise GridsStillServed(count=len(uncovered), codes=", ".join(uncovered[:20]), day=day)


def check_reason(text: str | None) -> str | None:
    """Return a reason, or raise ReasonTooLong."""
    if text is not None and len(text) > REASON_CHARACTERS_MAX:
        raise ReasonTooLong(path=("reason",))
    return text or None
