"""Fields with a declaration, and the reference executor's way to carry it out.

name: str = column("The name as registered")
grid: "Grid | None" = load_one(client.DIVISIONS, key="grid_code", description="...")
orders: "Connection[QuarantineOrder] | None" = load_page(client.ORDERS_OF_RESIDENT, key="id", ...)
"""

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from gateway.upstream import pages, projection
from gateway.upstream.declare import (
    Answered,
    AnyNode,
    Argument,
    Derived,
    Edges,
    Endpoint,
    GlobalId,
    Load,
    NodeTypes,
    Parts,
    Source,
)
from gateway.upstream.resolve import resolve


class SourceField(StrawberryField):
    """A field whose value comes from its declaration."""

    @property
    def is_basic_field(self) -> bool:
        """Return False: the resolver needs to know what is selected."""
        return False

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        """Carry out the declaration."""
        return resolve(self.metadata[projection.SOURCE], source, info._raw_info, kwargs)


def declared(
    source: Source, description: str, arguments: tuple[Argument, ...] = (), deprecation_reason: str | None = None
) -> Any:
    """Return a field with a declaration."""
    field = SourceField(
        description=description, metadata={projection.SOURCE: source}, deprecation_reason=deprecation_reason
    )
    field.arguments = [as_strawberry(argument) for argument in arguments]
    return field


def as_strawberry(argument: Argument) -> StrawberryArgument:
    """Return an argument as Strawberry knows it."""
    annotation = StrawberryAnnotation(argument.type)
    return StrawberryArgument(argument.name, None, annotation, description=argument.description)


def column(description: str, *, deprecation_reason: str | None = None) -> Any:
    """Return a field that is a column of its parent's row."""
    return strawberry.field(description=description, deprecation_reason=deprecation_reason)


def load_one(
    endpoint: Endpoint,
    *,
    key: str | Argument,
    description: str,
    arguments: tuple[Argument, ...] = (),
    purpose: str | None = None,
) -> Any:
    """Return a field that is the one row of a key, or null."""
    own = (key,) if isinstance(key, Argument) else ()
    return declared(Load(endpoint, key, arguments=arguments, purpose=purpose), description, (*own, *arguments))


def load_value(endpoint: Endpoint, *, key: str, column: str, description: str, purpose: str | None = None) -> Any:
    """Return a field that is one column of the one row of a key, or null."""
    return declared(Load(endpoint, key, column, purpose=purpose), description)


def load_list(
    endpoint: Endpoint, *, key: str | Argument, description: str, arguments: tuple[Argument, ...] = ()
) -> Any:
    """Return a field that is all the rows of a key."""
    own = (key,) if isinstance(key, Argument) else ()
    return declared(Load(endpoint, key, arguments=arguments), description, (*own, *arguments))


def load_page(
    endpoint: Endpoint, *, key: str | Argument, description: str, arguments: tuple[Argument, ...] = ()
) -> Any:
    """Return a field that is a page of the rows of a key."""
    own = (key,) if isinstance(key, Argument) else ()
    load = Load(endpoint, key, arguments=arguments)
    return declared(load, description, (*own, *arguments, *pages.PAGE_ARGUMENTS))


def answered(endpoint: Endpoint, column: str, description: str) -> Any:
    """Return the field of a payload that is the object of a command or of a fact."""
    return declared(Answered(endpoint, column), description)


def part(description: str, present: str | None = None, **columns: str) -> Any:
    """Return a field that is an object made of columns of the same row."""
    return declared(Parts(columns, present), description)


def derived(description: str, compute: Callable[[Any, Any], Any], *columns: str) -> Any:
    """Return a field that the gateway makes from columns and the context."""
    return declared(Derived(compute, columns), description)


def global_id(column: str = "id") -> Any:
    """Return the field `id` of a node."""
    return declared(GlobalId(column), "Global id, opaque; `node(id)` finds the object by it")


def any_node(types: NodeTypes, description: str) -> Any:
    """Return the field that finds any object by its global id."""
    argument = Argument("id", strawberry.ID, "The global id")
    return declared(AnyNode(argument, types), description, (argument,))


def edges_of_page() -> Any:
    """Return the field `edges` of a connection."""
    return declared(Edges(), "The rows with their cursors")
