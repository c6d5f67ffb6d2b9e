"""Forms 表单: what a version says, what may be drafted, and what may happen to it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.clock import day_bounds
from services.residents.form_sources.model import FORMATS, TABLES, Filter, Format, Source, Table, Unit
from services.residents.forms.problems import (
    ActivationNeedsSecondPerson,
    FormCodeMalformed,
    FormColumnsOutOfRange,
    FormColumnUnknown,
    FormDaysUnfit,
    FormFilterNotOffered,
    FormFilterRepeated,
    FormFilterUnfit,
    FormFormatUnfit,
    FormHeaderRepeated,
    FormHeaderReserved,
    FormNotActive,
    FormNotDraft,
    FormStatusUnknown,
    FormTextMalformed,
    FormUnitUnfit,
    FormVersionOlder,
)

COLUMNS_MAX = 40
HEADER_CHARACTERS_MAX = 30
TITLE_CHARACTERS_MAX = 60
DAYS_MAX = 62
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
VERSIONS_MAX = 1_000_000
CHECK_HEADER = "校验"
FORMULA = frozenset("=+-@\t\r＝＋－＠")
CODE = re.compile(r"[A-Z][A-Z0-9_]{2,39}")
DIGITS = {Unit.RECORD: 15, Unit.VILLAGE: 12, Unit.TOWN: 9}


class FormStatus(StrEnum):
    """Where a version stands 草稿 启用 停用."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a form: its header, what it shows, how that is written."""

    header: str
    source_column: str
    format: Format


@dataclass(frozen=True, slots=True)
class Definition:
    """What a version of a form says."""

    title: str
    title_english: str
    office: str
    source: Source
    unit: Unit
    columns: Sequence[Column]
    filters: Sequence[Filter]

    @property
    def table(self) -> Table:
        """Return what the source offers for the unit."""
        return TABLES[self.source, self.unit]

    @property
    def names_people(self) -> bool:
        """Say whether a row tells of a person by name, number, address or birth."""
        return any(self.table.columns[column.source_column].is_personal for column in self.columns)


