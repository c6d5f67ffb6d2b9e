"""Statements of screening tasks and their steps."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.risk_regions.model import RiskLevel
from services.residents.screening.findings import Need
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
    household_id: UUID | None
    round_id: UUID | None


@dataclass(frozen=True, slots=True)
class ScreeningStepRow:
    """One step of a task's history: who took it, when, and why."""

    id: UUID
    from_status: TaskStatus | None
    status: TaskStatus
    division_code: str
    note: str | None
    taken_by: str
    taken_at: datetime
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScreeningOutcomeRow:
    """What was found out when a task was verified."""

    id: UUID
    people_here: int
    symptoms: bool
    needs: tuple[Need, ...]
    verified_by: str
    verified_at: datetime


@dataclass(frozen=True, slots=True)
class ScreeningFindingRow:
    """What was found out about one person."""

    id: UUID
    resident_id: UUID
    is_here: bool
    since_on: date | None
    origin_code: str | None
    symptoms: bool
    risk_level: RiskLevel | None
    order_id: UUID | None


@dataclass(frozen=True, slots=True)
class PersonOfHome:
    """Somebody whom a task is about."""

    id: UUID
    division_code: str


screening_tasks_by_id = statements.one_each("screening_tasks_by_id", ScreeningTaskRow)
screening_tasks_of_grids = statements.page_each(
    "screening_tasks_of_grids", ScreeningTaskRow, order=("due_at timestamptz", "id uuid"), key="text"
)
screening_outcomes_of_tasks = statements.one_each("screening_outcomes_of_tasks", ScreeningOutcomeRow)
screening_findings_of_outcomes = statements.list_each("screening_findings_of_outcomes", ScreeningFindingRow)
screening_steps_of_tasks = statements.page_each("screening_steps_of_tasks", ScreeningStepRow, order=("id uuid",))


@statements.query
async def lock_task(db: Transaction, *, district_code: str, task_id: UUID) -> ScreeningTask | None:
    """Return a task and hold it for the transaction."""


@statements.query
async def lock_overdue_tasks(
    db: Transaction, *, now: datetime, retries_before: datetime, rows_max: int
) -> list[ScreeningTask]:
    """Return tasks that are overdue and hold them; a retry has its grace."""


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
    reasons: list[TaskReason],
    reached: list[bool],
    refused: list[bool],
    not_here: list[bool],
    overdue: list[bool],
    verified: list[bool],
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
    notes: list[str | None],
    taken_by: str,
    recorded_at: datetime | None,
) -> None:
    """Write steps of history."""


@statements.query
async def task_of_returnee(db: Transaction, *, district_code: str, returnee_id: UUID) -> UUID | None:
    """Return the task of a returnee."""


@statements.query
async def move_returnee(db: Transaction, *, district_code: str, returnee_id: UUID, division_code: str) -> None:
    """Let a returnee belong to the grid where the person is."""


@statements.query
async def grids_without_the_person(db: Transaction, *, district_code: str, task_id: UUID) -> list[str]:
    """Return the grids where the person of a task was found not to be."""


@statements.query
async def is_worker(db: Transaction, *, district_code: str, worker_id: UUID) -> bool:
    """Say whether there is such a grid worker."""


@statements.query
async def people_of_home(
    db: Transaction, *, district_code: str, household_id: UUID | None, resident_id: UUID | None
) -> list[PersonOfHome]:
    """Return the people of a household, and a resident."""


@statements.query
async def insert_outcome(
    db: Transaction,
    *,
    district_code: str,
    id: UUID,  # noqa: A002
    division_code: str,
    task_id: UUID,
    people_here: int,
    symptoms: bool,
    needs: list[Need],
    verified_by: str,
    now: datetime,
) -> None:
    """Write what was found out."""


@statements.query
async def insert_findings(
    db: Transaction,
    *,
    district_code: str,
    division_code: str,
    outcome_id: UUID,
    task_id: UUID,
    ids: list[UUID],
    resident_ids: list[UUID],
    are_here: list[bool],
    since: list[date | None],
    origin_codes: list[str | None],
    symptoms: list[bool],
    levels: list[RiskLevel | None],
    order_ids: list[UUID | None],
) -> None:
    """Write what was found out about people."""


@statements.query
async def mark_answered(
    db: Transaction, *, district_code: str, task_id: UUID, prefixes: list[str], now: datetime
) -> None:
    """Remember the regions that were known of when a task was answered."""


statements.check()
