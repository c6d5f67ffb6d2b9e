"""Small rules of sites, duty and alarms: each transition allowed and refused."""

from datetime import datetime, timedelta

import pytest

from chassis.errors import Problem
from services.checkpoints.alarms.model import AlarmKind, AlreadyAcknowledged, OpenAlarm, check_acknowledge
from services.checkpoints.duty.model import ShiftLengthWrong, check_shift
from services.checkpoints.sites.model import (
    AlreadyClosed,
    AlreadyOpen,
    CheckpointStatus,
    Site,
    check_close,
    check_open,
    site_division,
)

NOW = datetime.fromisoformat("2020-01-28T08:00:00+08:00")


def test_a_checkpoint_opens_and_closes_in_turn() -> None:
    """What is open cannot be opened, what is closed cannot be closed."""
    is_open = Site("330111004002000", CheckpointStatus.OPEN)
    is_closed = Site("330111004002000", CheckpointStatus.CLOSED)

    check_close(is_open)
    check_open(is_closed)
    with pytest.raises(AlreadyOpen):
        check_open(is_open)
    with pytest.raises(AlreadyClosed):
        check_close(is_closed)


@pytest.mark.parametrize(
    ("code", "stored"), [("330111004002001", "330111004002001"), ("330111004002", "330111004002000")]
)
def test_a_checkpoint_belongs_to_a_village_or_a_grid(code: str, stored: str) -> None:
    """A village as a whole has the serial 000."""
    assert site_division(code) == stored


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("330111004", "DivisionTooWide"),
        ("330111004000", "DivisionTooWide"),
        ("330111", "DivisionTooWide"),
        ("33011", "DivisionCodeMalformed"),
        ("village", "DivisionCodeMalformed"),
    ],
)
def test_a_checkpoint_does_not_belong_to_a_whole_town(code: str, refusal: str) -> None:
    """What is too wide or no code at all is refused under its field."""
    with pytest.raises(Problem) as refused:
        site_division(code)

    assert (refused.value.code, refused.value.path) == (refusal, ("division_code",))


@pytest.mark.parametrize(("hours", "allowed"), [(8, True), (12, True), (12.1, False), (0, False), (-1, False)])
def test_a_shift_has_a_length_that_a_person_can_stand(hours: float, allowed: bool) -> None:
    """Twelve hours at most, and not backwards."""
    if allowed:
        check_shift(NOW, NOW + timedelta(hours=hours))
        return
    with pytest.raises(ShiftLengthWrong):
        check_shift(NOW, NOW + timedelta(hours=hours))


def test_an_alarm_is_acknowledged_once() -> None:
    """The second officer hears that somebody was there before."""
    check_acknowledge(OpenAlarm(AlarmKind.FEVER, None, None, "330111004002001"))

    with pytest.raises(AlreadyAcknowledged):
        check_acknowledge(OpenAlarm(AlarmKind.FEVER, NOW, NOW, "330111004002001"))


def test_a_gap_stays_open_when_it_is_acknowledged() -> None:
    """Only people fill a gap; the other alarms are over once they have been seen."""
    assert OpenAlarm(AlarmKind.GAP, None, None, "330111004002001").close_at(NOW) is None
    assert OpenAlarm(AlarmKind.FEVER, None, None, "330111004002001").close_at(NOW) == NOW
    assert OpenAlarm(AlarmKind.SEQUENCE_REUSED, None, None, "330111004002001").close_at(NOW) == NOW
