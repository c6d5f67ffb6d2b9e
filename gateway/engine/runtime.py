"""What generated code calls: keys, pages, ids, and values of which anything may be wrong."""

import base64
from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import msgspec
from graphql import GraphQLAbstractType, GraphQLSchema

from chassis.errors import Problem
from gateway.engine.abstract import type_of
from gateway.shared.ids import encode
from gateway.upstream.calls import are_rows
from gateway.upstream.declare import Kind
from gateway.upstream.pages import Window, opaque_cursor

raws = msgspec.json.Decoder(list[msgspec.Raw]).decode


class TypeUnknown(Exception):
    """A row tells a type that the schema does not have."""


Undecodable = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
Surprise = (*Undecodable, TypeUnknown)


class Failed:
    """A value that could not be had, in its place; `settle` turns it into null and an error."""

    __slots__ = ("cause",)

    def __init__(self, cause: BaseException) -> None:
        self.cause = cause

    def __getattr__(self, _name: str) -> "Failed":
        return self


NO_PAGE = Failed(TypeError("a page is a list"))


class FailedRows:
    """The answers of a load that failed: a failure for every key but a null one, which asked nothing."""

    __slots__ = ("failed", "nothing")

    def __init__(self, cause: Problem, nothing: Mapping[Any, Any] | None) -> None:
        self.failed, self.nothing = Failed(cause), nothing

    def get(self, key: Any, blank: Any = None) -> Any:
        """Return the failure; what a null key is answered, where the load itself was not refused."""
        return self.nothing.get(None, blank) if key is None and self.nothing is not None else self.failed


class TypeNames(dict[Any, str]):
    """The types of an interface or union by the value of the column that tells them."""

    def __init__(self, schema: GraphQLSchema, abstract: GraphQLAbstractType) -> None:
        super().__init__()
        self.abstract = abstract
        self.possible = {kind.name for kind in schema.get_possible_types(abstract)}

    def __missing__(self, value: Any) -> str:
        name = type_of(self.abstract, value) if isinstance(value, str) else ""
        if name not in self.possible:
            raise TypeUnknown
        self[value] = name
        return name


class Types:
    """The interfaces and unions of a schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._names: dict[str, TypeNames] = {}

    def names(self, abstract: str) -> TypeNames:
        """Return what tells the types of an interface or union."""
        if abstract not in self._names:
            self._names[abstract] = TypeNames(self.schema, self.schema.type_map[abstract])  # type: ignore[arg-type]
        return self._names[abstract]


def keys(found: list[Any]) -> list[Any]:
    """Return the keys that are not null, each once, in order."""
    once = dict.fromkeys(found)
    once.pop(None, None)
    return list(once)


def careful_keys(found: list[Any]) -> list[Any]:
    """Return the keys that can be asked for, each once, in order."""
    return keys([key for key in found if not isinstance(key, Failed)])


def mine(own: list[Any], ids: list[Any], rows: list[Any]) -> list[Any]:
    """Return the rows of one's own ids out of those of a joint call."""
    if own == ids:
        return rows
    found = dict(zip(ids, rows, strict=True))
    return [found[key] for key in own]


def cut(window: Window, rows: list[Any]) -> list[Any]:
    """Return a page's rows without the one that only tells whether there are more."""
    if len(rows) <= window.size:
        return rows
    return rows[: window.size] if window.before is None else rows[1:]


def careful_cut(window: Window, rows: Any) -> Any:
    """Return a page's rows as `cut` does; what is no list stays as it is."""
    return cut(window, rows) if type(rows) is list else rows


def has_next_page(window: Window, rows: list[Any]) -> bool:
    """Say whether rows follow a page."""
    return len(rows) > window.size if window.before is None else window.before != ""


def has_previous_page(window: Window, rows: list[Any]) -> bool:
    """Say whether rows precede a page."""
    return window.after is not None if window.before is None else len(rows) > window.size