@dataclass(frozen=True, slots=True)
class FormVersion:
    """A version as it is stored, without its columns."""

    id: UUID
    district_code: str
    form_id: UUID
    code: str
    version: int
    title: str
    title_english: str
    office: str
    source: Source
    unit: Unit
    filters: tuple[Filter, ...]
    names_people: bool
    status: FormStatus
    drafted_by: str

    def definition(self, columns: Sequence[Column]) -> Definition:
        """Return what the version says."""
        return Definition(
            self.title, self.title_english, self.office, self.source, self.unit, tuple(columns), self.filters
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a form are meant: a scope, days where the form has them, states of its records."""

    scope: str
    from_day: date | None
    to_day: date | None
    statuses: tuple[str, ...] | None

    def arguments(self, district_code: str, unit: Unit, now: datetime) -> dict[str, object]:
        """Return the selection as the statements of sources take it."""
        bounds = None
        if self.from_day is not None and self.to_day is not None:
            bounds = day_bounds(self.from_day)[0], day_bounds(self.to_day)[1]
        return {
            "district_code": district_code,
            "from_day": self.from_day,
            "to_day": self.to_day,
            "from_at": bounds and bounds[0],
            "until_at": bounds and bounds[1],
            "statuses": None if self.statuses is None else list(self.statuses),
            "last_day": self.to_day or now.date(),
            "digits": DIGITS[unit],
            "now": now,
        }


def is_code(text: str) -> bool:
    """Say whether a text can be a form's code."""
    return CODE.fullmatch(text) is not None


def check_code(code: str) -> None:
    """Raise unless a text can be a form's code."""
    if not is_code(code):
        raise FormCodeMalformed(path=("code",))


def check_definition(definition: Definition) -> None:
    """Raise, with the field and the rule, unless a version of a form can say this."""
    for field in ("title", "title_english", "office"):
        check_text(getattr(definition, field), TITLE_CHARACTERS_MAX, field)
    source, unit = definition.source, definition.unit
    if (source, unit) not in TABLES:
        raise FormUnitUnfit(path=("unit",), source=source, unit=unit)
    if not 1 <= len(definition.columns) <= COLUMNS_MAX:
        raise FormColumnsOutOfRange(path=("columns",), limit=COLUMNS_MAX)
    headers: set[str] = set()
    for position, column in enumerate(definition.columns):
        check_column(definition, column, position)
        if column.header in headers:
            raise FormHeaderRepeated(path=("columns", str(position), "header"), header=column.header)
        headers.add(column.header)
    check_filters(definition)


def check_column(definition: Definition, column: Column, position: int) -> None:
    """Raise unless a column is one of its source's, with a header, written in a way that fits it."""
    place = ("columns", str(position))
    check_text(column.header, HEADER_CHARACTERS_MAX, "header", *place)
    if column.header == CHECK_HEADER:
        raise FormHeaderReserved(path=(*place, "header"), header=CHECK_HEADER)
    known = definition.table.columns
    if column.source_column not in known:
        raise FormColumnUnknown(
            path=(*place, "source_column"),
            source=definition.source,
            unit=definition.unit,
            column=column.source_column,
            columns=", ".join(known),
        )
    formats = FORMATS[known[column.source_column].kind]
    if column.format not in formats:
        raise FormFormatUnfit(
            path=(*place, "format"), column=column.source_column, format=column.format, formats=", ".join(formats)
        )


def check_filters(definition: Definition) -> None:
    """Raise unless the source can be narrowed by each of the filters."""
    for position, narrowed in enumerate(definition.filters):
        path = ("filters", str(position))
        if narrowed not in definition.table.filters:
            raise FormFilterUnfit(path=path, source=definition.source, unit=definition.unit, filter=narrowed)
        if narrowed in definition.filters[:position]:
            raise FormFilterRepeated(path=path, filter=narrowed)


def check_text(text: str, limit: int, field: str, *place: str) -> None:
    """Raise unless a text is one line, and none that a spreadsheet calculates."""
    has_control = any(unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} for character in text)
    if not 1 <= len(text) <= limit or has_control or text[0] in FORMULA:
        raise FormTextMalformed(path=(*place, field), field=field, limit=limit)


def check_activation(version: FormVersion, subject: str, active: FormVersion | None) -> None:
    """Raise unless somebody may bring a draft into use."""
    if version.status is not FormStatus.DRAFT:
        raise FormNotDraft(status=version.status)
    if version.drafted_by == subject:
        raise ActivationNeedsSecondPerson
    if active is not None and active.version > version.version:
        raise FormVersionOlder(active=active.version)


def check_in_use(version: FormVersion) -> None:
    """Raise unless a version is in use."""
    if version.status is not FormStatus.ACTIVE:
        raise FormNotActive(status=version.status)


def select(
    version: FormVersion, scope: str, days: tuple[date | None, date | None], statuses: Sequence[str] | None, today: date
) -> Selection:
    """Return which rows are meant; without days it is today's form. Raise what the form does not offer."""
    first, last = days
    if Filter.DAYS not in version.filters:
        if first is not None or last is not None:
            raise FormFilterNotOffered(path=("from_day" if first is not None else "to_day",), filter=Filter.DAYS)
    else:
        first = first or last or today
        last = last or first
        if not FIRST_DAY <= first <= last <= LAST_DAY or (last - first).days >= DAYS_MAX:
            raise FormDaysUnfit(path=("to_day",), limit=DAYS_MAX)
    if statuses is None:
        return Selection(scope, first, last, None)
    if Filter.STATUS not in version.filters:
        raise FormFilterNotOffered(path=("record_statuses",), filter=Filter.STATUS)
    known = TABLES[version.source, version.unit].statuses
    for position, status in enumerate(statuses):
        if status not in known:
            raise FormStatusUnknown(path=("record_statuses", str(position)), status=status)
    return Selection(scope, first, last, tuple(dict.fromkeys(statuses)))
