"""Statements of search, and of the tokens that it goes by."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.roster.queries import ResidentRow

statements = Statements(__file__)
ORDER = ("token text", "id uuid")


@dataclass(frozen=True, slots=True)
class FoundRow(ResidentRow):
    """A resident, by the token that the search met."""

    token: str


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whose number was asked for."""

    id: UUID
    division_code: str
    person_key: str


@dataclass(frozen=True, slots=True)
class ToIndex:
    """What a resident's tokens are made from."""

    id: UUID
    division_code: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class NotIndexed:
    """A resident whose tokens are missing or of an older form."""

    district_code: str
    id: UUID
    division_code: str
    name: str
    address: str
    phone_sealed: bytes | None


residents_found_in_district = statements.page_each("residents_found_in_district", FoundRow, order=ORDER, key="text")
residents_found_in_grids = statements.page_each("residents_found_in_grids", FoundRow, order=ORDER, key="text")
residents_found_in_grids_before = statements.page_each(
    "residents_found_in_grids_before", FoundRow, order=ORDER, key="text"
)
residents_found_by_number = statements.page_each(
    "residents_found_by_number", ResidentRow, order=("id uuid",), key="text"
)


@statements.query
async def found_by_documents(
    db: Transaction, *, district_code: str, indexes: list[bytes], rows_max: int
) -> list[Found]:
    """Return the residents with one of these documents."""


@statements.query
async def found_by_phone(db: Transaction, *, district_code: str, phone_index: bytes, rows_max: int) -> list[Found]:
    """Return the residents with a phone."""


@statements.query
async def found_by_phone_tail(
    db: Transaction, *, district_code: str, phone_tail_index: bytes, rows_max: int
) -> list[Found]:
    """Return the residents whose phone ends like this."""


@statements.query
async def to_index(db: Transaction, *, district_code: str, ids: list[UUID]) -> list[ToIndex]:
    """Return what tokens are made from, of the records that stand."""


@statements.query
async def members_of(db: Transaction, *, district_code: str, household_id: UUID) -> list[UUID]:
    """Return everybody who was ever registered in a household last."""


@statements.query
async def drop_tokens(db: Transaction, *, district_code: str, division_codes: list[str], ids: list[UUID]) -> None:
    """Forget the tokens of residents in these grids."""


@statements.query
async def add_tokens(
    db: Transaction,
    *,
    division_codes: list[str],
    tokens: list[str],
    resident_ids: list[UUID],
    shared: list[int],
) -> None:
    """Write tokens, many at once."""


@statements.query
async def lock_not_indexed(db: Transaction, *, search_version: int, rows_max: int) -> list[NotIndexed]:
    """Hold residents whose tokens are missing or older than a version."""


@statements.query
async def set_indexed(
    db: Transaction,
    *,
    search_version: int,
    district_codes: list[str],
    ids: list[UUID],
    phone_tail_indexes: list[bytes | None],
) -> None:
    """Write that the tokens are there."""


statements.check()
