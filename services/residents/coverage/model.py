"""Coverage 网格覆盖: a grid without a worker today is an alarm, RAISED > CLEARED, acknowledged in between."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import BadInput, Conflict, NotFound

NOTE_CHARACTERS_MAX = 500


class CoverageAlarmStatus(StrEnum):
    """Where an alarm stands."""

    RAISED = "RAISED"
    CLEARED = "CLEARED"


class CoverageAlarmUnknown(NotFound):
    """There is no such coverage alarm within your scope.
    在您的权限范围内没有该网格空缺告警。
    """


class CoverageRegained(Conflict):
    """The grid has a worker again, or is closed: there is nothing left to acknowledge.
    该网格已有人负责或已撤销，无需再确认。
    """


class AcknowledgedAlready(Conflict):
    """Somebody has acknowledged the alarm already.
    该告警已有人确认。
    """


class AcknowledgmentNoteTooLong(BadInput):
    """A note has at most 500 characters.
    备注最多 500 个字符。
    """


@dataclass(frozen=True, slots=True)
class CoverageAlarm:
    """An alarm as it is held while it is acknowledged."""

    id: UUID
    division_code: str
    status: CoverageAlarmStatus
    uncovered_since: date
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A grid that nobody serves today, and since when."""

    district_code: str
    grid_code: str
    uncovered_since: date


def check_acknowledgeable(alarm: CoverageAlarm) -> None:
    """Raise unless an alarm may be acknowledged: once, while the grid is uncovered."""
    if alarm.status is CoverageAlarmStatus.CLEARED:
        raise CoverageRegained
    if alarm.acknowledged_at is not None:
        raise AcknowledgedAlready


def check_note(text: str | None) -> str | None:
    """Return a note, or raise AcknowledgmentNoteTooLong."""
    if text is not None and len(text) > NOTE_CHARACTERS_MAX:
        raise AcknowledgmentNoteTooLong(path=("note",))
    return text or None
