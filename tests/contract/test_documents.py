"""The registered documents: what clients send is what the schema offers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    OperationDefinitionNode,
    build_schema,
    get_named_type,
    parse,
    type_from_ast,
    validate,
)

import gateway

FOLDER = Path(gateway.__file__).parent
SCHEMA = build_schema((FOLDER / "schema.graphql").read_text(encoding="utf-8"))
FILES = sorted((FOLDER / "documents").glob("*.graphql"))
VARIABLES: dict[str, Any] = json.loads((FOLDER / "documents" / "variables.json").read_text(encoding="utf-8"))


def document(file: Path) -> DocumentNode:
    """Return a file's document."""
    return parse(file.read_text(encoding="utf-8"))


def operations() -> Iterator[OperationDefinitionNode]:
    """Yield every registered operation."""
    for file in FILES:
        yield from (node for node in document(file).definitions if isinstance(node, OperationDefinitionNode))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_document_validates(file: Path) -> None:
    """Against the schema as it is committed."""
    assert validate(SCHEMA, document(file)) == []


def test_every_operation_has_a_name_of_its_own() -> None:
    """Names are what logs and clients know operations by."""
    names = [node.name.value for node in operations() if node.name]
    assert len(names) == len(set(names)) == sum(1 for _ in operations())


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_example_variables_fit(name: str) -> None:
    """Each example of the contract can be sent as it is."""
    [operation] = [node for node in operations() if node.name and node.name.value == name]
    for definition in operation.variable_definitions or ():
        kind = type_from_ast(SCHEMA, definition.type)
        value = VARIABLES[name][definition.variable.name.value]
        assert faults(value, kind) == []


def faults(value: Any, kind: Any, path: str = "") -> list[str]:
    """Return what of a value the schema does not know, or misses."""
    if isinstance(kind, GraphQLNonNull):
        return [f"{path} is null"] if value is None else faults(value, kind.of_type, path)
    if isinstance(kind, GraphQLList):
        return [fault for i, item in enumerate(value) for fault in faults(item, kind.of_type, f"{path}.{i}")]
    if value is None or not isinstance(kind, GraphQLInputObjectType):
        return []
    unknown = [f"{path}.{name} is unknown" for name in value if name not in kind.fields]
    missing = [
        f"{path}.{name} is missing"
        for name, field in kind.fields.items()
        if isinstance(field.type, GraphQLNonNull) and name not in value
    ]
    inner = [
        f for name, item in value.items() if name in kind.fields for f in faults(item, kind.fields[name].type, name)
    ]
    return unknown + missing + inner


def test_every_mutation_input_has_a_key() -> None:
    """A retry is safe everywhere."""
    mutation = SCHEMA.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        assert list(field.args) == ["input"], name
        kind: GraphQLInputType = get_named_type(field.args["input"].type)
        assert isinstance(kind, GraphQLInputObjectType)
        assert str(kind.fields["idempotencyKey"].type) == "String!", name
        payload = get_named_type(field.type)
        assert "userErrors" in payload.fields, name
