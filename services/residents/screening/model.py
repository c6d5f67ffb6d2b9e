"""Screening tasks 排查任务: what is to be found out about a person or household, and what may happen to a task.

OPEN > ASSIGNED > CONTACTED > VERIFIED > CLOSED
ASSIGNED, NO_ANSWER > NO_ANSWER (tried again), the last attempt > ESCALATED
ASSIGNED, CONTACTED, NO_ANSWER > NOT_HERE > TRANSFERRED (open in another grid) > ASSIGNED
ASSIGNED, CONTACTED > REFUSED > ESCALATED
overdue before anything was verified > ESCALATED > ASSIGNED (by an officer) | VERIFIED
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.clock import DISTRICT_ZONE, day_bounds
from chassis.errors import Conflict
from services.residents.screening.problems import (
    EscalatedToOfficers,
    NoteTooLong,
    PersonNotHere,
    RoundEnded,
    SameWorker,
    TaskAlreadyAssigned,
    TaskAlreadyContacted,
    TaskAlreadyVerified,
    TaskEnded,
    TaskNotAssigned,
    TaskNotContacted,
    TaskNotNotHere,
    TaskNotVerified,
    TransferredBack,
    TransferToSameGrid,
)

ATTEMPTS_MAX = 3
RETRY_AFTER = timedelta(hours=2)
RETRIES_FROM, RETRIES_UNTIL = time(8), time(21)  # nobody is rung up at night
RETRY_GRACE = timedelta(hours=2)  # so long after a retry was due the clock escalates
DUE_AFTER_TRANSFER = timedelta(hours=12)
DUE_AFTER_ESCALATION = timedelta(hours=4)
DUE_AFTER_RESCREEN = timedelta(hours=12)
NOTE_CHARACTERS_MAX = 500


class TaskStatus(StrEnum):
    """Where a task stands. REFUSED is passed through: a refusal is escalated at once."""

    OPEN = "OPEN"
    ASSIGNED = "ASSIGNED"
    CONTACTED = "CONTACTED"
    NO_ANSWER = "NO_ANSWER"
    NOT_HERE = "NOT_HERE"
    TRANSFERRED = "TRANSFERRED"
    REFUSED = "REFUSED"
    ESCALATED = "ESCALATED"
    VERIFIED = "VERIFIED"
    CLOSED = "CLOSED"


class TaskReason(StrEnum):
    """Why somebody is screened."""

    RETURN_FROM_RISK_REGION = "RETURN_FROM_RISK_REGION"
    RETURN = "RETURN"
    ROUND = "ROUND"
    RESCREEN = "RESCREEN"


class Act(StrEnum):
    """What is done to a task; each is a command, but for what the clock does: ESCALATE, RESCREEN, END."""

    ASSIGN = "ASSIGN"
    HAND_OVER = "HAND_OVER"
    CONTACT = "CONTACT"
    NO_ANSWER = "NO_ANSWER"
    NOT_HERE = "NOT_HERE"
    TRANSFER = "TRANSFER"
    REFUSE = "REFUSE"
    VERIFY = "VERIFY"
    CLOSE = "CLOSE"
    ESCALATE = "ESCALATE"
    RESCREEN = "RESCREEN"
    END = "END"


S = TaskStatus
DUE_BY_CLOCK = frozenset({S.OPEN, S.ASSIGNED, S.CONTACTED, S.NO_ANSWER, S.NOT_HERE, S.TRANSFERRED})
WITH_A_WORKER = frozenset({S.ASSIGNED, S.CONTACTED, S.NO_ANSWER, S.NOT_HERE})

ALLOWED: dict[Act, frozenset[TaskStatus]] = {
    Act.ASSIGN: frozenset({S.OPEN, S.TRANSFERRED, S.ESCALATED}),
    Act.HAND_OVER: WITH_A_WORKER,
    Act.CONTACT: frozenset({S.ASSIGNED, S.NO_ANSWER}),
    Act.NO_ANSWER: frozenset({S.ASSIGNED, S.NO_ANSWER}),
    Act.NOT_HERE: frozenset({S.ASSIGNED, S.CONTACTED, S.NO_ANSWER}),
    Act.TRANSFER: frozenset({S.NOT_HERE}),
    Act.REFUSE: frozenset({S.ASSIGNED, S.CONTACTED}),
    Act.VERIFY: frozenset({S.CONTACTED, S.ESCALATED}),
    Act.CLOSE: frozenset({S.VERIFIED}),
    Act.ESCALATE: DUE_BY_CLOCK,
    Act.RESCREEN: frozenset(TaskStatus),
    Act.END: frozenset(TaskStatus) - {S.CLOSED},
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What has come of a task so far, as rounds count it: each is a household that counts once."""

    reached: bool = False
    refused: bool = False
    not_here: bool = False
    overdue: bool = False
    verified: bool = False


