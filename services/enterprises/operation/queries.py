"""What operation asks the database."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.enterprises.operation.model import CapacitySource

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class CapacityReadingRow:
    """What share of its capacity an enterprise used at an instant."""

    id: UUID
    source: CapacitySource
    percent: int
    read_at: datetime


readings_of_enterprises = statements.page_each(
    "readings_of_enterprises", CapacityReadingRow, order=("read_at timestamptz", "id uuid"), descending=True
)


@statements.query
async def set_operation(
    db: Transaction,
    *,
    district_code: str,
    enterprise_id: UUID,
    operation_status: str,
    capacity_percent: int | None,
    resumed_on: date | None,
) -> None:
    """Say whether an enterprise works, and how much."""


@statements.query
async def insert_reading(
    db: Transaction,
    *,
    district_code: str,
    reading_id: UUID,
    division_code: str,
    credit_code: str,
    enterprise_id: UUID,
    source: str,
    percent: int,
    read_at: datetime,
    reported_by: str,
) -> None:
    """Keep a reading."""


statements.check()
