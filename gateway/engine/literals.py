"""Arguments in a document: values that are there, and values that variables bring."""

from collections.abc import Callable, Mapping
from typing import Any

import strawberry
from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    coerce_input_literal,
    get_nullable_type,
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
    listed = get_nullable_type(declared.type)
    if isinstance(value, ListValueNode) and isinstance(listed, GraphQLList) and has_variable(value):
        return from_list(value, listed.of_type)
    return constant(literal(value, declared.type))


def literal(value: ValueNode, kind: GraphQLInputType) -> Any:
    """Return the value of a literal that holds no variable; raise NotCompiled for any other."""
    made = Undefined if has_variable(value) else coerce_input_literal(value, kind)
    if made is Undefined:
        raise NotCompiled(Reason.ARGUMENT)
    return made


def from_list(value: ListValueNode, kind: GraphQLInputType) -> Taker:
    """Return a taker of a list with variables among its items; one that is absent is null."""
    required = isinstance(kind, GraphQLNonNull)
    items = [
        (each.name.value, None) if isinstance(each, VariableNode) else (None, literal(each, kind))
        for each in value.values
    ]

    def take(variables: Values) -> Any:
        found = [made if name is None else variables.get(name) for name, made in items]
        if required and None in found:
            raise NotCompiled(Reason.ARGUMENT)
        return found

    return take


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
