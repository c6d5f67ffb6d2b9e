"""Returnee lists: what a list must hold, what a row says, and why one is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis import standards
from chassis.errors import FieldMissing, OutOfScope, Problem
from services.residents.divisions.model import DivisionUnknown, OriginUnknown
from services.residents.imports.encoding import REPLACEMENT
from services.residents.imports.problems import (
    ArrivalDayMalformed,
    ColumnMissing,
    ColumnRepeated,
    HeaderMalformed,
    ImportEnded,
    ImportNotFailed,
    ListForgotten,
    ListNameMalformed,
    RowMalformed,
    RowUndecodable,
    ScopeRequired,
)
from services.residents.imports.reader import RECORD_CHARACTERS_MAX, Record
from services.residents.returnees.model import Arrival, check_arrival, check_identified, transport_of
from services.residents.roster.model import NATIONAL_ID, check_address, check_document, check_name, check_phone

CONTENT_BYTES_MAX = 64 * 2**20
LIST_NAME_CHARACTERS_MAX = 60
FAILED_KEPT = timedelta(days=1)  # so long a failed import can be run again
COLUMNS = (
    "name",
    "national_id",
    "phone",
    "origin_code",
    "arrives_on",
    "transport",
    "destination_grid_code",
    "address",
)
SAID = ("name", "phone", "origin_code", "arrives_on", "transport", "destination_grid_code", "address")
NEEDED = ("name", "origin_code", "arrives_on", "transport", "destination_grid_code", "address")
ROW = "row"
KIND = "returnee_list_import"  # in the history
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
DAY = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})")


class ImportStatus(StrEnum):
    """Where an import stands; FAILED has no header to read rows by, or fell over again and again."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


UNDER_WAY = frozenset({ImportStatus.QUEUED, ImportStatus.RUNNING})


@dataclass(frozen=True, slots=True)
class ListImport:
    """An import as the worker sees it."""

    id: UUID
    district_code: str
    scopes: str
    encoding: str
    lines_done: int
    uploaded_by: str
    attempts: int = 0

    def covers(self, code: str) -> bool:
        """Say whether a region lies within the uploader's scopes."""
        return code.startswith(tuple(self.scopes.split(",")))


@dataclass(frozen=True, slots=True)
class HeldImport:
    """An import as who cancels it or runs it again sees it."""

    id: UUID
    scopes: str
    status: ImportStatus
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its columns, trimmed."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line is refused: its field, the problem's code, and the sentence in both languages."""

    line: int
    field: str
    code: str
    message_en: str
    message_zh: str


@dataclass(frozen=True, slots=True)
class Places:
    """The codes of a batch of rows that exist."""

    origins: frozenset[str]
    grids: frozenset[str]


def check_cancel(held: HeldImport) -> None:
    """Raise ImportEnded unless the import waits or runs."""
    if held.status not in UNDER_WAY:
        raise ImportEnded(status=held.status)


def check_retry(held: HeldImport, now: datetime) -> None:
    """Raise ImportNotFailed or ListForgotten unless the import may be run again."""
    if held.status is not ImportStatus.FAILED:
        raise ImportNotFailed(status=held.status)
    if not is_kept(held.status, held.finished_at, now):
        raise ListForgotten


def is_kept(status: ImportStatus, finished_at: datetime | None, now: datetime) -> bool:
    """Say whether the same file again is the same import: not once it was cancelled or has been forgotten."""
    if status is ImportStatus.FAILED:
        return finished_at is not None and finished_at > now - FAILED_KEPT
    return status is not ImportStatus.CANCELLED


def refusal(line: int, problem: Problem) -> Refusal:
    """Return a problem as the refusal of a line."""
    field = problem.path[-1] if problem.path else ROW
    return Refusal(line, field, problem.code, problem.message("en"), problem.message("zh"))


def read_header(fields: Sequence[str] | None) -> dict[str, int]:
    """Return where each column stands, or raise HeaderMalformed, ColumnMissing or ColumnRepeated."""
    if fields is None:
        raise HeaderMalformed(path=(ROW,))
    names = [field.strip().strip("\ufeff").lower() for field in fields]
    for column in COLUMNS:
        if column not in names:
            raise ColumnMissing(path=(column,), column=column, columns=", ".join(COLUMNS))
        if names.count(column) > 1:
            raise ColumnRepeated(path=(column,), column=column)
    return {column: names.index(column) for column in COLUMNS}


