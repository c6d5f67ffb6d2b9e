"""Statements of a worker's day."""

from dataclasses import dataclass
from datetime import date

from chassis.sql import Statements
from services.residents.quarantine.queries import OrderRow
from services.residents.returnees.queries import ReturneeRow
from services.residents.screening.queries import ScreeningTaskRow
from services.residents.screening_rounds.queries import ProgressOfDivisionRow

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day."""

    day: date


days = statements.one_each("days", DayRow, key="text")
tasks_due_on_days = statements.page_each(
    "tasks_due_on_days", ScreeningTaskRow, order=("due_at timestamptz", "id uuid"), key="text"
)
orders_with_missed_checks_on_days = statements.page_each(
    "orders_with_missed_checks_on_days", OrderRow, order=("starts_on date", "id uuid"), key="text"
)
notices_to_deliver_on_days = statements.page_each(
    "notices_to_deliver_on_days", OrderRow, order=("starts_on date", "id uuid"), key="text"
)
returnees_expected_on_days = statements.page_each(
    "returnees_expected_on_days", ReturneeRow, order=("id uuid",), key="text"
)
progress_on_days = statements.page_each(
    "progress_on_days",
    ProgressOfDivisionRow,
    order=("opened_at timestamptz", "round_id uuid", "code text"),
    key="text",
)

statements.check()
