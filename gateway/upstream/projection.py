"""Projection push-down: which columns of the rows a selection needs.

Columns are those of the selected fields, through fragments, @skip and @include, nodes and edges, and
the keys by which the selected loads find their own rows. What a fragment selects counts for the types
that the rows can be of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
)
from strawberry.types.field import StrawberryField

from gateway.upstream.context import Info
from gateway.upstream.declare import Answered, Derived, GlobalId, Load, Parts, Source
from gateway.upstream.selections import Selections

DEFINITION = "strawberry-definition"
SOURCE = "source"
TYPE_COLUMN = "type_column"


@dataclass(frozen=True, slots=True)
class Selected:
    """A field selected on a type: its node and its declaration."""

    node: FieldNode
    definition: StrawberryField
    type: GraphQLNamedType


def source_of(definition: StrawberryField) -> Source | None:
    """Return where a field's value comes from; None is the column of its own name."""
    source: Source | None = definition.metadata.get(SOURCE)
    return source


def columns(info: Info, of: GraphQLNamedType | None = None) -> frozenset[str]:
    """Return the columns that the field being resolved needs of its rows."""
    target = of or get_named_type(info.return_type)
    nodes = [node for node in info.field_nodes if node.selection_set]
    if is_connection(target):
        return frozenset(connection_columns(info, target, nodes))
    return frozenset(row_columns(info, target, nodes))


def connection_columns(info: Info, target: GraphQLNamedType, nodes: Sequence[FieldNode]) -> Iterator[str]:
    """Yield the columns of a page's rows: those of `nodes` and of `edges { node }`."""
    for selected in fields(info, target, nodes):
        name, inner = selected.node.name.value, [selected.node]
        if name == "nodes":
            yield from row_columns(info, selected.type, inner)
        elif name == "edges":
            for edge in fields(info, selected.type, inner):
                if edge.node.name.value == "node":
                    yield from row_columns(info, edge.type, [edge.node])


def row_columns(info: Info, target: GraphQLNamedType, nodes: Sequence[FieldNode]) -> Iterator[str]:
    """Yield the columns of a row that the fields selected on it need."""
    yield from type_columns(target)
    for selected in fields(info, target, nodes):
        yield from needs(info, selected)


def type_columns(target: GraphQLNamedType) -> set[str]:
    """Return the column by which rows tell which type of an interface or union they are."""
    if isinstance(target, GraphQLUnionType):
        declaring: Sequence[GraphQLNamedType] = target.types
    else:
        declaring = (target,) if isinstance(target, GraphQLInterfaceType) else ()
    found = {kind.extensions[DEFINITION].origin.__dict__.get(TYPE_COLUMN) for kind in declaring}
    return {column for column in found if column}


def needs(info: Info, selected: Selected) -> Iterator[str]:
    """Yield the columns of the parent's row that one field needs."""
    match source_of(selected.definition):
        case None:
            yield str(selected.definition.python_name)
        case Load(key=str() as key):
            yield key
        case GlobalId(column=column) | Answered(column=column):
            yield column
        case Derived(columns=names):
            yield from names
        case Parts(columns=mapping, present=present):
            if present:
                yield present
            for name in row_columns(info, selected.type, [selected.node]):
                yield mapping[name]
        case _:
            return


def fields(info: Info, target: GraphQLNamedType, nodes: Sequence[FieldNode]) -> Iterator[Selected]:
    """Yield the fields selected on each type that an object can be of."""
    selections = Selections(info.schema, info.fragments, info.variable_values.coerced)
    for runtime in runtimes(info, target):
        for found in selections.of(runtime, nodes).values():
            for node in found:
                if not node.name.value.startswith("__"):
                    yield selected_field(runtime, node)


def runtimes(info: Info, target: Any) -> Sequence[GraphQLObjectType]:
    """Return the types that an object can be of."""
    return info.schema.get_possible_types(target) if is_abstract_type(target) else (target,)


def selected_field(target: GraphQLObjectType, node: FieldNode) -> Selected:
    """Return a field's declaration on a type."""
    field = target.fields[node.name.value]
    return Selected(node, field.extensions[DEFINITION], get_named_type(field.type))


def is_connection(target: GraphQLNamedType) -> bool:
    """Say whether a type is a connection."""
    return isinstance(target, GraphQLObjectType) and target.name.endswith("Connection")
