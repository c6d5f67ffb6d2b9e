"""Returnee lists: what a list must hold, what a row says, and why one is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from chassis import standards
from chassis.errors import BadInput, Conflict, FieldMissing, OutOfScope, Problem, TooLarge
from services.residents.divisions.model import DivisionUnknown, OriginUnknown
from services.residents.imports.encoding import REPLACEMENT
from services.residents.imports.reader import RECORD_CHARACTERS_MAX, Record
from services.residents.returnees.model import Arrival, check_arrival, check_identified, transport_of
from services.residents.roster.model import NATIONAL_ID, check_address, check_document, check_name, check_phone

CONTENT_BYTES_MAX = 64 * 2**20
LIST_NAME_CHARACTERS_MAX = 60
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
NEEDED = ("name", "origin_code", "arrives_on", "transport", "destination_grid_code", "address")
WORDS = ("name", "transport", "address")
ROW = "row"
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
DAY = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})")


class ImportStatus(StrEnum):
    """Where an import stands; FAILED has no header to read rows by."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class ListNameMalformed(BadInput):
    """A list has a name of 1 to 60 characters.
    名单名称应为 1 至 60 个字符。
    """


class ListEmpty(BadInput):
    """The list is empty.
    名单为空。
    """


class ListTooLarge(TooLarge):
    """A list has at most {limit} bytes.
    名单最大 {limit} 字节。
    """


class ScopeRequired(OutOfScope):
    """You have no scope to import a list for.
    您没有可导入名单的权限范围。
    """


class ColumnMissing(BadInput):
    """The first line does not name the column {column}; it names {columns}.
    首行缺少列 {column}；须包含 {columns}。
    """


class ColumnRepeated(BadInput):
    """The first line names the column {column} twice.
    首行重复列 {column}。
    """


class HeaderMalformed(BadInput):
    """The first line cannot be read as the names of columns.
    首行无法识别为列名。
    """


class RowMalformed(BadInput):
    """A row has as many fields as the first line, and at most {limit} characters.
    每行字段数须与首行一致，且最多 {limit} 个字符。
    """


class RowUndecodable(BadInput):
    """The row holds bytes that are no text in the encoding of the list.
    该行含有无法按名单编码识别的字节。
    """


class CellIsFormula(BadInput):
    """{field} begins like a formula of a spreadsheet.
    {field} 以表格公式字符开头。
    """


class ArrivalDayMalformed(BadInput):
    """The day of arrival is written as 2020-01-28 or 2020/1/28.
    返回日期应写作 2020-01-28 或 2020/1/28。
    """


class DuplicateRow(Conflict):
    """The same person with the same day of arrival stands in line {first_line} already.
    同一人员同一返回日期已在第 {first_line} 行出现。
    """


@dataclass(frozen=True, slots=True)
class ListImport:
    """An import as the worker sees it."""

    id: UUID
    district_code: str
    scopes: str
    encoding: str
    lines_done: int
    uploaded_by: str

    def covers(self, code: str) -> bool:
        """Say whether a region lies within the uploader's scopes."""
        return code.startswith(tuple(self.scopes.split(",")))


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
    for column in WORDS:
        if values[column][0] in "=+-@":
            raise CellIsFormula(path=(column,), field=column)
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
