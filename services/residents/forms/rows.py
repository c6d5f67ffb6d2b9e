"""A form's rows: records as a version's columns show them, page by page, within whoever's transaction it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from chassis.batch import PAGE_SIZE_MAX, BatchRequest, column_names
from chassis.database import Transaction
from services.residents.form_sources.cells import Value, written
from services.residents.form_sources.queries import batch_of
from services.residents.forms import queries
from services.residents.forms.model import VERSIONS_MAX, Definition, FormVersion, Selection, is_code
from services.residents.forms.problems import FormUnknown, FormVersionUnknown

PERSON_KEY = "person_key"


@dataclass(frozen=True, slots=True)
class View:
    """A version with its columns: what turns records into rows."""

    version: FormVersion
    definition: Definition

    @property
    def headers(self) -> list[str]:
        """Return the headers in their order."""
        return [column.header for column in self.definition.columns]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a form: one text for each column, where it stands, and whom it is about."""

    cells: tuple[str | None, ...]
    cursor: str
    person_key: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a form's rows is read."""

    limit: int = PAGE_SIZE_MAX
    after: str | None = None
    before: str | None = None


async def view_of_code(db: Transaction, district_code: str, code: str, number: int | None) -> View:
    """Return a version by its form's code, the one in use without a number; raise FormUnknown."""
    version = None
    if is_code(code) and (number is None or 1 <= number <= VERSIONS_MAX):
        version = await queries.version_of_code(db, district_code=district_code, code=code, version=number)
    if version is None:
        raise FormUnknown(path=("form_code",) if number is None else ("version",))
    return await view_of(db, version)


async def view_of_id(db: Transaction, district_code: str, version_id: UUID) -> View:
    """Return a version by its id; raise FormVersionUnknown."""
    version = await queries.version_by_id(db, district_code=district_code, version_id=version_id)
    if version is None:
        raise FormVersionUnknown
    return await view_of(db, version)


async def view_of(db: Transaction, version: FormVersion) -> View:
    """Return a version with its columns."""
    columns = await queries.columns_of_version(db, district_code=version.district_code, version_id=version.id)
    return View(version, version.definition(columns))


async def count_rows(db: Transaction, view: View, selection: Selection, now: datetime) -> int:
    """Return how many rows a form has within the transaction's scopes."""
    version = view.version
    given = selection.arguments(version.district_code, version.unit, now)
    return await batch_of(version.source, version.unit).count(db, selection.scope, **given)


async def read_rows(db: Transaction, view: View, selection: Selection, window: Window, now: datetime) -> list[Row]:
    """Return a page of a form's rows; raise CursorUnknown or PageTooLong."""
    version = view.version
    batch = batch_of(version.source, version.unit)
    fields = dict.fromkeys(column.source_column for column in view.definition.columns)
    if PERSON_KEY in column_names(batch.row) and version.names_people:
        fields |= {PERSON_KEY: None}
    request = BatchRequest(
        [selection.scope], list(fields), limit=window.limit, after=window.after, before=window.before
    )
    answer = await batch.run(db, request, **selection.arguments(version.district_code, version.unit, now))
    [records] = msgspec.json.decode(answer, type=list[list[dict[str, Value]]])
    return [row_of(view.definition, record) for record in records]


def row_of(definition: Definition, record: Mapping[str, Value]) -> Row:
    """Return a record as a form shows it."""
    known = definition.table.columns
    cells = (
        written(record[column.source_column], known[column.source_column], column.format)
        for column in definition.columns
    )
    person = record.get(PERSON_KEY)
    return Row(tuple(cells), str(record["cursor"]), None if person is None else str(person))


def named(headers: Sequence[str], cells: Sequence[str | None]) -> list[dict[str, str | None]]:
    """Return a row's cells, each with its header."""
    return [{"header": header, "value": value} for header, value in zip(headers, cells, strict=True)]
