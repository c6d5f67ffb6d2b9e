"""The gateway asks for what the services offer: paths, columns, values of enums, fields of commands."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
)

from chassis.service import openapi
from gateway.schema import NODES, executable_schema
from gateway.upstream import projection
from gateway.upstream.commands import PATH_NAME, Command
from gateway.upstream.declare import Answered, Derived, Endpoint, GlobalId, Load, Parts
from tests.support.services import NAMES, service_named

SCHEMA = executable_schema()
OFFERED: dict[str, Any] = {name: json.loads(openapi(service_named(name))) for name in NAMES}
OBJECTS = [t for t in SCHEMA.type_map.values() if isinstance(t, GraphQLObjectType | GraphQLInterfaceType)]

JSON_OF = {
    "String": ("string", None),
    "Int": ("integer", None),
    "Float": ("number", None),
    "Boolean": ("boolean", None),
    "Date": ("string", "date"),
    "DateTime": ("string", "date-time"),
}


def resolved(service: str, schema: Any) -> Any:
    """Follow references, and leave null out of alternatives."""
    while True:
        if "$ref" in schema:
            schema = OFFERED[service]["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        elif "anyOf" in schema:
            [schema] = [one for one in schema["anyOf"] if one.get("type") != "null"][:1]
        else:
            return schema


def columns_of(endpoint: Endpoint) -> dict[str, Any]:
    """Return the columns of an endpoint's rows, each with its schema."""
    offered = OFFERED[endpoint.service]["paths"][endpoint.path]["post"]["responses"]["200"]
    found = resolved(endpoint.service, offered["content"]["application/json"]["schema"])
    while found.get("type") == "array":
        found = resolved(endpoint.service, found["items"])
    columns: dict[str, Any] = found["properties"]
    return columns


def loads() -> Iterator[tuple[str, GraphQLField, Load | Answered]]:
    """Yield every load of the schema, with where it stands."""
    for kind in OBJECTS:
        for name, field in kind.fields.items():
            definition = field.extensions.get(projection.DEFINITION)
            source = projection.source_of(definition) if definition else None
            if isinstance(source, Load | Answered):
                yield f"{kind.name}.{name}", field, source


LOADS = [pytest.param(field, source, id=place) for place, field, source in loads()]


def row_type(field: GraphQLField) -> GraphQLNamedType:
    """Return the type of a load's rows."""
    found: GraphQLNamedType = get_named_type(field.type)
    if projection.is_connection(found):
        assert isinstance(found, GraphQLObjectType)
        found = get_named_type(found.fields["nodes"].type)
    return found


def needed(kind: GraphQLNamedType) -> Iterator[tuple[str, GraphQLNamedType | None]]:
    """Yield each column that a type's fields need, with its GraphQL type if it is passed through."""
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    for name, field in kind.fields.items():
        definition = field.extensions[projection.DEFINITION]
        match projection.source_of(definition):
            case None:
                yield definition.python_name, get_named_type(field.type)
            case Load(key=str() as key):
                yield key, None
            case GlobalId(column=column):
                yield column, None
            case Derived(columns=names):
                yield from ((column, None) for column in names)
            case Parts(columns=mapping):
                inner = get_named_type(field.type)
                assert isinstance(inner, GraphQLObjectType)
                for part in inner.fields.values():
                    part_definition = part.extensions[projection.DEFINITION]
                    if projection.source_of(part_definition) is None:
                        yield mapping[part_definition.python_name], get_named_type(part.type)
            case _:
                yield name, None


@pytest.mark.parametrize(("field", "source"), LOADS)
def test_rows_hold_what_is_asked_for(field: GraphQLField, source: Load | Answered) -> None:
    """Every column is there, and every value of its enum is one of ours."""
    columns = columns_of(source.endpoint)
    if isinstance(source, Load) and source.column:
        assert source.column in columns
        same_values(source.endpoint.service, columns[source.column], get_named_type(field.type))
        return
    for column, kind in needed(row_type(field)):
        assert column in columns, column
        if kind is not None:
            same_values(source.endpoint.service, columns[column], kind)


def same_values(service: str, schema: Any, kind: GraphQLNamedType) -> None:
    """Compare a column's closed set with an enum's."""
    values = resolved(service, schema).get("enum")
    if values and isinstance(kind, GraphQLEnumType):
        assert set(values) <= {value.value for value in kind.values.values()}


def passed_through(kind: GraphQLNamedType) -> Iterator[tuple[str, GraphQLOutputType]]:
    """Yield each column whose value is answered as it came, with its GraphQL type.

    A part that is null with its column `present` promises nothing while it is.
    """
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    for field in kind.fields.values():
        definition = field.extensions[projection.DEFINITION]
        match projection.source_of(definition):
            case None:
                yield definition.python_name, field.type
            case Parts(columns=mapping, present=present):
                inner = get_named_type(field.type)
                assert isinstance(inner, GraphQLObjectType)
                for part in inner.fields.values():
                    own = part.extensions[projection.DEFINITION]
                    if projection.source_of(own) is None:
                        yield mapping[own.python_name], get_nullable_type(part.type) if present else part.type


