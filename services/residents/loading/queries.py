"""Statements of loading and of telling everything; each list is one column of many rows."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class AddressOf:
    """Where a household is."""

    id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class StandingToTell:
    """A standing as other services keep it."""

    district_code: str
    resident_id: UUID
    division_code: str
    person_key: str
    version: int
    color: str
    expected_arrival_on: date | None
    expected_origin_code: str | None
    order_id: UUID | None
    order_status: str | None
    order_setting: str | None
    order_ends_on: date | None


@dataclass(frozen=True, slots=True)
class AliasToTell:
    """Whom a key means since a merge; nobody else since the merge was undone."""

    district_code: str
    lost_id: UUID
    lost_person_key: str
    survivor_id: UUID | None
    survivor_person_key: str | None
    version: int


@dataclass(frozen=True, slots=True)
class RiskRegionToTell:
    """A risk region as other services keep it."""

    district_code: str
    id: UUID
    code: str
    level: str
    valid_from: date
    valid_to: date | None
    version: int


@statements.query
async def allow_minutes(db: Transaction) -> None:
    """Lift the time limits of this transaction."""


@statements.query
async def any_resident(db: Transaction) -> bool:
    """Say whether anybody is in the roster."""


@statements.query
async def load_divisions(
    db: Transaction,
    *,
    code: list[str],
    level: list[str],
    kind: list[str],
    name: list[str],
    name_path: list[str],
    parent_code: list[str | None],
    code_system: list[str],
    valid_from: list[date],
    valid_to: list[date | None],
) -> None:
    """Write divisions."""


@statements.query
async def load_division_aliases(
    db: Transaction,
    *,
    code_system: list[str],
    code: list[str],
    division_code: list[str],
    valid_from: list[date],
    valid_to: list[date | None],
) -> None:
    """Write codes of other code systems."""


@statements.query
async def load_origin_divisions(
    db: Transaction,
    *,
    code: list[str],
    name: list[str],
    full_name: list[str],
    level: list[str],
    parent_code: list[str | None],
) -> None:
    """Write where travelers come from."""


@statements.query
async def load_grid_workers(
    db: Transaction,
    *,
    id: list[UUID],  # noqa: A002
    division_code: list[str],
    name: list[str],
    phone_sealed: list[bytes],
    phone_masked: list[str],
    phone_index: list[bytes],
) -> None:
    """Write grid workers."""


@statements.query
async def load_grid_assignments(
    db: Transaction,
    *,
    id: list[UUID],  # noqa: A002
    grid_code: list[str],
    worker_id: list[UUID],
    starts_on: list[date],
    now: datetime,
) -> None:
    """Write who serves which grid, and from when on."""


@statements.query
async def load_households(
    db: Transaction,
    *,
    id: list[UUID],  # noqa: A002
    division_code: list[str],
    address: list[str],
) -> None:
    """Write households."""


@statements.query
async def load_residents(
    db: Transaction,
    *,
    id: list[UUID],  # noqa: A002
    division_code: list[str],
    household_id: list[UUID],
    name: list[str],
    name_initials: list[str],
    sex: list[str],
    birth_on: list[date],
    relation: list[str],
    document_kind: list[str | None],
    document_number_sealed: list[bytes | None],
    document_number_masked: list[str | None],
    document_number_index: list[bytes | None],
    person_key: list[str],
    phone_sealed: list[bytes | None],
    phone_masked: list[str | None],
    phone_index: list[bytes | None],
    phone_tail_index: list[bytes | None],
    guardian_id: list[UUID | None],
    registered_at: datetime,
    search_version: int,
) -> None:
    """Write residents."""


@statements.query
async def addresses_of(db: Transaction, *, ids: list[UUID], division_codes: list[str]) -> list[AddressOf]:
    """Return where households are that have been loaded."""


@statements.query
async def load_standings(
    db: Transaction,
    *,
    id: list[UUID],  # noqa: A002
    division_code: list[str],
    household_id: list[UUID],
    person_key: list[str],
    decided_at: datetime,
) -> None:
    """Write a green standing for each new resident."""


@statements.query
async def roll_up(db: Transaction) -> None:
    """Count residents and households by grid."""


@statements.query
async def standings_to_tell(
    db: Transaction, *, after_district: str, after_resident: UUID, rows_max: int
) -> list[StandingToTell]:
    """Return the next standings in the order of their keys."""


@statements.query
async def aliases_to_tell(
    db: Transaction, *, after_district: str, after_resident: UUID, rows_max: int
) -> list[AliasToTell]:
    """Return the next aliases in the order of their keys."""


@statements.query
async def risk_regions_to_tell(db: Transaction) -> list[RiskRegionToTell]:
    """Return every risk region."""


statements.check()
