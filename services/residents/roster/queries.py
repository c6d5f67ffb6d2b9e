"""Statements of households and residents."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.health_code.model import Color
from services.residents.roster.model import Relation, Sex, Status

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """A resident as others within scope read one: numbers masked, never decrypted."""

    id: UUID
    name: str
    sex: Sex
    birth_on: date | None
    relation: Relation
    document_kind: str | None
    national_id_masked: str | None
    phone_masked: str | None
    grid_code: str
    household_id: UUID
    guardian_id: UUID | None
    person_key: str
    status: Status
    closed_on: date | None
    proxy_id: UUID | None
    proxy_name: str | None
    color: Color | None
    quarantine_in_force: bool


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household at its address."""

    id: UUID
    address: str
    grid_code: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class StandingOfPerson:
    """What a reviewer or a gate may know of a person, wherever the person lives; nothing else."""

    person_key: str
    color: Color
    quarantine_in_force: bool


@dataclass(frozen=True, slots=True)
class KnownResident:
    """A resident as the service's own decisions need one."""

    id: UUID
    division_code: str
    household_id: UUID
    name: str
    person_key: str
    phone_masked: str | None
    document_number_masked: str | None


@dataclass(frozen=True, slots=True)
class FoundByIndex:
    """A resident found by a blind index."""

    blind_index: bytes
    id: UUID
    division_code: str
    name: str
    person_key: str


@dataclass(frozen=True, slots=True)
class Household:
    """A household as commands need it."""

    id: UUID
    division_code: str
    address: str


residents_by_id = statements.one_each("residents_by_id", ResidentRow)
residents_by_person_key = statements.one_each("residents_by_person_key", ResidentRow, key="text")
residents_of_households = statements.page_each("residents_of_households", ResidentRow, order=("id uuid",))
heads_of_households = statements.one_each("heads_of_households", ResidentRow)
households_by_id = statements.one_each("households_by_id", HouseholdRow)
standings_by_person_key = statements.one_each("standings_by_person_key", StandingOfPerson, key="text")


@statements.query
async def resident_by_id(db: Transaction, *, district_code: str, resident_id: UUID) -> KnownResident | None:
    """Return a resident; the survivor by the id of a record that was merged."""


@statements.query
async def resident_by_person_key(db: Transaction, *, district_code: str, person_key: str) -> KnownResident | None:
    """Return the resident whom the services know by a key, or knew before a merge."""


@statements.query
async def find_by_blind_index(db: Transaction, *, district_code: str, document_index: bytes) -> KnownResident | None:
    """Return the resident with a document, by `keys.index(kind, number)`."""


@statements.query
async def residents_by_phone_and_name(
    db: Transaction, *, district_code: str, phone_index: bytes, name: str
) -> list[KnownResident]:
    """Return the residents of a name with a phone, by `keys.index("PHONE", phone)`; at most ten."""


@statements.query
async def residents_by_blind_indexes(
    db: Transaction, *, district_code: str, indexes: list[bytes]
) -> list[FoundByIndex]:
    """Return the residents with these documents."""


@statements.query
async def residents_by_phone_indexes(
    db: Transaction, *, district_code: str, indexes: list[bytes]
) -> list[FoundByIndex]:
    """Return the residents with these phones."""


@statements.query
async def household_at_address(
    db: Transaction, *, district_code: str, division_code: str, address: str
) -> Household | None:
    """Return the household at an address of a grid, the oldest if there are several."""


@statements.query
async def add_household(db: Transaction, *, district_code: str, id: UUID, division_code: str, address: str) -> None:  # noqa: A002
    """Write a household."""


@statements.query
async def add_resident(
    db: Transaction,
    *,
    district_code: str,
    id: UUID,  # noqa: A002
    division_code: str,
    household_id: UUID,
    name: str,
    name_initials: str,
    sex: Sex,
    birth_on: date | None,
    relation: Relation,
    document_kind: str | None,
    document_number_sealed: bytes | None,
    document_number_masked: str | None,
    document_number_index: bytes | None,
    person_key: str,
    phone_sealed: bytes | None,
    phone_masked: str | None,
    phone_index: bytes | None,
    phone_tail_index: bytes | None,
    guardian_id: UUID | None,
    registered_at: datetime,
    search_version: int,
) -> None:
    """Write a resident."""


statements.check()
