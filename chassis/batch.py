"""Batch reads: one statement answers many keys, with only the fields asked for, as JSON bytes."""

import dataclasses
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from chassis.database import Transaction, refusing_arguments
from chassis.errors import CursorUnknown, FieldMalformed, FieldUnknown, PageTooLong, TooManyIds
from chassis.language import Said
from chassis.telemetry import statement_span

IDS_MAX = 1_000
PAGE_SIZE_MAX = 101  # the gateway asks for one more than a page of 100 holds
CURSOR_CHARACTERS_MAX = 500
NAMES_MAX = 500
NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,62}")  # a GraphQL name that PostgreSQL does not cut off
NAMES_RULE = Said(
    f"as many names as fields, at most {NAMES_MAX}, each once, of 1 to 63 letters, digits and _, no digit first",
    f"名称须与 fields 一一对应且不重复，最多 {NAMES_MAX} 个，由 1 至 63 个字母、数字或下划线组成，且不以数字开头",
)
CURSOR = "cursor"
CURSOR_TYPES = {
    "uuid": UUID,
    "date": date.fromisoformat,
    "timestamptz": datetime.fromisoformat,
    "bigint": int,
    "text": str,
}
KEY = "unnest($1::text[]) WITH ORDINALITY AS key(value, ord)"
ROW = '"the row"'  # no name of a column can be this one: `row_to_json(p)` would mean a column p


class Kind(StrEnum):
    """How many rows a key has."""

    ONE = "one"
    LIST = "list"
    PAGE = "page"


class BatchRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What the gateway asks: fields of the rows that belong to these keys, in their order.

    An empty `before` is the end of the list. `as` names the rows' JSON keys, one for each field: the rows
    then hold these keys, in this order, and nothing else.
    """

    ids: list[str]
    fields: list[str]
    arguments: dict[str, Any] = {}
    limit: int = PAGE_SIZE_MAX
    after: str | None = None
    before: str | None = None
    as_names: list[str] | None = msgspec.field(name="as", default=None)


@dataclass(frozen=True, slots=True)
class Batch:
    """A statement over `key.value`, wrapped so that it serves many keys at once."""

    name: str
    source: str
    row: type
    kind: Kind
    key: str = "uuid"
    order: tuple[str, ...] = ()
    descending: bool = False

    async def run(self, db: Transaction, request: BatchRequest, **given: Any) -> bytes:
        """Return a JSON array aligned with `request.ids`: rows or nulls, or lists of rows.

        `given` are arguments of the server (the district, the day); they win over the caller's.
        Raises FieldUnknown, FieldMalformed, TooManyIds, PageTooLong, CursorUnknown.
        """
        self.check(request)
        from_end = request.before == ""
        keys = None if request.as_names is None else tuple(request.as_names)
        text, names = self.text(
            tuple(request.fields), request.after is not None, request.before is not None, from_end, as_names=keys
        )
        available = {**request.arguments, **given, "page_limit": request.limit}
        cursor = None if from_end else request.before if request.before is not None else request.after
        available |= {f"cursor_{i}": v for i, v in enumerate(self.cursor_values(cursor))}
        values = [available.get(name) for name in names]
        wrong = FieldMalformed(path=("arguments",), field="arguments", rule="the types of the list's arguments")
        with statement_span(self.name, keys=len(request.ids)), refusing_arguments(wrong):
            answer = await db.connection.fetchval(text, self.keys(request.ids), *values)
        return str(answer).encode()

    async def count(self, db: Transaction, key: str, **given: Any) -> int:
        """Return how many rows a key has; `given` are arguments of the server."""
        text, names = numbered_from(f"SELECT count(*) FROM {KEY} CROSS JOIN LATERAL ({self.source}) b", 2)
        with statement_span(f"{self.name} count", keys=1):
            return int(await db.connection.fetchval(text, self.keys([key]), *(given.get(name) for name in names)))

    def check(self, request: BatchRequest) -> None:
        """Refuse a request beyond the limits or for fields that do not exist."""
        if len(request.ids) > IDS_MAX:
            raise TooManyIds(path=("ids",), limit=IDS_MAX)
        known = column_names(self.row)
        if request.as_names is not None:
            check_names(request.as_names, len(request.fields))
            known = (*known, CURSOR) if self.kind is Kind.PAGE else known
        for name in request.fields:
            if name not in known:
                raise FieldUnknown(path=("fields",), field=name)
        if self.kind is Kind.PAGE and not 1 <= request.limit <= PAGE_SIZE_MAX:
            raise PageTooLong(path=("first",), limit=PAGE_SIZE_MAX - 1)

    def keys(self, ids: list[str]) -> list[str | None]:
        """Return the keys for the statement; what cannot be one finds nothing."""
        return [i if is_key(i, self.key) else None for i in ids]

    def cursor_values(self, cursor: str | None) -> list[Any]:
        """Read a cursor, the JSON array of the order's columns of one row."""
        if cursor is None:
            return []
        try:
            values = msgspec.json.decode(cursor[:CURSOR_CHARACTERS_MAX], type=list[str | int])
            types = [column.split()[1] for column in self.order]
            return [CURSOR_TYPES[t](v) for t, v in zip(types, values, strict=True)]  # type: ignore[operator]
        except (ValueError, TypeError, msgspec.DecodeError):
            raise CursorUnknown(path=("after",)) from None

    def text(
        self,
        fields: tuple[str, ...],
        after: bool,
        before: bool,
        from_end: bool = False,
        *,
        as_names: tuple[str, ...] | None = None,
    ) -> tuple[str, tuple[str, ...]]:
        """Return the statement for some fields, and the names of its arguments from $2 on."""
        return wrapped(self, fields, as_names, Window(after, before, from_end))

    def probe(self) -> str:
        """Return a statement that shows the columns of the rows themselves, for the contract test."""
        source, _ = numbered_from(self.source, 2)
        return f"SELECT b.* FROM {KEY} CROSS JOIN LATERAL ({source}) b"


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for: what follows a cursor, what precedes one, or its end."""

    after: bool
    before: bool
    from_end: bool


@lru_cache(maxsize=2_000)
def wrapped(
    batch: Batch, fields: tuple[str, ...], as_names: tuple[str, ...] | None, window: Window
) -> tuple[str, tuple[str, ...]]:
    """Build a batch statement; columns come from declarations, keys are checked names, values travel as arguments."""
    columns = named_columns(batch, fields, as_names)
    selected = ", ".join(f'{expression} AS "{name}"' for expression, name in columns)
    if batch.kind is Kind.ONE:
        body = (
            f"SELECT coalesce(json_agg(item.row ORDER BY key.ord), '[]')::text FROM {KEY} "
            f"LEFT JOIN LATERAL (SELECT row_to_json({ROW}) AS row FROM "
            f"(SELECT {selected} FROM ({batch.source}) b LIMIT 1) {ROW}) item ON true"
        )
    else:
        inner = (
            page(batch, columns, window) if batch.kind is Kind.PAGE else f"SELECT {selected} FROM ({batch.source}) b"
        )
        body = (
            f"SELECT coalesce(json_agg(coalesce(list.rows, '[]') ORDER BY key.ord), '[]')::text FROM {KEY} "
            f"CROSS JOIN LATERAL (SELECT json_agg(row_to_json({ROW})) AS rows FROM ({inner}) {ROW}) list"
        )
    return numbered_from(body, 2)


def named_columns(
    batch: Batch, fields: tuple[str, ...], as_names: tuple[str, ...] | None
) -> tuple[tuple[str, str], ...]:
    """Return what a row holds, in order: an expression over the source `b`, and its JSON key."""
    cursor = f"json_build_array({', '.join(order_keys(batch))})::text"
    if as_names is not None:
        named = zip(fields, as_names, strict=True)
        return tuple((cursor if is_cursor(batch, f) else f"b.{f}", name) for f, name in named)
    own = tuple((f"b.{f}", f) for f in dict.fromkeys(fields)) or (("1", "nothing"),)
    return (*own, (cursor, CURSOR)) if batch.kind is Kind.PAGE else own


def is_cursor(batch: Batch, field: str) -> bool:
    """Say whether a field is the cursor of a page's row."""
    return batch.kind is Kind.PAGE and field == CURSOR


