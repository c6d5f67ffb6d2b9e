"""What the register asks the database."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.enterprises.operation.model import OperationStatus
from services.enterprises.register.model import Enterprise, EnterpriseKind, EnterpriseSize

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class IndustryRow:
    """A section or division of the industry classification 国民经济行业分类."""

    code: str
    name: str
    level: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """An enterprise 企业 as it is read."""

    id: UUID
    credit_code: str
    name: str
    kind: EnterpriseKind
    size: EnterpriseSize
    industry_code: str
    division_code: str
    address: str
    contact_name: str
    contact_phone_masked: str
    operation_status: OperationStatus
    capacity_percent: int | None
    resumed_on: date | None
    liaison_team_id: UUID | None


@dataclass(frozen=True, slots=True)
class LoadedRow:
    """What a loaded enterprise adds to the board."""

    division_code: str
    operation_status: OperationStatus


industries_by_code = statements.one_each("industries_by_code", IndustryRow, key="text")
enterprises_by_id = statements.one_each("enterprises_by_id", EnterpriseRow)
enterprises_by_credit_code = statements.one_each("enterprises_by_credit_code", EnterpriseRow, key="text")
enterprises_of_scope = statements.page_each(
    "enterprises_of_scope", EnterpriseRow, order=("division_code text", "id uuid"), key="text"
)


@statements.query
async def enterprise_by_id(db: Transaction, *, district_code: str, enterprise_id: UUID) -> Enterprise | None:
    """Find an enterprise within scope."""


@statements.query
async def enterprise_by_credit_code(db: Transaction, *, district_code: str, credit_code: str) -> Enterprise | None:
    """Find an enterprise within scope by its credit code."""


@statements.query
async def lock_enterprise(db: Transaction, *, district_code: str, enterprise_id: UUID) -> Enterprise | None:
    """Lock an enterprise within scope until the transaction ends."""


@statements.query
async def industry_is_known(db: Transaction, *, code: str) -> bool:
    """Say whether the classification has an industry."""


@statements.query
async def insert_enterprise(
    db: Transaction,
    *,
    district_code: str,
    enterprise_id: UUID,
    division_code: str,
    credit_code: str,
    name: str,
    kind: str,
    size: str,
    industry_code: str,
    address: str,
    contact_name: str,
    contact_phone_sealed: bytes,
    contact_phone_masked: str,
    liaison_team_id: UUID | None,
    registered_at: datetime,
) -> None:
    """Register an enterprise."""


@statements.query
async def load_industries(db: Transaction, *, rows: list[dict[str, Any]]) -> None:
    """Store the classification, or what changed in it."""


@statements.query
async def load_enterprises(db: Transaction, *, rows: list[dict[str, Any]], registered_at: datetime) -> list[LoadedRow]:
    """Store enterprises that are not there yet; return those stored."""


statements.check()
