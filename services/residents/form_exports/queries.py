"""Statements of exports."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.form_exports.model import Export, ExportFormat, ExportStatus, Purpose

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export as whoever has authority over its scope sees it."""

    id: UUID
    form_version_id: UUID
    scope: str
    from_day: date | None
    to_day: date | None
    record_statuses: list[str] | None
    format: ExportFormat
    purpose: Purpose
    reason: str
    status: ExportStatus
    rows_expected: int
    rows_prepared: int | None
    requested_by: str
    requester_name: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_note: str | None
    prepared_at: datetime | None
    downloads: int
    ended_by: str | None
    ended_at: datetime | None
    ended_reason: str | None
    expires_at: datetime
    download_url: str | None


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An export that was blocked."""

    id: UUID
    form_version_id: UUID
    scope: str
    rows_counted: int
    rows_max: int
    subject: str
    role: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """An export that the clock has ended."""

    district_code: str
    id: UUID
    scope: str
    status_before: ExportStatus


form_exports_by_id = statements.one_each("form_exports_by_id", ExportRow)
form_exports_of_scopes = statements.page_each(
    "form_exports_of_scopes", ExportRow, order=("requested_at timestamptz", "id uuid"), descending=True, key="text"
)
form_export_alarms_of_scopes = statements.page_each(
    "form_export_alarms_of_scopes", AlarmRow, order=("raised_at timestamptz", "id uuid"), descending=True, key="text"
)


@statements.query
async def insert_export(
    db: Transaction,
    *,
    district_code: str,
    export_id: UUID,
    form_version_id: UUID,
    scope: str,
    from_day: date | None,
    to_day: date | None,
    record_statuses: list[str] | None,
    file_format: ExportFormat,
    purpose: Purpose,
    reason: str,
    trace_tag: bytes,
    rows_expected: int,
    requested_by: str,
    requester_name: str,
    requester_role: str,
    requester_scopes: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Store a request."""


@statements.query
async def lock_requester(db: Transaction, *, district_code: str, subject: str) -> None:
    """Let requests of one person follow each other."""


@statements.query
async def named_rows_since(db: Transaction, *, district_code: str, subject: str, since: datetime) -> int:
    """Return how many named rows somebody has asked for."""


@statements.query
async def lock_export(db: Transaction, *, district_code: str, export_id: UUID) -> Export | None:
    """Return an export and hold it."""


@statements.query
async def export_by_id(db: Transaction, *, district_code: str, export_id: UUID) -> Export | None:
    """Return an export."""


@statements.query
async def export_of_tag(db: Transaction, *, district_code: str, trace_tag: bytes) -> UUID | None:
    """Return the export whose rows carry a tag."""


@statements.query
async def set_decided(
    db: Transaction,
    *,
    district_code: str,
    export_id: UUID,
    status: ExportStatus,
    subject: str,
    now: datetime,
    note: str | None,
    ended_reason: str | None,
) -> None:
    """Write what a second person decided."""


@statements.query
async def set_ended(
    db: Transaction,
    *,
    district_code: str,
    export_id: UUID,
    status: ExportStatus,
    subject: str,
    now: datetime,
    reason: str,
) -> None:
    """End an export."""


@statements.query
async def take_export(
    db: Transaction, *, process_id: UUID, attempts_max: int, wall_now: datetime, leased_until: datetime
) -> Export | None:
    """Begin, or begin again, the first export that nobody else prepares; its status is the one before."""


@statements.query
async def hold_export(db: Transaction, *, district_code: str, export_id: UUID, process_id: UUID) -> Export | None:
    """Return an export under preparation and hold it; None once it is another's, or has ended."""


@statements.query
async def extend_lease(db: Transaction, *, district_code: str, export_id: UUID, leased_until: datetime) -> None:
    """Keep an export for longer."""


@statements.query
async def set_ready(
    db: Transaction,
    *,
    district_code: str,
    export_id: UUID,
    rows: int,
    content_bytes: int,
    pieces: int,
    prepared_at: datetime,
    expires_at: datetime,
) -> None:
    """End a preparation: the file may be downloaded."""


@statements.query
async def set_downloaded(db: Transaction, *, district_code: str, export_id: UUID) -> None:
    """Count a download."""


@statements.query
async def read_one_moment(db: Transaction) -> None:
    """Let everything that the transaction reads be of one moment; its first statement."""


@statements.query
async def insert_piece(
    db: Transaction,
    *,
    district_code: str,
    export_id: UUID,
    position: int,
    content_sealed: bytes,
    person_keys: list[str],
    stored_at: datetime,
) -> None:
    """Keep a piece of a file, and whom it tells of."""


@statements.query
async def piece(db: Transaction, *, district_code: str, export_id: UUID, position: int) -> bytes | None:
    """Return a piece of a file."""


@statements.query
async def person_keys_of_piece(
    db: Transaction, *, district_code: str, export_id: UUID, position: int
) -> tuple[str, ...] | None:
    """Return whom a piece of a file tells of."""


@statements.query
async def delete_pieces(db: Transaction, *, district_code: str, export_id: UUID) -> None:
    """Forget what an earlier attempt has written."""


@statements.query
async def delete_pieces_of_ended(db: Transaction) -> list[UUID]:
    """Forget files whose export has ended, some at a time."""


@statements.query
async def expire_exports(db: Transaction, *, now: datetime, by: str) -> list[Ended]:
    """End exports whose time is over."""


@statements.query
async def give_up_exports(
    db: Transaction, *, now: datetime, by: str, attempts_max: int, wall_now: datetime
) -> list[Ended]:
    """End exports that cannot be prepared."""


@statements.query
async def insert_download(
    db: Transaction,
    *,
    district_code: str,
    download_id: UUID,
    export_id: UUID,
    subject: str,
    now: datetime,
    open_until: datetime,
) -> None:
    """Log a download."""


@statements.query
async def open_download(
    db: Transaction,
    *,
    district_code: str,
    download_id: UUID,
    export_id: UUID,
    subject: str,
    wall_now: datetime,
    now: datetime,
) -> UUID | None:
    """Return the export of a download under way."""


@statements.query
async def insert_alarm(
    db: Transaction,
    *,
    district_code: str,
    alarm_id: UUID,
    scope: str,
    form_version_id: UUID,
    rows_counted: int,
    rows_max: int,
    subject: str,
    role: str,
    attempt: str,
    now: datetime,
) -> UUID | None:
    """Raise an alarm; None if it was raised for the same attempt."""


statements.check()
