"""The generator of documents: selections over the whole schema that stay mergeable and within the limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
    is_leaf_type,
)

from tests.equivalence.document import Field, Inline, Selection, Signature, Spread, taken, written
from tests.equivalence.inputs import Inputs
from tests.equivalence.shape import SCHEMA, Object

DEPTH = 6
STRANGE_KEYS = (
    "class",
    "None",
    "lambda",
    "async",
    "__class__",
    "__typename",
    "self",
    "row",
    "_0",
    "data",
    "nodes",
    "id",
)
FRAGMENT_NAMES = ("Part", "class", "F", "_f", "None", "Node", "id")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A named fragment."""

    name: str
    on: str
    children: list[Selection]
    signature: Signature

    @property
    def text(self) -> str:
        """Return the fragment as it stands in the document."""
        return f"fragment {self.name} on {self.on} {{ {written(self.children)} }}"


@dataclass(slots=True)
class Writer:
    """Writes selections; `rest` is how many fields may still be written."""

    chance: Random
    inputs: Inputs
    rest: int
    fragments: dict[str, Fragment] = field(default_factory=dict)
    _aliases: int = 0

    def selections(self, kind: GraphQLNamedType, depth: int, within: Signature) -> list[Selection]:
        """Return selections on a type, at least one."""
        found: list[Selection] = []
        for _ in range(self.chance.choice((1, 2, 2, 3, 4, 6))):
            node = self.selection(kind, depth, within)
            if node is not None:
                found.append(node)
        if found and self.chance.random() < 0.06:
            found.append(self.chance.choice(found))
        if not found or self.chance.random() < 0.12:
            found.append(self.typename(kind, within))
        return found

    def selection(self, kind: GraphQLNamedType, depth: int, within: Signature) -> Selection | None:
        """Return a field or a fragment; None when nothing more fits."""
        roll = self.chance.random()
        is_abstract = isinstance(kind, GraphQLInterfaceType)
        if self.rest <= 0:
            return None
        if roll < (0.45 if is_abstract else 0.1):
            return self.inline(kind, depth, within)
        if roll < (0.55 if is_abstract else 0.18):
            return self.spread(kind, depth, within)
        return self.field(kind, depth, within)

    def field(self, kind: GraphQLNamedType, depth: int, within: Signature) -> Field | None:
        """Return a field that may share the response with what is there."""
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        names = sorted(n for n, f in kind.fields.items() if depth > 0 or is_leaf_type(get_named_type(f.type)))
        if not names:
            return None
        name = self.chance.choice(names)
        described = kind.fields[name]
        node = Field(name, arguments=self.inputs.arguments(described), directives=self.inputs.directives())
        if self.chance.random() < 0.12:
            node.alias = self.chance.choice(STRANGE_KEYS) if self.chance.random() < 0.2 else f"a{self.alias()}"
        its = taken(node, kind, described.type, Signature())
        known = within.keys.get(node.key, [])
        if known and self.chance.random() < 0.5 and known[0].name == name:
            node.arguments = its.arguments = known[0].arguments
        if not all(each.admits(its) for each in known):
            node.alias = f"b{self.alias()}"
        self.rest -= 1
        inner = get_named_type(described.type)
        if is_composite_type(inner):
            here = Signature()
            for each in within.keys.get(node.key, []):
                here.merge(copied(each.within))
            node.children = self.selections(inner, depth - 1, here)
            its.within = here
        within.take(node.key, its)
        return node

    def alias(self) -> int:
        """Return a number for an alias."""
        self._aliases += 1
        return self._aliases

    def typename(self, kind: GraphQLNamedType, within: Signature) -> Field:
        """Return `__typename`, under an alias if the key is taken."""
        node = Field("__typename", None if self.chance.random() < 0.8 else f"t{self.alias()}")
        its = taken(node, kind, SCHEMA.type_map["String"], Signature())  # type: ignore[arg-type]
        its.type = "String!"
        if not all(each.admits(its) for each in within.keys.get(node.key, [])):
            node.alias = f"t{self.alias()}"
        within.take(node.key, its)
        return node

    def condition(self, kind: GraphQLNamedType) -> Object:
        """Return a type that a fragment on another may be for."""
        found: Object = self.chance.choice(conditions(kind))
        return found

    def inline(self, kind: GraphQLNamedType, depth: int, within: Signature) -> Inline:
        """Return an inline fragment."""
        on = None if self.chance.random() < 0.15 else self.condition(kind)
        directives = self.inputs.directives(0.25)
        self.rest -= 1
        return Inline(on.name if on else None, directives, self.selections(on or kind, depth, within))

    def spread(self, kind: GraphQLNamedType, depth: int, within: Signature) -> Spread | None:
        """Return the spread of a fragment that is there or of a new one."""
        on = self.condition(kind)
        fitting = [f for f in self.fragments.values() if f.on == on.name and within.admits(f.signature)]
        if fitting and self.chance.random() < 0.7:
            fragment = self.chance.choice(fitting)
        else:
            self.rest -= 1
            signature = Signature()
            children = self.selections(on, depth, signature)
            fragment = Fragment(self.fragment_name(), on.name, children, signature)
            self.fragments[fragment.name] = fragment
            if not within.admits(signature):
                return None
        within.merge(copied(fragment.signature))
        return Spread(fragment.name, self.inputs.directives(0.2))

    def fragment_name(self) -> str:
        """Return a name that no fragment has."""
        name = self.chance.choice(FRAGMENT_NAMES)
        return f"{name}{len(self.fragments)}" if name in self.fragments else name


def conditions(kind: GraphQLNamedType) -> list[Object]:
    """Return the types that a fragment on a type may be for; the likelier ones stand more often."""
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    if isinstance(kind, GraphQLObjectType):
        return [kind, kind, *kind.interfaces]
    inner = [t for t in SCHEMA.type_map.values() if isinstance(t, GraphQLInterfaceType) and kind in t.interfaces]
    possible = sorted(SCHEMA.get_possible_types(kind), key=lambda t: t.name)
    return [kind, *kind.interfaces, *inner, *inner, *possible]


def copied(signature: Signature) -> Signature:
    """Return a signature that can be changed on its own."""
    fresh = Signature()
    for key, those in signature.keys.items():
        fresh.keys[key] = [
            type(its)(its.name, its.arguments, its.type, its.parent, copied(its.within), its.is_object) for its in those
        ]
    return fresh


def used(selections: list[Selection], fragments: Mapping[str, Fragment]) -> set[str]:
    """Return the names of the fragments that selections reach."""
    found: set[str] = set()
    waiting = list(selections)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Spread):
            if node.name not in found:
                found.add(node.name)
                waiting += fragments[node.name].children
        else:
            waiting += node.children or []
    return found
