"""The numbers of a division, from roll-ups."""

from dataclasses import dataclass

from chassis.sql import Statements

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """What the board shows of a division's checkpoints; a checkpoint has a gap when people are missing."""

    code: str
    checkpoints: int
    checkpoints_with_gap: int
    passages_today: int
    passages_turned_back_today: int


summaries_of_divisions = statements.one_each("summaries_of_divisions", SummaryRow, key="text")
statements.check()
