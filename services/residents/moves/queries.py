"""Statements of moves: the person, and what follows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.quarantine.model import OrderStatus
from services.residents.roster.model import Relation
from services.residents.screening.model import TaskStatus

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class MovedOrder:
    """An order that has followed."""

    id: UUID
    status: OrderStatus
    changes: int


@dataclass(frozen=True, slots=True)
class MovedTask:
    """An open task that has followed."""

    id: UUID
    status: TaskStatus
    returnee_id: UUID | None
    from_division_code: str


@statements.query
async def set_home(
    db: Transaction,
    *,
    district_code: str,
    resident_id: UUID,
    household_id: UUID,
    division_code: str,
    relation: Relation,
    keeps_worker: bool,
) -> None:
    """Write where a resident lives."""


@statements.query
async def move_orders(
    db: Transaction, *, district_code: str, resident_id: UUID, division_code: str
) -> list[MovedOrder]:
    """Let the order follow that has not ended, and those of which something waits for its review."""


@statements.query
async def move_checks(db: Transaction, *, district_code: str, order_ids: list[UUID], division_code: str) -> None:
    """Let the health checks follow that are still to be reported or reviewed."""


@statements.query
async def move_tasks(
    db: Transaction,
    *,
    district_code: str,
    resident_id: UUID,
    division_code: str,
    worker_id: UUID | None,
    now: datetime,
) -> list[MovedTask]:
    """Let the screening tasks follow that are not closed."""


@statements.query
async def move_returnees(db: Transaction, *, district_code: str, ids: list[UUID], division_code: str) -> None:
    """Let returns follow their tasks."""


statements.check()
