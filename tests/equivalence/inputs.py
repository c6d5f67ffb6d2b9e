"""Arguments, variables and conditions of generated documents."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
)
from strawberry.utils.str_converters import to_camel_case

from gateway.schema import NODES
from gateway.upstream.declare import AnyNode, Argument, Load
from tests.equivalence.shape import DIVISIONS, item, place, rows_of, source_of
from tests.equivalence.universe import CODES, POOL, cursor_of, key_of, opaque

ABSENT = object()
AGAIN = 0.35
STRANGE_NAMES = ("_x", "class", "None", "lambda", "_1", "__v", "data", "self", "ctx", "r0")
ODD_TEXTS = ("", "x", '"; import os #', "{code}", "\\", "\n", "王小明", "😀", "33011", "330111004002001 ")
ODD_DAYS = ("2020-02-30", "today", "", "2020-1-1", 5)
PLAIN_VALUES: dict[str, tuple[Any, ...]] = {
    "Int": (0, 1, 2, 28, -1, 2**31 - 1),
    "Float": (0, 36.5, -1),
    "Boolean": (True, False),
    "Date": ("2020-01-28", "2024-02-29", "1999-12-31"),
    "DateTime": ("2020-01-28T08:00:00+08:00", "2020-02-29T23:59:59.5Z"),
}
SIZES = (1, 1, 2, 2, 3, 5, 20, 50, 100)
ODD_SIZES = (0, -1, 101, 2**31 - 1)
INVALID_VALUES: dict[str, tuple[Any, ...]] = {
    "Int": ("3", 3.5, 2**40, True, [], {}),
    "String": (5, True, ["x"], {}, 1.5),
    "ID": (1.5, True, ["x"], {}),
    "Boolean": ("true", 1, 0, []),
    "Date": ODD_DAYS,
    "DateTime": ODD_DAYS,
}


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of an operation: its definition, and where its values come from."""

    name: str
    type: str
    default: str | None
    field: GraphQLField | None
    argument: str
    base: str

    @property
    def definition(self) -> str:
        """Return the definition as it stands in the document."""
        return f"${self.name}: {self.type}" + ("" if self.default is None else f" = {self.default}")


