"""What is known of an operation before it runs: its name in metrics, and how urgent it is.

How urgent is read from the document, never from what a client says of itself:
* URGENT: a mutation of nothing but SCANS (a gate is waiting, with a person in front of it), or a health-code
  check: one root field of CHECK_ROOTS, and below it no object but the health code and its reasons.
* COMMAND: every other mutation.
* ORDINARY: everything else, and a document that nobody has read yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    print_ast,
)

FOLDER = Path(__file__).parent / "documents"
OTHER = "other"
SCANS = frozenset({"passageRecord", "passageBatchUpload"})
CHECK_ROOTS = frozenset({"resident", "node"})
CHECK = "healthCode"
CHECK_PARTS = frozenset({CHECK, "reasons"})


class Priority(IntEnum):
    """Who goes first, and who is refused last: the lower, the more urgent."""

    URGENT = 0
    COMMAND = 1
    ORDINARY = 2


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of an operation, whoever asks."""

    kind: str
    name: str
    label: str
    priority: Priority


def traits_of(document: DocumentNode, operation: OperationDefinitionNode) -> Traits:
    """Read an operation's traits."""
    name = operation.name.value if operation.name else "anonymous"
    label = name if registered().get(name) == print_ast(operation) else OTHER
    return Traits(operation.operation.value, name, label, priority_of(document, operation))


def priority_of(document: DocumentNode, operation: OperationDefinitionNode) -> Priority:
    """Return how urgent an operation is."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    roots = list(fields_of(operation.selection_set, fragments))
    names = {root.name.value for root in roots}
    if operation.operation is OperationType.MUTATION:
        return Priority.URGENT if names <= SCANS else Priority.COMMAND
    is_check = len(roots) == 1 and names <= CHECK_ROOTS and is_health_code_only(roots[0], fragments)
    return Priority.URGENT if is_check else Priority.ORDINARY


def is_health_code_only(root: FieldNode, fragments: dict[str, FragmentDefinitionNode]) -> bool:
    """Say whether the health code is all that is read below an object, besides its plain values."""
    inner = list(fields_of(root.selection_set, fragments))
    objects = {node.name.value for node in inner if node.selection_set is not None}
    deeper = {
        node.name.value
        for code in inner
        for node in fields_of(code.selection_set, fragments)
        if node.selection_set is not None
    }
    return objects == {CHECK} and deeper <= CHECK_PARTS


def fields_of(selections: SelectionSetNode | None, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[FieldNode]:
    """Yield the fields of a selection, fragments opened; the document is valid, so they have no cycle."""
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode):
            yield from fields_of(fragments[node.name.value].selection_set, fragments)
        elif isinstance(node, InlineFragmentNode):
            yield from fields_of(node.selection_set, fragments)


def may_be_urgent(text: str) -> bool:
    """Say whether a document that nobody has read yet might hold something urgent."""
    return CHECK in text or any(name in text for name in SCANS)


def documents() -> list[str]:
    """Return the registered documents."""
    return [file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.graphql"))]


@cache
def registered() -> dict[str, str]:
    """Return the registered operations, each as it is printed, by name."""
    found = {}
    for text in documents():
        for node in parse(text).definitions:
            if isinstance(node, OperationDefinitionNode) and node.name:
                found[node.name.value] = print_ast(node)
    return found
