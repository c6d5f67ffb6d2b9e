"""What a task's steps write: the task, its history, the counter, and the facts of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import history
from chassis.clock import Clock
from chassis.database import BY_CLOCK, Transaction
from chassis.facts import Fact, publish
from chassis.ids import new_id
from services.residents.board.counters import Change, count_many
from services.residents.screening import queries
from services.residents.screening.model import (
    RETRY_GRACE,
    Act,
    Marks,
    Move,
    ScreeningTask,
    TaskReason,
    TaskStatus,
    move,
)
from services.residents.screening_rounds.counters import Place, count_in_rounds
from services.residents.screening_rounds.model import Tally

OVERDUE_BATCH = 200

# What history calls an act that has been done.
DONE: dict[Act, str] = {
    Act.ASSIGN: "ASSIGNED",
    Act.HAND_OVER: "HANDED_OVER",
    Act.CONTACT: "CONTACTED",
    Act.NO_ANSWER: "NOT_ANSWERED",
    Act.NOT_HERE: "NOT_FOUND_HERE",
    Act.TRANSFER: "TRANSFERRED",
    Act.REFUSE: "REFUSED",
    Act.VERIFY: "VERIFIED",
    Act.CLOSE: "CLOSED",
    Act.ESCALATE: "ESCALATED",
    Act.RESCREEN: "OPENED_AGAIN",
    Act.END: "ENDED_WITH_ROUND",
}


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to open."""

    id: UUID
    division_code: str
    resident_id: UUID | None
    returnee_id: UUID
    worker_id: UUID | None
    reason: TaskReason
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A task, what an act makes of it, where it is afterwards, what there is to say, and what was found out."""

    task: ScreeningTask
    move: Move
    division_code: str
    worker_id: UUID | None
    note: str | None = None
    found: Mapping[str, object] | None = None


async def open_tasks(
    db: Transaction, district_code: str, tasks: Sequence[NewTask], *, opened_by: str, now: datetime
) -> None:
    """Open tasks, each for the worker of its grid.

    `screening_tasks_open` counts every task from here until it is closed: OPEN, ASSIGNED, CONTACTED,
    NO_ANSWER, NOT_HERE, TRANSFERRED (in its new grid), ESCALATED and VERIFIED; only CLOSED is not.
    """
    if not tasks:
        return
    await queries.insert_tasks(
        db,
        district_code=district_code,
        now=now,
        ids=[t.id for t in tasks],
        division_codes=[t.division_code for t in tasks],
        resident_ids=[t.resident_id for t in tasks],
        returnee_ids=[t.returnee_id for t in tasks],
        worker_ids=[t.worker_id for t in tasks],
        reasons=[t.reason for t in tasks],
        due_at=[t.due_at for t in tasks],
    )
    await queries.insert_steps(
        db,
        district_code=district_code,
        now=now,
        ids=[new_id() for _ in tasks],
        division_codes=[t.division_code for t in tasks],
        task_ids=[t.id for t in tasks],
        from_statuses=[None for _ in tasks],
        statuses=[TaskStatus.OPEN for _ in tasks],
        notes=[None for _ in tasks],
        taken_by=opened_by,
        recorded_at=None,
    )
    await history.record_in(db, district_code, now, *(opening(task) for task in tasks))
    await publish(db, "residents", *(changed(t.id, t.division_code, TaskStatus.OPEN) for t in tasks))
    opened = Counter(t.division_code for t in tasks)
    await count_many(db, district_code, {code: Change(screening_tasks_open=n) for code, n in opened.items()})


async def take_steps(
    db: Transaction,
    district_code: str,
    steps: Sequence[Step],
    *,
    taken_by: str,
    now: datetime,
    recorded_at: datetime | None = None,
) -> None:
    """Write steps of tasks that the transaction holds; `recorded_at` is given where that was not when they were taken.

    The counters come last: their rows are shared by everybody who works in the grid.
    """
    await queries.move_tasks(
        db,
        district_code=district_code,
        now=now,
        ids=[s.task.id for s in steps],
        statuses=[s.move.status for s in steps],
        division_codes=[s.division_code for s in steps],
        worker_ids=[s.worker_id for s in steps],
        attempts=[s.move.attempts for s in steps],
        due_at=[s.move.due_at for s in steps],
        reasons=[s.move.reason for s in steps],
        reached=[s.move.marks.reached for s in steps],
        refused=[s.move.marks.refused for s in steps],
        not_here=[s.move.marks.not_here for s in steps],
        overdue=[s.move.marks.overdue for s in steps],
        verified=[s.move.marks.verified for s in steps],
    )
    passed = [(s, before, after) for s in steps for before, after in passages(s)]
    await queries.insert_steps(
        db,
        district_code=district_code,
        now=now,
        ids=[new_id() for _ in passed],
        division_codes=[s.division_code for s, _, _ in passed],
        task_ids=[s.task.id for s, _, _ in passed],
        from_statuses=[before for _, before, _ in passed],
        statuses=[after for _, _, after in passed],
        notes=[s.note for s, _, _ in passed],
        taken_by=taken_by,
        recorded_at=recorded_at,
    )
    await history.record_in(db, district_code, recorded_at or now, *(moving(step) for step in steps))
    places = [(s, code) for s in steps for code in sorted({s.task.division_code, s.division_code})]
    await publish(db, "residents", *(changed(s.task.id, code, s.move.status) for s, code in places))
    await count_in_rounds(db, district_code, counted_in_rounds(steps))
    await count_many(db, district_code, counted(steps))


def opening(task: NewTask) -> history.Change:
    """Return the entry of a task just opened."""
    said = {
        "status": TaskStatus.OPEN,
        "reason": task.reason,
        "worker_id": task.worker_id,
        "resident_id": task.resident_id,
        "returnee_id": task.returnee_id,
        "due_at": task.due_at,
    }
    return history.Change("screening_task", task.id, task.division_code, "OPENED", None, said)


def moving(step: Step) -> history.Change:
    """Return the entry of a step, where the task was when it was taken."""
    task = step.task
    before = {"status": task.status, "division_code": task.division_code, "worker_id": task.worker_id}
    after: dict[str, object] = {
        "status": step.move.status,
        "division_code": step.division_code,
        "worker_id": step.worker_id,
        "due_at": step.move.due_at,
        "reason": step.move.reason,
        **(step.found or {}),
    }
    return history.Change("screening_task", task.id, task.division_code, DONE[step.move.act], before, after, step.note)


def passages(step: Step) -> list[tuple[TaskStatus, TaskStatus]]:
    """Return the changes of status that a step consists of."""
    return list(zip((step.task.status, *step.move.statuses), step.move.statuses, strict=False))


def counted(steps: Sequence[Step]) -> dict[str, Change]:
    """Return how steps change the numbers of grids: a closed task leaves, one opened again comes back, one may move."""
    changes: Counter[str] = Counter()
    for step in steps:
        if step.task.status is not TaskStatus.CLOSED:
            changes[step.task.division_code] -= 1
        if step.move.status is not TaskStatus.CLOSED:
            changes[step.division_code] += 1
    return {code: Change(screening_tasks_open=change) for code, change in changes.items() if change}


def counted_in_rounds(steps: Sequence[Step]) -> dict[Place, Tally]:
    """Return how steps change the numbers of rounds: a task leaves as it was and comes back as it is."""
    changes: dict[Place, Tally] = {}
    for step in steps:
        if step.task.round_id is None:
            continue
        before, after = (step.task.round_id, step.task.division_code), (step.task.round_id, step.division_code)
        changes[before] = changes.get(before, Tally()) + -tally(step.task.marks)
        changes[after] = changes.get(after, Tally()) + tally(step.move.marks)
    return changes


def tally(marks: Marks) -> Tally:
    """Return what a task counts for in its round."""
    return Tally(
        planned=1,
        reached=int(marks.reached),
        verified=int(marks.verified),
        refused=int(marks.refused),
        not_here=int(marks.not_here),
        overdue=int(marks.overdue),
    )


def changed(task_id: UUID, division_code: str, status: TaskStatus) -> Fact:
    """Return the fact that a task stands somewhere new."""
    return Fact("screening_task_changed", division_code, {"task_id": str(task_id), "status": status.value})


async def escalate_overdue(db: Transaction, clock: Clock) -> int:
    """Escalate what nobody has verified in time; a job."""
    now = clock.now()
    tasks = await queries.lock_overdue_tasks(db, now=now, retries_before=now - RETRY_GRACE, rows_max=OVERDUE_BATCH)
    by_district: dict[str, list[Step]] = {}
    for task in tasks:
        step = Step(task, move(task, Act.ESCALATE, now), task.division_code, task.worker_id)
        by_district.setdefault(task.division_code[:6], []).append(step)
    for district_code, steps in by_district.items():
        await take_steps(db, district_code, steps, taken_by=BY_CLOCK.subject, now=now)
    return len(tasks)
