"""Which variables decide what is selected."""

from collections.abc import Iterator, Sequence

from graphql import DirectiveNode, DocumentNode, Node, VariableNode

from gateway.engine.fallback import NotCompiled, Reason

DECIDING = frozenset({"skip", "include"})


def flags_of(document: DocumentNode) -> tuple[str, ...]:
    """Return the variables that @skip and @include use; raise NotCompiled at any other directive."""
    names: set[str] = set()
    for directive in directives(document):
        if directive.name.value not in DECIDING:
            raise NotCompiled(Reason.DIRECTIVE)
        [argument] = directive.arguments or ()
        condition = argument.value
        if isinstance(condition, VariableNode):
            names.add(condition.name.value)
    return tuple(sorted(names))


def directives(node: Node) -> Iterator[DirectiveNode]:
    """Yield every directive of a document."""
    if isinstance(node, DocumentNode):
        children: Sequence[Node] = node.definitions
    else:
        yield from getattr(node, "directives", None) or ()
        selection_set = getattr(node, "selection_set", None)
        children = selection_set.selections if selection_set else ()
    for child in children:
        yield from directives(child)
