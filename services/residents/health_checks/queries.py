"""Statements of health checks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.health_checks.model import CheckStatus, Conclusion, HealthCheck, ReportedAs

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class HealthCheckRow:
    """A health check; `temperature_c` is the last reading, `first_temperature_c` the one before a recheck."""

    id: UUID
    quarantine_order_id: UUID
    resident_id: UUID
    division_code: str
    slot_at: datetime
    status: CheckStatus
    temperature_c: float | None
    first_temperature_c: float | None
    symptoms: list[str]
    reported_at: datetime | None
    reported_as: ReportedAs | None
    conclusion: Conclusion | None
    reviewed_at: datetime | None


health_checks_by_id = statements.one_each("health_checks_by_id", HealthCheckRow)
health_checks_of_orders = statements.page_each(
    "health_checks_of_orders", HealthCheckRow, order=("slot_at timestamptz", "id uuid")
)
health_checks_due_of_grids = statements.page_each(
    "health_checks_due_of_grids", HealthCheckRow, order=("slot_at timestamptz", "id uuid"), key="text"
)


@statements.query
async def expect_checks(
    db: Transaction,
    *,
    district_code: str,
    division_code: str,
    order_id: UUID,
    resident_id: UUID,
    ids: list[UUID],
    slots: list[datetime],
) -> None:
    """Expect a report in each of an order's slots."""


@statements.query
async def lock_check_of_slot(
    db: Transaction, *, district_code: str, order_id: UUID, slot_at: datetime
) -> HealthCheck | None:
    """Return an order's health check of one slot, locked."""


@statements.query
async def lock_check(db: Transaction, *, district_code: str, check_id: UUID) -> HealthCheck | None:
    """Return a health check, locked."""


@statements.query
async def set_reading(
    db: Transaction,
    *,
    district_code: str,
    check_id: UUID,
    status: CheckStatus,
    temperature_c: float,
    symptoms: list[str],
    now: datetime,
    reported_by: str,
    reported_as: ReportedAs,
    changes: int,
) -> None:
    """Keep a reading; the first one stays beside the second."""


@statements.query
async def set_reviewed(
    db: Transaction, *, district_code: str, check_id: UUID, conclusion: Conclusion, now: datetime
) -> None:
    """Keep an officer's conclusion."""


@statements.query
async def add_check_history(
    db: Transaction,
    *,
    district_code: str,
    check_id: UUID,
    change: int,
    now: datetime,
    status_before: CheckStatus,
    status_after: CheckStatus,
    temperature_c: float | None,
    note: str | None,
) -> None:
    """Add to a check's history, by whoever the transaction acts for."""


@statements.query
async def drop_expected_checks(db: Transaction, *, district_code: str, order_id: UUID) -> None:
    """Expect nothing more of an order that ended early."""


@statements.query
async def miss_checks_of_order(
    db: Transaction, *, district_code: str, order_id: UUID, now: datetime
) -> list[HealthCheck]:
    """Mark what was not reported before the order's release."""


@statements.query
async def miss_checks(db: Transaction, *, slots_until: datetime, now: datetime, batch_size: int) -> list[HealthCheck]:
    """Mark checks whose time has passed without a report."""


@statements.query
async def escalate_checks(
    db: Transaction, *, slots_until: datetime, reported_until: datetime, now: datetime, batch_size: int
) -> list[HealthCheck]:
    """Hand checks to an officer whose second reading never came."""


statements.check()
