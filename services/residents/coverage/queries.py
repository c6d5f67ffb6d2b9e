"""Statements of coverage alarms."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.coverage.model import CoverageAlarm, CoverageAlarmStatus, Gap

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class CoverageAlarmRow:
    """A grid that nobody served from a day on, as the clock noticed."""

    id: UUID
    grid_code: str
    status: CoverageAlarmStatus
    uncovered_since: date
    raised_at: datetime
    acknowledged_at: datetime | None
    note: str | None
    cleared_at: datetime | None


@dataclass(frozen=True, slots=True)
class UncoveredRow:
    """How many grids of a division nobody serves."""

    code: str
    uncovered_grids: int


alarms_by_id = statements.one_each("alarms_by_id", CoverageAlarmRow)
alarms_of_scopes = statements.page_each(
    "alarms_of_scopes", CoverageAlarmRow, order=("uncovered_since date", "id uuid"), key="text"
)
uncovered_grids_of_divisions = statements.one_each("uncovered_grids_of_divisions", UncoveredRow, key="text")


@statements.query
async def lock_coverage(db: Transaction, *, district_code: str) -> bool:
    """Let whoever notices coverage follow each other."""


@statements.query
async def districts(db: Transaction) -> list[str]:
    """Return the districts that are kept here."""


@statements.query
async def gaps(db: Transaction, *, district_code: str, grid_codes: list[str] | None, day: date) -> list[Gap]:
    """Return the grids, of these or of all, that nobody serves on a day."""


@statements.query
async def open_alarms(db: Transaction, *, district_code: str, grid_codes: list[str] | None) -> list[CoverageAlarm]:
    """Return the open alarms of these grids, or of all."""


@statements.query
async def raise_alarms(
    db: Transaction,
    *,
    district_code: str,
    ids: list[UUID],
    grid_codes: list[str],
    uncovered_since: list[date],
    raised_at: datetime,
) -> None:
    """Write new alarms."""


@statements.query
async def clear_alarms(db: Transaction, *, district_code: str, ids: list[UUID], cleared_at: datetime) -> None:
    """Clear alarms."""


@statements.query
async def lock_alarm(db: Transaction, *, district_code: str, alarm_id: UUID) -> CoverageAlarm | None:
    """Return an alarm and hold it until the transaction ends."""


@statements.query
async def acknowledge_alarm(
    db: Transaction,
    *,
    district_code: str,
    alarm_id: UUID,
    acknowledged_at: datetime,
    acknowledged_by: str,
    note: str | None,
) -> None:
    """Write who has taken notice of an alarm."""


statements.check()
