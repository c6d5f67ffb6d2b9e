"""Exports 导出: where one stands, who may do what to it, and when."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.auth import Viewer
from services.residents.form_exports.problems import (
    ApprovalNeedsSecondPerson,
    ExportAlreadyDecided,
    ExportEnded,
    ExportExpired,
    ExportNotReady,
    ExportOfAnother,
    ReasonMalformed,
)
from services.residents.forms.model import Selection

UNDECIDED_FOR = timedelta(hours=72)
KEPT_FOR = timedelta(hours=24)
DOWNLOAD_OPEN_FOR = timedelta(minutes=10)
REASON_CHARACTERS_MAX = 200
ATTEMPTS_MAX = 5


class ExportStatus(StrEnum):
    """Where an export stands."""

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    PREPARING = "PREPARING"
    READY = "READY"
    DOWNLOADED = "DOWNLOADED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class ExportFormat(StrEnum):
    """How the file is written."""

    CSV = "CSV"
    HTML = "HTML"


class Purpose(StrEnum):
    """What an export is for; the closed list of look-ups."""

    SCREENING = "SCREENING"
    QUARANTINE = "QUARANTINE"
    GATE = "GATE"
    RESUMPTION = "RESUMPTION"
    HELP = "HELP"
    AUDIT = "AUDIT"
    SUPPORT = "SUPPORT"


ENDED = frozenset({ExportStatus.REFUSED, ExportStatus.EXPIRED, ExportStatus.CANCELLED})
PREPARED = frozenset({ExportStatus.READY, ExportStatus.DOWNLOADED})


@dataclass(frozen=True, slots=True)
class Export:
    """An export as it is stored."""

    id: UUID
    district_code: str
    form_version_id: UUID
    scope: str
    from_day: date | None
    to_day: date | None
    record_statuses: tuple[str, ...] | None
    format: ExportFormat
    purpose: Purpose
    reason: str
    status: ExportStatus
    requested_by: str
    requester_name: str
    requester_role: str
    requester_scopes: str
    decided_by: str | None
    prepared_at: datetime | None
    content_bytes: int | None
    pieces: int | None
    downloads: int
    expires_at: datetime

    @property
    def selection(self) -> Selection:
        """Return which rows of the form are meant."""
        return Selection(self.scope, self.from_day, self.to_day, self.record_statuses)

    @property
    def requester(self) -> Viewer:
        """Return who asked, with the scopes of then."""
        grants = {"scopes": tuple(self.requester_scopes.split(","))}
        return Viewer(self.requested_by, self.requester_name, self.requester_role, self.district_code, grants)


def check_reason(text: str) -> None:
    """Raise unless a reason is one line that says something."""
    has_control = any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text)
    if not 1 <= len(text.strip()) <= REASON_CHARACTERS_MAX or has_control:
        raise ReasonMalformed(path=("reason",), limit=REASON_CHARACTERS_MAX)


def check_decision(export: Export, subject: str, now: datetime) -> None:
    """Raise unless somebody may approve or refuse an export now."""
    if export.status is not ExportStatus.REQUESTED:
        raise ExportAlreadyDecided(status=export.status)
    if export.requested_by == subject:
        raise ApprovalNeedsSecondPerson
    check_not_expired(export, now)


def check_cancellation(export: Export) -> None:
    """Raise unless an export can still be withdrawn."""
    if export.status in ENDED:
        raise ExportEnded(status=export.status)


def check_download(export: Export, subject: str, now: datetime) -> None:
    """Raise unless somebody may have the file now."""
    if export.requested_by != subject:
        raise ExportOfAnother
    if export.status is ExportStatus.EXPIRED:
        raise ExportExpired(expired_at=export.expires_at.isoformat())
    if export.status in ENDED:
        raise ExportEnded(status=export.status)
    if export.status not in PREPARED:
        raise ExportNotReady(status=export.status)
    check_not_expired(export, now)


def check_not_expired(export: Export, now: datetime) -> None:
    """Raise once an export's time is over, whether or not the job has come by."""
    if now >= export.expires_at:
        raise ExportExpired(expired_at=export.expires_at.isoformat())
