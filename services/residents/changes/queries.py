"""Statements of residents who change."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.changes.model import HeldResident
from services.residents.roster.model import Relation, Sex, Status

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ProxyCandidate:
    """Who might report for another."""

    id: UUID
    has_phone: bool
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class LeftWithoutProxy:
    """For whom nobody reports any more."""

    id: UUID
    division_code: str


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that has not ended."""

    status: str
    ends_on: date


@statements.query
async def lock_resident(db: Transaction, *, district_code: str, resident_id: UUID) -> HeldResident | None:
    """Hold a resident, to change the record."""


@statements.query
async def set_values(
    db: Transaction,
    *,
    district_code: str,
    resident_id: UUID,
    name: str,
    name_initials: str,
    sex: Sex,
    relation: Relation,
    guardian_id: UUID | None,
) -> None:
    """Write values of a resident."""


@statements.query
async def set_phone(
    db: Transaction,
    *,
    district_code: str,
    resident_id: UUID,
    phone_sealed: bytes | None,
    phone_masked: str | None,
    phone_index: bytes | None,
    phone_tail_index: bytes | None,
) -> None:
    """Write a phone number in all its forms, or none."""


@statements.query
async def set_document(
    db: Transaction,
    *,
    district_code: str,
    resident_id: UUID,
    document_kind: str,
    document_number_sealed: bytes,
    document_number_masked: str,
    document_number_index: bytes,
    person_key: str,
    birth_on: date | None,
    sex: Sex,
) -> None:
    """Write a document in all its forms, and what it says of the person."""


@statements.query
async def rekey_standing(db: Transaction, *, district_code: str, resident_id: UUID, person_key: str) -> None:
    """Let a standing be found by another person key."""


@statements.query
async def set_proxy(
    db: Transaction, *, district_code: str, resident_id: UUID, proxy_id: UUID | None, proxy_worker_id: UUID | None
) -> None:
    """Write who reports for a resident."""


@statements.query
async def proxy_candidate(db: Transaction, *, district_code: str, resident_id: UUID) -> ProxyCandidate | None:
    """Return who might report for another; the record is not closed meanwhile."""


@statements.query
async def serves_grid(db: Transaction, *, district_code: str, grid_code: str, worker_id: UUID, on: date) -> bool:
    """Say whether a grid worker serves a grid on a day."""


@statements.query
async def close_resident(
    db: Transaction, *, district_code: str, resident_id: UUID, status: Status, closed_on: date
) -> None:
    """Close a record."""


@statements.query
async def end_proxies_of(db: Transaction, *, district_code: str, resident_id: UUID) -> list[LeftWithoutProxy]:
    """Let somebody report for nobody any more, and return for whom they did."""


@statements.query
async def order_in_force(db: Transaction, *, district_code: str, resident_id: UUID) -> OpenOrder | None:
    """Return the order that has not ended, held."""


statements.check()
