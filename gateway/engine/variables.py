"""Variables as an operation takes them: plain values at once, everything else as the reference does it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    VariableDefinitionNode,
    type_from_ast,
)
from graphql.execution.values import VariableValues, get_variable_values

INT_MAX = 2**31 - 1
COERCION_ERRORS_MAX = 50

Coerce = Callable[[Any], Any]


class Odd(Exception):
    """A value that is not plainly of its type."""


class VariablesRefused(Exception):
    """Variables that do not fit the operation."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__()
        self.errors = list(errors)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable whose values are plain."""

    name: str
    coerce: Coerce
    required: bool
    has_default: bool
    default: Any = None


@dataclass(slots=True)
class Variables:
    """The variables of an operation."""

    schema: GraphQLSchema
    definitions: Sequence[VariableDefinitionNode]
    plain: list[Variable] | None = None

    def __post_init__(self) -> None:
        found = [plain_variable(self.schema, each) for each in self.definitions]
        self.plain = None if None in found else [each for each in found if each is not None]

    def values(self, given: Mapping[str, Any], *, hide_suggestions: bool) -> dict[str, Any]:
        """Return the variables' values by name; those that are absent are left out. Raise VariablesRefused."""
        if self.plain is not None:
            try:
                return plain_values(self.plain, given)
            except Odd:
                pass
        found = get_variable_values(self.schema, self.definitions, dict(given), COERCION_ERRORS_MAX, hide_suggestions)
        if not isinstance(found, VariableValues):
            raise VariablesRefused(found)
        return found.coerced


def plain_values(variables: Sequence[Variable], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of plain variables, or raise Odd."""
    values: dict[str, Any] = {}
    for variable in variables:
        if variable.name not in given:
            if variable.has_default:
                values[variable.name] = variable.default
            elif variable.required:
                raise Odd
            continue
        value = given[variable.name]
        if value is None and variable.required:
            raise Odd
        values[variable.name] = None if value is None else variable.coerce(value)
    return values


def plain_variable(schema: GraphQLSchema, definition: VariableDefinitionNode) -> Variable | None:
    """Return a variable whose values are plain, or None."""
    kind: Any = type_from_ast(schema, definition.type)
    required = isinstance(kind, GraphQLNonNull)
    coerce = coercion(kind.of_type if required else kind)
    if coerce is None:
        return None
    name = definition.variable.name.value
    if definition.default_value is None:
        return Variable(name, coerce, required, has_default=False)
    found = get_variable_values(schema, [definition], {})
    if not isinstance(found, VariableValues):
        return None
    return Variable(name, coerce, required, has_default=True, default=found.coerced[name])


def coercion(kind: Any) -> Coerce | None:
    """Return how values of a type are taken, or None where that is not plain."""
    if isinstance(kind, GraphQLList):
        return listed(kind.of_type)
    if isinstance(kind, GraphQLEnumType):
        return one_of(kind)
    return PLAIN.get(kind.name)


def listed(kind: Any) -> Coerce | None:
    """Return how a list is taken."""
    required = isinstance(kind, GraphQLNonNull)
    inner = coercion(kind.of_type if required else kind)
    if inner is None:
        return None

    def coerce(value: Any) -> Any:
        if type(value) is not list or (required and None in value):
            raise Odd
        return [None if item is None else inner(item) for item in value]

    return coerce


def one_of(kind: GraphQLEnumType) -> Coerce:
    """Return how a value of an enum is taken."""
    members = {name: kind.parse_value(name) for name in kind.values}

    def coerce(value: Any) -> Any:
        if type(value) is not str or value not in members:
            raise Odd
        return members[value]

    return coerce


def whole(value: Any) -> Any:
    """Take a whole number of 32 bits."""
    if type(value) is not int or not -INT_MAX - 1 <= value <= INT_MAX:
        raise Odd
    return value


def text(value: Any) -> Any:
    """Take a text."""
    if type(value) is not str:
        raise Odd
    return value


def truth(value: Any) -> Any:
    """Take true or false."""
    if type(value) is not bool:
        raise Odd
    return value


PLAIN: dict[str, Coerce] = {"Int": whole, "String": text, "ID": text, "Boolean": truth}
