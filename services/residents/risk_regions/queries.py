"""Statements of risk regions."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.risk_regions.model import RiskLevel, RiskRegion

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class RiskRegionRow:
    """A declaration, as everybody may read it."""

    id: UUID
    code: str
    level: RiskLevel
    valid_from: date
    valid_to: date | None
    version: int


risk_regions_by_id = statements.one_each("risk_regions_by_id", RiskRegionRow)
risk_regions_of_scopes = statements.page_each(
    "risk_regions_of_scopes", RiskRegionRow, order=("valid_from date", "id uuid"), descending=True, key="text"
)


@statements.query
async def lock_declarations(db: Transaction, *, district_code: str, code: str) -> None:
    """Let declarations of one code follow each other."""


@statements.query
async def regions_overlapping(
    db: Transaction, *, district_code: str, code: str, valid_from: date, valid_to: date | None
) -> list[RiskRegion]:
    """Return the declarations of a code that share a day with a period."""


@statements.query
async def end_region(db: Transaction, *, district_code: str, region_id: UUID, valid_to: date) -> RiskRegion:
    """End a declaration with a day; it becomes a new version."""


@statements.query
async def insert_region(
    db: Transaction,
    *,
    district_code: str,
    region_id: UUID,
    code: str,
    prefix: str,
    level: RiskLevel,
    valid_from: date,
    valid_to: date | None,
    declared_by: str,
    now: datetime,
) -> None:
    """Store a declaration."""


@statements.query
async def regions_around(db: Transaction, *, district_code: str, prefixes: list[str]) -> list[RiskRegion]:
    """Return the regions declared under these prefixes."""


statements.check()
