"""Statements of merges."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.merges.model import Merge, MergeReason, MoveKind, Record
from services.residents.roster.model import Relation, Sex

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class MoveRow:
    """What was moved, in the reader's language."""

    kind: MoveKind
    message: str


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge with what it moved, whoever carried it out, and why."""

    id: UUID
    survivor_id: UUID
    lost_id: UUID
    lost_division_code: str
    reason: MergeReason
    note: str | None
    merged_by: str
    merged_at: datetime
    undoable_until: datetime
    undone_by: str | None
    undone_at: datetime | None
    moves: list[MoveRow]


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, as it was and as it became."""

    kind: MoveKind
    object_id: UUID
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Alias:
    """A key that means another record now."""

    lost_id: UUID
    lost_person_key: str
    version: int


merges_by_id = statements.one_each("merges_by_id", MergeRow)
merges_of_residents = statements.page_each(
    "merges_of_residents", MergeRow, order=("merged_at timestamptz", "id uuid"), descending=True
)


@statements.query
async def lock_records(db: Transaction, *, district_code: str, ids: list[UUID]) -> list[Record]:
    """Return records that nobody else changes, or names, until the transaction ends."""


@statements.query
async def take_over(
    db: Transaction,
    *,
    district_code: str,
    resident_id: UUID,
    document_kind: str | None,
    document_number_sealed: bytes | None,
    document_number_masked: str | None,
    document_number_index: bytes | None,
    phone_sealed: bytes | None,
    phone_masked: str | None,
    phone_index: bytes | None,
    phone_tail_index: bytes | None,
    guardian_id: UUID | None,
    proxy_id: UUID | None,
    proxy_worker_id: UUID | None,
    sex: Sex,
    birth_on: date | None,
    relation: Relation,
) -> None:
    """Give the survivor what it lacks."""


@statements.query
async def give_back(
    db: Transaction,
    *,
    district_code: str,
    resident_id: UUID,
    document: bool,
    phone: bool,
    guardian: bool,
    proxy: bool,
    sex: Sex,
    birth_on: date | None,
    relation: Relation,
) -> None:
    """Take from the survivor what it was given."""


@statements.query
async def set_merged_into(db: Transaction, *, district_code: str, resident_id: UUID, survivor_id: UUID | None) -> None:
    """Let a record be lost in another, or stand again."""


@statements.query
async def followers_of(db: Transaction, *, district_code: str, resident_id: UUID) -> list[UUID]:
    """Return the records that were merged into one, at any remove."""


@statements.query
async def set_aliases(
    db: Transaction, *, district_code: str, lost_ids: list[UUID], survivor_id: UUID | None, now: datetime
) -> list[Alias]:
    """Let lost records mean a survivor, or themselves again."""


@statements.query
async def remove_standing(db: Transaction, *, district_code: str, resident_id: UUID) -> int | None:
    """Remove a standing and return its version."""


@statements.query
async def put_standing_back(
    db: Transaction, *, district_code: str, resident_id: UUID, version: int, now: datetime
) -> None:
    """Write a standing to be decided anew, with the version it had."""


@statements.query
async def add_merge(
    db: Transaction,
    *,
    district_code: str,
    merge_id: UUID,
    survivor_id: UUID,
    lost_id: UUID,
    lost_division_code: str,
    reason: MergeReason,
    note: str | None,
    merged_by: str,
    now: datetime,
) -> None:
    """Write who merged what, and why."""


@statements.query
async def add_moves(db: Transaction, *, district_code: str, merge_id: UUID, rows: list[dict[str, Any]]) -> None:
    """Write what was moved."""


@statements.query
async def merge_by_id(db: Transaction, *, district_code: str, merge_id: UUID) -> Merge | None:
    """Return a merge."""


@statements.query
async def lock_merge(db: Transaction, *, district_code: str, merge_id: UUID) -> Merge | None:
    """Return a merge that nobody else undoes meanwhile."""


@statements.query
async def moves_of(db: Transaction, *, district_code: str, merge_id: UUID) -> list[Moved]:
    """Return what a merge moved, in its order."""


@statements.query
async def set_undone(db: Transaction, *, district_code: str, merge_id: UUID, undone_by: str, now: datetime) -> None:
    """Write who undid a merge, and when."""


statements.check()
