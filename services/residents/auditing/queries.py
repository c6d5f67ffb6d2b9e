"""What comes back to whoever audits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.sql import Statements

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A change of a record (变更历史); `values` are fields with what they were and became, masked."""

    id: UUID
    at: datetime
    changed_by: str
    role: str
    kind: str
    act: str
    reason: str | None
    erased_at: datetime | None
    values: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A look at a person (查阅日志)."""

    id: UUID
    read_at: datetime
    read_by: str
    role: str
    purpose: str
    what: str


@dataclass(frozen=True, slots=True)
class LookUpAlarmRow:
    """Somebody looked up too many people in an hour or a day (批量查询告警)."""

    id: UUID
    division_code: str
    subject: str
    role: str
    period: str
    starts_at: datetime
    look_ups: int
    look_ups_max: int
    is_refused: bool
    raised_at: datetime


history_of_residents = statements.page_each("history_of_residents", HistoryRow, order=("id uuid",), descending=True)
reads_of_residents = statements.page_each(
    "reads_of_residents", ReadRow, order=("read_at timestamptz", "id uuid"), descending=True
)
look_up_alarms_of_scope = statements.page_each(
    "look_up_alarms_of_scope", LookUpAlarmRow, order=("raised_at timestamptz", "id uuid"), descending=True, key="text"
)
statements.check()
