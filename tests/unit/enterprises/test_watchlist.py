"""Who may not go to work yet, and why; how far a worker's return has come."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.enterprises.roster.model import RosterStatus, first_status, status_now
from services.enterprises.watchlist.model import (
    Journey,
    Restriction,
    RiskRegion,
    Watch,
    is_risky,
    matters,
    region_prefix,
    restriction,
)
from services.enterprises.watchlist.standing import Standing

TODAY = date(2020, 2, 3)
HOME = "330111"
LOCAL = Journey(HOME, date(2020, 1, 10))
WENZHOU = RiskRegion("330300", "HIGH", date(2020, 1, 20), None)


def watch(
    color: str = "GREEN", *, order: str | None = None, expected: date | None = None, origin: str | None = None
) -> Watch:
    """Return what is known of somebody."""
    return Watch("k", color, expected, origin, order)


@pytest.mark.parametrize("status", ["ISSUED", "DELIVERED", "ACTIVE", "RELEASE_DUE"])
def test_order_in_force_restricts(status: str) -> None:
    """From issued to release-due; it is graver than the color."""
    assert restriction(LOCAL, watch("RED", order=status), [], today=TODAY) is Restriction.UNDER_QUARANTINE


@pytest.mark.parametrize("status", ["DRAFT", "RELEASED", "REVOKED", "TRANSFERRED_MEDICAL", None])
def test_order_not_in_force_does_not(status: str | None) -> None:
    """A draft does not bind, and what is over does not bind any more."""
    assert restriction(LOCAL, watch(order=status), [], today=TODAY) is None


@pytest.mark.parametrize("color", ["YELLOW", "RED"])
def test_not_green_restricts(color: str) -> None:
    """Only green goes to work."""
    assert restriction(LOCAL, watch(color), [], today=TODAY) is Restriction.NOT_GREEN


@pytest.mark.parametrize(
    ("expected", "origin", "found"),
    [
        ("2020-02-10", "330302", Restriction.EXPECTED_FROM_RISK_REGION),
        ("2020-01-21", "330302", Restriction.EXPECTED_FROM_RISK_REGION),
        ("2020-01-20", "330302", None),
        ("2020-02-10", "330400", None),
        ("2020-02-10", None, None),
    ],
)
def test_expected_from_risk_region(expected: str, origin: str | None, found: Restriction | None) -> None:
    """Whom a list announces from a risk region must wait, for as long as somebody who came from there."""
    known = watch(expected=date.fromisoformat(expected), origin=origin)

    assert restriction(LOCAL, known, [WENZHOU], today=TODAY) is found


@pytest.mark.parametrize(
    ("origin", "days_ago", "found"),
    [
        ("330300", 0, True),
        ("330300", 13, True),
        ("330300", 14, False),
        ("330302", 6, True),
        ("330400", 0, False),
        ("330000", 0, False),
        ("330300", -5, True),
    ],
)
def test_returned_from_risk_region(origin: str, days_ago: int, found: bool) -> None:
    """Fourteen days must pass; whoever is still to come from there waits as well."""
    journey = Journey(origin, TODAY - timedelta(days=days_ago))

    reason = restriction(journey, None, [WENZHOU], today=TODAY)
    assert reason is (Restriction.RETURNED_FROM_RISK_REGION if found else None)


def test_unknown_return_from_risk_region() -> None:
    """Without a day of return nothing has passed yet."""
    assert restriction(Journey("330300", None), None, [WENZHOU], today=TODAY) is Restriction.RETURNED_FROM_RISK_REGION


@pytest.mark.parametrize(
    ("region", "risky"),
    [
        (RiskRegion("330300", "HIGH", date(2020, 2, 3), None), True),
        (RiskRegion("330300", "MEDIUM", date(2020, 1, 1), None), True),
        (RiskRegion("330300", "LOW", date(2020, 1, 1), None), False),
        (RiskRegion("330300", "HIGH", date(2020, 2, 4), None), False),
        (RiskRegion("330300", "HIGH", date(2020, 1, 1), date(2020, 1, 28)), True),
        (RiskRegion("330300", "HIGH", date(2020, 1, 1), date(2020, 1, 27)), False),
    ],
)
def test_region_counts_while_it_is_declared(region: RiskRegion, risky: bool) -> None:
    """One declared after somebody came counts as well; one lifted before does not."""
    assert is_risky("330300", [region], came_on=date(2020, 1, 28), today=TODAY) is risky


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("330300", "3303"), ("330000", "33"), ("330302", "330302"), ("330111004000", "330111004000")],
)
def test_region_prefix(code: str, prefix: str) -> None:
    """A prefecture's code stands for all of its counties, a province's for all of its prefectures."""
    assert region_prefix(code) == prefix


def test_what_matters() -> None:
    """Non-green, an order in force, or expected."""
    assert not matters(color="GREEN", order_status=None, expected_arrival_on=None)
    assert not matters(color="GREEN", order_status="RELEASED", expected_arrival_on=None)
    assert matters(color="YELLOW", order_status=None, expected_arrival_on=None)
    assert matters(color="GREEN", order_status="ACTIVE", expected_arrival_on=None)
    assert matters(color="GREEN", order_status=None, expected_arrival_on=TODAY)


def test_what_is_noted() -> None:
    """Somebody green is noted only where an earlier, graver standing may still be on its way."""
    assert not Standing(person_key="k", version=1, color="GREEN").is_noted
    assert Standing(person_key="k", version=2, color="GREEN").is_noted
    assert Standing(person_key="k", version=1, color="RED", order_id=uuid4()).is_noted


@pytest.mark.parametrize(
    ("origin", "returned", "restricted", "status"),
    [
        ("330300", None, False, "LISTED"),
        ("330300", None, True, "LISTED"),
        ("330300", "2020-02-10", True, "DECLARED"),
        ("330300", "2020-02-01", True, "OBSERVING"),
        ("330400", "2020-02-01", False, "ARRIVED"),
        ("330400", "2020-01-20", False, "CLEARED"),
        (HOME, "2020-02-01", False, "CLEARED"),
    ],
)
def test_first_status(origin: str, returned: str | None, restricted: bool, status: str) -> None:
    """By what a worker declares and what is known of him."""
    journey = Journey(origin, date.fromisoformat(returned) if returned else None)
    found = Restriction.NOT_GREEN if restricted else None

    assert first_status(journey, found, today=TODAY, home=HOME) == status


@pytest.mark.parametrize(
    ("before", "restricted", "after"),
    [
        ("LISTED", False, "CLEARED"),
        ("LISTED", True, "OBSERVING"),
        ("DECLARED", False, "CLEARED"),
        ("DECLARED", True, "OBSERVING"),
        ("ARRIVED", True, "OBSERVING"),
        ("OBSERVING", True, "OBSERVING"),
        ("OBSERVING", False, "CLEARED"),
        ("CLEARED", False, "CLEARED"),
        ("CLEARED", True, "OBSERVING"),
        ("ON_POST", False, "ON_POST"),
        ("ON_POST", True, "OBSERVING"),
        ("LEFT", True, "LEFT"),
        ("LEFT", False, "LEFT"),
    ],
)
def test_status_by_facts(before: str, restricted: bool, after: str) -> None:
    """A worker's status follows the facts; who has left stays away."""
    found = Restriction.NOT_GREEN if restricted else None

    assert status_now(RosterStatus(before), LOCAL, found, today=TODAY, home=HOME) == after
