"""Statements of sources: one for the records, one for the counts of divisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.batch import Batch
from chassis.sql import Statements
from services.residents.form_sources.model import Source, Unit

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record belongs."""

    id: UUID
    division_code: str
    town_name: str | None
    village_name: str | None
    grid_name: str | None


@dataclass(frozen=True, slots=True)
class PersonLine(Place):
    """A record of a person, who may live out of the viewer's scope by now."""

    name: str | None
    document_number_masked: str | None
    phone_masked: str | None
    address: str | None
    person_key: str | None


@dataclass(frozen=True, slots=True)
class ReturneeLine(PersonLine):
    """Somebody who comes back."""

    origin_code: str
    origin_name: str | None
    arrives_on: date
    transport_kind: str
    transport_number: str | None
    match: str
    risk_level: str | None
    task_status: str | None


@dataclass(frozen=True, slots=True)
class OrderLine(PersonLine):
    """A quarantine order."""

    sex: str | None
    birth_on: date | None
    setting: str
    reason: str
    status: str
    starts_on: date
    ends_on: date
    length_days: int
    issued_at: datetime | None
    delivered_at: datetime | None
    delivery_method: str | None
    checks_reported: int
    checks_missed: int


@dataclass(frozen=True, slots=True)
class CheckLine(PersonLine):
    """A health check."""

    slot_at: datetime
    status: str
    temperature_c: float | None
    reported_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskLine(PersonLine):
    """A screening task."""

    status: str
    reason: str
    attempts: int
    due_at: datetime
    opened_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ResidentLine(PersonLine):
    """A resident."""

    sex: str
    birth_on: date | None


@dataclass(frozen=True, slots=True)
class HouseholdLine(Place):
    """A household."""

    address: str
    members: int


@dataclass(frozen=True, slots=True)
class DivisionLine:
    """A village or a town."""

    code: str
    town_name: str | None
    name: str


@dataclass(frozen=True, slots=True)
class ReturneeCounts(DivisionLine):
    """Returnees of a division."""

    returnees: int
    from_risk_regions: int
    matched: int
    tasks_open: int
    tasks_closed: int


@dataclass(frozen=True, slots=True)
class OrderCounts(DivisionLine):
    """Quarantine orders of a division."""

    in_force: int
    at_home: int
    in_facility: int
    issued: int
    released: int
    release_due: int


@dataclass(frozen=True, slots=True)
class CheckCounts(DivisionLine):
    """Health checks of a division."""

    expected: int
    reported: int
    missed: int
    waiting: int
    abnormal: int


@dataclass(frozen=True, slots=True)
class TaskCounts(DivisionLine):
    """Screening tasks of a division."""

    tasks: int
    open: int
    contacted: int
    verified: int
    closed: int
    escalated: int
    overdue: int
    done_percent: int


def lines(name: str, row: type, *order: str) -> Batch:
    """Declare the statement of a source's records."""
    return statements.page_each(name, row, order=("division_code text", *order, "id uuid"), key="text")


def counts(name: str, row: type) -> Batch:
    """Declare the statement of a source's counts."""
    return statements.page_each(name, row, order=("code text",), key="text")


RECORDS: Mapping[Source, Batch] = {
    Source.RETURNEES: lines("returnee_lines", ReturneeLine, "arrives_on date"),
    Source.QUARANTINE_ORDERS: lines("quarantine_order_lines", OrderLine, "starts_on date"),
    Source.HEALTH_CHECKS: lines("health_check_lines", CheckLine, "slot_at timestamptz"),
    Source.SCREENING_TASKS: lines("screening_task_lines", TaskLine, "due_at timestamptz"),
    Source.RESIDENTS: lines("resident_lines", ResidentLine),
    Source.HOUSEHOLDS: lines("household_lines", HouseholdLine),
}
COUNTS: Mapping[Source, Batch] = {
    Source.RETURNEES: counts("returnee_counts", ReturneeCounts),
    Source.QUARANTINE_ORDERS: counts("quarantine_order_counts", OrderCounts),
    Source.HEALTH_CHECKS: counts("health_check_counts", CheckCounts),
    Source.SCREENING_TASKS: counts("screening_task_counts", TaskCounts),
}


def batch_of(source: Source, unit: Unit) -> Batch:
    """Return the statement that gives a source's rows."""
    return RECORDS[source] if unit is Unit.RECORD else COUNTS[source]


statements.check()
