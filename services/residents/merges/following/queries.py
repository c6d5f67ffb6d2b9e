"""Statements of what follows a merge: orders, tasks, returns and wards."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.merges.model import Order, Task
from services.residents.quarantine.model import OrderStatus
from services.residents.screening.model import TaskStatus

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class DroppedCheck:
    """A health check that nobody expects any more."""

    id: UUID
    slot_at: datetime
    division_code: str


@dataclass(frozen=True, slots=True)
class Candidacy:
    """A return whose probable persons name a record."""

    id: UUID
    candidate_ids: list[UUID]


@statements.query
async def lock_orders_of(db: Transaction, *, district_code: str, resident_ids: list[UUID]) -> list[Order]:
    """Return all orders of people, locked."""


@statements.query
async def end_order(
    db: Transaction, *, district_code: str, order_id: UUID, by_subject: str, note: str | None, now: datetime
) -> None:
    """End an order as merged, with its history."""


@statements.query
async def move_orders(
    db: Transaction,
    *,
    district_code: str,
    ids: list[UUID],
    division_codes: list[str | None],
    to_id: UUID,
    transition: str,
    by_subject: str,
    note: str | None,
    now: datetime,
) -> None:
    """Give orders to another record, with their history."""


@statements.query
async def move_checks(
    db: Transaction, *, district_code: str, ids: list[UUID], division_codes: list[str | None], to_id: UUID
) -> None:
    """Give the health checks of orders to another record."""


@statements.query
async def drop_checks(db: Transaction, *, district_code: str, order_id: UUID) -> list[DroppedCheck]:
    """Expect nothing more of an order, and return what was expected."""


@statements.query
async def put_checks_back(
    db: Transaction,
    *,
    district_code: str,
    order_id: UUID,
    ids: list[UUID],
    division_codes: list[str],
    slots: list[datetime],
) -> None:
    """Expect health checks of an order again."""


@statements.query
async def reopen_order(
    db: Transaction,
    *,
    district_code: str,
    order_id: UUID,
    status: OrderStatus,
    transition: str,
    by_subject: str,
    note: str | None,
    now: datetime,
) -> None:
    """Let an order go on that ended as merged, with its history."""


@statements.query
async def lock_tasks_of(db: Transaction, *, district_code: str, resident_ids: list[UUID]) -> list[Task]:
    """Return all screening tasks of people, locked."""


@statements.query
async def move_tasks_to(db: Transaction, *, district_code: str, ids: list[UUID], from_id: UUID, to_id: UUID) -> None:
    """Give tasks to another record."""


@statements.query
async def set_tasks(
    db: Transaction,
    *,
    district_code: str,
    ids: list[UUID],
    statuses: list[TaskStatus],
    changed_at: list[datetime],
) -> None:
    """Close tasks, or let them go on as they were."""


@statements.query
async def returnees_of(db: Transaction, *, district_code: str, resident_id: UUID) -> list[UUID]:
    """Return somebody's returns, locked."""


@statements.query
async def move_returnees(db: Transaction, *, district_code: str, ids: list[UUID], from_id: UUID, to_id: UUID) -> None:
    """Give returns to another record."""


@statements.query
async def candidacies_of(db: Transaction, *, district_code: str, resident_id: UUID) -> list[Candidacy]:
    """Return the returns that may be somebody's, locked."""


@statements.query
async def set_candidates(
    db: Transaction, *, district_code: str, returnee_id: UUID, candidate_ids: list[UUID], expected: list[UUID]
) -> None:
    """Name other probable persons of a return, unless they are others already."""


@statements.query
async def returned_since(
    db: Transaction, *, district_code: str, resident_id: UUID, person_key: str, since: datetime, moved: list[UUID]
) -> bool:
    """Say whether a return was registered since with a document, beyond those that were moved."""


@statements.query
async def wards_of(db: Transaction, *, district_code: str, guardian_id: UUID) -> list[UUID]:
    """Return whom somebody is guardian of, merged records among them."""


@statements.query
async def proxied_by(db: Transaction, *, district_code: str, proxy_id: UUID) -> list[UUID]:
    """Return whom somebody reports for, merged records among them."""


@statements.query
async def move_proxied(db: Transaction, *, district_code: str, ids: list[UUID], from_id: UUID, to_id: UUID) -> None:
    """Give people another proxy, those who have not got one meanwhile."""


@statements.query
async def move_wards(db: Transaction, *, district_code: str, ids: list[UUID], from_id: UUID, to_id: UUID) -> None:
    """Give wards another guardian, those who have not got one meanwhile."""


statements.check()
