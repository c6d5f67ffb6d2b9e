"""Declarations of where a field's value comes from: data only, read by every executor.

A field without a declaration is a column of its parent's row, of the same name. Rows are plain
dictionaries with the services' names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

RESIDENTS = "residents"
CHECKPOINTS = "checkpoints"
ENTERPRISES = "enterprises"
SERVICES = (RESIDENTS, CHECKPOINTS, ENTERPRISES)

Row = Mapping[str, Any]


class Kind(StrEnum):
    """How many rows belong to one key."""

    ONE = "one"
    LIST = "list"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A batch read of a service: `POST path {ids, fields, ...}` answers an array aligned with the ids.

    The service vouches for the columns' types where a contract test proves them: rows that pass through
    unchanged are then not decoded.
    """

    service: str
    path: str
    kind: Kind
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field; `of` names the type whose global ids it takes.

    As a key, a text that does not match `pattern` finds nothing.
    """

    name: str
    type: Any
    description: str
    of: str | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """Rows of an endpoint by a key: a column of the parent's row, or an argument of the field.

    With `column`, the field is that column of the row instead of the row. `purpose` is what the
    look-up is for, where a service wants to know.
    """

    endpoint: Endpoint
    key: str | Argument
    column: str | None = None
    arguments: tuple[Argument, ...] = ()
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The object of a command's answer or of a fact: what its row lacks is loaded by its id."""

    endpoint: Endpoint
    column: str


@dataclass(frozen=True, slots=True)
class Parts:
    """An object made of columns of the parent's row; null if the column `present` is."""

    columns: Mapping[str, str]
    present: str | None = None


@dataclass(frozen=True, slots=True)
class GlobalId:
    """The object's global id, from its type's name and a column."""

    column: str = "id"


@dataclass(frozen=True, slots=True)
class NodeType:
    """Where the objects of a type are found by the key of their global id.

    Types that share an endpoint are told apart by the value of a column.
    """

    endpoint: Endpoint
    column: str | None = None
    value: str | None = None


NodeTypes = Mapping[str, NodeType]


@dataclass(frozen=True, slots=True)
class AnyNode:
    """Whatever object a global id names."""

    argument: Argument
    types: NodeTypes


@dataclass(frozen=True, slots=True)
class Derived:
    """A value that the gateway itself makes from columns of the row or from who asks."""

    compute: Callable[[Any, Any], Any]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of a connection, made from its rows."""


Source = Load | Answered | Parts | GlobalId | AnyNode | Derived | Edges
