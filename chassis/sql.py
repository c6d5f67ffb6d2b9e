"""Named statements: `queries.sql` holds the SQL, `queries.py` beside it the typed declarations.

    statements = Statements(__file__)

    @statements.query
    async def lock_order(db: Transaction, *, order_id: UUID) -> Order | None: ...

A statement starts with `-- name: lock_order` and takes its arguments as `:order_id`. The return type
says what comes back: a row `Order`, `Order | None`, `list[Order]`, one value, or `None`.

Batch statements answer the gateway. They say which rows belong to one key, `key.value` (text), and
the chassis wraps them: many keys in one statement, only the fields asked for, pages by cursor, JSON
built by PostgreSQL and passed through as bytes.

    residents_by_id = statements.one_each("residents_by_id", ResidentRow)
    orders_of_residents = statements.page_each(
        "orders_of_residents", OrderRow, order=("starts_on date", "id uuid"), descending=True)

`statements.check()` at the end of the module fails when a name is in one file and not in the other.
"""

import dataclasses
import inspect
import re
import types
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from chassis.batch import Batch, Kind, column_names
from chassis.database import Transaction
from chassis.telemetry import statement_span

P = ParamSpec("P")
R = TypeVar("R")

NAME = re.compile(r"^-- name: ([a-z_0-9]+)\s*$", re.MULTILINE)
ARGUMENT = re.compile(r"(?<![:\w]):([a-z_][a-z_0-9]*)")

registry: list["Statements"] = []


class StatementMismatch(Exception):
    """`queries.sql` and `queries.py` do not agree."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One named statement in the form PostgreSQL takes."""

    name: str
    text: str
    arguments: tuple[str, ...]
    columns: dict[str, Any] | None


@dataclass(slots=True)
class Statements:
    """The statements of one folder; `file` is the `__file__` of its queries.py."""

    file: str
    sources: dict[str, str] = field(init=False)
    plain: dict[str, Statement] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sources = split(Path(self.file).with_suffix(".sql").read_text(encoding="utf-8"))
        registry.append(self)

    def query(self, declaration: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        """Bind a declaration to the statement of its name."""
        name = declaration.__name__
        hints = get_type_hints(declaration)
        text, arguments = numbered(self.source(name))
        declared = [p for p in inspect.signature(declaration).parameters if p != "db"]
        if set(declared) != set(arguments):
            raise StatementMismatch(f"{name} declares {sorted(declared)}, its SQL takes {sorted(arguments)}")
        fetch, columns = fetcher(hints["return"])
        self.plain[name] = Statement(name, text, arguments, columns)

        async def run(db: Transaction, **values: Any) -> Any:
            with statement_span(name):
                return await fetch(db.connection, text, [values[a] for a in arguments])

        run.__name__, run.__doc__ = name, declaration.__doc__
        return cast(Callable[P, Awaitable[R]], run)

    def one_each(self, name: str, row: type, *, key: str = "uuid") -> Batch:
        """Declare a statement that finds at most one row for a key."""
        return self._batch(Batch(name, self.source(name), row, Kind.ONE, key=key))

    def list_each(self, name: str, row: type, *, key: str = "uuid") -> Batch:
        """Declare a statement that finds a short list for a key; it limits itself."""
        return self._batch(Batch(name, self.source(name), row, Kind.LIST, key=key))

    def page_each(
        self,
        name: str,
        row: type,
        *,
        order: Sequence[str],
        descending: bool = False,
        key: str = "uuid",
    ) -> Batch:
        """Declare a statement whose rows for a key are read page by page, in a total order.

        `order` names columns that are never null, each with its type: `("starts_on date", "id uuid")`.
        """
        batch = Batch(
            name,
            self.source(name),
            row,
            Kind.PAGE,
            key=key,
            order=tuple(order),
            descending=descending,
        )
        return self._batch(batch)

    def _batch(self, batch: Batch) -> Batch:
        self.batches[batch.name] = batch
        return batch

    def source(self, name: str) -> str:
        """Return a statement's SQL as written."""
        if name not in self.sources:
            raise StatementMismatch(f"{name} is declared in {self.file}, and not in its SQL file")
        return self.sources[name]

    def check(self) -> None:
        """Raise StatementMismatch if a statement of the SQL file has no declaration."""
        left = self.sources.keys() - self.plain.keys() - self.batches.keys()
        if left:
            raise StatementMismatch(f"{sorted(left)} of the SQL file beside {self.file} are not declared")


def split(text: str) -> dict[str, str]:
    """Split a SQL file into its named statements."""
    parts = NAME.split(text)
    names, bodies = parts[1::2], parts[2::2]
    if len(set(names)) != len(names):
        raise StatementMismatch(f"a name stands twice: {sorted(n for n in names if names.count(n) > 1)}")
    return {name: body.strip().rstrip(";") for name, body in zip(names, bodies, strict=True)}


def numbered(text: str) -> tuple[str, tuple[str, ...]]:
    """Replace `:name` by `$1`, `$2`, ... and return the names in that order."""
    arguments: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in arguments:
            arguments.append(match[1])
        return f"${arguments.index(match[1]) + 1}"

    return ARGUMENT.sub(number, text), tuple(arguments)


Fetch = Callable[[Any, str, list[Any]], Awaitable[Any]]


def fetcher(hint: Any) -> tuple[Fetch, dict[str, Any] | None]:
    """Return how a declared result is fetched, and the columns it must have (None: no rows)."""
    if hint is type(None):
        return fetch_nothing, None
    optional, many, inner = False, False, hint
    if get_origin(hint) in (Union, types.UnionType):
        optional, inner = True, next(a for a in get_args(hint) if a is not type(None))
    elif get_origin(hint) is list:
        many, inner = True, get_args(hint)[0]
    build, columns = builder(inner)

    async def fetch_many(connection: Any, text: str, values: list[Any]) -> Any:
        return [build(row) for row in await connection.fetch(text, *values)]

    async def fetch_one(connection: Any, text: str, values: list[Any]) -> Any:
        row = await connection.fetchrow(text, *values)
        assert row is not None or optional, "a statement that always answers did not"
        return None if row is None else build(row)

    return (fetch_many if many else fetch_one), columns


async def fetch_nothing(connection: Any, text: str, values: list[Any]) -> None:
    """Run a statement for its effect."""
    await connection.execute(text, *values)


def builder(kind: Any) -> tuple[Callable[[Any], Any], dict[str, Any]]:
    """Return how a row becomes a dataclass, or its only column a value."""
    if not dataclasses.is_dataclass(kind):
        convert = converter(kind)
        return (lambda row: convert(row[0])), {"": kind}
    hints = get_type_hints(kind)
    converters = [(name, converter(hints[name])) for name in column_names(cast(type, kind))]

    def build(row: Any) -> Any:
        return cast(Any, kind)(**{name: convert(row[name]) for name, convert in converters})

    return build, {name: hints[name] for name in column_names(cast(type, kind))}


def converter(hint: Any) -> Callable[[Any], Any]:
    """Return how one column becomes a field: enums and tuples are made, the rest passes."""
    inner = hint
    if get_origin(hint) in (Union, types.UnionType):
        inner = next(a for a in get_args(hint) if a is not type(None))
    if isinstance(inner, type) and issubclass(inner, Enum):
        return lambda value: None if value is None else inner(value)
    if get_origin(inner) is tuple:
        item = converter(get_args(inner)[0])
        return lambda value: None if value is None else tuple(item(v) for v in value)
    if inner is float:
        return lambda value: None if value is None else float(value)
    return lambda value: value
