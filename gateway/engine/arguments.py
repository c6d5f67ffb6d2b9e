"""Arguments of a fetch: its key, its page, and the request's bytes up to the ids."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import strawberry
from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLNonNull,
    Undefined,
    ValueNode,
    VariableNode,
    coerce_input_literal,
)
from strawberry.utils.str_converters import to_camel_case

from chassis.errors import Problem
from gateway.engine.fallback import NotCompiled, Reason
from gateway.engine.plan import Fetch
from gateway.engine.shapes import Form
from gateway.upstream.declare import Argument, Kind
from gateway.upstream.pages import PAGE_ARGUMENTS, Window, window
from gateway.upstream.resolve import given, key_argument, plain_value

Values = Mapping[str, Any]
Taker = Callable[[Values], Any]
ABSENT = strawberry.UNSET


@dataclass(frozen=True, slots=True)
class Asked:
    """What a fetch asks in one operation: its own key, its page, and the request's bytes up to the ids."""

    key: str | None = None
    window: Window | None = None
    head: bytes = b""
    refused: Problem | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """How a fetch's arguments come from an operation's variables; `fixed` where they do not."""

    fetch: Fetch
    form: Form
    take: Callable[[Values], dict[str, Any]]
    fixed: Asked | None = None

    def asked(self, variables: Values) -> Asked:
        """Return what is asked; raise NotCompiled where only the reference can refuse a value at its place."""
        return self.fixed or ask(self.fetch, self.form, self.take(variables))


def asking(fetch: Fetch, form: Form) -> Asking:
    """Return how a fetch asks."""
    names = [a.name for a in (fetch.load.key,) if isinstance(a, Argument)]
    names += [a.name for a in fetch.load.arguments]
    if fetch.endpoint.kind is Kind.PAGE:
        names += [a.name for a in PAGE_ARGUMENTS]
    takers = {name: taker(fetch.described, fetch.node, to_camel_case(name)) for name in names}

    def take(variables: Values) -> dict[str, Any]:
        return {name: each(variables) for name, each in takers.items()}

    is_fixed = not any(has_variable(argument.value) for argument in fetch.node.arguments or ())
    return Asking(fetch, form, take, ask(fetch, form, take({})) if is_fixed else None)


def taker(field: GraphQLField, node: FieldNode, name: str) -> Taker:
    """Return how an argument's value comes from the variables."""
    declared = field.args[name]
    value = next((a.value for a in node.arguments or () if a.name.value == name), None)
    if value is None:
        return constant(default(declared))
    if isinstance(value, VariableNode):
        return from_variable(value.name.value, declared)
    if has_variable(value):
        raise NotCompiled(Reason.ARGUMENT)
    literal = coerce_input_literal(value, declared.type)
    if literal is Undefined:
        raise NotCompiled(Reason.ARGUMENT)
    return constant(literal)


def constant(value: Any) -> Taker:
    """Return a taker of one value."""
    return lambda _variables: value


def from_variable(name: str, declared: GraphQLArgument) -> Taker:
    """Return a taker of a variable's value."""
    absent, required = default(declared), isinstance(declared.type, GraphQLNonNull)

    def take(variables: Values) -> Any:
        value = variables.get(name, absent)
        if required and (value is None or value is ABSENT):
            raise NotCompiled(Reason.ARGUMENT)
        return value

    return take


def default(declared: GraphQLArgument) -> Any:
    """Return what an absent argument is."""
    return ABSENT if declared.default_value is Undefined else declared.default_value


def has_variable(value: ValueNode) -> bool:
    """Say whether a literal holds a variable."""
    if isinstance(value, VariableNode):
        return True
    inner = [*getattr(value, "values", ()), *(field.value for field in getattr(value, "fields", ()))]
    return any(has_variable(each) for each in inner)


def ask(fetch: Fetch, form: Form, arguments: dict[str, Any]) -> Asked:
    """Return what a fetch asks with these arguments, or the problem that they have."""
    load, request = fetch.load, {"fields": form.fields}
    arguments = {name: value for name, value in arguments.items() if value is not ABSENT}
    try:
        key = key_argument(load.key, arguments) if isinstance(load.key, Argument) else None
        plain = {a.name: plain_value(a, arguments[a.name]) for a in load.arguments if given(arguments, a)}
        page = window(arguments) if fetch.endpoint.kind is Kind.PAGE else None
    except Problem as problem:
        return Asked(refused=problem)
    body: dict[str, Any] = dict(request)
    if form.names is not None:
        body["as"] = form.names
    if plain:
        body["arguments"] = plain
    if page is not None:
        limit = page.limit if fetch.surplus else page.size
        body |= {"limit": limit, "after": page.after, "before": page.before}
    head = msgspec.json.encode(body)[:-1] + b',"ids":'
    return Asked(key, page, head)
