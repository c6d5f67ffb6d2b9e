"""A document under construction: nodes that can be written, and what keeps their fields mergeable."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    SelectionNode,
    SelectionSetNode,
    print_ast,
)


@dataclass(slots=True)
class Field:
    """A field: its children are None for a leaf."""

    name: str
    alias: str | None = None
    arguments: tuple[str, ...] = ()
    directives: str = ""
    children: "list[Selection] | None" = None

    @property
    def key(self) -> str:
        """Return the response key."""
        return self.alias or self.name


@dataclass(slots=True)
class Inline:
    """An inline fragment, with or without a type."""

    on: str | None
    directives: str
    children: "list[Selection]"


@dataclass(slots=True)
class Spread:
    """A fragment spread."""

    name: str
    directives: str = ""


Selection: TypeAlias = Field | Inline | Spread


def written(selections: Sequence[Selection]) -> str:
    """Write selections as GraphQL."""
    return " ".join(map(one, selections))


def one(node: Selection) -> str:
    """Write one selection."""
    if isinstance(node, Spread):
        return f"...{node.name}{node.directives}"
    if isinstance(node, Inline):
        on = f" on {node.on}" if node.on else ""
        return f"...{on}{node.directives} {{ {written(node.children)} }}"
    alias = f"{node.alias}: " if node.alias else ""
    arguments = f"({', '.join(node.arguments)})" if node.arguments else ""
    children = "" if node.children is None else f" {{ {written(node.children)} }}"
    return f"{alias}{node.name}{arguments}{node.directives}{children}"


def read(selection_set: SelectionSetNode) -> list[Selection]:
    """Return parsed selections as nodes that can be changed."""
    return [read_one(node) for node in selection_set.selections]


def read_one(node: SelectionNode) -> Selection:
    """Return a parsed selection as a node that can be changed."""
    directives = "".join(f" {print_ast(each)}" for each in node.directives or ())
    if isinstance(node, FragmentSpreadNode):
        return Spread(node.name.value, directives)
    if isinstance(node, FieldNode):
        alias = node.alias.value if node.alias else None
        arguments = tuple(print_ast(each) for each in node.arguments or ())
        children = read(node.selection_set) if node.selection_set else None
        return Field(node.name.value, alias, arguments, directives, children)
    on = node.type_condition.name.value if node.type_condition else None  # type: ignore[attr-defined]
    return Inline(on, directives, read(node.selection_set))  # type: ignore[attr-defined]


@dataclass(slots=True)
class Taken:
    """What a response key stands for at one place of the response."""

    name: str
    arguments: tuple[str, ...]
    type: str
    parent: str
    within: "Signature"
    is_object: bool

    def admits(self, other: "Taken") -> bool:
        """Say whether two fields may share a response key."""
        if self.type != other.type:
            return False
        if (self.name, self.arguments) == (other.name, other.arguments):
            return self.within.admits(other.within)
        exclusive = self.is_object and other.is_object and self.parent != other.parent
        return exclusive and self.within.admits(other.within)


@dataclass(slots=True)
class Signature:
    """The response keys taken at one place of the response, with all that stands for each."""

    keys: dict[str, list[Taken]] = field(default_factory=dict)

    def admits(self, other: "Signature") -> bool:
        """Say whether two selections may be merged."""
        return all(
            mine.admits(its) for key, those in other.keys.items() for its in those for mine in self.keys.get(key, ())
        )

    def merge(self, other: "Signature") -> None:
        """Take the keys of another selection as well."""
        for key, those in other.keys.items():
            for its in those:
                self.take(key, its)

    def take(self, key: str, its: Taken) -> None:
        """Take a key; what is selected within joins what is there."""
        mine = self.keys.setdefault(key, [])
        for each in mine:
            if (each.parent, each.name, each.arguments) == (its.parent, its.name, its.arguments):
                each.within.merge(its.within)
                return
        mine.append(its)


def taken(node: Field, parent: GraphQLNamedType, kind: GraphQLOutputType, within: Signature) -> Taken:
    """Return what a field's response key stands for."""
    return Taken(node.name, node.arguments, str(kind), parent.name, within, isinstance(parent, GraphQLObjectType))
