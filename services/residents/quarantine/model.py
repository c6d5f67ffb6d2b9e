"""What a quarantine order is, and what may happen to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from chassis.errors import Problem
from services.residents.quarantine.problems import (
    AlreadyActive,
    DeliveryBeforeIssue,
    DeliveryInFuture,
    EndsInThePast,
    LengthOutOfRange,
    NoticeAlreadyDelivered,
    NoticeNotDelivered,
    OrderAlreadyIssued,
    OrderEnded,
    OrderNotIssued,
    OrderRunOut,
    RevocationAlreadyAsked,
    RevocationNotAsked,
    SecondPersonRequired,
    ShorterThanBefore,
    StartsInFuture,
    StillInForce,
)

LENGTH_DAYS = 14
LENGTH_DAYS_MAX = 60


class OrderStatus(StrEnum):
    """Where an order stands; it is in force from ISSUED to RELEASE_DUE."""

    DRAFT = "DRAFT"
    ISSUED = "ISSUED"
    DELIVERED = "DELIVERED"
    ACTIVE = "ACTIVE"
    RELEASE_DUE = "RELEASE_DUE"
    RELEASED = "RELEASED"
    TRANSFERRED_MEDICAL = "TRANSFERRED_MEDICAL"
    TRANSFERRED_FACILITY = "TRANSFERRED_FACILITY"
    REVOKED = "REVOKED"
    MERGED = "MERGED"


class Transition(StrEnum):
    """What may happen to an order."""

    ISSUE = "ISSUE"
    DELIVER = "DELIVER"
    ACTIVATE = "ACTIVATE"
    FALL_DUE = "FALL_DUE"
    RELEASE = "RELEASE"
    EXTEND = "EXTEND"
    TRANSFER_MEDICAL = "TRANSFER_MEDICAL"
    TRANSFER_FACILITY = "TRANSFER_FACILITY"
    REVOKE = "REVOKE"
    MERGE = "MERGE"


class Setting(StrEnum):
    """Where the quarantine is kept: at home 居家隔离 or in a facility 集中隔离."""

    HOME = "HOME"
    FACILITY = "FACILITY"


class Reason(StrEnum):
    """Why a person stays at home 隔离原因."""

    TRAVEL_FROM_RISK_AREA = "TRAVEL_FROM_RISK_AREA"
    TRAVEL_FROM_ELSEWHERE = "TRAVEL_FROM_ELSEWHERE"
    CLOSE_CONTACT = "CLOSE_CONTACT"
    SHARED_HOUSEHOLD = "SHARED_HOUSEHOLD"
    OTHER = "OTHER"


class DeliveryMethod(StrEnum):
    """How the notice reached the person."""

    IN_PERSON = "IN_PERSON"
    PHONE = "PHONE"
    MESSAGE = "MESSAGE"
    POSTED = "POSTED"


class Destination(StrEnum):
    """Where a person is transferred to."""

    MEDICAL = "MEDICAL"
    FACILITY = "FACILITY"


IN_FORCE = frozenset({OrderStatus.ISSUED, OrderStatus.DELIVERED, OrderStatus.ACTIVE, OrderStatus.RELEASE_DUE})
OPEN = IN_FORCE | {OrderStatus.DRAFT}
RUNNING = IN_FORCE - {OrderStatus.RELEASE_DUE}

NEXT: Mapping[Transition, Mapping[OrderStatus, OrderStatus]] = MappingProxyType({
    Transition.ISSUE: {OrderStatus.DRAFT: OrderStatus.ISSUED},
    Transition.DELIVER: {OrderStatus.ISSUED: OrderStatus.DELIVERED},
    Transition.ACTIVATE: {OrderStatus.DELIVERED: OrderStatus.ACTIVE},
    Transition.FALL_DUE: dict.fromkeys(RUNNING, OrderStatus.RELEASE_DUE),
    Transition.RELEASE: {OrderStatus.RELEASE_DUE: OrderStatus.RELEASED},
    Transition.EXTEND: {status: status for status in RUNNING} | {OrderStatus.RELEASE_DUE: OrderStatus.ACTIVE},
    Transition.TRANSFER_MEDICAL: dict.fromkeys(IN_FORCE, OrderStatus.TRANSFERRED_MEDICAL),
    Transition.TRANSFER_FACILITY: dict.fromkeys(IN_FORCE, OrderStatus.TRANSFERRED_FACILITY),
    Transition.REVOKE: dict.fromkeys(OPEN, OrderStatus.REVOKED),
    Transition.MERGE: dict.fromkeys(OPEN, OrderStatus.MERGED),
})  # fmt: skip

REFUSALS: Mapping[tuple[Transition, OrderStatus], type[Problem]] = MappingProxyType({
    **{(Transition.ISSUE, status): OrderAlreadyIssued for status in IN_FORCE},
    (Transition.DELIVER, OrderStatus.DELIVERED): NoticeAlreadyDelivered,
    (Transition.DELIVER, OrderStatus.ACTIVE): NoticeAlreadyDelivered,
    (Transition.DELIVER, OrderStatus.RELEASE_DUE): OrderRunOut,
    (Transition.ACTIVATE, OrderStatus.ISSUED): NoticeNotDelivered,
    (Transition.ACTIVATE, OrderStatus.ACTIVE): AlreadyActive,
    (Transition.ACTIVATE, OrderStatus.RELEASE_DUE): OrderRunOut,
    (Transition.FALL_DUE, OrderStatus.RELEASE_DUE): OrderRunOut,
    **{(Transition.RELEASE, status): StillInForce for status in RUNNING},
})  # fmt: skip

TRANSFERS: Mapping[Destination, Transition] = MappingProxyType({
    Destination.MEDICAL: Transition.TRANSFER_MEDICAL,
    Destination.FACILITY: Transition.TRANSFER_FACILITY,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuarantineOrder:
    """An order that a person stays at home 居家隔离; day 0 is `starts_on`, it holds through `ends_on`."""

    district_code: str
    id: UUID
    division_code: str
    resident_id: UUID
    status: OrderStatus
    length_days: int
    starts_on: date
    ends_on: date
    issued_at: datetime | None
    delivered_at: datetime | None
    revocation_asked_by: str | None
    changes: int


def next_status(status: OrderStatus, transition: Transition) -> OrderStatus:
    """Return where a transition leads; raise the fact that stands against it."""
    after = NEXT[transition].get(status)
    if after is not None:
        return after
    if status is OrderStatus.DRAFT:
        raise OrderNotIssued
    if status not in IN_FORCE:
        raise OrderEnded(status=status)
    raise REFUSALS[transition, status]


def check_period(starts_on: date, length_days: int, today: date) -> None:
    """Raise unless an order of these days may be issued today."""
    if not 1 <= length_days <= LENGTH_DAYS_MAX:
        raise LengthOutOfRange(path=("length_days",), limit=LENGTH_DAYS_MAX)
    if starts_on > today:
        raise StartsInFuture(path=("starts_on",))
    if period_is_over(starts_on, length_days, today):
        raise EndsInThePast(path=("starts_on",))


def check_in_force(order: QuarantineOrder) -> None:
    """Raise unless the order is in force."""
    if order.status is OrderStatus.DRAFT:
        raise OrderNotIssued
    if order.status not in IN_FORCE:
        raise OrderEnded(status=order.status)


def first_day(drafted: date, wanted: date | None, today: date) -> date:
    """Return day 0 of a draft issued by hand: the day asked for, or the draft's, and today at the latest."""
    return wanted if wanted is not None else min(drafted, today)


