"""What may be done with a coverage alarm."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.residents.coverage.model import (
    AcknowledgedAlready,
    AcknowledgmentNoteTooLong,
    CoverageAlarm,
    CoverageAlarmStatus,
    CoverageRegained,
    check_acknowledgeable,
    check_note,
)


def alarm(status: CoverageAlarmStatus, acknowledged_at: datetime | None = None) -> CoverageAlarm:
    """Return an alarm."""
    return CoverageAlarm(UUID(int=1), "330111004002001", status, date(2020, 1, 28), acknowledged_at)


def test_an_open_alarm_is_acknowledged_once() -> None:
    """Neither a second time nor after it was cleared."""
    check_acknowledgeable(alarm(CoverageAlarmStatus.RAISED))
    with pytest.raises(AcknowledgedAlready):
        check_acknowledgeable(alarm(CoverageAlarmStatus.RAISED, datetime(2020, 1, 28, tzinfo=UTC)))
    with pytest.raises(CoverageRegained):
        check_acknowledgeable(alarm(CoverageAlarmStatus.CLEARED))


def test_notes_have_a_limit() -> None:
    """500 characters; an empty one is none."""
    assert check_note("好" * 500) == "好" * 500
    assert check_note("") is None
    with pytest.raises(AcknowledgmentNoteTooLong):
        check_note("好" * 501)
