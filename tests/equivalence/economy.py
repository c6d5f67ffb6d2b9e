"""What an executor asks of the services: no more calls than the document bounds, nothing twice, nothing unneeded."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    get_named_type,
)

from gateway.operations import Prepared
from gateway.upstream.declare import AnyNode, Load
from tests.equivalence.answers import Answer
from tests.equivalence.services import Asked
from tests.equivalence.shape import fields_of, source_of


def calls_bound(prepared: Prepared) -> int:
    """Return how many loads a document has: the most calls it may cost, whatever the number of rows."""
    fragments = {d.name.value: d for d in prepared.document.definitions if isinstance(d, FragmentDefinitionNode)}

    def loads(on: str, nodes: Sequence[SelectionNode]) -> int:
        found = 0
        for node in nodes:
            if isinstance(node, FragmentSpreadNode):
                fragment = fragments[node.name.value]
                found += loads(fragment.type_condition.name.value, fragment.selection_set.selections)
            elif isinstance(node, InlineFragmentNode):
                inner = node.type_condition.name.value if node.type_condition else on
                found += loads(inner, node.selection_set.selections)
            elif isinstance(node, FieldNode) and not node.name.value.startswith("__"):
                made = fields_of(on)[node.name.value]
                found += isinstance(source_of(made), Load | AnyNode)
                if node.selection_set:
                    found += loads(get_named_type(made.type).name, node.selection_set.selections)
        return found

    return loads("Query", prepared.operation.selection_set.selections)


def wasted(expected: Answer, found: Answer, bound: int) -> str | None:
    """Return what an executor asked too much of the services, or too little; None if nothing.

    The columns of an endpoint are compared with the reference's only when both ran to the end: where an
    error hides others, an executor may stop asking.
    """
    answered = [asked for asked in found.asked if not asked.failed]
    if len(answered) > bound:
        return f"{len(answered)} calls, and the document has {bound} loads: {listed(answered)}"
    again = asked_again(expected.asked, answered)
    if again:
        return f"asked once more for {again}: {listed(answered)}"
    if b'"errors"' in expected.text[:12]:
        return None
    mine, its = columns(expected.asked), columns(found.asked)
    if mine != its:
        return f"other columns: {compared(mine, its)}"
    return None


def asked_again(expected: Iterable[Asked], found: Iterable[Asked]) -> str | None:
    """Return an id and column asked for more often than the reference does, which asks once in a level."""
    mine, its = asks(expected), asks(found)
    for (call, key, column), count in its.items():
        if count > max(1, mine[call, key, column]):
            return f"{column} of {key} at {call}"
    return None


def asks(asked: Iterable[Asked]) -> Counter[tuple[str, str, str]]:
    """Return how often each call was asked for each id and column."""
    return Counter((each.call, key, column) for each in asked for key in each.body["ids"] for column in each.columns)


def columns(asked: Iterable[Asked]) -> dict[str, frozenset[str]]:
    """Return the columns that each endpoint was asked for."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for each in asked:
        found[f"{each.service} {each.path}"] |= each.columns
    return dict(found)


def compared(mine: dict[str, frozenset[str]], its: dict[str, frozenset[str]]) -> str:
    """Return where the columns asked for differ."""
    return "; ".join(
        f"{place} lacks {sorted(mine.get(place, frozenset()) - its.get(place, frozenset()))}"
        f" and has {sorted(its.get(place, frozenset()) - mine.get(place, frozenset()))} besides"
        for place in sorted({*mine, *its})
        if mine.get(place) != its.get(place)
    )


def listed(asked: Iterable[Asked]) -> str:
    """Return calls, one a line."""
    return "".join(f"\n    {each.call} {each.body['ids']} {sorted(each.columns)}" for each in asked)
