"""What comes back from the widgets' statements."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class Widget:
    """A thing that stands for any other."""

    id: UUID
    name: str
    division_code: str
    made_on: date


widgets_by_id = statements.one_each("widgets_by_id", Widget)
widgets_by_grid = statements.page_each("widgets_by_grid", Widget, order=("made_on date", "id uuid"), key="text")
widgets_made_with = statements.list_each("widgets_made_with", Widget, key="text")


@statements.query
async def insert_widget(
    db: Transaction, *, district_code: str, widget_id: UUID, division_code: str, name: str, made_on: date
) -> None:
    """Store a widget."""


@statements.query
async def widget_named(db: Transaction, *, district_code: str, name: str) -> Widget | None:
    """Find a widget by its name."""


statements.check()
