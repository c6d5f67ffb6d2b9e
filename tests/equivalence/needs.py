"""Which columns of each endpoint a document needs, and how many loads it has: worked out from the document alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    InlineFragmentNode,
    SelectionNode,
    VariableNode,
    get_named_type,
)
from graphql.execution.values import VariableValues, get_variable_values

from gateway.operations import Prepared
from gateway.schema import NODES
from gateway.upstream import projection
from gateway.upstream.declare import AnyNode, Derived, Endpoint, GlobalId, Load, Parts
from tests.equivalence.shape import SCHEMA, column_of, concrete, fields_of, source_of

LEVEL = "level"


@dataclass(frozen=True, slots=True)
class Here:
    """Where a selection stands: the types its rows may have, their endpoint, and a part's names of columns."""

    types: tuple[str, ...]
    endpoint: Endpoint | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    level: int = 0

    def loaded(self, name: str, endpoint: Endpoint) -> "Here":
        """Return where the rows of a load stand, one level further down."""
        return Here((name,), endpoint, level=self.level + 1)


@dataclass(slots=True)
class Needs:
    """What a document needs."""

    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    loads: int = 0
    columns: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    levels: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def walk(self, here: Here, nodes: Iterable[SelectionNode]) -> None:
        """Gather what selections need."""
        for inner, node in self.fields(here, nodes):
            name = node.name.value
            if not name.startswith("__"):
                made_of = [fields_of(kind)[name] for kind in inner.types]
                for made in {id(source_of(made)): made for made in made_of}.values():
                    self.field(inner, made, node.selection_set.selections if node.selection_set else ())

    def fields(self, here: Here, nodes: Iterable[SelectionNode]) -> Iterator[tuple[Here, FieldNode]]:
        """Yield the fields selected, each with the types that it is selected on."""
        for node in nodes:
            if not all(map(self.admits, node.directives or ())):
                continue
            if isinstance(node, FieldNode):
                yield here, node
                continue
            part: Any = node if isinstance(node, InlineFragmentNode) else self.fragments[node.name.value]  # type: ignore[attr-defined]
            types = here.types
            if part.type_condition:
                allowed = {kind.name for kind in concrete(SCHEMA.type_map[part.type_condition.name.value])}
                types = tuple(kind for kind in types if kind in allowed)
            if types:
                yield from self.fields(replace(here, types=types), part.selection_set.selections)

    def admits(self, directive: DirectiveNode) -> bool:
        """Evaluate @skip or @include."""
        [argument] = directive.arguments or ()
        value: Any = argument.value
        given = self.variables.get(value.name.value) if isinstance(value, VariableNode) else value.value
        return bool(given) == (directive.name.value == "include")

    def field(self, here: Here, made: GraphQLField, inner: Sequence[SelectionNode]) -> None:
        """Gather what a field needs."""
        named = get_named_type(made.type)
        match source_of(made):
            case Load() as load:
                self.need(here, load.key if isinstance(load.key, str) else None)
                self.load(here.loaded(named.name, load.endpoint), load.column, inner)
            case AnyNode():
                for name, node in NODES.items():
                    there = here.loaded(name, node.endpoint)
                    self.load(there, None, inner)
                    self.need(there, node.column)
            case GlobalId(column=column):
                self.need(here, column)
            case Derived(columns=names):
                for name in names:
                    self.need(here, name)
            case Parts(columns=mapping, present=present):
                self.need(here, present)
                self.walk(replace(here, types=of(named.name), names=mapping), inner)
            case None:
                self.need(here, column_of(made))

    def load(self, there: Here, column: str | None, inner: Sequence[SelectionNode]) -> None:
        """Gather what a load's rows need."""
        assert there.endpoint is not None
        self.loads += 1
        self.levels[place(there.endpoint)].add(there.level)
        if column:
            self.need(there, column)
        elif projection.is_connection(SCHEMA.type_map[there.types[0]]):
            self.page(there, inner)
        else:
            self.rows(there, inner)

    def page(self, there: Here, nodes: Iterable[SelectionNode]) -> None:
        """Gather what a page's rows need."""
        connection = fields_of(there.types[0])
        rows = replace(there, types=(get_named_type(connection["nodes"].type).name,))
        for _, node in self.fields(there, nodes):
            inner = node.selection_set.selections if node.selection_set else ()
            if node.name.value == "nodes":
                self.rows(rows, inner)
            elif node.name.value == "edges":
                edge = Here((get_named_type(connection["edges"].type).name,))
                for _, below in self.fields(edge, inner):
                    self.rows(rows, below.selection_set.selections if below.selection_set else ())

    def rows(self, there: Here, nodes: Iterable[SelectionNode]) -> None:
        """Gather what rows of a type need."""
        self.need(there, LEVEL if there.types[0] == "Division" else None)
        self.walk(replace(there, types=of(there.types[0])), nodes)

    def need(self, here: Here, column: str | None) -> None:
        """Note a column of an endpoint's rows."""
        if here.endpoint is not None and column is not None:
            self.columns[place(here.endpoint)].add(here.names.get(column, column))


def of(name: str) -> tuple[str, ...]:
    """Return the types that a row of a type may have."""
    return tuple(kind.name for kind in concrete(SCHEMA.type_map[name]))


def place(endpoint: Endpoint) -> str:
    """Return where an endpoint is."""
    return f"{endpoint.service} {endpoint.path}"


def needs(prepared: Prepared) -> Needs:
    """Return what a document needs with its variables."""
    fragments = {d.name.value: d for d in prepared.document.definitions if isinstance(d, FragmentDefinitionNode)}
    declared = prepared.operation.variable_definitions or ()
    values = get_variable_values(SCHEMA, declared, prepared.variables or {})
    found = Needs(fragments, values.coerced if isinstance(values, VariableValues) else {})
    found.walk(Here(("Query",)), prepared.operation.selection_set.selections)
    return found
