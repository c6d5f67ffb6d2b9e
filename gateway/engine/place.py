"""Where an object stands in a plan, and the columns that are asked for there."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLOutputType, is_non_null_type

from gateway.engine.fallback import NotCompiled, Reason
from gateway.engine.plan import Fetch, Guard, Rows, Wire

QUERY_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands: its rows, which of them, and the load that brings them.

    `names` says which columns make up a part; `typed` how a row tells its type, where types are answered
    alike. Without `loads`, the object lies within a column.
    """

    rows: Rows
    fetch: Fetch | None = None
    guard: Guard = ()
    names: Mapping[str, str] | None = None
    typed: tuple[str, str] | None = None
    loads: bool = True

    @property
    def level(self) -> int:
        """Return the level of loads that start here."""
        return QUERY_LEVEL if self.fetch is None else self.fetch.level + 1

    def column(self, name: str) -> str | None:
        """Return the row's column that a name means here; None where a part has no such column."""
        return name if self.names is None else self.names.get(name)

    def want(self, name: str, kind: GraphQLOutputType | None = None) -> str:
        """Ask for a column; raise NotCompiled where one column would be shown as two types."""
        column = self.column(name)
        if column is None:
            raise NotCompiled(Reason.COLUMN)
        wire = self.rows.columns.setdefault(column, Wire())
        if wire.type is None:
            wire.type = kind
        elif kind is not None and str(wire.type) != str(kind):
            wire.type = stricter(wire.type, kind)
        return column


@dataclass(frozen=True, slots=True)
class Selected:
    """A field selected on a type of object, at a place."""

    parent: GraphQLObjectType
    described: GraphQLField
    key: str
    nodes: list[FieldNode]
    place: Place

    @property
    def shown(self) -> tuple[str, list[FieldNode], GraphQLOutputType]:
        """Return what every field of an answer has: its key, its nodes, its type."""
        return self.key, self.nodes, self.described.type


def stricter(one: GraphQLOutputType, other: GraphQLOutputType) -> GraphQLOutputType:
    """Return the one of two types that allows less; they may differ in allowing null only."""
    for wide, narrow in ((one, other), (other, one)):
        if is_non_null_type(narrow) and str(narrow.of_type) == str(wide):
            return narrow
    raise NotCompiled(Reason.COLUMN)