def order_keys(batch: Batch) -> list[str]:
    """Return the columns by which a list is ordered."""
    return [f"b.{column.split()[0]}" for column in batch.order]


def page(batch: Batch, columns: tuple[tuple[str, str], ...], window: Window) -> str:
    """Build one page of a key's rows: a window after or before a cursor, in the list's order."""
    keys, types = order_keys(batch), [column.split()[1] for column in batch.order]
    forward, backward = ("DESC", "ASC") if batch.descending else ("ASC", "DESC")
    where = ""
    if (window.after or window.before) and not window.from_end:
        sign = "<" if batch.descending != window.before else ">"
        values = ", ".join(f":cursor_{i}::{kind}" for i, kind in enumerate(types))
        where = f"WHERE ({', '.join(keys)}) {sign} ({values})"
    direction = backward if window.before else forward
    given = ", ".join(f"{expression} AS column_{i}" for i, (expression, _) in enumerate(columns))
    marks = ", ".join(f"{key} AS order_{i}" for i, key in enumerate(keys))
    rows = (
        f"SELECT {', '.join(filter(None, (given, marks)))} FROM ({batch.source}) b {where} "
        f"ORDER BY {', '.join(f'{key} {direction}' for key in keys)} LIMIT :page_limit::int"
    )
    named = ", ".join(f'w.column_{i} AS "{name}"' for i, (_, name) in enumerate(columns))
    marked = ", ".join(f"w.order_{i} {forward}" for i in range(len(keys)))
    return f"SELECT {named} FROM ({rows}) w ORDER BY {marked}"


def numbered_from(text: str, first: int) -> tuple[str, tuple[str, ...]]:
    """Replace `:name` by numbered arguments, the first of which is `$first`."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + first}"

    return re.sub(r"(?<![:\w]):([a-z_][a-z_0-9]*)", number, text), tuple(names)


def column_names(row: type) -> tuple[str, ...]:
    """Return the columns of a row type: its fields."""
    return tuple(f.name for f in dataclasses.fields(row))


def check_names(names: list[str], fields: int) -> None:
    """Refuse keys that are no names: they become identifiers of the statement."""
    unique = len(names) == fields == len(set(names)) <= NAMES_MAX
    if not unique or not all(NAME.fullmatch(name) for name in names):
        raise FieldMalformed(path=("as",), field="as", rule=NAMES_RULE)


def is_key(text: str, kind: str) -> bool:
    """Say whether a text can be a key of this kind."""
    if "\x00" in text or len(text) > CURSOR_CHARACTERS_MAX:
        return False
    if kind != "uuid":
        return True
    try:
        UUID(text)
    except ValueError:
        return False
    return True