def vouched() -> Iterator[tuple[str, Endpoint, str, GraphQLOutputType]]:
    """Yield every column of the endpoints whose rows are not decoded, as each field has it."""
    rows = [(name, NODES[name].endpoint, SCHEMA.type_map[name]) for name in NODES]
    for place, field, source in loads():
        if isinstance(source, Load) and source.column:
            if source.endpoint.vouched:
                yield place, source.endpoint, source.column, field.type
        else:
            rows.append((place, source.endpoint, row_type(field)))
    for place, endpoint, kind in rows:
        if endpoint.vouched:
            for column, type_ in passed_through(kind):
                yield f"{place} {column}", endpoint, column, type_


def misfit(service: str, schema: Any, type_: GraphQLOutputType) -> str | None:
    """Say how a column is not what GraphQL promises; what has fields of its own is decoded anyway."""
    kind = get_nullable_type(type_)
    if not is_leaf_type(kind):
        return None
    if isinstance(type_, GraphQLNonNull) and {"type": "null"} in schema.get("anyOf", ()):
        return "it may be null"
    found = resolved(service, schema)
    if isinstance(kind, GraphQLEnumType):
        names = {name: value.value for name, value in kind.values.items()}
        same = set(found.get("enum", ())) == names.keys() and all(name == value for name, value in names.items())
        return None if same else f"its values are not those of {kind.name}"
    asked, offered = JSON_OF[get_named_type(kind).name], (found.get("type"), found.get("format"))
    return None if asked == offered else f"it is {offered}, not {asked}"


def test_vouched_rows_are_what_graphql_promises() -> None:
    """Rows that nobody decodes fit exactly: types, formats, closed sets, and null only where it may be."""
    faults = [
        (place, endpoint.path, fault)
        for place, endpoint, column, type_ in vouched()
        if (fault := misfit(endpoint.service, columns_of(endpoint)[column], type_))
    ]

    assert faults == []


@pytest.mark.parametrize(
    ("schema", "name", "fits"),
    [
        ({"type": "string"}, "String", True),
        ({"type": "string", "format": "uuid"}, "String", False),
        ({"type": "integer"}, "Float", False),
        ({"type": "number"}, "Int", False),
        ({"type": "string", "format": "date"}, "DateTime", False),
        ({"type": "string", "format": "date-time"}, "DateTime", True),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "String", False),
        ({"type": "string", "enum": ["OPEN", "CLOSED"]}, "CheckpointStatus", True),
        ({"type": "string", "enum": ["OPEN"]}, "CheckpointStatus", False),
        ({"type": "string"}, "CheckpointStatus", False),
    ],
)
def test_misfits_are_seen(schema: dict[str, Any], name: str, fits: bool) -> None:
    """The comparison above does find what does not fit."""
    kind = SCHEMA.type_map.get(name)
    assert isinstance(kind, GraphQLScalarType | GraphQLEnumType)

    assert (misfit("residents", schema, GraphQLNonNull(kind)) is None) is fits


@pytest.mark.parametrize("name", sorted(NODES))
def test_nodes_are_found(name: str) -> None:
    """Every type with a global id is found by it."""
    columns = columns_of(NODES[name].endpoint)
    assert {column for column, _ in needed(SCHEMA.type_map[name])} <= columns.keys()


def test_every_node_type_is_served() -> None:
    """`node(id)` knows every type that implements Node."""
    node = SCHEMA.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    assert {kind.name for kind in SCHEMA.get_possible_types(node)} == NODES.keys()


MUTATIONS = SCHEMA.mutation_type.fields if SCHEMA.mutation_type else {}


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_commands_take_what_is_sent(name: str) -> None:
    """Each field of an input is one of the command's body, or stands in its path; none that it needs is missing."""
    field = MUTATIONS[name]
    declared: Command = field.extensions[projection.DEFINITION].metadata["command"]
    paths = OFFERED[declared.post.service]["paths"]
    [offered] = [found for path, found in paths.items() if same_path(path, declared.post.path)]
    content = offered["post"].get("requestBody", {}).get("content", {}).get("application/json", {})
    given = get_named_type(field.args["input"].type)
    check_body(
        declared.post.service,
        resolved(declared.post.service, content.get("schema", {})),
        given,
        {"idempotency_key", *PATH_NAME.findall(declared.post.path)},
    )


def same_path(offered: str, asked: str) -> bool:
    """Compare paths, whatever their parameters are called."""
    return PATH_NAME.sub("{}", offered) == PATH_NAME.sub("{}", asked)


def check_body(service: str, schema: Any, given: GraphQLNamedType, beside: set[str]) -> None:
    """Compare an input with a body, to its leaves."""
    assert isinstance(given, GraphQLInputObjectType)
    properties = schema.get("properties", {})
    sent = {field.extensions[projection.DEFINITION].python_name: field for field in given.fields.values()}
    names = sent.keys() - beside
    assert names <= properties.keys(), f"{given.name} sends more than {sorted(properties)}"
    always = {n for n in names if str(sent[n].type).endswith("!")}
    assert set(schema.get("required", ())) <= always, f"{given.name} may leave out what is required"
    for name in names:
        kind, inner = get_named_type(sent[name].type), resolved(service, properties[name])
        while inner.get("type") == "array":
            inner = resolved(service, inner["items"])
        if isinstance(kind, GraphQLInputObjectType):
            check_body(service, inner, kind, set())
        elif isinstance(kind, GraphQLEnumType) and "enum" in inner:
            assert {value.value for value in kind.values.values()} <= set(inner["enum"]), name