def cursor_in(value: Any) -> Any:
    """Return a row's cursor as clients see it."""
    if isinstance(value, Failed):
        return value
    return opaque_cursor(value) if isinstance(value, str) else Failed(TypeError("a cursor is text"))


def identity(name: str, key: str | None) -> str:
    """Return a global id."""
    text = f"{name}:{key}".encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def careful_identity(name: Any, key: Any) -> Any:
    """Return a global id, or the failure of what it is made of."""
    if isinstance(name, Failed):
        return name
    return key if isinstance(key, Failed) else encode(name, key)


def bytes_by_key(ids: list[str], body: bytes) -> Iterable[tuple[str, msgspec.Raw]] | None:
    """Return the parts of an answer by key, not decoded; with one key, the whole is the part.

    None if the answer is not aligned with its ids.
    """
    if len(ids) == 1:
        is_list = body.startswith(b"[") and body.endswith(b"]")
        return ((ids[0], msgspec.Raw(body[1:-1])),) if is_list else None
    try:
        parts = raws(body)
    except Undecodable:
        return None
    return zip(ids, parts, strict=True) if len(parts) == len(ids) else None


def loose(body: bytes, count: int, kind: Kind) -> list[Any] | None:
    """Return an answer as plain JSON, or None if it is not rows aligned with its ids.

    A list may be null; a page that is null is a failure in its place.
    """
    try:
        raw = msgspec.json.decode(body)
    except Undecodable:
        return None
    if not isinstance(raw, list) or len(raw) != count:
        return None
    lists = [raw] if kind is Kind.ONE else [rows for rows in raw if rows is not None]
    if not all(are_rows(rows) for rows in lists):
        return None
    return [NO_PAGE if rows is None else rows for rows in raw] if kind is Kind.PAGE else raw


def lists(raw: list[Any]) -> list[list[Any]]:
    """Return the lists among what should be lists."""
    return [rows for rows in raw if type(rows) is list]


def value_in(row: Any, column: str) -> Any:
    """Return a column's value; without it, a failure."""
    if isinstance(row, Failed):
        return row
    try:
        return row[column]
    except (KeyError, TypeError, IndexError) as error:
        return Failed(error)


def key_in(row: Any, column: str) -> Any:
    """Return a column's value as a key, null where there is none."""
    value = row.get(column) if isinstance(row, Mapping) else Failed(TypeError("a row is an object"))
    try:
        hash(value)
    except TypeError as error:
        return Failed(error)
    return value


def picked(row: Any, column: str) -> Any:
    """Return a single column that a load is for, null where there is none."""
    return row.get(column) if isinstance(row, Mapping) else Failed(TypeError("a row is an object"))


def look(found: Any, key: Any) -> Any:
    """Return the answer for a key, or the key's own failure; a load that is refused is so for every key."""
    if isinstance(key, Failed):
        return found.failed if isinstance(found, FailedRows) and found.nothing is None else key
    return found.get(key)


def attribute(value: Any, name: str) -> Any:
    """Return a column of a load's row, null where there is no row."""
    return None if value is None else getattr(value, name)


def type_in(names: TypeNames, value: Any) -> Any:
    """Return a row's type, or a failure."""
    if isinstance(value, Failed):
        return value
    try:
        return names[value]
    except (TypeUnknown, TypeError) as error:
        return Failed(error)


def known(name: Any, make: Callable[[], Any]) -> Any:
    """Return what is made of a row whose type is known, or the failure to know it."""
    return name if isinstance(name, Failed) else make()


GIVEN: dict[str, Any] = {
    "Problem": Problem,
    "Surprise": Surprise,
    "NONE_ROW": {},
    "namespace": SimpleNamespace,
    **{
        function.__name__: function
        for function in (
            keys, careful_keys, mine, cut, careful_cut, lists, has_next_page, has_previous_page, cursor_in,
            identity, careful_identity, bytes_by_key, loose, value_in, key_in, picked, look, attribute, type_in, known,
        )
    },
}  # fmt: skip
