"""Arguments of a fetch: its key, its page, and the request's bytes up to the ids."""

from collections.abc import Callable
from typing import Any

import msgspec
from strawberry.utils.str_converters import to_camel_case

from chassis.errors import Problem
from gateway.engine.literals import ABSENT, Taker, Values, taker, variable_names
from gateway.engine.plan import Fetch
from gateway.engine.shapes import Form
from gateway.upstream.declare import Argument, Kind
from gateway.upstream.pages import PAGE_ARGUMENTS, Window, window
from gateway.upstream.resolve import given, key_argument, plain_value


class Asked(msgspec.Struct, gc=False):
    """What a fetch asks in one operation: its own key, its page, and the request's bytes up to the ids."""

    key: str | None = None
    window: Window | None = None
    head: bytes = b""
    refused: Problem | None = None


Asking = Callable[[Values], Asked]


def asking(fetch: Fetch, form: Form) -> Asked | Asking:
    """Return what a fetch asks, or how that comes from an operation's variables.

    How raises NotCompiled where only the reference can refuse a value at its place.
    """
    key = fetch.load.key if isinstance(fetch.load.key, Argument) else None
    names = [a.name for a in fetch.load.arguments]
    if fetch.endpoint.kind is Kind.PAGE:
        names += [a.name for a in PAGE_ARGUMENTS]
    takers = {name: taker(fetch.described, fetch.node, to_camel_case(name)) for name in names}
    if key is not None:
        takers[key.name] = taker(fetch.described, fetch.node, to_camel_case(key.name))
    variable = variable_names(fetch.node)

    def take(variables: Values) -> Asked:
        return ask(fetch, form, {name: each(variables) for name, each in takers.items()})

    if not variable:
        return take({})
    if key is not None and variable == {to_camel_case(key.name)}:
        others = {name: each({}) for name, each in takers.items() if name != key.name}
        return by_key(fetch, form, takers[key.name], others)
    return take


def by_key(fetch: Fetch, form: Form, take: Taker, others: dict[str, Any]) -> Asking:
    """Return how a fetch asks of which only the key is a variable: all but the key is known beforehand."""
    key = fetch.load.key
    assert isinstance(key, Argument)
    try:
        page, head = request_of(fetch, form, others)
    except Problem:
        return lambda variables: ask(fetch, form, {**others, key.name: take(variables)})

    def asked(variables: Values) -> Asked:
        value = take(variables)
        try:
            return Asked(key_argument(key, {key.name: value}), page, head)
        except Problem as problem:
            return Asked(refused=problem)

    return asked


def ask(fetch: Fetch, form: Form, arguments: dict[str, Any]) -> Asked:
    """Return what a fetch asks with these arguments, or the problem that they have."""
    key = fetch.load.key
    try:
        own = key_argument(key, arguments) if isinstance(key, Argument) else None
        page, head = request_of(fetch, form, arguments)
    except Problem as problem:
        return Asked(refused=problem)
    return Asked(own, page, head)


def request_of(fetch: Fetch, form: Form, arguments: dict[str, Any]) -> tuple[Window | None, bytes]:
    """Return the page that a fetch asks for, and its request up to the ids; raise the problem that they have."""
    given_ones = {name: value for name, value in arguments.items() if value is not ABSENT}
    plain = {a.name: plain_value(a, given_ones[a.name]) for a in fetch.load.arguments if given(given_ones, a)}
    page = window(given_ones) if fetch.endpoint.kind is Kind.PAGE else None
    body: dict[str, Any] = {"fields": form.fields}
    if form.names is not None:
        body["as"] = form.names
    if plain:
        body["arguments"] = plain
    if page is not None:
        limit = page.size if form.spliced else page.limit
        body |= {"limit": limit, "after": page.after, "before": page.before}
    return page, msgspec.json.encode(body)[:-1] + b',"ids":'
