"""Statements of list imports."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.imports.model import ImportStatus, ListImport

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import as its uploader follows it."""

    id: UUID
    list_name: str
    version: int
    status: ImportStatus
    rows_read: int
    rows_stored: int
    rows_refused: int
    uploaded_at: datetime
    finished_at: datetime | None


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


@dataclass(frozen=True, slots=True)
class Entry:
    """Which line of a list told of a returnee."""

    returnee_id: UUID
    line: int


returnee_list_imports_by_id = statements.one_each("returnee_list_imports_by_id", ImportRow)
refusals_of_imports = statements.page_each("refusals_of_imports", RefusalRow, order=("line bigint",))


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
async def delete_abandoned_chunks(db: Transaction, *, stored_before: datetime) -> list[UUID]:
    """Forget pieces of files whose upload never ended."""


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
    db: Transaction, *, district_code: str, import_id: UUID, lines_done: int, stored: int, refused: int
) -> None:
    """Count a batch of rows."""


@statements.query
async def end_import(
    db: Transaction, *, district_code: str, import_id: UUID, status: ImportStatus, now: datetime
) -> None:
    """End an import."""


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
    """Return which lines of an import told of these returnees."""


@statements.query
async def insert_entries(
    db: Transaction, *, district_code: str, import_id: UUID, lines: list[int], returnee_ids: list[UUID]
) -> None:
    """Keep which lines told of which returnees."""


statements.check()