def read_row(record: Record, header: dict[str, int]) -> Row:
    """Return a record's values by column, or raise RowMalformed or RowUndecodable."""
    if record.fields is None or any(UNPRINTABLE.search(field) for field in record.fields):
        raise RowMalformed(path=(ROW,), limit=RECORD_CHARACTERS_MAX)
    values = {column: record.fields[place].strip() for column, place in header.items()}
    for column, value in values.items():
        if REPLACEMENT in value:
            raise RowUndecodable(path=(column,))
    return Row(record.line, values)


def check_row(row: Row, places: Places, list_import: ListImport, today: date) -> Arrival:
    """Return the arrival a row tells of, or raise the first rule it breaks, with its column."""
    values = row.values
    for column in NEEDED:
        if not values[column]:
            raise FieldMissing(path=(column,), field=column)
    name = check_name(values["name"])
    document = check_document(NATIONAL_ID, values["national_id"], today) if values["national_id"] else None
    phone = check_phone(values["phone"]) if values["phone"] else None
    check_identified(document, phone)
    return Arrival(
        name=name,
        document=document,
        phone=phone,
        origin_code=check_origin(values["origin_code"], places),
        arrives_on=check_arrival(read_day(values["arrives_on"]), today),
        transport=transport_of(values["transport"]),
        grid_code=check_grid(values["destination_grid_code"], places, list_import),
        address=check_address(values["address"]),
    )


def check_origin(text: str, places: Places) -> str:
    """Return an origin's code, or raise DivisionCodeMalformed or OriginUnknown."""
    code = normalized(text, "origin_code")[:6]
    if code not in places.origins:
        raise OriginUnknown(path=("origin_code",), code=code)
    return code


def check_grid(text: str, places: Places, list_import: ListImport) -> str:
    """Return the destination's grid, or raise DivisionCodeMalformed, OutOfScope or DivisionUnknown."""
    code = normalized(text, "destination_grid_code")
    if not list_import.covers(code):
        raise OutOfScope(path=("destination_grid_code",), code=code)
    if code not in places.grids:
        raise DivisionUnknown(path=("destination_grid_code",), code=code)
    return code


def normalized(text: str, column: str) -> str:
    """Return a division code in its stored form, or raise DivisionCodeMalformed."""
    try:
        return standards.division_code(text)
    except standards.DivisionCodeMalformed as problem:
        raise problem.at(column) from None


def read_day(text: str) -> date:
    """Read a day as offices write it, or raise ArrivalDayMalformed."""
    match = DAY.fullmatch(text)
    if match is None or (not match[2] and len(text) != 8):
        raise ArrivalDayMalformed(path=("arrives_on",))
    try:
        return date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        raise ArrivalDayMalformed(path=("arrives_on",)) from None


def check_list_name(text: str) -> str:
    """Return a list's name, or raise ListNameMalformed."""
    name = text.strip()
    if not 1 <= len(name) <= LIST_NAME_CHARACTERS_MAX or UNPRINTABLE.search(name):
        raise ListNameMalformed(path=("list_name",))
    return name


def scopes_text(scopes: Sequence[str]) -> str:
    """Return scopes in one form: sorted, none within another; raise ScopeRequired without any."""
    if not scopes:
        raise ScopeRequired(code="-")
    kept = [s for s in scopes if not any(s != other and s.startswith(other) for other in scopes)]
    return ",".join(sorted(set(kept)))


def said_by(arrival: Arrival) -> tuple[str, ...]:
    """Return what a row says of a person beside who it is, column by column of SAID."""
    transport = f"{arrival.transport.kind} {arrival.transport.number or ''}"
    return (
        arrival.name,
        arrival.phone or "",
        arrival.origin_code,
        arrival.arrives_on.isoformat(),
        transport,
        arrival.grid_code,
        arrival.address,
    )
