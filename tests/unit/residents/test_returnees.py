"""Returnees: whom of the roster one is, and the rules of what is registered."""

from datetime import date
from uuid import UUID

import pytest

from chassis.errors import Problem
from services.residents.returnees.model import (
    Arrival,
    ArrivalImplausible,
    Candidate,
    Match,
    MatchedBy,
    PersonUnidentified,
    Registrar,
    Transport,
    TransportKind,
    TransportUnknown,
    check_arrival,
    check_identified,
    check_transport,
    find_person,
    transport_of,
)
from services.residents.returnees.policy import ACTIVE
from services.residents.returnees.register import place_of
from services.residents.risk_regions.model import RiskLevel
from services.residents.roster.model import Document
from services.residents.screening.model import TaskReason
from tests.unit.residents.test_screening import NOW

TODAY = date(2020, 1, 28)
GRID, FAR = "330111004002001", "330111115011001"
DOCUMENT = Document("NATIONAL_ID", "330199199005011011")


def arrival(document: Document | None = DOCUMENT, phone: str | None = "13800000001") -> Arrival:
    """Return Wang's return."""
    transport = Transport(TransportKind.TRAIN, "G7333")
    return Arrival("王小明", document, phone, "330300", TODAY, transport, GRID, "3 幢 2 单元 501")


def somebody(number: int, name: str = "王小明", *, has_document: bool = True) -> Candidate:
    """Return a resident."""
    return Candidate(UUID(int=number), GRID, name, has_document)


def test_a_document_decides_whatever_the_name() -> None:
    """Names are written in many ways, numbers in one."""
    resident, namesake = somebody(1, "王晓明"), somebody(2)

    found = find_person(arrival(), resident, [namesake])

    assert (found.match, found.matched_by, found.resident) == (Match.MATCHED, MatchedBy.DOCUMENT, resident)


@pytest.mark.parametrize(
    ("document", "by_phone", "match"),
    [
        (None, [somebody(1)], Match.MATCHED),
        (None, [somebody(1, has_document=False)], Match.MATCHED),
        (DOCUMENT, [somebody(1, has_document=False)], Match.MATCHED),
        (None, [somebody(1), somebody(2, "李红")], Match.MATCHED),
        (DOCUMENT, [somebody(1)], Match.PROBABLE),
        (None, [somebody(1), somebody(2)], Match.PROBABLE),
        (None, [somebody(1, "李红")], Match.PROBABLE),
        (DOCUMENT, [somebody(1, "李红", has_document=False)], Match.PROBABLE),
        (DOCUMENT, [], Match.UNMATCHED),
        (None, [], Match.UNMATCHED),
    ],
)
def test_then_phone_and_name(document: Document | None, by_phone: list[Candidate], match: Match) -> None:
    """One of that name, with no other document: the same person. What else is near is for a person's eye."""
    found = find_person(arrival(document), None, by_phone)

    assert found.match is match
    assert found.candidates == (tuple(by_phone) if match is Match.PROBABLE else ())
    if match is Match.MATCHED:
        assert (found.matched_by, found.resident) == (MatchedBy.PHONE_AND_NAME, by_phone[0])


@pytest.mark.parametrize(
    ("scopes", "home", "place"),
    [
        (("330111",), FAR, FAR),
        (("330111004",), FAR, GRID),
        (("330111004", "330111115011"), FAR, FAR),
        ((GRID,), GRID, GRID),
    ],
)
def test_the_home_screens_if_it_is_within_scope(scopes: tuple[str, ...], home: str, place: str) -> None:
    """Else the destination, which the registrar's scope holds."""
    registrar = Registrar("330111", scopes, "somebody", NOW)
    found = find_person(arrival(), Candidate(UUID(int=1), home, "王小明", has_document=True), [])

    assert place_of(registrar, arrival(), found) == place


def test_nobody_known_is_screened_at_the_destination() -> None:
    """There is no home to go to."""
    registrar = Registrar("330111", ("330111",), "somebody", NOW)

    assert place_of(registrar, arrival(), find_person(arrival(), None, [])) == GRID


@pytest.mark.parametrize(
    ("level", "days", "hours", "reason"),
    [
        (RiskLevel.HIGH, 14, 12, TaskReason.RETURN_FROM_RISK_REGION),
        (RiskLevel.MEDIUM, 7, 12, TaskReason.RETURN_FROM_RISK_REGION),
        (RiskLevel.LOW, None, 12, TaskReason.RETURN_FROM_RISK_REGION),
        (None, None, 24, TaskReason.RETURN),
    ],
)
def test_the_policy_in_force(level: RiskLevel | None, days: int | None, hours: int, reason: TaskReason) -> None:
    """Version 1: 14 days from high risk, 7 from medium."""
    assert ACTIVE.version == 1
    assert (ACTIVE.days(level), ACTIVE.hours(level), ACTIVE.reason(level)) == (days, hours, reason)


def test_somebody_without_any_number_is_not_registered() -> None:
    """One of the two is enough."""
    check_identified(DOCUMENT, None)
    check_identified(None, "13800000001")
    with pytest.raises(PersonUnidentified):
        check_identified(None, None)


@pytest.mark.parametrize("day", [date(2019, 12, 1), TODAY, date(2020, 3, 28)])
def test_a_plausible_arrival(day: date) -> None:
    """From the outbreak to two months ahead."""
    assert check_arrival(day, TODAY) == day


@pytest.mark.parametrize("day", [date(2019, 11, 30), date(2020, 3, 29), date(2202, 1, 28)])
def test_an_implausible_arrival(day: date) -> None:
    """A year mistyped is refused, with the days that would do."""
    with pytest.raises(ArrivalImplausible) as refused:
        check_arrival(day, TODAY)

    assert refused.value.message() == "The day of arrival lies between 2019-12-01 and 2020-03-28."


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("TRAIN G7333", TransportKind.TRAIN, "G7333"),
        ("train g7333", TransportKind.TRAIN, "G7333"),
        ("BUS", TransportKind.BUS, None),
        ("高铁 G7333", TransportKind.TRAIN, "G7333"),
        ("自驾 浙A12345", TransportKind.CAR, "浙A12345"),
        ("  PLANE   CA 1702 ", TransportKind.PLANE, "CA 1702"),
    ],
)
def test_transport_as_lists_write_it(text: str, kind: TransportKind, number: str | None) -> None:
    """The kind, then the number."""
    assert transport_of(text) == Transport(kind, number)


@pytest.mark.parametrize(("kind", "number"), [("ROCKET", None), ("", None), ("TRAIN", "G" * 21), ("TRAIN", "G\x001")])
def test_an_unknown_transport(kind: str, number: str | None) -> None:
    """It is refused, with what is known."""
    with pytest.raises(TransportUnknown) as refused:
        check_transport(kind, number)

    problem: Problem = refused.value
    assert problem.path == ("transport",)
