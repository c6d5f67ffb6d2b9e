"""What is asked for together: types answered alike, equal arguments, calls of one level."""

from collections.abc import Mapping
from typing import Any

from graphql import FieldNode, GraphQLObjectType, print_ast

from gateway.engine.plan import Fetch, Plan
from gateway.upstream.declare import Argument
from gateway.upstream.projection import DEFINITION, source_of


def signature(runtime: GraphQLObjectType, collected: Mapping[str, list[FieldNode]]) -> tuple[Any, ...]:
    """Return what tells two types apart that are selected together."""
    return tuple((key, *map(id, nodes), *described(runtime, nodes[0].name.value)) for key, nodes in collected.items())


def described(runtime: GraphQLObjectType, name: str) -> tuple[str, ...]:
    """Return a field's type and where its value comes from."""
    if name.startswith("__"):
        return ()
    found = runtime.fields[name]
    definition = found.extensions.get(DEFINITION)
    return str(found.type), repr(source_of(definition)) if definition else ""


def arguments_text(node: FieldNode) -> tuple[str, ...]:
    """Return a field's arguments as the document has them, in one order."""
    return tuple(sorted(print_ast(argument) for argument in node.arguments or ()))


def join(plan: Plan) -> None:
    """Let the fetches of a level that ask one endpoint the same thing go out as one call."""
    alike: dict[tuple[Any, ...], list[Fetch]] = {}
    for fetch in plan.fetches:
        own = {a.name for a in (fetch.load.key,) if isinstance(a, Argument)}
        given = tuple(t for t in arguments_text(fetch.node) if t.split(":", 1)[0] not in own)
        alike.setdefault((fetch.level, fetch.endpoint, fetch.load.purpose, given), []).append(fetch)
    for together in alike.values():
        if len(together) > 1:
            for fetch in together:
                fetch.join = len(plan.joins)
                fetch.surplus = any(one.surplus for one in together)
            plan.joins.append(together)
