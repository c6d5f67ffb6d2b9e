"""What is decoded and what is encoded: a msgspec struct for each set of rows and for each object.

A struct of rows holds exactly the columns that are needed, with exact GraphQL types: anything else is
skipped or refused in C. A row that is answered as it is, is decoded into the struct that is encoded.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLScalarType,
    get_named_type,
)

from gateway.engine.plan import Fetch, Leaf, Nodes, Object, Page, Rows, Typename, Wire
from gateway.shared.scalars import same_text
from gateway.upstream.declare import Kind

INT = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
PRESENT = bool | int | float | str | list[Any] | dict[str, Any]  # whatever is not null
SCALARS: dict[str, Any] = {"Int": INT, "Float": float, "String": str, "Boolean": bool, "ID": str}
CURSOR = "cursor"  # a page's rows have it without being asked, unless they are named
JSON_KEY_CHARACTERS_MAX = 63  # a service writes a key as a column's name


@dataclass(frozen=True, slots=True)
class ShownShape:
    """A field of an answered object, for whoever looks for errors in it."""

    key: str
    type: GraphQLOutputType
    nodes: list[Any]


SHAPES = "__shown__"


def is_same(kind: GraphQLNamedType) -> bool:
    """Say whether a leaf is answered as the service writes it."""
    if isinstance(kind, GraphQLEnumType):
        return all(value.value == name for name, value in kind.values.items())
    return kind.name in SCALARS or (isinstance(kind, GraphQLScalarType) and is_text(kind))


def is_text(kind: GraphQLScalarType) -> bool:
    """Say whether a scalar's text passes through."""
    return getattr(kind, "coerce_output_value", None) is same_text or kind.serialize is same_text


def leaf(kind: GraphQLNamedType) -> Any:
    """Return the type of a leaf as it is decoded."""
    if isinstance(kind, GraphQLEnumType):
        values = tuple(value.value for value in kind.values.values())
        return Literal[values] if all(isinstance(value, str) for value in values) else PRESENT
    if kind.name in SCALARS:
        return SCALARS[kind.name]
    return str if isinstance(kind, GraphQLScalarType) and is_text(kind) else PRESENT


def decoded(kind: GraphQLOutputType, inner: Any) -> Any:
    """Return the type of a value as it is decoded; `inner` stands for its objects."""
    if isinstance(kind, GraphQLNonNull):
        return bare(kind.of_type, inner)
    return bare(kind, inner) | None


def bare(kind: Any, inner: Any) -> Any:
    """Return the type of a value that is not null."""
    if isinstance(kind, GraphQLList):
        return list[decoded(kind.of_type, inner)]  # type: ignore[misc]
    return inner if inner is not None else leaf(kind)


def encoded(of: Object, keys: dict[str, Any] | None = None) -> Any:
    """Return the struct of an answered object, which knows its fields."""
    names = [f"f{i}" for i in range(len(of.fields))]
    types = [(keys or {}).get(shown.key, Any) for shown in of.fields]
    made = msgspec.defstruct(
        f"Out{of.type.name}",
        list(zip(names, types, strict=True)),
        rename={name: shown.key for name, shown in zip(names, of.fields, strict=True)},
        gc=False,
    )
    setattr(made, SHAPES, tuple(ShownShape(shown.key, shown.type, shown.nodes) for shown in of.fields))
    return made


def is_plain(of: object, rows: Rows) -> bool:
    """Say whether rows are answered as the service can write them: leaves under the response's keys."""
    if not isinstance(of, Object) or isinstance(of, Page) or rows.fetches or not of.fields:
        return False
    if any(wire.opaque for wire in rows.columns.values()):
        return False
    if {shown.column for shown in of.fields if isinstance(shown, Leaf)} != rows.columns.keys():
        return False
    return all(
        type(shown) is Leaf and is_same(get_named_type(shown.type)) and len(shown.key) <= JSON_KEY_CHARACTERS_MAX
        for shown in of.fields
    )


def is_plain_inside(of: Object) -> bool:
    """Say whether objects within a column are answered as they are, but for what is not selected."""
    return all(
        type(shown) is Leaf and shown.key == shown.column and is_same(get_named_type(shown.type)) for shown in of.fields
    )


@dataclass(slots=True)
class Form:
    """How a fetch's rows come: columns asked for, and their names in the answer.

    `plain` rows are answered as they are; `spliced` ones without being decoded.
    """

    fields: list[str]
    names: list[str] | None = None
    plain: bool = False
    spliced: bool = False


def form_of(fetch: Fetch) -> Form:
    """Return how a fetch's rows come, and say how a row is decoded."""
    shown = plain_object(fetch)
    if shown is None:
        give_struct(fetch.rows, f"In{fetch.index}")
        return Form(sorted(fetch.rows.columns.keys() - {CURSOR}))
    types = {leaf.key: decoded(leaf.type, None) for leaf in shown.fields}
    fetch.rows.struct, fetch.rows.plain = encoded(shown, types), True
    fields, names = [leaf.column for leaf in shown.fields], [leaf.key for leaf in shown.fields]
    if shown.told is not None:
        column, abstract = shown.told
        shown.told = next(leaf.key for leaf in shown.fields if leaf.column == column), abstract
    fetch.rows.attributes = {leaf.key: f"f{i}" for i, leaf in enumerate(shown.fields)}
    for leaf in shown.fields:
        leaf.column = leaf.key
    return Form(fields, names, plain=True, spliced=fetch.endpoint.vouched)


def plain_object(fetch: Fetch) -> Object | None:
    """Return the object that a fetch's rows are, if they are answered as they are."""
    if len(fetch.uses) != 1 or fetch.join is not None or fetch.only or fetch.load.column:
        return None
    [use] = fetch.uses
    if isinstance(use, Page):
        inner = [shown.object for shown in use.fields if isinstance(shown, Nodes)]
        only = all(isinstance(shown, Nodes | Typename) for shown in use.fields)
        if not only or fetch.surrounded or len(inner) != 1:
            return None
        return inner[0] if isinstance(inner[0], Object) and is_plain(inner[0], fetch.rows) else None
    return use if isinstance(use, Object) and is_plain(use, fetch.rows) else None


def give_struct(rows: Rows, name: str) -> None:
    """Say how a row is decoded: its struct, and the attribute of each column."""
    keys = {fetch.key for fetch in rows.fetches}
    rows.attributes = {column: f"c{i}" for i, column in enumerate(rows.columns)}
    types = [wire_type(wire, name, key=column in keys) for column, wire in rows.columns.items()]
    rename = {attribute: column for column, attribute in rows.attributes.items()}
    rows.struct = msgspec.defstruct(name, list(zip(rename, types, strict=True)), rename=rename, gc=False)


def wire_type(wire: Wire, name: str, *, key: bool) -> Any:
    """Return the type of a column as it is decoded; what a function of the gateway reads stays plain JSON."""
    if wire.opaque and (wire.inner is not None or (wire.type is None and not key)):
        return Any
    if wire.type is None:
        return str | None
    if wire.inner is None:
        return decoded(wire.type, None)
    if len(wire.objects) == 1 and is_plain_inside(wire.objects[0]):
        [shown] = wire.objects
        wire.plain = True
        return decoded(wire.type, encoded(shown, {leaf.key: decoded(leaf.type, None) for leaf in shown.fields}))
    give_struct(wire.inner, name + "_")
    return decoded(wire.type, wire.inner.struct)


def body_type(kind: Kind, row: Any) -> Any:
    """Return the type of a whole answer: rows, or lists of rows, aligned with the ids."""
    return list[row | None] if kind is Kind.ONE else list[list[row]]
