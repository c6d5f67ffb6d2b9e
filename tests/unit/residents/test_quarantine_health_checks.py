"""Health checks: their slots and windows, and every event from every status."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise, product
from uuid import UUID

import pytest

from chassis.clock import DISTRICT_ZONE
from chassis.errors import Problem
from services.residents.health_checks import model
from services.residents.health_checks.model import CheckEvent, CheckStatus, HealthCheck

S, E = CheckStatus, CheckEvent
STARTS = date(2020, 1, 28)
SLOT = datetime(2020, 1, 29, 8, tzinfo=DISTRICT_ZONE)

ALLOWED = {
    (E.NORMAL_READING, S.EXPECTED): S.REPORTED,
    (E.NORMAL_READING, S.RECHECK_DUE): S.REPORTED,
    (E.FEVER_READING, S.EXPECTED): S.RECHECK_DUE,
    (E.FEVER_READING, S.RECHECK_DUE): S.ABNORMAL,
    (E.MISS, S.EXPECTED): S.MISSED,
    (E.ESCALATE, S.RECHECK_DUE): S.ESCALATED,
    (E.ESCALATE, S.ABNORMAL): S.ESCALATED,
    (E.REVIEW, S.ESCALATED): S.REVIEWED,
}


def check(status: CheckStatus = S.EXPECTED, reported_at: datetime | None = None) -> HealthCheck:
    """Return the health check of 29 January, 08:00."""
    made = HealthCheck("330111", UUID(int=1), "330111004002001", UUID(int=2), UUID(int=3), SLOT, status, None, 0)
    return replace(made, reported_at=reported_at)


def refused_by(event: CheckEvent, status: CheckStatus) -> str:
    """Return the name under which an event is refused."""
    if event is E.REVIEW:
        return "AlreadyReviewed" if status is S.REVIEWED else "NotEscalated"
    return "SlotMissed" if status is S.MISSED else "SlotAlreadyReported"


@pytest.mark.parametrize(("event", "status"), list(product(E, S)))
def test_every_event_from_every_status(event: CheckEvent, status: CheckStatus) -> None:
    """It leads where it should, or is refused by the fact that stands against it."""
    if (event, status) in ALLOWED:
        assert model.next_status(status, event) is ALLOWED[event, status]
        return
    with pytest.raises(Problem) as refusal:
        model.next_status(status, event)

    assert refusal.value.code == refused_by(event, status)


def test_fourteen_days_have_29_slots() -> None:
    """Day 0 at 20:00, then 08:00 and 20:00 of days 1 to 14."""
    found = model.slots(STARTS, STARTS + timedelta(days=14))

    assert len(found) == 29
    assert found[0] == datetime(2020, 1, 28, 20, tzinfo=DISTRICT_ZONE)
    assert found[1] == datetime(2020, 1, 29, 8, tzinfo=DISTRICT_ZONE)
    assert found[-1] == datetime(2020, 2, 11, 20, tzinfo=DISTRICT_ZONE)
    assert all(later - earlier == timedelta(hours=12) for earlier, later in pairwise(found))


@pytest.mark.parametrize(
    ("now", "left"),
    [("2020-01-28T00:00", 29), ("2020-01-29T07:59", 29), ("2020-01-29T08:00", 28), ("2020-02-12T08:00", 0)],
)
def test_only_slots_that_can_be_answered_are_expected(now: str, left: int) -> None:
    """An order issued late does not start with missed checks."""
    instant = datetime.fromisoformat(f"{now}+08:00")

    assert len(model.slots_left(STARTS, STARTS + timedelta(days=14), instant)) == left


@pytest.mark.parametrize(
    ("temperature_c", "statuses"), [(34.0, (S.REPORTED,)), (37.2, (S.REPORTED,)), (37.3, (S.RECHECK_DUE,))]
)
def test_first_reading(temperature_c: float, statuses: tuple[CheckStatus, ...]) -> None:
    """37.3 is a fever, and a first fever is rechecked before it counts."""
    assert model.read(check(), temperature_c, SLOT) == statuses


@pytest.mark.parametrize(("temperature_c", "statuses"), [(36.8, (S.REPORTED,)), (37.3, (S.ABNORMAL, S.ESCALATED))])
def test_second_reading(temperature_c: float, statuses: tuple[CheckStatus, ...]) -> None:
    """A second fever is abnormal and escalated at once."""
    assert model.read(check(S.RECHECK_DUE, SLOT), temperature_c, SLOT) == statuses


@pytest.mark.parametrize(
    ("status", "reported_at", "now", "code"),
    [
        (S.EXPECTED, None, SLOT - timedelta(hours=2, seconds=1), "SlotNotOpen"),
        (S.EXPECTED, None, SLOT + timedelta(hours=12), "SlotMissed"),
        (S.MISSED, None, SLOT + timedelta(hours=12), "SlotMissed"),
        (S.REPORTED, SLOT, SLOT, "SlotAlreadyReported"),
        (S.ESCALATED, SLOT, SLOT, "SlotAlreadyReported"),
        (S.REVIEWED, SLOT, SLOT, "SlotAlreadyReported"),
        (S.RECHECK_DUE, SLOT, SLOT + timedelta(hours=12), "RecheckTooLate"),
        (S.RECHECK_DUE, SLOT + timedelta(hours=11.5), SLOT + timedelta(hours=12.5), "RecheckTooLate"),
    ],
)
def test_reading_at_the_wrong_time(status: CheckStatus, reported_at: datetime | None, now: datetime, code: str) -> None:
    """A slot is open from two hours before its time until the next one's."""
    with pytest.raises(Problem) as refusal:
        model.read(check(status, reported_at), 36.5, now)

    assert refusal.value.code == code


@pytest.mark.parametrize("now", [SLOT - timedelta(hours=2), SLOT + timedelta(hours=12, seconds=-1)])
def test_edges_of_the_window(now: datetime) -> None:
    """The first and the last moment are within."""
    assert model.read(check(), 36.5, now) == (S.REPORTED,)


def test_recheck_has_an_hour_at_least() -> None:
    """A first reading at the end of its slot leaves time for the second."""
    late = SLOT + timedelta(hours=11, minutes=59)

    assert model.read(check(S.RECHECK_DUE, late), 36.5, SLOT + timedelta(hours=12, minutes=30)) == (S.REPORTED,)


def test_symptoms_are_a_closed_list() -> None:
    """Said twice counts once; an unknown one is named with its place."""
    assert model.symptoms_of(["COUGH", "FATIGUE", "COUGH"]) == ["COUGH", "FATIGUE"]
    with pytest.raises(Problem) as refusal:
        model.symptoms_of(["COUGH", "SADNESS"])

    assert (refusal.value.code, refusal.value.path) == ("SymptomUnknown", ("symptoms", "1"))
    assert "SADNESS" in refusal.value.message("zh")
