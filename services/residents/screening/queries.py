"""Statements of screening tasks and their steps."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.screening.model import ScreeningTask, TaskReason, TaskStatus

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ScreeningTaskRow:
    """A task as a worker's list shows it."""

    id: UUID
    status: TaskStatus
    reason: TaskReason
    due_at: datetime
    attempts: int
    division_code: str
    resident_id: UUID | None
    returnee_id: UUID | None
    worker_id: UUID | None


@dataclass(frozen=True, slots=True)
class ScreeningStepRow:
    """One step of a task's history: who took it, when, and why."""

    id: UUID
    from_status: TaskStatus | None
    status: TaskStatus
    note: str | None
    taken_by: str
    taken_at: datetime


screening_tasks_by_id = statements.one_each("screening_tasks_by_id", ScreeningTaskRow)
screening_tasks_of_grids = statements.page_each(
    "screening_tasks_of_grids", ScreeningTaskRow, order=("due_at timestamptz", "id uuid"), key="text"
)
screening_steps_of_tasks = statements.page_each("screening_steps_of_tasks", ScreeningStepRow, order=("id uuid",))


@statements.query
async def lock_task(db: Transaction, *, district_code: str, task_id: UUID) -> ScreeningTask | None:
    """Return a task and hold it for the transaction."""


@statements.query
async def lock_overdue_tasks(db: Transaction, *, now: datetime, rows_max: int) -> list[ScreeningTask]:
    """Return tasks that are overdue and hold them."""


@statements.query
async def move_tasks(
    db: Transaction,
    *,
    district_code: str,
    now: datetime,
    ids: list[UUID],
    statuses: list[TaskStatus],
    division_codes: list[str],
    worker_ids: list[UUID | None],
    attempts: list[int],
    due_at: list[datetime],
) -> None:
    """Write where tasks stand now."""


@statements.query
async def insert_tasks(
    db: Transaction,
    *,
    district_code: str,
    now: datetime,
    ids: list[UUID],
    division_codes: list[str],
    resident_ids: list[UUID | None],
    returnee_ids: list[UUID],
    worker_ids: list[UUID | None],
    reasons: list[TaskReason],
    due_at: list[datetime],
) -> None:
    """Write new tasks."""


@statements.query
async def insert_steps(
    db: Transaction,
    *,
    district_code: str,
    now: datetime,
    ids: list[UUID],
    division_codes: list[str],
    task_ids: list[UUID],
    from_statuses: list[TaskStatus | None],
    statuses: list[TaskStatus],
    note: str | None,
    taken_by: str,
) -> None:
    """Write steps of history."""


@statements.query
async def task_of_returnee(db: Transaction, *, district_code: str, returnee_id: UUID) -> UUID | None:
    """Return the task of a returnee."""


@statements.query
async def move_returnee(db: Transaction, *, district_code: str, returnee_id: UUID, division_code: str) -> None:
    """Let a returnee belong to the grid where the person is."""


statements.check()
