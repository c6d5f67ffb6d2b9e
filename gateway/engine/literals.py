"""Arguments in a document: values that are there, and values that variables bring."""

from collections.abc import Callable, Mapping
from typing import Any

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

from gateway.engine.fallback import NotCompiled, Reason

Values = Mapping[str, Any]
Taker = Callable[[Values], Any]
ABSENT = strawberry.UNSET


def variable_names(node: FieldNode) -> set[str]:
    """Return the arguments of a field that hold variables."""
    return {argument.name.value for argument in node.arguments or () if has_variable(argument.value)}


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
