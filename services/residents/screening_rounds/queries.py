"""Statements of screening rounds and their numbers."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.risk_regions.model import RiskLevel
from services.residents.screening.model import ScreeningTask
from services.residents.screening_rounds.model import RoundStatus, ScreeningRound

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ScreeningRoundRow:
    """A round as everybody of its scope sees it."""

    id: UUID
    scope_code: str
    title: str
    reason: str
    question_set_version: int
    status: RoundStatus
    due_at: datetime
    opened_at: datetime
    ready_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """How far a round is in a division."""

    code: str
    round_id: UUID
    planned: int
    reached: int
    verified: int
    refused: int
    not_here: int
    overdue: int


@dataclass(frozen=True, slots=True)
class ProgressOfDivisionRow:
    """How far a round is in a division, in the order of the rounds."""

    code: str
    round_id: UUID
    opened_at: datetime
    planned: int
    reached: int
    verified: int
    refused: int
    not_here: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Opened:
    """How many tasks a grid has got."""

    division_code: str
    tasks: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A grid in which a round has its numbers."""

    round_id: UUID
    division_code: str


@dataclass(frozen=True, slots=True)
class NewRegion:
    """A region that an open round did not know of when it was opened."""

    district_code: str
    round_id: UUID
    region_id: UUID
    code: str
    prefix: str
    level: RiskLevel


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A task that its round has left over."""

    id: UUID
    district_code: str
    round_status: RoundStatus


screening_rounds_by_id = statements.one_each("screening_rounds_by_id", ScreeningRoundRow)
screening_rounds_of_scopes = statements.page_each(
    "screening_rounds_of_scopes",
    ScreeningRoundRow,
    order=("opened_at timestamptz", "id uuid"),
    descending=True,
    key="text",
)
progress_of_rounds = statements.one_each("progress_of_rounds", ProgressRow)
progress_of_divisions = statements.page_each(
    "progress_of_divisions",
    ProgressOfDivisionRow,
    order=("opened_at timestamptz", "round_id uuid"),
    descending=True,
    key="text",
)


@statements.query
async def insert_round(
    db: Transaction,
    *,
    district_code: str,
    id: UUID,  # noqa: A002
    scope_code: str,
    title: str,
    reason: str,
    question_set_version: int,
    due_at: datetime,
    opened_by: str,
    now: datetime,
) -> None:
    """Write a round, with the risk regions that are declared now."""


@statements.query
async def lock_round(db: Transaction, *, district_code: str, round_id: UUID) -> ScreeningRound | None:
    """Return a round and hold it."""


@statements.query
async def households_left(db: Transaction, *, district_code: str, round_id: UUID) -> int:
    """Return how many households of a round are not verified."""


@statements.query
async def end_round(
    db: Transaction,
    *,
    district_code: str,
    round_id: UUID,
    status: RoundStatus,
    ended_by: str,
    end_reason: str | None,
    now: datetime,
) -> None:
    """Write how a round ended."""


@statements.query
async def lock_round_to_prepare(db: Transaction) -> ScreeningRound | None:
    """Return the first round whose tasks are to be written, and hold it."""


@statements.query
async def last_grid_of_batch(
    db: Transaction, *, district_code: str, scope_code: str, after: str, rows_max: int
) -> str | None:
    """Return up to which grid the next batch goes, None for the last one."""


@statements.query
async def grids_of_batch(db: Transaction, *, district_code: str, scope_code: str, after: str, until: str) -> list[str]:
    """Return the grids of a batch that have households."""


@statements.query
async def insert_round_tasks(
    db: Transaction,
    *,
    district_code: str,
    round_id: UUID,
    codes: list[str],
    worker_ids: list[UUID | None],
    due_at: datetime,
    taken_by: str,
    wall_ms: int,
    now: datetime,
) -> list[Opened]:
    """Write a task for every household of some grids, and count them."""


@statements.query
async def note_prepared(
    db: Transaction, *, district_code: str, round_id: UUID, prepared_to: str, status: RoundStatus, now: datetime
) -> None:
    """Write how far a round is prepared."""


@statements.query
async def start_counters(db: Transaction, *, district_code: str, round_ids: list[UUID], codes: list[str]) -> None:
    """Write zeros for grids where rounds have no numbers."""


@statements.query
async def count_in_grids(
    db: Transaction,
    *,
    district_code: str,
    round_ids: list[UUID],
    codes: list[str],
    planned: list[int],
    reached: list[int],
    verified: list[int],
    refused: list[int],
    not_here: list[int],
    overdue: list[int],
) -> list[Counted]:
    """Add to the numbers of rounds in grids, and return those that have a row."""


@statements.query
async def regions_new_to_rounds(db: Transaction, *, levels: list[RiskLevel], today: date) -> list[NewRegion]:
    """Return the regions that open rounds did not know of; of every district."""


@statements.query
async def lock_tasks_to_rescreen(
    db: Transaction,
    *,
    district_code: str,
    round_id: UUID,
    region_id: UUID,
    prefix: str,
    today: date,
    rows_max: int,
) -> list[UUID]:
    """Return tasks of a round that a region concerns, once each, and hold them."""


@statements.query
async def mark_rescreened(
    db: Transaction, *, district_code: str, task_ids: list[UUID], region_ids: list[UUID], now: datetime
) -> None:
    """Remember for which regions tasks were opened again."""


@statements.query
async def lock_tasks_of_ended_rounds(db: Transaction, *, ended_since: datetime, rows_max: int) -> list[LeftOver]:
    """Return tasks whose round has ended, and hold them; of every district."""


@statements.query
async def tasks_of_rounds(db: Transaction, *, district_code: str, ids: list[UUID]) -> list[ScreeningTask]:
    """Return tasks that the transaction holds."""


statements.check()
