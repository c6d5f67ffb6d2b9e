"""Statements of standings."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.health_code.model import Color

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason in the reader's language."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class HealthCodeRow:
    """The health code of a resident."""

    color: Color
    reasons: list[ReasonRow]
    decided_at: datetime
    rule_version: int


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """A standing as it was last stated, and the facts of now."""

    resident_id: UUID
    division_code: str
    household_id: UUID
    person_key: str
    version: int
    color: Color
    reasons: tuple[str, ...]
    expected_arrival_on: date | None
    expected_origin_code: str | None
    order_id: UUID | None
    order_status: str | None
    order_setting: str | None
    order_ends_on: date | None
    recheck_on: date | None
    stated_division_code: str
    stated_household_id: UUID
    now_order_id: UUID | None
    now_order_status: str | None
    now_order_setting: str | None
    now_order_length_days: int | None
    now_order_ends_on: date | None
    now_arrives_on: date | None
    now_origin_code: str | None
    now_origin_risk: str | None
    health_check_abnormal: bool


@dataclass(frozen=True, slots=True)
class StandingKey:
    """Whose standing is due to be looked at again."""

    district_code: str
    resident_id: UUID


health_codes_of_residents = statements.one_each("health_codes_of_residents", HealthCodeRow)


@statements.query
async def start_standing(db: Transaction, *, district_code: str, resident_id: UUID, now: datetime) -> None:
    """Write a green standing that has not been told yet."""


@statements.query
async def lock_standings(db: Transaction, *, district_code: str, resident_ids: list[UUID]) -> list[UUID]:
    """Lock the standings of residents, in one order for everybody."""


@statements.query
async def facts_of_persons(
    db: Transaction, *, district_code: str, resident_ids: list[UUID], today: date
) -> list[StandingFacts]:
    """Return what the colors of residents are decided from."""


@statements.query
async def state_standings(
    db: Transaction,
    *,
    district_code: str,
    now: datetime,
    resident_ids: list[UUID],
    division_codes: list[str],
    household_ids: list[UUID],
    versions: list[int],
    colors: list[Color],
    reasons: list[str],
    rule_versions: list[int],
    recheck_ons: list[date | None],
    expected_arrival_ons: list[date | None],
    expected_origin_codes: list[str | None],
    order_ids: list[UUID | None],
    order_statuses: list[str | None],
    order_settings: list[str | None],
    order_ends_ons: list[date | None],
) -> None:
    """Write standings anew; reasons come joined by commas."""


@statements.query
async def standings_to_recheck(db: Transaction, *, today: date) -> list[StandingKey]:
    """Return whose standing holds a fact that has lapsed by a day."""


statements.check()
