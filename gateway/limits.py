"""Limits of a document: tokens, depth, aliases; introspection by profile."""

from typing import Any

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
    specified_rules,
)

TOKENS_MAX = 2_000
DEPTH_MAX = 15
ALIASES_MAX = 30
ROOT_FIELDS_MAX = 20
ERRORS_MAX = 10


class LimitsRule(ValidationRule):
    """Refuses an operation that is too deep, or that renames or asks too much."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_args: Any) -> None:
        """Measure an operation."""
        depth, aliases = self.measure(node.selection_set, frozenset())
        roots = len(node.selection_set.selections)
        for what, found, limit in (
            ("levels", depth, DEPTH_MAX),
            ("aliases", aliases, ALIASES_MAX),
            ("root fields", roots, ROOT_FIELDS_MAX),
        ):
            if found > limit:
                self.report_error(GraphQLError(f"an operation has at most {limit} {what}", node, extensions=TOO_LARGE))

    def measure(self, selections: SelectionSetNode, within: frozenset[str]) -> tuple[int, int]:
        """Return how deep a selection goes, and how many aliases it has."""
        deepest = aliases = 0
        for node in selections.selections:
            inner, names, step = self.inside(node, within)
            depth, more = (0, 0) if inner is None else self.measure(inner, names)
            aliases += more + (isinstance(node, FieldNode) and node.alias is not None)
            deepest = max(deepest, depth + step)
        return deepest, aliases

    def inside(self, node: Any, within: frozenset[str]) -> tuple[SelectionSetNode | None, frozenset[str], int]:
        """Return what a selection holds, the fragments it lies in, and how many levels it adds."""
        if not isinstance(node, FragmentSpreadNode):
            return node.selection_set, within, int(isinstance(node, FieldNode))
        name = node.name.value
        fragment: FragmentDefinitionNode | None = self.context.get_fragment(name)
        if fragment is None or name in within:
            return None, within, 0
        return fragment.selection_set, within | {name}, 0


TOO_LARGE = {"limit": True}


def rules(*, introspection: bool) -> list[type[ASTValidationRule]]:
    """Return the rules that every document must keep."""
    own: list[type[ASTValidationRule]] = (
        [LimitsRule] if introspection else [LimitsRule, NoSchemaIntrospectionCustomRule]
    )
    return [*own, *specified_rules]
