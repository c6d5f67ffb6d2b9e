"""What the database answers about duty."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class DutyRow:
    """Somebody who is on duty now."""

    name: str
    organization_name: str
    id: UUID
    staff_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A checkpoint that is short of people."""

    district_code: str
    division_code: str
    checkpoint_id: UUID
    name: str
    minimum_strength: int
    people: int


@dataclass(frozen=True, slots=True)
class ClosedGap:
    """The alarm of a gap that is over."""

    id: UUID
    division_code: str


@statements.query
async def checkpoint_to_guard(db: Transaction, *, district_code: str, checkpoint_id: UUID) -> str | None:
    """Return the division of a checkpoint within one's scope."""


@statements.query
async def insert_shift(
    db: Transaction,
    *,
    district_code: str,
    id: UUID,  # noqa: A002 - the column's name
    division_code: str,
    checkpoint_id: UUID,
    staff_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
) -> None:
    """Plan a shift."""


@statements.query
async def gaps_to_raise(db: Transaction, *, now: datetime, time_of_day: time) -> list[Gap]:
    """Return some checkpoints that are short of people, of which nobody was told."""


@statements.query
async def close_gaps(db: Transaction, *, now: datetime, time_of_day: time) -> list[ClosedGap]:
    """Close the alarms of gaps that are over, and return those."""


duty_of_checkpoint = statements.list_each("duty_of_checkpoint", DutyRow)
statements.check()
