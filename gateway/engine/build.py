"""From a document to a plan: every field's declaration becomes a column, a part, or a fetch."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from gateway.engine import connection
from gateway.engine.abstract import type_column
from gateway.engine.fallback import NotCompiled, Reason
from gateway.engine.merging import asked, join, signature
from gateway.engine.place import Place, Selected
from gateway.engine.plan import (
    Among,
    Choice,
    Embedded,
    Fetch,
    Identity,
    Leaf,
    Loaded,
    Made,
    Object,
    Page,
    Part,
    Plan,
    Present,
    Rows,
    Typename,
)
from gateway.shared.problems import IdMalformed
from gateway.upstream.declare import AnyNode, Derived, GlobalId, Kind, Load, NodeType, Parts
from gateway.upstream.projection import DEFINITION, source_of
from gateway.upstream.selections import Selections

MALFORMED = "!"


@dataclass(slots=True)
class Builder:
    """Builds the plan of one variant of an operation; `node_types` says what `node(id)` finds."""

    schema: GraphQLSchema
    selections: Selections
    node_types: Mapping[FieldNode, str]
    fetches: list[Fetch] = field(default_factory=list)
    _known: dict[tuple[Any, ...], Fetch] = field(default_factory=dict)
    _uses: dict[tuple[int, ...], int] = field(default_factory=dict)

    def plan(self, operation: OperationDefinitionNode) -> Plan:
        """Return the operation's plan, or raise NotCompiled."""
        query = self.schema.query_type
        assert query is not None
        rows = Rows()
        root = Object(query)
        for key, nodes in self.selections.root(query, operation).items():
            root.fields.append(self.shown(query, key, nodes, Place(rows)))
        plan = Plan(root, rows, self.fetches)
        join(plan)
        return plan

    def object(self, kind: GraphQLOutputType, nodes: list[FieldNode], place: Place) -> Object | Choice:
        """Return how objects of a type are answered."""
        named: Any = get_named_type(kind)
        if is_abstract_type(named):
            return self.choice(named, nodes, place)
        made = Object(named)
        for key, inner in self.selections.of(named, nodes).items():
            made.fields.append(self.shown(named, key, inner, place))
        return made

    def choice(self, abstract: Any, nodes: list[FieldNode], place: Place) -> Object | Choice:
        """Return how objects are answered whose type each row tells; types answered alike share one way."""
        column = place.want(type_column(abstract))
        alike: dict[Any, list[GraphQLObjectType]] = {}
        for runtime in self.schema.get_possible_types(abstract):
            collected = self.selections.of(runtime, nodes)
            alike.setdefault(signature(runtime, collected), []).append(runtime)
        typed = replace(place, typed=(column, abstract.name))
        if len(alike) == 1:
            [runtimes] = alike.values()
            same = self.object(runtimes[0], nodes, typed)
            assert isinstance(same, Object)
            same.told = (column, abstract.name)
            return same
        ways = []
        for runtimes in alike.values():
            names = frozenset(runtime.name for runtime in runtimes)
            only = replace(typed, guard=(*place.guard, Among(column, abstract.name, names)))
            made = self.object(runtimes[0], nodes, only)
            assert isinstance(made, Object)
            ways.append((names, made))
        return Choice(abstract, column, ways)

    def shown(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], place: Place) -> Any:
        """Return how one field is answered."""
        name = nodes[0].name.value
        if name == "__typename":
            column, abstract = place.typed or ("", "")
            fixed = None if place.typed else parent.name
            return Typename(key, nodes, TYPENAME_TYPE, name=fixed, column=column, abstract=abstract)
        if name.startswith("__"):
            raise NotCompiled(Reason.INTROSPECTION)
        described = parent.fields[name]
        definition = described.extensions.get(DEFINITION)
        if definition is None:
            raise NotCompiled(Reason.RESOLVER)
        selected = Selected(parent, described, key, nodes, place)
        source = source_of(definition)
        if source is None:
            if definition.base_resolver is not None:
                raise NotCompiled(Reason.RESOLVER)
            return self.column(selected, definition.python_name)
        carry_out = self.ways().get(type(source))
        if carry_out is None:
            raise NotCompiled(Reason.RESOLVER)
        return carry_out(selected, source)

    def ways(self) -> dict[type, Callable[[Selected, Any], Any]]:
        """Return how each kind of declaration is answered."""
        return {
            Load: self.loaded,
            AnyNode: self.any_node,
            GlobalId: self.identity,
            Parts: self.part,
            Derived: self.made,
        }

    def column(self, selected: Selected, name: str) -> Leaf | Embedded:
        """Return a column's value, or the objects within it."""
        kind, place = selected.described.type, selected.place
        column = place.want(name, kind)
        if is_leaf_type(get_named_type(kind)):
            return Leaf(*selected.shown, column=column)
        wire = place.rows.columns[column]
        wire.inner = wire.inner or Rows()
        made = self.inside(kind, selected.nodes, wire.inner)
        wire.objects.append(made)
        return Embedded(*selected.shown, column=column, object=made)

    def inside(self, kind: GraphQLOutputType, nodes: list[FieldNode], rows: Rows) -> Object:
        """Return how objects within a value are answered."""
        made = self.object(kind, nodes, Place(rows, loads=False))
        if not isinstance(made, Object):
            raise NotCompiled(Reason.RESOLVER)
        return made

    def identity(self, selected: Selected, source: GlobalId) -> Identity:
        """Return a global id."""
        column, abstract = selected.place.typed or ("", "")
        name = None if selected.place.typed else selected.parent.name
        own = selected.place.want(source.column)
        return Identity(*selected.shown, column=own, name=name, type_column=column, abstract=abstract)

    def part(self, selected: Selected, parts: Parts) -> Part:
        """Return an object made of columns of the same row."""
        place = selected.place
        present = place.want(parts.present) if parts.present else None
        names = {name: place.column(column) or column for name, column in parts.columns.items()}
        guard = (*place.guard, Present(present)) if present else place.guard
        inner = replace(place, names=names, guard=guard, typed=None)
        made = self.object(selected.described.type, selected.nodes, inner)
        assert isinstance(made, Object)
        return Part(*selected.shown, present=present, object=made)

    def made(self, selected: Selected, derived: Derived) -> Made:
        """Return what the gateway makes itself."""
        place, kind = selected.place, selected.described.type
        columns = {name: place.want(name) for name in derived.columns}
        for column in columns.values():
            place.rows.columns[column].opaque = True
        inner = None
        if not is_leaf_type(get_named_type(kind)):
            inner = self.inside(kind, selected.nodes, Rows())
        return Made(*selected.shown, compute=derived.compute, columns=columns, object=inner)

    def any_node(self, selected: Selected, node: AnyNode) -> Loaded | Made:
        """Return the object that a global id names: in a variant, its type is known."""
        name = self.node_types.get(selected.nodes[0], "")
        if name == MALFORMED:
            return Made(*selected.shown, compute=refuse_id)
        found = node.types.get(name)
        if found is None:
            return Loaded(*selected.shown)
        described = copy(selected.described)
        described.type = self.schema.type_map[name]  # type: ignore[assignment]
        load = Load(found.endpoint, replace(node.argument, of=name))
        return self.loaded(replace(selected, described=described), load, found)

    def loaded(self, selected: Selected, load: Load, only: NodeType | None = None) -> Loaded:
        """Return what a load brings; equal loads of the same rows are one."""
        place, nodes = selected.place, selected.nodes
        if not place.loads:
            raise NotCompiled(Reason.EMBEDDED_LOAD)
        lookup = None
        if isinstance(load.key, str):
            lookup = place.column(load.key)
            if lookup is None:
                return Loaded(*selected.shown)
            place.want(load.key)
        fetch = self.fetch(selected, load, lookup, only)
        fetch.guards.add(place.guard)
        if load.column:
            Place(fetch.rows).want(load.column, selected.described.type)
            return Loaded(*selected.shown, fetch=fetch, column=load.column, lookup=lookup)
        alike = (fetch.index, *map(id, nodes))
        if alike not in self._uses:
            self._uses[alike] = len(fetch.uses)
            fetch.uses.append(self.use(selected.described.type, nodes, fetch))
        return Loaded(*selected.shown, fetch=fetch, use=self._uses[alike], lookup=lookup)

    def use(self, kind: GraphQLOutputType, nodes: list[FieldNode], fetch: Fetch) -> Any:
        """Return how a fetch's rows are answered for one field."""
        place = Place(fetch.rows, fetch)
        if fetch.endpoint.kind is not Kind.PAGE:
            return self.object(kind, nodes, place)
        page = Page(get_named_type(kind))  # type: ignore[arg-type]
        for key, inner in self.selections.of(page.type, nodes).items():
            page.fields.append(connection.shown(self, page.type, key, inner, place))
        return page

    def fetch(self, selected: Selected, load: Load, lookup: str | None, only: NodeType | None) -> Fetch:
        """Return the fetch of a load: a new one, or the equal one of the same rows."""
        place, node, described = selected.place, selected.nodes[0], selected.described
        key = load.key if isinstance(load.key, str) else (load.key.of, load.key.pattern)
        known = (
            id(place.rows),
            load.endpoint,
            lookup,
            key,
            bool(load.column),
            load.purpose,
            only,
            asked(load, node, described, with_key=True),
        )
        found = self._known.get(known)
        if found is None:
            if any(isinstance(get_named_type(a.type), GraphQLInputObjectType) for a in described.args.values()):
                raise NotCompiled(Reason.INPUT_OBJECT)
            found = Fetch(len(self.fetches), load, node, described, lookup, place.level, place.fetch)
            if only and only.column:
                found.only = (only.column, str(only.value))
                Place(found.rows).want(only.column)
            self._known[known] = found
            self.fetches.append(found)
            place.rows.fetches.append(found)
        return found


def refuse_id(_row: object, _context: object) -> None:
    """Raise IdMalformed."""
    raise IdMalformed


TYPENAME_TYPE = GraphQLNonNull(GraphQLString)
