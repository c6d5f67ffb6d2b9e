"""Statements of returnees."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.returnees.model import Candidate, Match, MatchedBy, TransportKind, Undecided
from services.residents.risk_regions.model import RiskLevel

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ReturneeRow:
    """A returnee as others within scope read one."""

    id: UUID
    name: str
    national_id_masked: str | None
    phone_masked: str | None
    origin_code: str
    arrives_on: date
    transport_kind: TransportKind
    transport_number: str | None
    division_code: str
    destination_grid_code: str
    address: str
    match: Match
    matched_by: MatchedBy | None
    candidate_ids: list[UUID]
    resident_id: UUID | None
    screening_task_id: UUID | None


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Somebody of the roster who may be a returnee; outside the viewer's scope with a masked name and the town only."""

    id: UUID
    resident_id: UUID
    name: str
    national_id_masked: str | None
    phone_masked: str | None
    division_code: str
    is_within_scope: bool


@dataclass(frozen=True, slots=True)
class KnownArrival:
    """A return that is registered already."""

    id: UUID
    identity_index: bytes
    arrives_on: date
    origin_code: str
    destination_grid_code: str
    resident_id: UUID | None
    task_id: UUID | None


@dataclass(frozen=True, slots=True)
class Indexed:
    """A resident found by a blind index."""

    blind_index: bytes
    id: UUID
    division_code: str
    name: str
    has_document: bool


@dataclass(frozen=True, slots=True)
class AtAnotherLevel:
    """A return from where the level has changed since it was looked at."""

    id: UUID
    district_code: str
    resident_id: UUID | None
    division_code: str
    home_code: str | None
    arrives_on: date
    level_before: RiskLevel | None
    level: RiskLevel | None


returnees_by_id = statements.one_each("returnees_by_id", ReturneeRow)
returnees_to_match_of_scopes = statements.page_each(
    "returnees_to_match_of_scopes", ReturneeRow, order=("arrives_on date", "id uuid"), key="text"
)
candidates_of_returnees = statements.list_each("candidates_of_returnees", CandidateRow)


@statements.query
async def known_arrivals(
    db: Transaction, *, district_code: str, identities: list[bytes], days: list[date]
) -> list[KnownArrival]:
    """Return those of the returns (person and day, pair by pair) that are registered."""


@statements.query
async def residents_with_documents(db: Transaction, *, district_code: str, indexes: list[bytes]) -> list[Indexed]:
    """Return the residents who have these documents."""


@statements.query
async def residents_with_phones(db: Transaction, *, district_code: str, indexes: list[bytes]) -> list[Indexed]:
    """Return the residents who have these phones."""


@statements.query
async def insert_returnees(
    db: Transaction,
    *,
    district_code: str,
    policy_version: int,
    registered_by: str,
    now: datetime,
    ids: list[UUID],
    division_codes: list[str],
    destination_grid_codes: list[str],
    addresses: list[str],
    names: list[str],
    document_kinds: list[str | None],
    documents_sealed: list[bytes | None],
    documents_masked: list[str | None],
    person_keys: list[str | None],
    phones_sealed: list[bytes | None],
    phones_masked: list[str | None],
    identities: list[bytes],
    origin_codes: list[str],
    days: list[date],
    transport_kinds: list[TransportKind],
    transport_numbers: list[str | None],
    matches: list[Match],
    matched_bys: list[MatchedBy | None],
    resident_ids: list[UUID | None],
    candidate_ids: list[str],
    risk_levels: list[RiskLevel | None],
) -> list[UUID]:
    """Write returns, and tell which of them were new; candidates are ids joined by commas."""


@statements.query
async def lock_returnees_at_another_level(db: Transaction, *, today: date, rows_max: int) -> list[AtAnotherLevel]:
    """Return returns whose origin has another level now, and hold them; of every district."""


@statements.query
async def set_levels(
    db: Transaction,
    *,
    policy_version: int,
    district_codes: list[str],
    ids: list[UUID],
    levels: list[RiskLevel | None],
) -> None:
    """Write at which level returns were looked at."""


@statements.query
async def lock_returnee(db: Transaction, *, district_code: str, returnee_id: UUID) -> Undecided | None:
    """Return a returnee and hold it; the worker's, beyond any scope."""


@statements.query
async def set_match(
    db: Transaction,
    *,
    district_code: str,
    returnee_id: UUID,
    match: Match,
    matched_by: MatchedBy | None,
    resident_id: UUID | None,
    division_code: str,
) -> None:
    """Write whom a returnee was found to be, and which grid answers for it."""


@statements.query
async def set_task_resident(db: Transaction, *, district_code: str, task_id: UUID, resident_id: UUID) -> None:
    """Say whom of the roster a task is about."""


@statements.query
async def candidate(db: Transaction, *, district_code: str, resident_id: UUID) -> Candidate | None:
    """Return a resident as somebody who may be a returnee."""


statements.check()