@dataclass(slots=True)
class Inputs:
    """Writes the inputs of one operation and remembers its variables; `plain` writes no variable."""

    chance: Random
    plain: bool = False
    variables: dict[str, Variable] = field(default_factory=dict)
    _written: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def arguments(self, made: GraphQLField) -> tuple[str, ...]:
        """Return the arguments of a field as they stand in the document."""
        chosen = self.chosen(made)
        self.chance.shuffle(chosen)
        return tuple(f"{name}: {self.given(made, name)}" for name in chosen)

    def given(self, made: GraphQLField, name: str) -> str:
        """Return the value of an argument, often one that was given before: loads may then be one."""
        known = self._written.setdefault((name, str(made.args[name].type)), [])
        if known and self.chance.random() < AGAIN:
            return self.chance.choice(known)
        known.append(self.argument(made, name))
        return known[-1]

    def chosen(self, made: GraphQLField) -> list[str]:
        """Return which arguments of a field are given."""
        page = {"first", "after", "last", "before"}
        names = [n for n, a in made.args.items() if isinstance(a.type, GraphQLNonNull)]
        names += [n for n, a in made.args.items() if n not in names and n not in page and self.chance.random() < 0.5]
        if "first" in made.args:
            ways: tuple[tuple[str, ...], ...] = (
                (), ("first",), ("first",), ("first", "after"), ("after",), ("last",), ("last", "before"), ("before",),
            )  # fmt: skip
            way = self.chance.choice(ways)
            if self.chance.random() < 0.04:
                way = tuple(sorted({*way, self.chance.choice(("first", "last", "before", "after"))}))
            names += way
        return names

    def argument(self, made: GraphQLField, name: str) -> str:
        """Return the value of an argument: a variable, a literal, or a list with variables in it."""
        described = made.args[name]
        roll = 1.0 if self.plain else self.chance.random()
        if roll < 0.35:
            return self.variable(made, name, described)
        inner = item(described.type)  # type: ignore[arg-type]
        if inner is not None and roll < 0.45:
            other = written(made, name, single(self.chance, made, name))
            return f"[{self.variable(made, name, described, of_item=True)}, {other}]"
        if not isinstance(described.type, GraphQLNonNull) and self.chance.random() < 0.06:
            return "null"
        given = value(self.chance, made, name)
        is_text = isinstance(given, str) and not isinstance(get_named_type(described.type), GraphQLEnumType)
        return block(given) if is_text and self.chance.random() < 0.05 else written(made, name, given)

    def variable(
        self, made: GraphQLField | None, name: str, described: GraphQLArgument | None, *, of_item: bool = False
    ) -> str:
        """Declare a variable for an argument, or use one again; return it as it stands in the document."""
        base = str(get_named_type(described.type)) if described else "Boolean"
        place = base if of_item or described is None else str(get_nullable_type(described.type))
        must = described is None or of_item or isinstance(described.type, GraphQLNonNull)
        default = self.default(made, name, of_item=of_item) if self.chance.random() < 0.3 else None
        strict = default is None and (must or self.chance.random() < 0.2)
        kind = f"{place}{'!' if strict else ''}"
        alike = [v for v in self.variables.values() if (v.type, v.argument, v.base) == (kind, name, base)]
        if alike and self.chance.random() < 0.6:
            return f"${self.chance.choice(alike).name}"
        known = self.chance.choice(STRANGE_NAMES) if self.chance.random() < 0.1 else f"{name}{len(self.variables)}"
        if known in self.variables:
            known = f"v{len(self.variables)}"
        self.variables[known] = Variable(known, kind, default, made, name, base)
        return f"${known}"

    def default(self, made: GraphQLField | None, name: str, *, of_item: bool) -> str:
        """Return a default value as it stands in the document."""
        if made is None:
            return self.chance.choice(("true", "false"))
        return written(made, name, (single if of_item else value)(self.chance, made, name))

    def directives(self, share: float = 0.12) -> str:
        """Return @skip and @include, one or both or most often none."""
        if self.chance.random() >= share:
            return ""
        names = self.chance.choice((("skip",), ("include",), ("include",), ("skip", "include"), ("include", "skip")))
        return "".join(f" @{name}(if: {self.condition(name)})" for name in names)

    def condition(self, name: str) -> str:
        """Return the condition of a directive; most let the selection stay."""
        if not self.plain and self.chance.random() < 0.6:
            return self.variable(None, "if", None)
        stays = "false" if name == "skip" else "true"
        return stays if self.chance.random() < 0.7 else self.chance.choice(("true", "false"))

    def values(self, chance: Random) -> dict[str, Any]:
        """Return values for the variables: most of them valid, some absent, null or of a wrong type."""
        found: dict[str, Any] = {}
        for variable in self.variables.values():
            given = self.value(chance, variable)
            if given is not ABSENT:
                found[variable.name] = given
        if chance.random() < 0.03:
            found["unknown"] = {"a": [1]}
        return found

    def valid(self, chance: Random) -> dict[str, Any]:
        """Return values of the right types for the variables."""
        return {v.name: self.fitting(chance, v) for v in self.variables.values()}

    def value(self, chance: Random, variable: Variable) -> Any:
        """Return one variable's value."""
        roll = chance.random()
        required = variable.type.endswith("!")
        if roll < 0.004 or (roll < 0.1 and not required):
            return None
        if (roll < 0.25 and not required) or roll < 0.006 or (variable.default is not None and roll < 0.4):
            return ABSENT
        if roll > 0.985:
            wrong = chance.choice(INVALID_VALUES.get(variable.base, ("NO_SUCH", 5, [None], {}, True)))
            return [wrong] if variable.type.startswith("[") and chance.random() < 0.7 else wrong
        return self.fitting(chance, variable)

    def fitting(self, chance: Random, variable: Variable) -> Any:
        """Return a value of a variable's type."""
        if variable.field is None:
            return chance.random() < 0.5
        given = value(chance, variable.field, variable.argument)
        if variable.type.startswith("["):
            return given if isinstance(given, list) or chance.random() < 0.5 else [given]
        return chance.choice(given or [None]) if isinstance(given, list) else given