@dataclass(frozen=True, slots=True)
class ScreeningTask:
    """A task as its rules see it; `home_id` is the household that is asked, `round_status` its round's."""

    id: UUID
    division_code: str
    status: TaskStatus
    reason: TaskReason
    attempts: int
    due_at: datetime
    worker_id: UUID | None
    resident_id: UUID | None
    returnee_id: UUID | None
    household_id: UUID | None
    home_id: UUID | None
    round_id: UUID | None
    round_status: str | None
    reached: bool
    refused: bool
    not_here: bool
    overdue: bool
    verified: bool
    changed_at: datetime

    @property
    def marks(self) -> Marks:
        """Return what has come of it so far."""
        return Marks(self.reached, self.refused, self.not_here, self.overdue, self.verified)


@dataclass(frozen=True, slots=True)
class Move:
    """What an act makes of a task: the statuses it goes through, attempts so far, and when it is due next."""

    act: Act
    statuses: tuple[TaskStatus, ...]
    attempts: int
    due_at: datetime
    reason: TaskReason
    marks: Marks

    @property
    def status(self) -> TaskStatus:
        """Return where the task comes to rest."""
        return self.statuses[-1]


def move(task: ScreeningTask, act: Act, now: datetime) -> Move:
    """Return what an act makes of a task, or raise the refusal that fits its status."""
    if task.status not in ALLOWED[act]:
        raise refusal(task.status, act)
    attempts, due_at, reason = task.attempts, task.due_at, task.reason
    statuses = NEXT.get(act, (task.status,))
    if act is Act.NO_ANSWER:
        attempts, due_at = task.attempts + 1, retry_at(now)
        if attempts >= ATTEMPTS_MAX:
            statuses = (S.NO_ANSWER, S.ESCALATED)
    elif task.status is S.ESCALATED and act is Act.ASSIGN:
        attempts, due_at = 0, now + DUE_AFTER_ESCALATION
    elif act is Act.TRANSFER:
        attempts, due_at = 0, now + DUE_AFTER_TRANSFER
    elif act is Act.RESCREEN:
        reason, due_at = TaskReason.RESCREEN, now + DUE_AFTER_RESCREEN
        if task.verified:
            attempts, statuses = 0, (S.OPEN,) if task.worker_id is None else (S.OPEN, S.ASSIGNED)
    if statuses[-1] is S.ESCALATED and act is not Act.RESCREEN:
        due_at = now + DUE_AFTER_ESCALATION
    return Move(act, statuses, attempts, due_at, reason, marks_after(task, act))


# Where an act leads; one that is not here leaves the task where it stands.
NEXT: dict[Act, tuple[TaskStatus, ...]] = {
    Act.ASSIGN: (S.ASSIGNED,),
    Act.CONTACT: (S.CONTACTED,),
    Act.NO_ANSWER: (S.NO_ANSWER,),
    Act.NOT_HERE: (S.NOT_HERE,),
    Act.TRANSFER: (S.TRANSFERRED,),
    Act.REFUSE: (S.REFUSED, S.ESCALATED),
    Act.VERIFY: (S.VERIFIED,),
    Act.CLOSE: (S.CLOSED,),
    Act.ESCALATE: (S.ESCALATED,),
    Act.END: (S.CLOSED,),
}


