"""Statements of the board's roll-ups."""

from dataclasses import dataclass
from datetime import date

from chassis.database import Transaction
from chassis.sql import Statements

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """The numbers of a division."""

    code: str
    residents: int
    households: int
    quarantine_orders_in_force: int
    health_checks_missed_today: int
    screening_tasks_open: int
    grid_events_open: int


summaries_by_code = statements.one_each("summaries_by_code", SummaryRow, key="text")


@statements.query
async def start_counters(db: Transaction, *, district_code: str, codes: list[str]) -> None:
    """Write zeros for grids that were never counted in."""


@statements.query
async def count_in_grids(
    db: Transaction,
    *,
    district_code: str,
    codes: list[str],
    residents: list[int],
    households: list[int],
    quarantine_orders_in_force: list[int],
    screening_tasks_open: list[int],
    grid_events_open: list[int],
) -> list[str]:
    """Add to the numbers of grids and return those that have a row."""


@statements.query
async def count_in_day(
    db: Transaction, *, district_code: str, division_code: str, day: date, health_checks_missed: int
) -> None:
    """Add to a grid's numbers of a day."""


statements.check()
