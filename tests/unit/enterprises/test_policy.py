"""Modes by area, kind and day; levels by kind and size; who reaches which level."""

from datetime import date, datetime, timedelta
from itertools import product

import pytest

from chassis.clock import DISTRICT_ZONE
from services.enterprises.register.model import EnterpriseKind, EnterpriseSize
from services.enterprises.resumption.model import ReviewLevel, authority, review_level
from services.enterprises.resumption.policy import TIMELINE, Mode, due_at, mode_for

GRID = "330111115011001"
PAPER = "22"


@pytest.mark.parametrize(
    ("day", "kind", "mode"),
    [
        ("2020-01-26", "INDUSTRIAL", "APPROVAL"),  # before the table: the default
        ("2020-01-27", "INDUSTRIAL", "CLOSED"),
        ("2020-02-09", "MERCHANT", "CLOSED"),
        ("2020-02-10", "INDUSTRIAL", "APPROVAL"),
        ("2020-02-16", "MERCHANT", "APPROVAL"),
        ("2020-02-17", "MERCHANT", "FILING"),
        ("2020-02-17", "AGRICULTURE", "FILING"),
        ("2020-02-20", "INDUSTRIAL", "APPROVAL"),
        ("2020-02-21", "CONSTRUCTION", "APPROVAL"),
        ("2020-02-22", "SERVICE", "FILING"),
        ("2020-02-29", "INDUSTRIAL", "FILING"),
        ("2020-03-01", "INDUSTRIAL", "PLEDGE"),
        ("2020-03-09", "INDUSTRIAL", "NONE"),
        ("2020-12-31", "MERCHANT", "NONE"),
        ("2021-01-01", "MERCHANT", "APPROVAL"),
    ],
)
def test_mode_by_day_and_kind(day: str, kind: str, mode: str) -> None:
    """The day somebody means to resume decides."""
    assert mode_for(GRID, EnterpriseKind(kind), PAPER, date.fromisoformat(day)) == mode


def test_mode_by_area() -> None:
    """The table is Fuyang's; elsewhere the default holds."""
    assert mode_for("330110001001001", EnterpriseKind.INDUSTRIAL, PAPER, date(2020, 2, 1)) is Mode.APPROVAL


@pytest.mark.parametrize(("industry", "mode"), [("27", Mode.APPROVAL), ("22", Mode.CLOSED)])
def test_white_list(industry: str, mode: Mode) -> None:
    """Who is needed in any case may apply while the others are closed."""
    assert mode_for(GRID, EnterpriseKind.INDUSTRIAL, industry, date(2020, 2, 1)) is mode


@pytest.mark.parametrize(("industry", "mode"), [("90", Mode.APPROVAL), ("22", Mode.PLEDGE)])
def test_negative_list(industry: str, mode: Mode) -> None:
    """Where strangers sit together a pledge is not enough."""
    assert mode_for(GRID, EnterpriseKind.SERVICE, industry, date(2020, 3, 2)) is mode


def test_periods_of_a_kind_do_not_overlap() -> None:
    """At most one period holds for a kind on a day."""
    day = date(2020, 1, 20)
    while day < date(2021, 1, 5):
        for kind in EnterpriseKind:
            assert sum(kind in p.kinds and p.first <= day <= p.last for p in TIMELINE) <= 1
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("mode", "hours"), [("CLOSED", 72), ("APPROVAL", 48), ("FILING", 24), ("PLEDGE", 24), ("NONE", None)]
)
def test_due_by_mode(mode: str, hours: int | None) -> None:
    """An answer is owed in time; where none is needed, never."""
    submitted = datetime(2020, 2, 12, 9, tzinfo=DISTRICT_ZONE)

    assert due_at(Mode(mode), submitted) == (None if hours is None else submitted + timedelta(hours=hours))


DISTRICT = {
    ("INDUSTRIAL", "LARGE"),
    ("SERVICE", "LARGE"),
    ("CONSTRUCTION", "MICRO"),
    ("CONSTRUCTION", "SMALL"),
    ("CONSTRUCTION", "MEDIUM"),
}


@pytest.mark.parametrize(("kind", "size"), list(product(EnterpriseKind, EnterpriseSize)))
def test_review_level(kind: EnterpriseKind, size: EnterpriseSize) -> None:
    """Towns decide, but on what is large or builds."""
    city = (kind, size) == ("CONSTRUCTION", "LARGE")

    expected = ReviewLevel.CITY if city else ReviewLevel.DISTRICT if (kind, size) in DISTRICT else ReviewLevel.TOWN
    assert review_level(kind, size) is expected


@pytest.mark.parametrize(
    ("role", "scopes", "level"),
    [
        ("reviewer", ["330111115"], ReviewLevel.TOWN),
        ("town_officer", ["330111115"], ReviewLevel.TOWN),
        ("reviewer", ["330111"], ReviewLevel.DISTRICT),
        ("district_officer", ["330111"], ReviewLevel.CITY),
        ("reviewer", ["330111115", "330111"], ReviewLevel.DISTRICT),
        ("reviewer", ["330111115011"], None),
        ("reviewer", ["330111004"], None),
        ("reviewer", [], None),
    ],
)
def test_authority(role: str, scopes: list[str], level: ReviewLevel | None) -> None:
    """The widest scope over a place says up to which level somebody decides there."""
    assert authority(role, scopes, GRID) is level
