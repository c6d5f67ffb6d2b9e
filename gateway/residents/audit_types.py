"""What was done to a record, who looked at a person, and who looks at too many."""

from datetime import datetime
from enum import Enum

import strawberry

from gateway.shared.types import value
from gateway.upstream.fields import column


@strawberry.enum(description="What a look-up is for (查询目的)")
class LookUpPurpose(Enum):
    """The closed list of the header X-Purpose."""

    SCREENING = value("SCREENING", "Screening 排查")
    QUARANTINE = value("QUARANTINE", "Quarantine 隔离管理")
    GATE = value("GATE", "A check at a gate 卡口查验")
    RESUMPTION = value("RESUMPTION", "Resumption of work 复工审核")
    HELP = value("HELP", "Help for a person at home 生活服务")
    AUDIT = value("AUDIT", "Audit 审计")
    SUPPORT = value("SUPPORT", "Technical support 技术支持")


@strawberry.enum(description="In what time look-ups are counted (统计时段)")
class LookUpPeriod(Enum):
    """Windows."""

    HOUR = value("HOUR", "An hour 小时")
    DAY = value("DAY", "A day 日")


@strawberry.type(description="A value before and after a change (变更前后)")
class ChangedValue:
    """Numbers of people are masked."""

    field: str = column("Which value")
    before: str | None = column("What it was; null if nothing was there")
    after: str | None = column("What it became; null if nothing is there any more")


@strawberry.type(description="A change of a record: who, when, why, before and after (变更历史)")
class HistoryEntry:
    """Append-only, and sealed into a hash chain."""

    at: datetime = column("When")
    changed_by: str = column("Who: the subject of the token, or `clock`")
    role: str = column("In what role; `job` for the clock")
    kind: str = column("What kind of record")
    act: str = column("What happened")
    reason: str | None = column("Why, in the words of whoever did it")
    values: list[ChangedValue] = column("What changed; empty once it was erased")
    erased_at: datetime | None = column("When the content was erased; the chain holds without it")


@strawberry.type(description="A look at what is sensitive of a person (查阅日志)")
class ReadLogEntry:
    """Append-only, and sealed into a hash chain."""

    read_at: datetime = column("When")
    read_by: str = column("Who: the subject of the token")
    role: str = column("In what role")
    purpose: LookUpPurpose = column("What for")
    what: str = column("What was looked at")


@strawberry.type(description="Somebody looked up many people in a short time (批量查询告警)")
class LookUpAlarm:
    """Raised once a window; another when look-ups are refused."""

    division_code: str = column("The smallest division that holds all scopes of the person who looked")
    subject: str = column("Who looked: the subject of the token")
    role: str = column("In what role")
    period: LookUpPeriod = column("The length of the window")
    starts_at: datetime = column("When the window began")
    look_ups: int = column("How many people had been looked up when the alarm was raised")
    look_ups_max: int = column("The limit that was passed")
    is_refused: bool = column("Whether further look-ups are refused until the window ends")
    raised_at: datetime = column("When the alarm was raised")
