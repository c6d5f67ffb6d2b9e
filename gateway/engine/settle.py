"""Failures in an answer become null where they stand, or at the nearest place that may be null, and errors.

Runs only where something failed. Types say what may be null; of the failures beneath a place that becomes
null, the one that made it so is reported, as the specification allows.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from graphql import GraphQLError, GraphQLList, GraphQLNonNull

from gateway.engine.runtime import Failed
from gateway.engine.shapes import SHAPES, ShownShape

Path = list[str | int]


class Nulled(Exception):
    """A place that may not be null has no value."""


def settle(data: msgspec.Struct) -> tuple[Any, list[GraphQLError]]:
    """Return an operation's data without failures, and its errors, in the document's order."""
    errors: list[GraphQLError] = []
    try:
        return settle_object(data, [], errors), errors
    except Nulled:
        return None, errors


def settle_object(value: msgspec.Struct, path: Path, errors: list[GraphQLError]) -> msgspec.Struct:
    """Return an object without failures; raise Nulled where it cannot be."""
    shapes: Sequence[ShownShape] = getattr(type(value), SHAPES)
    fields = [
        settle_value(getattr(value, f"f{i}"), shape.type, shape, path=[*path, shape.key], errors=errors)
        for i, shape in enumerate(shapes)
    ]
    return type(value)(*fields)


def settle_value(value: Any, kind: Any, shape: ShownShape, *, path: Path, errors: list[GraphQLError]) -> Any:
    """Return a value without failures; what may be null and cannot be had is null."""
    if isinstance(kind, GraphQLNonNull):
        return required(value, kind.of_type, shape, path=path, errors=errors)
    before = len(errors)
    try:
        return present(value, kind, shape, path=path, errors=errors)
    except Nulled:
        errors[before:] = errors[-1:]
        return None


def required(value: Any, kind: Any, shape: ShownShape, *, path: Path, errors: list[GraphQLError]) -> Any:
    """Return a value that may not be null, or raise Nulled."""
    found = present(value, kind, shape, path=path, errors=errors)
    if found is None:
        errors.append(error(TypeError("null where the schema has none"), shape, path))
        raise Nulled
    return found


def present(value: Any, kind: Any, shape: ShownShape, *, path: Path, errors: list[GraphQLError]) -> Any:
    """Return what a value holds without failures, or raise Nulled."""
    if isinstance(value, Failed):
        errors.append(error(value.cause, shape, path))
        raise Nulled
    if isinstance(value, list) and isinstance(kind, GraphQLList):
        return [settle_value(item, kind.of_type, shape, path=[*path, i], errors=errors) for i, item in enumerate(value)]
    return settle_object(value, path, errors) if isinstance(value, msgspec.Struct) else value


def error(cause: BaseException, shape: ShownShape, path: Path) -> GraphQLError:
    """Return a failure as an error at its place."""
    original = cause if isinstance(cause, Exception) else None
    return GraphQLError(str(cause), shape.nodes, path=path, original_error=original)