def check_delivery(order: QuarantineOrder, delivered_at: datetime, now: datetime) -> OrderStatus:
    """Return the status after the delivery; raise unless it can have happened then."""
    if order.status is OrderStatus.RELEASE_DUE and order.delivered_at is not None:
        raise NoticeAlreadyDelivered
    after = next_status(order.status, Transition.DELIVER)
    if delivered_at > now:
        raise DeliveryInFuture(path=("delivered_at",))
    if order.issued_at is not None and delivered_at < order.issued_at:
        raise DeliveryBeforeIssue(path=("delivered_at",))
    return after


def runs_out(order: QuarantineOrder, today: date) -> bool:
    """Say whether the order's last day has passed and the clock has yet to mark it."""
    return order.status in RUNNING and today > order.ends_on


def check_release(order: QuarantineOrder, today: date) -> OrderStatus:
    """Return the status after the release; an order whose last day has passed counts as due."""
    if runs_out(order, today):
        return OrderStatus.RELEASED
    try:
        return next_status(order.status, Transition.RELEASE)
    except StillInForce:
        raise StillInForce(ends_on=order.ends_on) from None


def check_extension(order: QuarantineOrder, ends_on: date, today: date) -> OrderStatus:
    """Return the status after the extension, which only lengthens.

    An order that was due returns to ACTIVE, or to ISSUED while its notice has not been delivered.
    """
    after = next_status(order.status, Transition.EXTEND)
    if ends_on <= order.ends_on:
        raise ShorterThanBefore(path=("ends_on",), ends_on=order.ends_on)
    if ends_on < today:
        raise EndsInThePast(path=("ends_on",))
    if (ends_on - order.starts_on).days > LENGTH_DAYS_MAX:
        raise LengthOutOfRange(path=("ends_on",), limit=LENGTH_DAYS_MAX)
    return OrderStatus.ISSUED if order.delivered_at is None else after


def check_transfer(order: QuarantineOrder, destination: Destination) -> OrderStatus:
    """Return the status after the transfer."""
    return next_status(order.status, TRANSFERS[destination])


def check_revocation_asked(order: QuarantineOrder) -> None:
    """Raise unless a first person may ask for the revocation."""
    next_status(order.status, Transition.REVOKE)
    if order.revocation_asked_by is not None:
        raise RevocationAlreadyAsked


def check_revocation_confirmed(order: QuarantineOrder, subject: str) -> OrderStatus:
    """Return the status after a second person has confirmed the revocation."""
    after = next_status(order.status, Transition.REVOKE)
    if order.revocation_asked_by is None:
        raise RevocationNotAsked
    if order.revocation_asked_by == subject:
        raise SecondPersonRequired
    return after


def period_is_over(starts_on: date, length_days: int, today: date) -> bool:
    """Say whether an order of these days would have ended before today."""
    return starts_on + timedelta(days=length_days) < today
