"""What the database answers about alarms."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.checkpoints.alarms.model import AlarmKind, OpenAlarm

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class RaisedAlarm:
    """An alarm that was not open before."""

    id: UUID
    division_code: str
    checkpoint_id: UUID
    kind: AlarmKind


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm (告警); `message` is in the caller's language."""

    id: UUID
    kind: AlarmKind
    checkpoint_id: UUID
    division_code: str
    message: str
    raised_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None


@statements.query
async def insert_alarms(db: Transaction, *, rows: list[dict[str, object]], raised_at: datetime) -> list[RaisedAlarm]:
    """Raise alarms that are not open already, and return those."""


@statements.query
async def lock_alarm(db: Transaction, *, district_code: str, id: UUID) -> OpenAlarm | None:  # noqa: A002
    """Lock an alarm within one's scope."""


@statements.query
async def acknowledge_alarm(
    db: Transaction,
    *,
    district_code: str,
    id: UUID,  # noqa: A002 - the column's name
    now: datetime,
    subject: str,
    closed_at: datetime | None,
) -> None:
    """Write down who acknowledged an alarm."""


alarms_by_id = statements.one_each("alarms_by_id", AlarmRow)
alarms_of_scope = statements.page_each(
    "alarms_of_scope", AlarmRow, order=("raised_at timestamptz", "id uuid"), descending=True, key="text"
)
statements.check()
