"""What a daily health check is, when its slots are, and what a reading makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from chassis.clock import DISTRICT_ZONE
from chassis.errors import BadInput, Conflict, NotFound, Problem

FEVER_C = 37.3
MORNING, EVENING = time(8), time(20)
OPENS_BEFORE = timedelta(hours=2)
SLOT_LASTS = timedelta(hours=12)
RECHECK_AT_LEAST = timedelta(hours=1)


class CheckStatus(StrEnum):
    """Where a health check stands."""

    EXPECTED = "EXPECTED"
    REPORTED = "REPORTED"
    RECHECK_DUE = "RECHECK_DUE"
    MISSED = "MISSED"
    ABNORMAL = "ABNORMAL"
    ESCALATED = "ESCALATED"
    REVIEWED = "REVIEWED"


class CheckEvent(StrEnum):
    """What may happen to a health check."""

    NORMAL_READING = "NORMAL_READING"
    FEVER_READING = "FEVER_READING"
    MISS = "MISS"
    ESCALATE = "ESCALATE"
    REVIEW = "REVIEW"


class Symptom(StrEnum):
    """What a person may feel beside the temperature."""

    COUGH = "COUGH"
    FATIGUE = "FATIGUE"
    SORE_THROAT = "SORE_THROAT"
    SHORTNESS_OF_BREATH = "SHORTNESS_OF_BREATH"
    HEADACHE = "HEADACHE"
    MUSCLE_ACHE = "MUSCLE_ACHE"
    DIARRHEA = "DIARRHEA"
    OTHER = "OTHER"


class ReportedAs(StrEnum):
    """Who reported: the person, somebody of the household, a proxy who lives elsewhere, or the grid worker."""

    SELF = "SELF"
    HOUSEHOLD = "HOUSEHOLD"
    PROXY = "PROXY"
    GRID_WORKER = "GRID_WORKER"


class Conclusion(StrEnum):
    """What an officer concludes from an escalated check."""

    NO_CONCERN = "NO_CONCERN"
    REFERRED = "REFERRED"


class HealthCheckUnknown(NotFound):
    """There is no such health check within your scope.
    在您的权限范围内没有该健康打卡记录。
    """


class SlotUnknown(BadInput):
    """The order has no health check at this time.
    该隔离单没有这一时段的健康打卡。
    """


class SlotNotOpen(Conflict):
    """This health check can be reported from {opens_at}.
    该时段的健康打卡从 {opens_at} 起可以填报。
    """


class SlotMissed(Conflict):
    """The time for this health check has passed.
    该时段的健康打卡已过填报时间。
    """


class SlotAlreadyReported(Conflict):
    """This health check has been reported already.
    该时段的健康打卡已填报。
    """


class RecheckTooLate(Conflict):
    """The time for the second reading has passed; an officer looks at it.
    复测时间已过，已转由工作人员处理。
    """


class NotEscalated(Conflict):
    """Only an escalated health check is reviewed; this one is {status}.
    只有已上报的异常打卡可以审核，当前状态为 {status}。
    """


class AlreadyReviewed(Conflict):
    """This health check has been reviewed already.
    该异常打卡已审核。
    """


class SymptomUnknown(BadInput):
    """There is no symptom {symptom}.
    没有症状代码 {symptom}。
    """


class ReportedForAnother(BadInput):
    """The order belongs to another person than the one reported for.
    该隔离单不属于所代报的人员。
    """


SYMPTOMS = frozenset(symptom.value for symptom in Symptom)

NEXT: Mapping[CheckEvent, Mapping[CheckStatus, CheckStatus]] = MappingProxyType({
    CheckEvent.NORMAL_READING: {
        CheckStatus.EXPECTED: CheckStatus.REPORTED,
        CheckStatus.RECHECK_DUE: CheckStatus.REPORTED,
    },
    CheckEvent.FEVER_READING: {
        CheckStatus.EXPECTED: CheckStatus.RECHECK_DUE,
        CheckStatus.RECHECK_DUE: CheckStatus.ABNORMAL,
    },
    CheckEvent.MISS: {CheckStatus.EXPECTED: CheckStatus.MISSED},
    CheckEvent.ESCALATE: {
        CheckStatus.RECHECK_DUE: CheckStatus.ESCALATED,
        CheckStatus.ABNORMAL: CheckStatus.ESCALATED,
    },
    CheckEvent.REVIEW: {CheckStatus.ESCALATED: CheckStatus.REVIEWED},
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One slot of the daily health check 每日健康打卡 of a person under quarantine."""

    district_code: str
    id: UUID
    division_code: str
    quarantine_order_id: UUID
    resident_id: UUID
    slot_at: datetime
    status: CheckStatus
    reported_at: datetime | None
    changes: int


