"""Selections collected: fragments and aliases resolved, @skip and @include decided, for one type of object."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    VariableNode,
    is_abstract_type,
)

INCLUDE = "include"


@dataclass(frozen=True, slots=True)
class Selections:
    """The selections of one operation, with the values of the variables that @skip and @include use."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    flags: Mapping[str, bool]

    def of(self, runtime: GraphQLObjectType, nodes: Iterable[FieldNode]) -> dict[str, list[FieldNode]]:
        """Return the fields selected on an object of a type by response key, in the document's order."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for node in nodes:
            if node.selection_set:
                self.collect(runtime, node.selection_set.selections, found, seen)
        return found

    def root(self, runtime: GraphQLObjectType, operation: OperationDefinitionNode) -> dict[str, list[FieldNode]]:
        """Return the fields selected on the operation's root."""
        found: dict[str, list[FieldNode]] = {}
        self.collect(runtime, operation.selection_set.selections, found, set())
        return found

    def collect(
        self,
        runtime: GraphQLObjectType,
        nodes: Sequence[SelectionNode],
        found: dict[str, list[FieldNode]],
        seen: set[str],
    ) -> None:
        """Add the fields of a list of selections; each named fragment counts once."""
        for node in nodes:
            if not self.included(node.directives or ()):
                continue
            if isinstance(node, FieldNode):
                found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if self.fits(runtime, node.type_condition.name.value if node.type_condition else None):
                    self.collect(runtime, node.selection_set.selections, found, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self.fits(runtime, fragment.type_condition.name.value):
                    self.collect(runtime, fragment.selection_set.selections, found, seen)

    def fits(self, runtime: GraphQLObjectType, condition: str | None) -> bool:
        """Say whether an object of a type is what a fragment is on."""
        if condition is None or condition == runtime.name:
            return True
        on = self.schema.type_map[condition]
        return is_abstract_type(on) and self.schema.is_sub_type(on, runtime)

    def included(self, directives: Iterable[DirectiveNode]) -> bool:
        """Evaluate @skip and @include."""
        return all(self.value(each) is (each.name.value == INCLUDE) for each in directives)

    def value(self, directive: DirectiveNode) -> bool:
        """Return the condition of a directive."""
        [argument] = directive.arguments or ()
        condition = argument.value
        if isinstance(condition, VariableNode):
            return self.flags[condition.name.value]
        assert isinstance(condition, BooleanValueNode)
        return condition.value
