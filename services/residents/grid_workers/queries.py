"""Statements of grid workers and their assignments."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.divisions.queries import DivisionRow
from services.residents.grid_workers.model import Assignment, AssignmentKind, GridWorker

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A grid worker, as everybody signed in may read."""

    id: UUID
    name: str
    phone_masked: str
    division_code: str
    left_on: date | None


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """Who serves which grid, as what, from when to when."""

    id: UUID
    grid_code: str
    worker_id: UUID
    kind: AssignmentKind
    starts_on: date
    ends_on: date | None


BY_START = ("starts_on date", "id uuid")

grid_workers_by_id = statements.one_each("grid_workers_by_id", WorkerRow)
grid_workers_of_scopes = statements.page_each(
    "grid_workers_of_scopes", WorkerRow, order=("division_code text", "id uuid"), key="text"
)
grids_of_workers = statements.page_each("grids_of_workers", DivisionRow, order=("code text",))
assignments_by_id = statements.one_each("assignments_by_id", AssignmentRow)
assignments_of_grids = statements.page_each(
    "assignments_of_grids", AssignmentRow, order=BY_START, descending=True, key="text"
)
assignments_of_workers = statements.page_each("assignments_of_workers", AssignmentRow, order=BY_START, descending=True)


@statements.query
async def lock_worker(db: Transaction, *, district_code: str, worker_id: UUID) -> GridWorker | None:
    """Return a grid worker and hold the record until the transaction ends."""


@statements.query
async def worker_by_phone_and_name(
    db: Transaction, *, district_code: str, phone_index: bytes, name: str
) -> UUID | None:
    """Return the grid worker who has a phone and a name, and has not left."""


@statements.query
async def add_worker(
    db: Transaction,
    *,
    district_code: str,
    worker_id: UUID,
    division_code: str,
    name: str,
    phone_sealed: bytes,
    phone_masked: str,
    phone_index: bytes,
) -> None:
    """Write a new grid worker."""


@statements.query
async def rename_worker(db: Transaction, *, district_code: str, worker_id: UUID, name: str) -> None:
    """Write a worker's new name."""


@statements.query
async def change_phone(
    db: Transaction,
    *,
    district_code: str,
    worker_id: UUID,
    phone_sealed: bytes,
    phone_masked: str,
    phone_index: bytes,
) -> None:
    """Write a worker's new phone number."""


@statements.query
async def let_worker_go(db: Transaction, *, district_code: str, worker_id: UUID, left_on: date) -> None:
    """Write a worker's last day."""


@statements.query
async def lock_grids(db: Transaction, *, district_code: str, grid_codes: list[str]) -> list[bool]:
    """Let decisions about the assignments of these grids follow each other."""


@statements.query
async def assignments_from(
    db: Transaction, *, district_code: str, grid_codes: list[str], day: date
) -> list[Assignment]:
    """Return the assignments of grids that hold on a day or later."""


@statements.query
async def assignments_of_worker_from(
    db: Transaction, *, district_code: str, worker_id: UUID, day: date
) -> list[Assignment]:
    """Return a worker's assignments that hold on a day or later."""


@statements.query
async def assignment(db: Transaction, *, district_code: str, assignment_id: UUID) -> Assignment | None:
    """Return an assignment."""


@statements.query
async def add_assignment(
    db: Transaction,
    *,
    district_code: str,
    assignment_id: UUID,
    grid_code: str,
    worker_id: UUID,
    kind: AssignmentKind,
    starts_on: date,
    ends_on: date | None,
    assigned_at: datetime,
    assigned_by: str,
) -> None:
    """Write an assignment."""


@statements.query
async def end_assignments(db: Transaction, *, district_code: str, ids: list[UUID], ends_on: list[date]) -> None:
    """Write the last days of assignments."""


statements.check()