def value(chance: Random, made: GraphQLField, name: str) -> Any:
    """Return a value of an argument, sometimes one that leads nowhere or is refused."""
    if isinstance(get_nullable_type(made.args[name].type), GraphQLList) and chance.random() < 0.7:
        return [single(chance, made, name) for _ in range(chance.choice((0, 1, 1, 2, 3)))]
    return single(chance, made, name)


def single(chance: Random, made: GraphQLField, name: str) -> Any:
    """Return a value that is no list."""
    base = get_named_type(made.args[name].type)
    if isinstance(base, GraphQLEnumType):
        return chance.choice(sorted(base.values))
    if name in ("first", "last"):
        return chance.choice(ODD_SIZES if chance.random() < 0.05 else SIZES)
    if name in ("after", "before"):
        return cursor(chance)
    if base.name in PLAIN_VALUES:
        return chance.choice(PLAIN_VALUES[base.name])
    return key_value(chance, made, name)


def key_value(chance: Random, made: GraphQLField, name: str) -> str:
    """Return a key as a client gives it."""
    source = source_of(made)
    if isinstance(source, AnyNode):
        return global_id(chance, chance.choice(sorted(NODES)))
    assert isinstance(source, Load)
    [argument] = [a for a in (source.key, *source.arguments) if isinstance(a, Argument) and camel(a) == name]
    if argument.of:
        return global_id(chance, argument.of)
    if chance.random() < 0.07:
        return chance.choice(ODD_TEXTS)
    domain = rows_of()[place(source.endpoint)].domain
    if domain == DIVISIONS and argument.pattern:
        return chance.choice([code for code in CODES if len(code) == 15])
    return key_of(domain, chance.randrange(POOL))


def written(made: GraphQLField, name: str, given: Any) -> str:
    """Write the value of an argument as it stands in a document."""
    is_enum = isinstance(get_named_type(made.args[name].type), GraphQLEnumType)
    return literal(given) if is_enum else json.dumps(given)


def camel(argument: Argument) -> str:
    """Return an argument's name as clients know it."""
    return to_camel_case(argument.name)


def cursor(chance: Random) -> str:
    """Return a cursor: of a row, or one that is refused by the gateway or by the service."""
    if chance.random() < 0.9:
        return opaque(cursor_of(chance.randrange(4)))
    return chance.choice(("", "%%%", "x" * 801, opaque("no cursor"), opaque('{"a": 1}'), opaque("[]"), "5"))


def global_id(chance: Random, name: str) -> str:
    """Return a global id: of the type, of another, of nothing, or malformed."""
    roll = chance.random()
    if roll < 0.06:
        name = chance.choice(sorted(NODES))
    if roll > 0.97:
        return chance.choice(("", "x", "5", "x" * 201, opaque("grid:1"), opaque(f"{name}:no"), opaque("Query:"), "=="))
    if roll > 0.95:
        return opaque(f"Unknown:{key_of('x', 1)}")
    domain = NODES[name].endpoint.path
    if roll > 0.93 and domain != DIVISIONS:
        return opaque(f"{name}:{key_of(domain, 1).upper()}")
    if domain == DIVISIONS and roll < 0.85:
        size = {"District": 6, "Town": 9, "Village": 12, "Grid": 15}[name]
        return opaque(f"{name}:{chance.choice([code for code in CODES if len(code) == size])}")
    return opaque(f"{name}:{key_of(domain, chance.randrange(POOL))}")


def literal(given: Any) -> str:
    """Write values of an enum."""
    return f"[{', '.join(given)}]" if isinstance(given, list) else str(given)


def block(text: str) -> str:
    """Write a text as a block string where that changes nothing."""
    return f'"""{text}"""' if text.isalnum() and text.isascii() else json.dumps(text)
