"""Values of every type of the schema, as services write them, and values that no service may write."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLOutputType, GraphQLScalarType, get_nullable_type

from tests.equivalence.chance import happens, pick, roll
from tests.equivalence.shape import item, nested, nullable

NULLS = 0.2
ITEMS_MAX = 4
INT_MAX = 2**31 - 1
TEXTS = (
    "王小明",
    "山水社区 3 幢 2 单元 501",
    'O\'Brien "the" \\ /',
    "line\nbreak\ttab\r",
    "\u2028\u2029\ufeff",
    "😀 👩‍👩‍👧",
    "\x01\x1f\x7f",
    "",
    " ",
    "null",
    "{}",
    "0",
    "true",
    "<script>&amp;</script>",
    "{name}%s",
    "é́ñ",
)
INTS = (0, 1, -1, 7, 42, 20_000_000, INT_MAX, -INT_MAX - 1)
FLOATS = (36.6, 37, -0.5, 0.1, 1e21, 1.5e-9, 0, 4.35, 123456789.123456)
DAY = date(2020, 1, 1)
MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
WRITTEN = ("2020-01-28T15:04:05+08:00", "2020-01-28T07:04:05.123456+00:00", "2020-01-28T07:04:05Z")


def day(number: int) -> str:
    """Return a day as a service writes it."""
    return (DAY + timedelta(days=number % 700)).isoformat()


def moment(number: int) -> str:
    """Return an instant as a service writes it."""
    if number % 3:
        return WRITTEN[number % len(WRITTEN)]
    return (MOMENT + timedelta(seconds=number % 10**7, microseconds=number % 10**6)).isoformat()


def text(number: int) -> str:
    """Return a text, odd or plain."""
    return TEXTS[number // 3 % len(TEXTS)] if number % 3 == 0 else f"文 {number % 1000}"


LEAVES: dict[str, Callable[[int], Any]] = {
    "String": text,
    "ID": lambda number: f"id-{number % 10}",
    "Int": lambda number: INTS[number // 2 % len(INTS)] if number % 2 else number % 100,
    "Float": lambda number: FLOATS[number % len(FLOATS)],
    "Boolean": lambda number: number % 2 == 0,
    "Date": day,
    "DateTime": moment,
}


def value(kind: GraphQLOutputType, *about: object) -> Any:
    """Return a value of a type; null now and then where it may be."""
    if nullable(kind) and happens(NULLS, *about, "null"):
        return None
    inner, bare = item(kind), get_nullable_type(kind)
    if inner is not None:
        return [value(inner, *about, n) for n in range(roll(*about, "items") % ITEMS_MAX)]
    if isinstance(bare, GraphQLEnumType):
        return pick(sorted(v.value for v in bare.values.values()), *about)
    if isinstance(bare, GraphQLScalarType):
        return LEAVES[bare.name](roll(*about))
    assert isinstance(bare, GraphQLObjectType)
    return {name: value(what, *about, name) for name, what in nested(bare).items()}


MISSING = object()
TEXT_FOR_NUMBER = ("x", "12", "", "1e3", "12.5", " 7 ")
NUMBERS = (5, -5, 2.5, 2**31, 2**53, -(2**40), 2**70, 1e300)
STRANGE = ("PROVINCE", "name", "__proto__", "不在")


def broken(kind: GraphQLOutputType, *about: object) -> Any:
    """Return what a service must not write in place of a value of a type; MISSING is nothing at all."""
    how = roll(*about, "how") % 10
    if how == 0:
        return MISSING
    if how <= 3:
        return None
    if how <= 5 and item(kind) is not None:
        right = value(kind, *about) or [None]
        return [*right[:1], None, *right]
    return wrong(get_nullable_type(kind), *about)


def wrong(bare: Any, *about: object) -> Any:
    """Return a value of another type."""
    others: list[Any] = [{}, {"code": "x"}, [], ["x"], True, False, pick(NUMBERS, *about, "number"), 0]
    if isinstance(bare, GraphQLEnumType):
        others += [*STRANGE, *STRANGE]
    elif isinstance(bare, GraphQLObjectType):
        right = {name: value(what, *about, name) for name, what in nested(bare).items()}
        names = sorted(right)
        name = pick(names, *about, "name")
        inner = nested(bare)[name]
        spoilt = broken(inner, *about, name)
        rest = {n: v for n, v in right.items() if n != name}
        others = [*others[2:], *[rest if spoilt is MISSING else {**rest, name: spoilt}] * 6]
    elif bare is not None and getattr(bare, "name", "") not in ("String", "ID", "Date", "DateTime"):
        others += TEXT_FOR_NUMBER
    return pick(others, *about, "other")
