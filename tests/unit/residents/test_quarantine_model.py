"""The order's state machine: every transition from every status, allowed or refused by name."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from chassis.clock import DISTRICT_ZONE
from chassis.errors import Problem
from services.residents.quarantine import model
from services.residents.quarantine.model import Destination, OrderStatus, QuarantineOrder, Transition

S, T = OrderStatus, Transition
STARTS, ENDS = date(2020, 1, 28), date(2020, 2, 11)
ISSUED_AT = datetime(2020, 1, 28, 15, 4, tzinfo=DISTRICT_ZONE)
NOW = datetime(2020, 1, 28, 18, 0, tzinfo=DISTRICT_ZONE)
ENDED = [S.RELEASED, S.TRANSFERRED_MEDICAL, S.TRANSFERRED_FACILITY, S.REVOKED, S.MERGED]

ALLOWED = {
    (T.ISSUE, S.DRAFT): S.ISSUED,
    (T.DELIVER, S.ISSUED): S.DELIVERED,
    (T.ACTIVATE, S.DELIVERED): S.ACTIVE,
    (T.FALL_DUE, S.ISSUED): S.RELEASE_DUE,
    (T.FALL_DUE, S.DELIVERED): S.RELEASE_DUE,
    (T.FALL_DUE, S.ACTIVE): S.RELEASE_DUE,
    (T.RELEASE, S.RELEASE_DUE): S.RELEASED,
    (T.EXTEND, S.ISSUED): S.ISSUED,
    (T.EXTEND, S.DELIVERED): S.DELIVERED,
    (T.EXTEND, S.ACTIVE): S.ACTIVE,
    (T.EXTEND, S.RELEASE_DUE): S.ACTIVE,
    (T.TRANSFER_MEDICAL, S.ISSUED): S.TRANSFERRED_MEDICAL,
    (T.TRANSFER_MEDICAL, S.DELIVERED): S.TRANSFERRED_MEDICAL,
    (T.TRANSFER_MEDICAL, S.ACTIVE): S.TRANSFERRED_MEDICAL,
    (T.TRANSFER_MEDICAL, S.RELEASE_DUE): S.TRANSFERRED_MEDICAL,
    (T.TRANSFER_FACILITY, S.ISSUED): S.TRANSFERRED_FACILITY,
    (T.TRANSFER_FACILITY, S.DELIVERED): S.TRANSFERRED_FACILITY,
    (T.TRANSFER_FACILITY, S.ACTIVE): S.TRANSFERRED_FACILITY,
    (T.TRANSFER_FACILITY, S.RELEASE_DUE): S.TRANSFERRED_FACILITY,
    (T.REVOKE, S.DRAFT): S.REVOKED,
    (T.REVOKE, S.ISSUED): S.REVOKED,
    (T.REVOKE, S.DELIVERED): S.REVOKED,
    (T.REVOKE, S.ACTIVE): S.REVOKED,
    (T.REVOKE, S.RELEASE_DUE): S.REVOKED,
    (T.MERGE, S.DRAFT): S.MERGED,
    (T.MERGE, S.ISSUED): S.MERGED,
    (T.MERGE, S.DELIVERED): S.MERGED,
    (T.MERGE, S.ACTIVE): S.MERGED,
    (T.MERGE, S.RELEASE_DUE): S.MERGED,
}
REFUSED: dict[tuple[Transition, OrderStatus], str] = {
    (T.ISSUE, S.ISSUED): "OrderAlreadyIssued",
    (T.ISSUE, S.DELIVERED): "OrderAlreadyIssued",
    (T.ISSUE, S.ACTIVE): "OrderAlreadyIssued",
    (T.ISSUE, S.RELEASE_DUE): "OrderAlreadyIssued",
    (T.DELIVER, S.DELIVERED): "NoticeAlreadyDelivered",
    (T.DELIVER, S.ACTIVE): "NoticeAlreadyDelivered",
    (T.DELIVER, S.RELEASE_DUE): "OrderRunOut",
    (T.ACTIVATE, S.ISSUED): "NoticeNotDelivered",
    (T.ACTIVATE, S.ACTIVE): "AlreadyActive",
    (T.ACTIVATE, S.RELEASE_DUE): "OrderRunOut",
    (T.FALL_DUE, S.RELEASE_DUE): "OrderRunOut",
    (T.RELEASE, S.ISSUED): "StillInForce",
    (T.RELEASE, S.DELIVERED): "StillInForce",
    (T.RELEASE, S.ACTIVE): "StillInForce",
    **{(t, S.DRAFT): "OrderNotIssued" for t in T if t not in (T.ISSUE, T.REVOKE, T.MERGE)},
    **dict.fromkeys(product(T, ENDED), "OrderEnded"),
}


def order(status: OrderStatus = S.ACTIVE, **changes: object) -> QuarantineOrder:
    """Return an order of fourteen days from 28 January."""
    issued = status is not S.DRAFT
    delivered = status not in (S.DRAFT, S.ISSUED)
    made = QuarantineOrder(
        district_code="330111",
        id=UUID(int=1),
        division_code="330111004002001",
        resident_id=UUID(int=2),
        status=status,
        length_days=14,
        starts_on=STARTS,
        ends_on=ENDS,
        issued_at=ISSUED_AT if issued else None,
        delivered_at=NOW if delivered else None,
        revocation_asked_by=None,
        changes=1,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_tables_say_something_of_every_pair() -> None:
    """No transition from any status is left undecided, or decided twice."""
    assert ALLOWED.keys() | REFUSED.keys() == set(product(T, S))
    assert not ALLOWED.keys() & REFUSED.keys()


@pytest.mark.parametrize(("transition", "status"), ALLOWED)
def test_allowed_transition(transition: Transition, status: OrderStatus) -> None:
    """It leads where it should."""
    assert model.next_status(status, transition) is ALLOWED[transition, status]


@pytest.mark.parametrize(("transition", "status"), REFUSED)
def test_refused_transition(transition: Transition, status: OrderStatus) -> None:
    """It is refused by the fact that stands against it."""
    with pytest.raises(Problem) as refusal:
        model.next_status(status, transition)

    assert refusal.value.code == REFUSED[transition, status]


def test_in_force_is_from_issued_to_release_due() -> None:
    """What counts as in force, and what keeps a second order away."""
    assert {S.ISSUED, S.DELIVERED, S.ACTIVE, S.RELEASE_DUE} == model.IN_FORCE
    assert {*model.IN_FORCE, S.DRAFT} == model.OPEN


@pytest.mark.parametrize("status", S)
def test_in_force_check_agrees(status: OrderStatus) -> None:
    """A draft and an ended order are not in force, each by its own name."""
    if status in model.IN_FORCE:
        model.check_in_force(order(status))
        return
    with pytest.raises(Problem) as refusal:
        model.check_in_force(order(status))

    assert refusal.value.code == ("OrderNotIssued" if status is S.DRAFT else "OrderEnded")


@pytest.mark.parametrize(
    ("starts_on", "length_days", "code", "path"),
    [
        (STARTS, 0, "LengthOutOfRange", "length_days"),
        (STARTS, 61, "LengthOutOfRange", "length_days"),
        (STARTS + timedelta(days=1), 14, "StartsInFuture", "starts_on"),
        (STARTS - timedelta(days=15), 14, "EndsInThePast", "starts_on"),
    ],
)
def test_period_is_refused(starts_on: date, length_days: int, code: str, path: str) -> None:
    """An order begins by today, ends today or later, and has a length."""
    with pytest.raises(Problem) as refusal:
        model.check_period(starts_on, length_days, STARTS)

    assert (refusal.value.code, refusal.value.path) == (code, (path,))


@pytest.mark.parametrize(("days_ago", "length_days"), [(0, 1), (0, 60), (14, 14)])
def test_period_is_accepted(days_ago: int, length_days: int) -> None:
    """The last day may be today."""
    model.check_period(STARTS - timedelta(days=days_ago), length_days, STARTS)


def test_first_day_of_a_draft_issued_by_hand() -> None:
    """Whoever comes early starts today; who came unnoticed, on the day of the draft."""
    tomorrow, yesterday = STARTS + timedelta(days=1), STARTS - timedelta(days=1)

    assert model.first_day(tomorrow, None, STARTS) == STARTS
    assert model.first_day(yesterday, None, STARTS) == yesterday
    assert model.first_day(tomorrow, yesterday, STARTS) == yesterday


def test_delivery_from_issue_until_now() -> None:
    """The moment of issue and the present moment are both possible."""
    assert model.check_delivery(order(S.ISSUED), ISSUED_AT, NOW) is S.DELIVERED
    assert model.check_delivery(order(S.ISSUED), NOW, NOW) is S.DELIVERED


@pytest.mark.parametrize(
    ("delivered_at", "code"),
    [(NOW + timedelta(seconds=1), "DeliveryInFuture"), (ISSUED_AT - timedelta(seconds=1), "DeliveryBeforeIssue")],
)
def test_impossible_delivery(delivered_at: datetime, code: str) -> None:
    """Nothing is delivered before it exists or after now."""
    with pytest.raises(Problem) as refusal:
        model.check_delivery(order(S.ISSUED), delivered_at, NOW)

    assert (refusal.value.code, refusal.value.path) == (code, ("delivered_at",))


@pytest.mark.parametrize(("delivered_at", "code"), [(NOW, "NoticeAlreadyDelivered"), (None, "OrderRunOut")])
def test_delivery_when_due(delivered_at: datetime | None, code: str) -> None:
    """An order that has run out takes no delivery; one delivered in time says so."""
    with pytest.raises(Problem) as refusal:
        model.check_delivery(order(S.RELEASE_DUE, delivered_at=delivered_at), NOW, NOW)

    assert refusal.value.code == code


def test_order_holds_through_its_last_day() -> None:
    """On the last day it is refused, with the day in the message; on the next it is granted."""
    with pytest.raises(Problem) as refusal:
        model.check_release(order(S.ACTIVE), ENDS)

    assert refusal.value.code == "StillInForce"
    assert "2020-02-11" in refusal.value.message("en")
    assert "2020-02-11" in refusal.value.message("zh")
    assert model.check_release(order(S.ACTIVE), ENDS + timedelta(days=1)) is S.RELEASED
    assert model.check_release(order(S.RELEASE_DUE), ENDS + timedelta(days=1)) is S.RELEASED


@pytest.mark.parametrize("status", S)
def test_running_out(status: OrderStatus) -> None:
    """Only what runs can run out, and only after its last day."""
    assert not model.runs_out(order(status), ENDS)
    assert model.runs_out(order(status), ENDS + timedelta(days=1)) is (status in (S.ISSUED, S.DELIVERED, S.ACTIVE))


@pytest.mark.parametrize(
    ("ends_on", "today", "code"),
    [
        (ENDS, STARTS, "ShorterThanBefore"),
        (ENDS - timedelta(days=1), STARTS, "ShorterThanBefore"),
        (ENDS + timedelta(days=1), ENDS + timedelta(days=2), "EndsInThePast"),
        (STARTS + timedelta(days=61), STARTS, "LengthOutOfRange"),
    ],
)
def test_extension_is_refused(ends_on: date, today: date, code: str) -> None:
    """An extension only lengthens, ends today or later, and has a limit."""
    with pytest.raises(Problem) as refusal:
        model.check_extension(order(S.RELEASE_DUE), ends_on, today)

    assert (refusal.value.code, refusal.value.path) == (code, ("ends_on",))


@pytest.mark.parametrize(
    ("status", "delivered_at", "after"),
    [
        (S.ISSUED, None, S.ISSUED),
        (S.DELIVERED, NOW, S.DELIVERED),
        (S.ACTIVE, NOW, S.ACTIVE),
        (S.RELEASE_DUE, NOW, S.ACTIVE),
        (S.RELEASE_DUE, None, S.ISSUED),
    ],
)
def test_extension_returns_to_active(status: OrderStatus, delivered_at: datetime | None, after: OrderStatus) -> None:
    """A due order is active again; one whose notice nobody has still needs its delivery."""
    assert model.check_extension(order(status, delivered_at=delivered_at), ENDS + timedelta(days=1), STARTS) is after


@pytest.mark.parametrize("destination", Destination)
def test_transfer_names_its_end(destination: Destination) -> None:
    """A hospital and a facility are different ends."""
    assert model.check_transfer(order(), destination) == f"TRANSFERRED_{destination}"


def test_revocation_takes_two_persons() -> None:
    """One asks and another confirms."""
    model.check_revocation_asked(order())

    assert model.check_revocation_confirmed(order(revocation_asked_by="officer-1"), "officer-2") is S.REVOKED


@pytest.mark.parametrize(
    ("asked_by", "status", "code"),
    [("officer-1", S.ACTIVE, "RevocationAlreadyAsked"), (None, S.RELEASED, "OrderEnded")],
)
def test_revocation_is_asked_once(asked_by: str | None, status: OrderStatus, code: str) -> None:
    """Nobody asks twice, or for what has ended."""
    with pytest.raises(Problem) as refusal:
        model.check_revocation_asked(order(status, revocation_asked_by=asked_by))

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("asked_by", "status", "code"),
    [
        ("officer-2", S.ACTIVE, "SecondPersonRequired"),
        (None, S.ACTIVE, "RevocationNotAsked"),
        ("officer-1", S.RELEASED, "OrderEnded"),
    ],
)
def test_confirmation_needs_a_second_person(asked_by: str | None, status: OrderStatus, code: str) -> None:
    """Nobody confirms alone, unasked, or what has ended."""
    with pytest.raises(Problem) as refusal:
        model.check_revocation_confirmed(order(status, revocation_asked_by=asked_by), "officer-2")

    assert refusal.value.code == code
