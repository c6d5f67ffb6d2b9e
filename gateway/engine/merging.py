"""What is asked for together: types answered alike, equal arguments, calls of one level."""

from collections.abc import Mapping, Set
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, print_ast
from strawberry import UNSET
from strawberry.utils.str_converters import to_camel_case

from chassis.errors import Problem
from gateway.engine.literals import taker, variable_names
from gateway.engine.plan import Fetch, Plan
from gateway.upstream.declare import Argument, Kind, Load
from gateway.upstream.pages import PAGE_ARGUMENTS, window
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


def arguments_text(node: FieldNode, unread: Set[str]) -> tuple[str, ...]:
    """Return a field's arguments as the document has them, in one order."""
    given = (argument for argument in node.arguments or () if argument.name.value not in unread)
    return tuple(sorted(print_ast(argument) for argument in given))


def asked(load: Load, node: FieldNode, described: GraphQLField, *, with_key: bool) -> tuple[Any, ...]:
    """Return what a load asks: equal where its call is, however the document writes it."""
    names = [a.name for a in load.arguments]
    own = [load.key.name] if isinstance(load.key, Argument) else []
    unread = set() if with_key else {to_camel_case(name) for name in own}
    texts = arguments_text(node, unread)
    if variable_names(node) - unread:
        return texts
    values = {name: taker(described, node, to_camel_case(name))({}) for name in (*(own if with_key else ()), *names)}
    given = tuple((name, repr(value)) for name, value in values.items() if value is not None and value is not UNSET)
    if load.endpoint.kind is not Kind.PAGE:
        return given
    page = {a.name: taker(described, node, to_camel_case(a.name))({}) for a in PAGE_ARGUMENTS}
    try:
        return (*given, window({name: value for name, value in page.items() if value is not UNSET}))
    except Problem:
        return texts


def join(plan: Plan) -> None:
    """Let the fetches of a level that ask one endpoint the same thing go out as one call."""
    alike: dict[tuple[Any, ...], list[Fetch]] = {}
    for fetch in plan.fetches:
        given = asked(fetch.load, fetch.node, fetch.described, with_key=False)
        alike.setdefault((fetch.level, fetch.endpoint, fetch.load.purpose, given), []).append(fetch)
    for together in alike.values():
        if len(together) > 1:
            for fetch in together:
                fetch.join = len(plan.joins)
            plan.joins.append(together)
