"""The reference executor's way to carry out a declaration for one row."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import strawberry
from graphql import GraphQLNamedType

from gateway.shared.ids import decode, encode, key_of
from gateway.upstream import pages, projection
from gateway.upstream.batching import Call, Shape, nothing
from gateway.upstream.context import Context, Info
from gateway.upstream.declare import (
    Answered,
    AnyNode,
    Argument,
    Derived,
    Edges,
    GlobalId,
    Kind,
    Load,
    Parts,
    Row,
    Source,
)

TYPENAME = "__typename"


def resolve(source: Source, row: Any, info: Info, arguments: Mapping[str, Any]) -> Any:
    """Carry out a declaration for one row."""
    return RESOLVERS[type(source)](source, row, info, arguments)


def resolve_load(load: Load, row: Any, info: Info, arguments: Mapping[str, Any]) -> Any:
    """Ask for the row, the column, the list or the page of one key."""
    context: Context = info.context
    key = key_argument(load.key, arguments) if isinstance(load.key, Argument) else row.get(load.key)
    fields = frozenset((load.column,)) if load.column else needed(info)
    plain = tuple((a.name, plain_value(a, arguments[a.name])) for a in load.arguments if given(arguments, a))
    if load.endpoint.kind is Kind.PAGE:
        asked = pages.window(arguments)
        call = Call(load.endpoint, plain, asked.limit, asked.after, asked.before, load.purpose)
        shape: Shape = lambda rows: pages.connection(asked, rows)  # noqa: E731
    else:
        call = Call(load.endpoint, plain, purpose=load.purpose)
        shape = picked(load.column) if load.column else same
    if key is None:
        return shape(nothing(load.endpoint.kind))
    return context.batcher.load(call, key, fields, shape)


def resolve_answered(source: Answered, row: Row, info: Info, _arguments: Mapping[str, Any]) -> Any:
    """Return what a command answered, with the columns that its answer lacks."""
    found: Row | None = row.get(source.column)
    if found is None:
        return None
    fields = needed(info)
    if fields <= found.keys():
        return found
    whole: Shape = lambda rest: None if rest is None else {**found, **rest}  # noqa: E731
    context: Context = info.context
    return context.batcher.load(Call(source.endpoint), found["id"], fields - found.keys(), whole)


def resolve_node(source: AnyNode, _row: Any, info: Info, arguments: Mapping[str, Any]) -> Any:
    """Ask for the object that a global id names; of an unknown type there is none."""
    type_name, key = decode(arguments[source.argument.name])
    node = source.types.get(type_name)
    if node is None:
        return None
    fields = needed(info, info.schema.type_map[type_name])
    if node.column:
        fields |= {node.column}

    def typed(row: Row | None) -> Row | None:
        if row is None or (node.column and row[node.column] != node.value):
            return None
        return {**row, TYPENAME: type_name}

    context: Context = info.context
    return context.batcher.load(Call(node.endpoint), key, fields, typed)


def needed(info: Info, of: GraphQLNamedType | None = None) -> frozenset[str]:
    """Return the columns that a field's selection needs; worked out once an operation."""
    kept = info.context.projections
    place = (info.parent_type.name, *map(id, info.field_nodes), of and of.name)
    found: frozenset[str] | None = kept.get(place)
    if found is None:
        found = kept[place] = projection.columns(info, of)
    return found


def key_argument(key: Argument, arguments: Mapping[str, Any]) -> str | None:
    """Return the key that an argument holds, or None; raise IdMalformed or IdOfAnotherType."""
    text = str(arguments[key.name])
    if key.pattern and not re.fullmatch(key.pattern, text):
        return None
    return key_of(text, key.of) if key.of else text


def given(arguments: Mapping[str, Any], argument: Argument) -> bool:
    """Say whether the caller gave an argument a value."""
    return arguments.get(argument.name) not in (None, strawberry.UNSET)


def plain_value(argument: Argument, value: Any) -> Any:
    """Return an argument's value as a service takes it, hashable."""
    if isinstance(value, list):
        return tuple(plain_value(argument, item) for item in value)
    return key_of(value, argument.of) if argument.of else msgspec.to_builtins(value)


def picked(name: str) -> Shape:
    """Return the shape that is one column."""
    return lambda row: None if row is None else row.get(name)


def same(answer: Any) -> Any:
    """Return the answer as it is."""
    return answer


def resolve_parts(source: Parts, row: Row, _info: Info, _arguments: Mapping[str, Any]) -> Any:
    """Return an object made of columns of the same row."""
    if source.present and row.get(source.present) is None:
        return None
    return PartRow(row, source.columns)


class PartRow(dict[str, Any]):
    """Columns of a row under the names of a part; one that the row lacks is missing here as well."""

    def __init__(self, row: Row, columns: Mapping[str, str]) -> None:
        super().__init__()
        self.row, self.columns = row, columns

    def __missing__(self, name: str) -> Any:
        return self.row[self.columns[name]]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a column's value, or the default where there is none."""
        return self.row.get(self.columns[name], default) if name in self.columns else default


def resolve_id(source: GlobalId, row: Row, info: Info, _arguments: Mapping[str, Any]) -> str:
    """Return an object's global id."""
    return encode(info.parent_type.name, row[source.column])


def resolve_derived(source: Derived, row: Any, info: Info, _arguments: Mapping[str, Any]) -> Any:
    """Return what the gateway makes itself."""
    return source.compute(row, info.context)


def resolve_edges(_source: Edges, row: Row, _info: Info, _arguments: Mapping[str, Any]) -> Any:
    """Return the edges of a connection."""
    return pages.edges(row)


RESOLVERS: dict[type[Source], Callable[[Any, Any, Info, Mapping[str, Any]], Any]] = {
    Load: resolve_load,
    Answered: resolve_answered,
    Parts: resolve_parts,
    GlobalId: resolve_id,
    AnyNode: resolve_node,
    Derived: resolve_derived,
    Edges: resolve_edges,
}
