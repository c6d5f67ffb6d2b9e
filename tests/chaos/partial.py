"""What is left of an answer when a service is away: everything else, and each gap with its reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
)

from gateway.schema import NODES, executable_schema
from gateway.upstream import projection
from gateway.upstream.declare import Answered, AnyNode, Load
from tests.chaos.world import DEADLINE_MS, Heard, Question

Path = tuple[str | int, ...]
Places = Mapping[tuple[str, ...], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Gap:
    """A null of the answer; `expected` if the whole answer has it as well."""

    path: Path
    services: frozenset[str]
    expected: bool


def faults_of(question: Question, whole: Any, heard: Heard, faulty: str) -> list[str]:
    """Return what is wrong with an answer given while a service is at fault; `whole` is the healthy data."""
    if heard.ms > DEADLINE_MS:
        return [f"answered after {heard.ms:.0f} ms, the deadline is {DEADLINE_MS} ms"]
    if heard.status >= 500 or "data" not in heard.body:
        return [f"status {heard.status}: {heard.body}"]
    found: list[str] = []
    gaps = {gap.path: gap for gap in compare(whole, heard.body["data"], (), places(question.text), found)}
    said = {tuple(error.get("path") or ()): error for error in heard.errors}
    if len(said) != len(heard.errors):
        found.append("two errors at one path, or one without")
    for path, gap in gaps.items():
        if faulty not in gap.services and not gap.expected:
            found.append(f"{path} is missing, and belongs to {sorted(gap.services) or 'the row itself'}")
        if path not in said and not gap.expected:
            found.append(f"{path} is missing without an error")
    for path, error in said.items():
        extensions = error.get("extensions") or {}
        if path not in gaps or faulty not in gaps[path].services:
            found.append(f"{path} has an error, and is not to be missing: {error}")
        lacking = [name for name in ("code", "traceId", "service") if not extensions.get(name)]
        if lacking or extensions.get("service") != faulty:
            found.append(f"{path} says {extensions}")
    return found


def compare(whole: Any, left: Any, path: Path, owned: Places, found: list[str]) -> Iterator[Gap]:
    """Yield the nulls of what is left of a whole answer; other differences are found."""
    if left is None:
        yield Gap(path, owned.get(tuple(part for part in path if isinstance(part, str)), frozenset()), whole is None)
    elif isinstance(whole, dict) and isinstance(left, dict):
        if list(whole) != list(left):
            found.append(f"{path} has {list(left)}, not {list(whole)}")
        for key in whole.keys() & left.keys():
            yield from compare(whole[key], left[key], (*path, key), owned, found)
    elif isinstance(whole, list) and isinstance(left, list) and len(whole) == len(left):
        for place, (one, other) in enumerate(zip(whole, left, strict=True)):
            yield from compare(one, other, (*path, place), owned, found)
    elif whole != left:
        found.append(f"{path} is {left!r}, not {whole!r}")


@lru_cache(maxsize=100)
def places(text: str) -> Places:
    """Return which services each field of a document is loaded from, by the path of its response keys."""
    document = parse(text)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    schema = executable_schema()
    assert schema.query_type is not None
    found: dict[tuple[str, ...], frozenset[str]] = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            for path, services in walk(schema.query_type, definition.selection_set, (), fragments):
                found[path] = found.get(path, frozenset()) | services
    return found


def walk(
    parent: GraphQLNamedType,
    selected: SelectionSetNode,
    path: tuple[str, ...],
    fragments: Mapping[str, FragmentDefinitionNode],
) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
    """Yield every field of a selection, with the services that it is loaded from."""
    types = executable_schema().type_map
    for node in selected.selections:
        if isinstance(node, FragmentSpreadNode):
            fragment = fragments[node.name.value]
            yield from walk(types[fragment.type_condition.name.value], fragment.selection_set, path, fragments)
        elif isinstance(node, InlineFragmentNode):
            on = types[node.type_condition.name.value] if node.type_condition else parent
            yield from walk(on, node.selection_set, path, fragments)
        elif isinstance(node, FieldNode) and not node.name.value.startswith("__"):
            assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
            field = parent.fields[node.name.value]
            here = (*path, node.alias.value if node.alias else node.name.value)
            yield here, services_of(field)
            if node.selection_set:
                kind = get_named_type(field.type)
                assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
                yield from walk(kind, node.selection_set, here, fragments)


def services_of(field: Any) -> frozenset[str]:
    """Return the services that a field is loaded from; none when its value is in its parent's row."""
    definition = field.extensions.get(projection.DEFINITION)
    match projection.source_of(definition) if definition else None:
        case Load(endpoint=endpoint) | Answered(endpoint=endpoint):
            return frozenset({endpoint.service})
        case AnyNode():
            return frozenset(node.endpoint.service for node in NODES.values())
        case _:
            return frozenset()
