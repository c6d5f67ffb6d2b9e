"""Statements of list imports."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.imports.model import HeldImport, ImportStatus, ListImport

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import as its uploader follows it."""

    id: UUID
    list_name: str
    version: int
    status: ImportStatus
    lines_done: int
    bytes_done: int
    content_bytes: int
    rows_read: int
    rows_stored: int
    rows_refused: int
    uploaded_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expected_end_at: datetime | None
    failure_code: str | None
    failure_message: str | None


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """Why a line was refused."""

    line: int
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a list."""

    id: UUID
    version: int
    sha256: bytes
    status: ImportStatus
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """Which line of a list told of a returnee."""

    returnee_id: UUID
    line: int


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """How two versions differ, in people."""

    pair: str
    from_id: UUID
    to_id: UUID
    added_count: int
    gone_count: int
    changed_count: int
    unchanged_count: int
    refused_before: int
    refused_after: int


@dataclass(frozen=True, slots=True)
class ListedRow:
    """Somebody who stands in one version only."""

    line: int
    returnee_id: UUID


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """Somebody of whom two versions say different things."""

    line: int
    returnee_id: UUID
    from_line: int
    from_returnee_id: UUID
    fields: list[str]


returnee_list_imports_by_id = statements.one_each("returnee_list_imports_by_id", ImportRow)
refusals_of_imports = statements.page_each("refusals_of_imports", RefusalRow, order=("line bigint",))
differences_of_lists = statements.one_each("differences_of_lists", DifferenceRow)
added_to_lists = statements.page_each("added_to_lists", ListedRow, order=("line bigint",), key="text")
gone_from_lists = statements.page_each("gone_from_lists", ListedRow, order=("line bigint",), key="text")
changed_in_lists = statements.page_each("changed_in_lists", ChangedRow, order=("line bigint",), key="text")


@statements.query
async def lock_list(db: Transaction, *, district_code: str, scopes: str, list_name: str) -> None:
    """Let uploads of one list follow each other."""


@statements.query
async def newest_version(db: Transaction, *, district_code: str, scopes: str, list_name: str) -> Version | None:
    """Return the newest version of a list."""


@statements.query
async def insert_import(
    db: Transaction,
    *,
    district_code: str,
    import_id: UUID,
    list_name: str,
    scopes: str,
    version: int,
    sha256: bytes,
    encoding: str,
    content_bytes: int,
    uploaded_by: str,
    now: datetime,
) -> None:
    """Queue an import."""


@statements.query
async def insert_chunk(
    db: Transaction,
    *,
    district_code: str,
    import_id: UUID,
    position: int,
    content_sealed: bytes,
    stored_at: datetime,
) -> None:
    """Keep a piece of a file."""


@statements.query
async def chunk(db: Transaction, *, district_code: str, import_id: UUID, position: int) -> bytes | None:
    """Return a piece of a file, None after the last."""


@statements.query
async def delete_chunks(db: Transaction, *, district_code: str, import_id: UUID) -> None:
    """Forget a file."""


@statements.query
async def delete_abandoned_chunks(db: Transaction, *, stored_before: datetime, failed_after: datetime) -> list[UUID]:
    """Forget pieces of files that no import waits for, nor one that failed of late."""


@statements.query
async def take_import(
    db: Transaction, *, process_id: UUID, now: datetime, wall_now: datetime, leased_until: datetime
) -> ListImport | None:
    """Begin, or take up again, the first import that nobody else works at."""


@statements.query
async def hold_import(db: Transaction, *, district_code: str, import_id: UUID, process_id: UUID) -> ListImport | None:
    """Return a running import and hold it; None once the lease is another's."""


@statements.query
async def extend_lease(db: Transaction, *, district_code: str, import_id: UUID, leased_until: datetime) -> None:
    """Keep an import for longer."""


@statements.query
async def advance_import(
    db: Transaction, *, district_code: str, import_id: UUID, lines_done: int, bytes_done: int, stored: int, refused: int
) -> None:
    """Count a batch of rows."""


@statements.query
async def end_import(db: Transaction, *, district_code: str, import_id: UUID, now: datetime) -> None:
    """End an import: every row is stored or refused."""


@statements.query
async def fail_import(
    db: Transaction,
    *,
    district_code: str,
    import_id: UUID,
    code: str,
    message_en: str,
    message_zh: str,
    now: datetime,
) -> None:
    """End an import that cannot go on, and say why."""


@statements.query
async def lock_import(db: Transaction, *, district_code: str, import_id: UUID) -> HeldImport | None:
    """Return an import within scope and hold it, after the batch under way."""


@statements.query
async def import_is_seen(db: Transaction, *, district_code: str, import_id: UUID) -> bool | None:
    """Say whether there is an import within scope."""


@statements.query
async def cancel_import(db: Transaction, *, district_code: str, import_id: UUID, now: datetime) -> None:
    """Let an import go no further."""


@statements.query
async def requeue_import(db: Transaction, *, district_code: str, import_id: UUID) -> None:
    """Let a failed import go on from where it stands."""


@statements.query
async def delete_refusals_after(db: Transaction, *, district_code: str, import_id: UUID, line: int) -> None:
    """Forget what an earlier try said of lines that are not done."""


@statements.query
async def refusals_after(
    db: Transaction, *, district_code: str, import_id: UUID, after: int, rows_max: int, language: str
) -> list[RefusalRow]:
    """Return refusals in the order of lines, from behind one on."""


@statements.query
async def insert_refusals(
    db: Transaction,
    *,
    district_code: str,
    import_id: UUID,
    lines: list[int],
    fields: list[str],
    codes: list[str],
    messages_en: list[str],
    messages_zh: list[str],
) -> None:
    """Keep why lines were refused."""


@statements.query
async def entries_of_returnees(
    db: Transaction, *, district_code: str, import_id: UUID, returnee_ids: list[UUID]
) -> list[Entry]:
    """Return which lines of an import stored these returnees."""


@statements.query
async def insert_entries(
    db: Transaction,
    *,
    district_code: str,
    import_id: UUID,
    lines: list[int],
    returnee_ids: list[UUID],
    stored: list[bool],
    identities: list[bytes],
    said: list[bytes],
) -> None:
    """Keep which lines told of which returnees, and what."""


statements.check()
