"""What the board asks the database."""

from dataclasses import dataclass

from chassis.database import Transaction
from chassis.sql import Statements

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """The enterprises of a division, counted from its grids."""

    code: str
    enterprises: int
    enterprises_resumed: int


enterprise_summaries = statements.one_each("enterprise_summaries", SummaryRow, key="text")


@statements.query
async def count_enterprises(
    db: Transaction, *, district_code: str, division_code: str, enterprises: int, enterprises_resumed: int
) -> None:
    """Add to a grid's numbers."""


statements.check()
