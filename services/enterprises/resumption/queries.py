"""What resumption asks the database."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.enterprises.resumption.model import Application, ApplicationStatus
from services.enterprises.resumption.policy import Mode

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """An item that the precheck found."""

    code: str
    message: str
    path: list[str]


@dataclass(frozen=True, slots=True)
class PrecheckRow:
    """What the precheck found."""

    passed: bool
    findings: list[FindingRow]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A step of an application."""

    at: datetime
    status: ApplicationStatus
    by: str
    note: str | None


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """A resumption application 复工申请 as it is read."""

    id: UUID
    enterprise_id: UUID
    credit_code: str
    division_code: str
    status: ApplicationStatus
    mode: Mode
    policy_version: str
    planned_on: date
    submitted_at: datetime
    review_level: str
    due_at: datetime | None
    precheck: PrecheckRow
    history: list[HistoryRow]


@dataclass(frozen=True, slots=True)
class OpenRow:
    """The application an enterprise has under way."""

    id: UUID
    status: ApplicationStatus


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What the precheck needs of a stored application, and what it found last."""

    masks: int
    thermometers: int
    disinfectant_liters: float
    isolation_rooms: int
    dormitories: list[dict[str, Any]]
    canteen_plan: str | None
    undertaking_accepted: bool
    findings: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Key:
    """An application's key."""

    district_code: str
    id: UUID


applications_by_id = statements.one_each("applications_by_id", ApplicationRow)
applications_of_enterprises = statements.page_each(
    "applications_of_enterprises",
    ApplicationRow,
    order=("submitted_at timestamptz", "id uuid"),
    descending=True,
)
applications_of_scope = statements.page_each(
    "applications_of_scope",
    ApplicationRow,
    order=("submitted_at timestamptz", "id uuid"),
    descending=True,
    key="text",
)


@statements.query
async def open_application(db: Transaction, *, district_code: str, enterprise_id: UUID) -> OpenRow | None:
    """Lock the application an enterprise has under way."""


@statements.query
async def lock_application(db: Transaction, *, district_code: str, application_id: UUID) -> Application | None:
    """Lock an application within scope until the transaction ends."""


@statements.query
async def insert_application(
    db: Transaction,
    *,
    district_code: str,
    application_id: UUID,
    division_code: str,
    credit_code: str,
    enterprise_id: UUID,
    status: str,
    mode: str,
    policy_version: str,
    review_level: str,
    planned_on: date,
    person_in_charge_name: str,
    person_in_charge_phone_sealed: bytes,
    person_in_charge_phone_masked: str,
    masks: int,
    thermometers: int,
    disinfectant_liters: float,
    isolation_rooms: int,
    dormitories: list[dict[str, Any]],
    canteen_plan: str | None,
    undertaking_accepted: bool,
    submitted_at: datetime,
    due_at: datetime | None,
    precheck_passed: bool,
    findings: list[dict[str, Any]],
    prechecked_on: date,
) -> None:
    """Store an application."""


@statements.query
async def rewrite_application(
    db: Transaction,
    *,
    district_code: str,
    application_id: UUID,
    status: str,
    mode: str,
    policy_version: str,
    review_level: str,
    planned_on: date,
    person_in_charge_name: str,
    person_in_charge_phone_sealed: bytes,
    person_in_charge_phone_masked: str,
    masks: int,
    thermometers: int,
    disinfectant_liters: float,
    isolation_rooms: int,
    dormitories: list[dict[str, Any]],
    canteen_plan: str | None,
    undertaking_accepted: bool,
    submitted_at: datetime,
    due_at: datetime | None,
    precheck_passed: bool,
    findings: list[dict[str, Any]],
    prechecked_on: date,
) -> None:
    """Store an application that was returned and is submitted again."""


@statements.query
async def set_status(db: Transaction, *, district_code: str, application_id: UUID, status: str) -> None:
    """Change an application's status."""


@statements.query
async def set_precheck(
    db: Transaction,
    *,
    district_code: str,
    application_id: UUID,
    precheck_passed: bool,
    findings: list[dict[str, Any]],
    prechecked_on: date,
) -> None:
    """Store what the precheck found."""


@statements.query
async def insert_history(
    db: Transaction,
    *,
    district_code: str,
    history_id: UUID,
    division_code: str,
    credit_code: str,
    application_id: UUID,
    at: datetime,
    status: str,
    subject: str,
    by_name: str,
    note_en: str | None,
    note_zh: str | None,
) -> None:
    """Add a step to an application's history."""


@statements.query
async def plan_of_application(db: Transaction, *, district_code: str, application_id: UUID) -> PlanRow:
    """Return what an application says beside its roster."""


@statements.query
async def applications_naming(db: Transaction, *, district_code: str, person_keys: list[str]) -> list[UUID]:
    """Return the applications, not ended, whose roster names one of these people."""


@statements.query
async def applications_with_origin(db: Transaction, *, district_code: str, prefix: str) -> list[UUID]:
    """Return the applications, not ended, with a worker who comes from a region."""


@statements.query
async def applications_to_recheck(db: Transaction, *, today: date) -> list[Key]:
    """Return open applications whose precheck is of an earlier day."""


statements.check()
