"""Duty shifts (值守班次): who stands guard where, from when until when."""

from datetime import datetime, timedelta

from chassis.errors import BadInput, Conflict, NotFound

SHIFT_MAX = timedelta(hours=12)


class ShiftLengthWrong(BadInput):
    """A shift ends after it begins, and lasts at most 12 hours.
    班次须先开始后结束，且不超过 12 小时。
    """


class StaffUnknown(NotFound):
    """There is no such person among the staff.
    值守人员名单中没有此人。
    """


class AlreadyOnDuty(Conflict):
    """This person is on duty elsewhere at that time.
    此人在该时段已有值守安排。
    """


def check_shift(starts_at: datetime, ends_at: datetime) -> None:
    """Raise unless a shift has a length that a person can stand."""
    if not timedelta() < ends_at - starts_at <= SHIFT_MAX:
        raise ShiftLengthWrong(path=("ends_at",))
