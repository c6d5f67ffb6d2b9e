"""Statements of quarantine orders."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.quarantine.model import (
    DeliveryMethod,
    OrderStatus,
    QuarantineOrder,
    Reason,
    Setting,
    Transition,
)

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A quarantine order with the counts of its health checks; a draft has no notice."""

    id: UUID
    resident_id: UUID
    division_code: str
    status: OrderStatus
    setting: Setting
    reason: Reason
    length_days: int
    starts_on: date
    ends_on: date
    issued_at: datetime | None
    delivered_at: datetime | None
    revocation_asked_at: datetime | None
    notice_url: str | None
    health_checks_expected: int
    health_checks_reported: int
    health_checks_missed: int
    health_checks_abnormal: int


@dataclass(frozen=True, slots=True)
class Drafted:
    """An order as it was drafted."""

    id: UUID
    resident_id: UUID
    division_code: str
    changes: int


@dataclass(frozen=True, slots=True)
class FallenDue:
    """An order that the clock has just marked as due."""

    district_code: str
    id: UUID
    division_code: str
    resident_id: UUID
    status_before: OrderStatus
    never_delivered: bool


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What the notice says."""

    id: UUID
    division_code: str
    resident_id: UUID
    person_key: str
    name: str
    document_kind: str | None
    document_number_masked: str | None
    address: str | None
    reason: Reason
    setting: Setting
    length_days: int
    starts_on: date
    ends_on: date
    issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class VerifiedOrder:
    """What the bearer of a notice's code may know."""

    status: OrderStatus
    starts_on: date
    ends_on: date


orders_by_id = statements.one_each("orders_by_id", OrderRow)
orders_of_residents = statements.page_each(
    "orders_of_residents", OrderRow, order=("starts_on date", "id uuid"), descending=True
)
orders_of_grids = statements.page_each("orders_of_grids", OrderRow, order=("starts_on date", "id uuid"), key="text")
orders_of_scopes = statements.page_each(
    "orders_of_scopes", OrderRow, order=("division_code text", "starts_on date", "id uuid"), key="text"
)


@statements.query
async def lock_order(db: Transaction, *, district_code: str, order_id: UUID) -> QuarantineOrder | None:
    """Return an order that nobody else changes until the transaction ends."""


@statements.query
async def lock_open_order(db: Transaction, *, district_code: str, resident_id: UUID) -> QuarantineOrder | None:
    """Return a person's open order, locked."""


@statements.query
async def insert_drafts(
    db: Transaction,
    *,
    district_code: str,
    ids: list[UUID],
    division_codes: list[str],
    resident_ids: list[UUID],
    settings: list[Setting],
    reasons: list[Reason],
    lengths: list[int],
    days: list[date],
) -> list[Drafted]:
    """Draft orders; whoever has an open one is left out."""


@statements.query
async def widen_drafts(
    db: Transaction,
    *,
    district_code: str,
    resident_ids: list[UUID],
    reasons: list[Reason],
    lengths: list[int],
    days: list[date],
) -> list[Drafted]:
    """Let drafts of the same reason that end earlier last until these ends."""


@statements.query
async def add_draft_histories(
    db: Transaction, *, district_code: str, now: datetime, transition: str, order_ids: list[UUID], changes: list[int]
) -> None:
    """Add to the histories of orders that stand as drafts."""


@statements.query
async def set_issued(
    db: Transaction, *, district_code: str, order_id: UUID, starts_on: date, length_days: int, now: datetime
) -> None:
    """Issue a draft, from its first day on."""


@statements.query
async def set_delivered(
    db: Transaction,
    *,
    district_code: str,
    order_id: UUID,
    delivered_at: datetime,
    method: DeliveryMethod,
    receiver: str,
) -> None:
    """Record how and when the notice was delivered, and to whom."""


@statements.query
async def set_status(db: Transaction, *, district_code: str, order_id: UUID, status: OrderStatus) -> None:
    """Change nothing but the status."""


@statements.query
async def set_extended(
    db: Transaction, *, district_code: str, order_id: UUID, status: OrderStatus, ends_on: date
) -> None:
    """Move the last day."""


@statements.query
async def set_revocation_asked(
    db: Transaction, *, district_code: str, order_id: UUID, subject: str, now: datetime, reason: str
) -> None:
    """Keep who asks for the revocation, and why."""


@statements.query
async def set_ended(
    db: Transaction,
    *,
    district_code: str,
    order_id: UUID,
    status: OrderStatus,
    now: datetime,
    transfer_place: str | None,
) -> None:
    """End an order."""


@statements.query
async def add_history(
    db: Transaction,
    *,
    district_code: str,
    order_id: UUID,
    change: int,
    now: datetime,
    transition: Transition | str,
    status_before: OrderStatus | None,
    status_after: OrderStatus,
    note: str | None,
) -> None:
    """Add to the order's history, by whoever the transaction acts for."""


@statements.query
async def orders_fall_due(db: Transaction, *, today: date, now: datetime, batch_size: int) -> list[FallenDue]:
    """Mark orders whose last day has passed, with their history."""


@statements.query
async def notice_of_order(db: Transaction, *, district_code: str, order_id: UUID) -> NoticeRow | None:
    """Return what an order's notice says."""


@statements.query
async def order_to_verify(db: Transaction, *, district_code: str, order_id: UUID) -> VerifiedOrder | None:
    """Return what the bearer of an issued order's code may know."""


statements.check()
