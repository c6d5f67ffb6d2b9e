"""Screening tasks 排查任务: what a grid worker has to find out about one person, and what may happen to it.

OPEN > ASSIGNED > CONTACTED > VERIFIED > CLOSED
ASSIGNED, NO_ANSWER > NO_ANSWER (tried again), the last attempt > ESCALATED
ASSIGNED, CONTACTED, NO_ANSWER > NOT_HERE > TRANSFERRED (open in another grid) > ASSIGNED
ASSIGNED, CONTACTED > REFUSED > ESCALATED
overdue before anything was verified > ESCALATED > ASSIGNED (by an officer) | VERIFIED
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.clock import day_bounds
from chassis.errors import BadInput, Conflict, NotFound

ATTEMPTS_MAX = 3
RETRY_AFTER = timedelta(hours=2)
DUE_AFTER_TRANSFER = timedelta(hours=12)
DUE_AFTER_ESCALATION = timedelta(hours=4)
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


class Act(StrEnum):
    """What is done to a task; each is a command, but for ESCALATE, which the clock does."""

    ASSIGN = "ASSIGN"
    CONTACT = "CONTACT"
    NO_ANSWER = "NO_ANSWER"
    NOT_HERE = "NOT_HERE"
    TRANSFER = "TRANSFER"
    REFUSE = "REFUSE"
    VERIFY = "VERIFY"
    CLOSE = "CLOSE"
    ESCALATE = "ESCALATE"


S = TaskStatus
DUE_BY_CLOCK = frozenset({S.OPEN, S.ASSIGNED, S.CONTACTED, S.NO_ANSWER, S.NOT_HERE, S.TRANSFERRED})

ALLOWED: dict[Act, frozenset[TaskStatus]] = {
    Act.ASSIGN: frozenset({S.OPEN, S.TRANSFERRED, S.ESCALATED}),
    Act.CONTACT: frozenset({S.ASSIGNED, S.NO_ANSWER}),
    Act.NO_ANSWER: frozenset({S.ASSIGNED, S.NO_ANSWER}),
    Act.NOT_HERE: frozenset({S.ASSIGNED, S.CONTACTED, S.NO_ANSWER}),
    Act.TRANSFER: frozenset({S.NOT_HERE}),
    Act.REFUSE: frozenset({S.ASSIGNED, S.CONTACTED}),
    Act.VERIFY: frozenset({S.CONTACTED, S.ESCALATED}),
    Act.CLOSE: frozenset({S.VERIFIED}),
    Act.ESCALATE: DUE_BY_CLOCK,
}


class TaskUnknown(NotFound):
    """There is no such screening task within your scope.
    在您的权限范围内没有该排查任务。
    """


class TaskEnded(Conflict):
    """The screening task is closed.
    该排查任务已关闭。
    """


class TaskNotAssigned(Conflict):
    """The screening task is {status}; assign it first.
    该排查任务状态为 {status}，请先指派。
    """


class TaskAlreadyAssigned(Conflict):
    """The screening task is assigned already; it is {status}.
    该排查任务已指派，当前状态为 {status}。
    """


class TaskAlreadyContacted(Conflict):
    """The person has been reached already; the task is {status}.
    已联系到该人员，当前状态为 {status}。
    """


class TaskNotContacted(Conflict):
    """The person has not been reached; the task is {status}.
    尚未联系到该人员，当前状态为 {status}。
    """


class TaskNotVerified(Conflict):
    """The task is {status}; only a verified task is closed.
    当前状态为 {status}，核实后方可关闭。
    """


class TaskNotNotHere(Conflict):
    """The task is {status}; it is transferred only after the person was found not to be here.
    当前状态为 {status}，确认人员不在本网格后方可移交。
    """


class PersonNotHere(Conflict):
    """The person was found not to be here; transfer the task to another grid.
    已确认人员不在本网格，请移交至其他网格。
    """


class TaskAlreadyVerified(Conflict):
    """The task is verified; all that is left is to close it.
    该任务已核实，只需关闭。
    """


class TransferToSameGrid(BadInput):
    """The task is in grid {code} already.
    该任务已在网格 {code}。
    """


class EscalatedToOfficers(Conflict):
    """The task is escalated: an officer of the town or district takes it from here.
    该任务已上报，由镇街或区级工作人员处理。
    """


class WorkerUnknown(BadInput):
    """There is no such grid worker in this district.
    本区没有该网格员。
    """


class GridWithoutWorker(Conflict):
    """Grid {code} has no worker; say who shall take the task.
    网格 {code} 没有网格员，请指定负责人。
    """


class NoteTooLong(BadInput):
    """A note has at most {limit} characters.
    备注最多 {limit} 个字符。
    """


@dataclass(frozen=True, slots=True)
class ScreeningTask:
    """A task as its rules see it."""

    id: UUID
    division_code: str
    status: TaskStatus
    attempts: int
    due_at: datetime
    worker_id: UUID | None
    resident_id: UUID | None
    returnee_id: UUID | None


@dataclass(frozen=True, slots=True)
class Move:
    """What an act makes of a task: the statuses it goes through, attempts so far, and when it is due next."""

    statuses: tuple[TaskStatus, ...]
    attempts: int
    due_at: datetime

    @property
    def status(self) -> TaskStatus:
        """Return where the task comes to rest."""
        return self.statuses[-1]


def move(task: ScreeningTask, act: Act, now: datetime) -> Move:
    """Return what an act makes of a task, or raise the refusal that fits its status."""
    if task.status not in ALLOWED[act]:
        raise refusal(task.status, act)
    attempts, due_at = task.attempts, task.due_at
    statuses = NEXT[act]
    if act is Act.NO_ANSWER:
        attempts, due_at = task.attempts + 1, now + RETRY_AFTER
        if attempts >= ATTEMPTS_MAX:
            statuses = (S.NO_ANSWER, S.ESCALATED)
    elif task.status is S.ESCALATED and act is Act.ASSIGN:
        attempts, due_at = 0, now + DUE_AFTER_ESCALATION
    elif act is Act.TRANSFER:
        attempts, due_at = 0, now + DUE_AFTER_TRANSFER
    if statuses[-1] is S.ESCALATED:
        due_at = now + DUE_AFTER_ESCALATION
    return Move(statuses, attempts, due_at)


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
}

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


def check_officer(task: ScreeningTask, role: str) -> None:
    """Raise unless the role may handle the task: what is escalated is for officers."""
    if task.status is S.ESCALATED and role == "grid_worker":
        raise EscalatedToOfficers


def check_note(note: str | None) -> None:
    """Raise NoteTooLong for an essay."""
    if note is not None and len(note) > NOTE_CHARACTERS_MAX:
        raise NoteTooLong(path=("note",), limit=NOTE_CHARACTERS_MAX)


def first_due(arrives_on: date, now: datetime, *, hours: int) -> datetime:
    """Return when a new task is due: so many hours after the person is here to be found."""
    return max(now, day_bounds(arrives_on)[0]) + timedelta(hours=hours)
