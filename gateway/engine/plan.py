"""What an operation needs and shows: fetches with the rows they bring, and the objects made of the rows.

A plan is a tree. The root's fields are loads; the rows of a load have columns, and further loads are keyed
by those columns. Objects say how a response is put together from a row and the loads keyed by it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import FieldNode, GraphQLAbstractType, GraphQLField, GraphQLObjectType, GraphQLOutputType

from gateway.upstream.declare import Endpoint, Load


@dataclass(frozen=True, slots=True)
class Present:
    """The rows whose column is not null."""

    column: str


@dataclass(frozen=True, slots=True)
class Among:
    """The rows that are of one of these types, as the type's column tells."""

    column: str
    abstract: str
    types: frozenset[str]


Guard: TypeAlias = tuple[Present | Among, ...]


@dataclass(slots=True, eq=False)
class Wire:
    """A column as it is decoded: by its GraphQL type, as a key (None), or as objects within the row.

    An opaque one is whatever the service says: a function of the gateway reads it. `objects` are made of
    what lies within.
    """

    type: GraphQLOutputType | None = None
    inner: "Rows | None" = None
    opaque: bool = False
    objects: list["Object"] = field(default_factory=list)
    plain: bool = False


@dataclass(slots=True, eq=False)
class Rows:
    """The columns of a set of rows, the loads that their keys lead to, and how a row is decoded.

    Plain rows are answered as they are decoded.
    """

    columns: dict[str, Wire] = field(default_factory=dict)
    fetches: list["Fetch"] = field(default_factory=list)
    struct: Any = None
    attributes: dict[str, str] = field(default_factory=dict)
    plain: bool = False


@dataclass(slots=True, eq=False)
class Fetch:
    """One call: the rows of an endpoint by a column of the parent's rows, or by an argument (key is None).

    Only the parent's rows of one of the guards lead to it. `only` is a column and the value without which
    a row is none. A page that is `surrounded` shows what lies around it.
    """

    index: int
    load: Load
    node: FieldNode
    described: GraphQLField
    key: str | None
    level: int
    parent: "Fetch | None"
    rows: Rows = field(default_factory=Rows)
    uses: list["Object | Page | Choice"] = field(default_factory=list)
    guards: set[Guard] = field(default_factory=set)
    only: tuple[str, str] | None = None
    surrounded: bool = False
    join: int | None = None

    @property
    def endpoint(self) -> Endpoint:
        """Return what is called."""
        return self.load.endpoint


@dataclass(slots=True, eq=False)
class Shown:
    """A field of an object as it is answered."""

    key: str
    nodes: list[FieldNode]
    type: GraphQLOutputType


@dataclass(slots=True, eq=False)
class Typename(Shown):
    """The name of the object's type; None where each row tells."""

    name: str | None = None
    column: str = ""
    abstract: str = ""


@dataclass(slots=True, eq=False)
class Leaf(Shown):
    """A column's value."""

    column: str = ""


@dataclass(slots=True, eq=False)
class Embedded(Shown):
    """Objects that lie within a column."""

    column: str = ""
    object: "Object | None" = None


@dataclass(slots=True, eq=False)
class Identity(Shown):
    """A global id; the type's name is None where each row tells."""

    column: str = ""
    name: str | None = None
    type_column: str = ""
    abstract: str = ""


@dataclass(slots=True, eq=False)
class Made(Shown):
    """What the gateway makes from columns: names as the function knows them, and the row's columns."""

    compute: Callable[[Any, Any], Any] = lambda _row, _context: None
    columns: dict[str, str] = field(default_factory=dict)
    object: "Object | None" = None


@dataclass(slots=True, eq=False)
class Part(Shown):
    """An object made of columns of the same row."""

    present: str | None = None
    object: "Object | None" = None


@dataclass(slots=True, eq=False)
class Loaded(Shown):
    """What a load brings for the row: one of its uses, or a column of its row."""

    fetch: Fetch | None = None
    use: int = 0
    column: str | None = None
    lookup: str | None = None


@dataclass(slots=True, eq=False)
class Nodes(Shown):
    """The rows of a page."""

    object: "Object | Choice | None" = None


@dataclass(slots=True, eq=False)
class Edges(Shown):
    """The rows of a page with their cursors."""

    object: "Object | None" = None


@dataclass(slots=True, eq=False)
class EdgeNode(Shown):
    """The row of an edge."""

    object: "Object | Choice | None" = None


@dataclass(slots=True, eq=False)
class EdgeCursor(Shown):
    """The cursor of an edge."""


@dataclass(slots=True, eq=False)
class PageInfo(Shown):
    """What lies around a page; its object's leaves are named by the columns of `pages.connection`."""

    object: "Object | None" = None


@dataclass(slots=True, eq=False)
class Object:
    """An object as it is answered; `told` is the column and the interface that each row's type must fit."""

    type: GraphQLObjectType
    fields: list[Any] = field(default_factory=list)
    told: tuple[str, str] | None = None


@dataclass(slots=True, eq=False)
class Page(Object):
    """A connection as it is answered."""


@dataclass(slots=True, eq=False)
class Choice:
    """An object whose type each row tells: one way to answer for each set of types that are answered alike."""

    abstract: GraphQLAbstractType
    column: str
    ways: list[tuple[frozenset[str], Object]]


@dataclass(slots=True, eq=False)
class Plan:
    """An operation's plan."""

    root: Object
    rows: Rows
    fetches: list[Fetch]
    joins: list[list[Fetch]] = field(default_factory=list)