def slots(starts_on: date, ends_on: date) -> list[datetime]:
    """Return the slots of an order: day 0 at 20:00, then 08:00 and 20:00 of each day (29 for 14 days)."""
    first = [slot(starts_on, EVENING)]
    days = range(1, (ends_on - starts_on).days + 1)
    return first + [slot(starts_on + timedelta(days=day), at) for day in days for at in (MORNING, EVENING)]


def slots_left(starts_on: date, ends_on: date, now: datetime) -> list[datetime]:
    """Return the slots that somebody can still answer: nobody misses what was over before the order."""
    return [at for at in slots(starts_on, ends_on) if closes_at(at) > now]


def slot(day: date, at: time) -> datetime:
    """Return a slot's instant in the district's zone."""
    return datetime.combine(day, at, DISTRICT_ZONE)


def opens_at(slot_at: datetime) -> datetime:
    """Return from when a slot can be reported."""
    return slot_at - OPENS_BEFORE


def closes_at(slot_at: datetime) -> datetime:
    """Return when a slot is missed: at the time of the next one."""
    return slot_at + SLOT_LASTS


def recheck_closes_at(check: HealthCheck) -> datetime:
    """Return when a second reading comes too late: with its slot, and an hour after the first at least."""
    assert check.reported_at is not None, "a recheck follows a reading"
    return max(closes_at(check.slot_at), check.reported_at + RECHECK_AT_LEAST)


def next_status(status: CheckStatus, event: CheckEvent) -> CheckStatus:
    """Return where an event leads; raise the fact that stands against it."""
    after = NEXT[event].get(status)
    if after is None:
        raise refusal(status, event)
    return after


def refusal(status: CheckStatus, event: CheckEvent) -> Problem:
    """Return the fact that stands against an event."""
    if event is CheckEvent.REVIEW:
        return AlreadyReviewed() if status is CheckStatus.REVIEWED else NotEscalated(status=status)
    return SlotMissed() if status is CheckStatus.MISSED else SlotAlreadyReported()


def read(check: HealthCheck, temperature_c: float, now: datetime) -> tuple[CheckStatus, ...]:
    """Return the statuses that a reading leads through; raise unless it can be taken now.

    A first fever is rechecked before it counts; a second one is abnormal, and escalated at once.
    """
    event = CheckEvent.FEVER_READING if temperature_c >= FEVER_C else CheckEvent.NORMAL_READING
    after = next_status(check.status, event)
    if now < opens_at(check.slot_at):
        said = opens_at(check.slot_at).astimezone(DISTRICT_ZONE)
        raise SlotNotOpen(path=("slot_at",), opens_at=f"{said:%Y-%m-%d %H:%M}")
    if check.status is CheckStatus.EXPECTED and now >= closes_at(check.slot_at):
        raise SlotMissed(path=("slot_at",))
    if check.status is CheckStatus.RECHECK_DUE and now >= recheck_closes_at(check):
        raise RecheckTooLate(path=("slot_at",))
    if after is CheckStatus.ABNORMAL:
        return after, next_status(after, CheckEvent.ESCALATE)
    return (after,)


def symptoms_of(texts: list[str]) -> list[str]:
    """Return symptoms without repetition; raises SymptomUnknown."""
    for position, text in enumerate(texts):
        if text not in SYMPTOMS:
            raise SymptomUnknown(path=("symptoms", str(position)), symptom=text)
    return list(dict.fromkeys(texts))
