"""What the schema says of the rows of each batch endpoint: columns, and what the gateway makes of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
)

from gateway.schema import NODES, executable_schema
from gateway.upstream import projection
from gateway.upstream.declare import Answered, Argument, Derived, Endpoint, GlobalId, Kind, Load, Parts, Source

SCHEMA = executable_schema()
DIVISIONS = NODES["Grid"].endpoint.path
PART_TYPES = (GraphQLObjectType, GraphQLInterfaceType)


@dataclass(frozen=True, slots=True)
class Key:
    """A column that leads to other rows; columns of one domain hold the same keys."""

    domain: str


@dataclass(slots=True)
class Rows:
    """The rows of an endpoint: `own` is the column of their own key, `domain` the keys it is asked by.

    `purpose` is what a service wants to be told before it answers.
    """

    endpoint: Endpoint
    domain: str
    own: str | None = None
    own_domain: str = ""
    purpose: str | None = None
    columns: dict[str, Key | GraphQLOutputType] = field(default_factory=dict)


Object = GraphQLObjectType | GraphQLInterfaceType


def fields_of(name: str) -> dict[str, GraphQLField]:
    """Return the fields of a type."""
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, PART_TYPES)
    fields: dict[str, GraphQLField] = kind.fields
    return fields


def source_of(made: GraphQLField) -> Source | None:
    """Return a field's declaration."""
    definition = made.extensions.get(projection.DEFINITION)
    return projection.source_of(definition) if definition else None


def column_of(made: GraphQLField) -> str:
    """Return the column that a field without a declaration is."""
    return str(made.extensions[projection.DEFINITION].python_name)


def row_type(made: GraphQLField) -> GraphQLNamedType:
    """Return the type of a load's rows."""
    found: GraphQLNamedType = get_named_type(made.type)
    if projection.is_connection(found):
        assert isinstance(found, GraphQLObjectType)
        found = get_named_type(found.fields["nodes"].type)
    return found


def concrete(kind: GraphQLNamedType) -> list[GraphQLObjectType]:
    """Return the object types that a row of a type may have."""
    if isinstance(kind, GraphQLInterfaceType):
        return list(SCHEMA.get_possible_types(kind))
    assert isinstance(kind, GraphQLObjectType)
    return [kind]


def loads() -> Iterator[tuple[Object, GraphQLField, Load | Answered]]:
    """Yield every load of the schema with the type it stands on."""
    for kind in SCHEMA.type_map.values():
        if isinstance(kind, PART_TYPES):
            for made in kind.fields.values():
                source = source_of(made)
                if isinstance(source, Load | Answered):
                    yield kind, made, source


@cache
def rows_of() -> dict[tuple[str, str], Rows]:
    """Return the rows of every endpoint that the schema reads, by service and path."""
    found: dict[tuple[str, str], Rows] = {}
    for name, node in NODES.items():
        known = found.setdefault(place(node.endpoint), Rows(node.endpoint, node.endpoint.path))
        add(known, SCHEMA.type_map[name])
    for kind, made, source in loads():
        domain = node_domain(source.endpoint) or by_column(kind, source)
        known = found.setdefault(place(source.endpoint), Rows(source.endpoint, domain))
        if isinstance(source, Load):
            known.purpose = source.purpose or known.purpose
        if isinstance(source, Load) and source.column:
            known.columns.setdefault(source.column, made.type)
        else:
            add(known, row_type(made))
    return found


def place(endpoint: Endpoint) -> tuple[str, str]:
    """Return where an endpoint is."""
    return endpoint.service, endpoint.path


def node_domain(endpoint: Endpoint) -> str | None:
    """Return the keys of an endpoint that finds nodes by their own key."""
    return endpoint.path if any(node.endpoint == endpoint for node in NODES.values()) else None


def by_column(kind: Object, source: Load | Answered) -> str:
    """Return the keys that a load of another endpoint is asked by."""
    name = source.key if isinstance(source, Load) else source.column
    if isinstance(name, Argument):
        return DIVISIONS if name.name == "scope" else name.name
    own = own_column(kind)
    if own == name:
        return NODES[concrete(kind)[0].name].endpoint.path
    return DIVISIONS if name == "code" else name


def own_column(kind: GraphQLNamedType) -> str | None:
    """Return the column that a type's global id is made of."""
    for one in concrete(kind):
        made = one.fields.get("id")
        source = source_of(made) if made else None
        if isinstance(source, GlobalId):
            return source.column
    return None


def add(known: Rows, kind: GraphQLNamedType) -> None:
    """Add the columns that the fields of a type need of a row."""
    own = own_column(kind)
    if own:
        known.own, known.own_domain = own, NODES[concrete(kind)[0].name].endpoint.path
    for one in (kind, *concrete(kind)):
        assert isinstance(one, PART_TYPES)
        for column, what in needs(one):
            if isinstance(what, Key) or column not in known.columns:
                known.columns[column] = what


def needs(kind: Object) -> Iterator[tuple[str, Key | GraphQLOutputType]]:
    """Yield the columns that a type's fields need, each with what it holds."""
    for made in kind.fields.values():
        match source_of(made):
            case None:
                yield column_of(made), made.type
            case Load(key=str() as key) as source:
                yield key, Key(node_domain(source.endpoint) or by_column(kind, source))
            case GlobalId(column=column):
                yield column, Key(NODES[concrete(kind)[0].name].endpoint.path)
            case Derived(columns=names):
                yield from ((name, made.type) for name in names)
            case Parts(columns=mapping, present=present):
                inner = get_named_type(made.type)
                assert isinstance(inner, GraphQLObjectType)
                for column, what in needs(inner):
                    yield mapping[column], optional(what) if present and not isinstance(what, Key) else what
            case _:
                continue


def nested(kind: GraphQLObjectType) -> dict[str, GraphQLOutputType]:
    """Return the keys of an object that is itself a column, each with its type."""
    found: dict[str, GraphQLOutputType] = {}
    for made in kind.fields.values():
        source = source_of(made)
        if source is None:
            found[column_of(made)] = made.type
        elif isinstance(source, Derived):
            found.update(dict.fromkeys(source.columns, made.type))
        else:
            raise AssertionError(f"{kind.name}: an object within a row has a load")
    return found


def nullable(kind: GraphQLOutputType) -> bool:
    """Say whether a type admits null."""
    return not isinstance(kind, GraphQLNonNull)


def optional(kind: GraphQLOutputType) -> GraphQLOutputType:
    """Return a type that admits null."""
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def item(kind: GraphQLOutputType) -> GraphQLOutputType | None:
    """Return the type of a list's items; None if it is no list."""
    bare = get_nullable_type(kind)
    return bare.of_type if isinstance(bare, GraphQLList) else None


def is_many(endpoint: Endpoint) -> bool:
    """Say whether an endpoint answers a list for each key."""
    return endpoint.kind is not Kind.ONE