# What an act says of a task, as rounds count it.
SAYS: dict[Act, dict[str, bool]] = {
    Act.ASSIGN: {"overdue": False},
    Act.CONTACT: {"reached": True, "refused": False, "not_here": False},
    Act.NOT_HERE: {"not_here": True},
    Act.REFUSE: {"reached": True, "refused": True},
    Act.VERIFY: {"reached": True, "refused": False, "not_here": False, "overdue": False, "verified": True},
    Act.ESCALATE: {"overdue": True},
}


def marks_after(task: ScreeningTask, act: Act) -> Marks:
    """Return what has come of a task after an act; another grid, or asking again, begins anew."""
    if act is Act.TRANSFER or (act is Act.RESCREEN and task.verified):
        return Marks()
    return replace(task.marks, **SAYS.get(act, {}))


def retry_at(now: datetime) -> datetime:
    """Return when somebody who did not answer is tried again: two hours later, by day."""
    again = (now + RETRY_AFTER).astimezone(DISTRICT_ZONE)
    if again.time() < RETRIES_FROM:
        return again.replace(hour=RETRIES_FROM.hour, minute=0, second=0, microsecond=0)
    if again.time() >= RETRIES_UNTIL:
        return day_bounds(again.date())[1] + timedelta(hours=RETRIES_FROM.hour)
    return again


# Why an act does not fit a status, by what would have to come first.
BY_STATUS: dict[TaskStatus, type[Conflict]] = {
    S.CLOSED: TaskEnded,
    S.VERIFIED: TaskAlreadyVerified,
    S.OPEN: TaskNotAssigned,
    S.TRANSFERRED: TaskNotAssigned,
    S.ESCALATED: TaskNotAssigned,
    S.REFUSED: TaskNotAssigned,
    S.NOT_HERE: PersonNotHere,
    S.CONTACTED: TaskAlreadyContacted,
    S.ASSIGNED: TaskNotContacted,
    S.NO_ANSWER: TaskNotContacted,
}
BY_ACT: dict[Act, type[Conflict]] = {
    Act.CLOSE: TaskNotVerified,
    Act.TRANSFER: TaskNotNotHere,
    Act.ASSIGN: TaskAlreadyAssigned,
}


def refusal(status: TaskStatus, act: Act) -> Conflict:
    """Return why an act does not fit a status."""
    problem = BY_STATUS[status]
    if status is not S.CLOSED and (status is not S.VERIFIED or act is Act.CLOSE):
        problem = BY_ACT.get(act, problem)
    return problem(status=status.value)


def check_round(task: ScreeningTask) -> None:
    """Raise RoundEnded for a task whose round has been closed or cancelled."""
    if task.round_status in {"CLOSED", "CANCELLED"} and task.status is not S.CLOSED:
        raise RoundEnded


def check_officer(task: ScreeningTask, role: str) -> None:
    """Raise unless the role may handle the task: what is escalated is for officers."""
    if task.status is S.ESCALATED and role == "grid_worker":
        raise EscalatedToOfficers


def check_destination(task: ScreeningTask, grid_code: str, not_here_in: list[str], role: str) -> None:
    """Raise unless a task may go to a grid: not where it is, nor back to where nobody was, but for officers."""
    if grid_code == task.division_code:
        raise TransferToSameGrid(path=("grid_code",), code=grid_code)
    if grid_code in not_here_in and role == "grid_worker":
        raise TransferredBack(path=("grid_code",), code=grid_code)


def check_new_worker(task: ScreeningTask, worker_id: UUID) -> None:
    """Raise SameWorker unless the task changes hands."""
    if worker_id == task.worker_id:
        raise SameWorker(path=("worker_id",))


def check_note(note: str | None) -> None:
    """Raise NoteTooLong for an essay."""
    if note is not None and len(note) > NOTE_CHARACTERS_MAX:
        raise NoteTooLong(path=("note",), limit=NOTE_CHARACTERS_MAX)


def first_due(arrives_on: date, now: datetime, *, hours: int) -> datetime:
    """Return when a new task is due: so many hours after the person is here to be found."""
    return max(now, day_bounds(arrives_on)[0]) + timedelta(hours=hours)
