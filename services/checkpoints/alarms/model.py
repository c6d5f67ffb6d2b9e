"""Alarms: a post without people, a fever, a device that repeats itself with other content."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, NotFound


class AlarmKind(StrEnum):
    """What somebody must look at."""

    GAP = "GAP"
    FEVER = "FEVER"
    SEQUENCE_REUSED = "SEQUENCE_REUSED"


class AlarmUnknown(NotFound):
    """There is no such alarm within your scope.
    在您的权限范围内没有该告警。
    """


class AlreadyAcknowledged(Conflict):
    """Somebody has acknowledged the alarm already.
    该告警已有人确认。
    """


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm to raise; `topic` tells it from others of its kind at the checkpoint, empty for itself."""

    district_code: str
    division_code: str
    checkpoint_id: UUID
    kind: AlarmKind
    topic: str
    message_en: str
    message_zh: str


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm as it is found by whoever acknowledges it."""

    kind: AlarmKind
    acknowledged_at: datetime | None
    closed_at: datetime | None
    division_code: str

    def close_at(self, now: datetime) -> datetime | None:
        """Return when the alarm is over: a gap when it is filled, the others once somebody has seen them."""
        return self.closed_at if self.kind is AlarmKind.GAP else now


def check_acknowledge(alarm: OpenAlarm) -> None:
    """Raise unless nobody has acknowledged the alarm yet."""
    if alarm.acknowledged_at is not None:
        raise AlreadyAcknowledged
