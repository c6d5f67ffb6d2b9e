"""Two ways to read rows in generated code: structs that were checked, and rows of which anything may be wrong.

`Strict` code reads attributes of decoded structs. `Careful` code reads plain JSON, and what is missing or
of another type becomes a failure of its field only. Both are written by the same writer.
"""

from typing import Any, Protocol

from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull, get_named_type

from gateway.engine.plan import Embedded, Fetch, Guard, Leaf, Loaded, Made, Object, Part, Present, Rows
from gateway.engine.shapes import is_same


class Names(Protocol):
    """Gives constants and variables their names in generated code."""

    def constant(self, value: Any) -> str:
        """Return the name of a constant."""

    def variable(self) -> str:
        """Return a name that nothing else has."""

    def type_names(self, abstract: str) -> str:
        """Return the name of what tells the types of an interface or union."""

    def blank(self, fetch: Fetch) -> str:
        """Return the name of a row without values."""

    def object(self, of: Object, row: str, rows: Rows, access: "Access") -> str:
        """Return the expression that makes an object from a row."""


class Access(Protocol):
    """How generated code reads rows; each method returns an expression."""

    def column(self, row: str, rows: Rows, column: str) -> str:
        """Return a column of a row, as a key."""

    def raw(self, row: str, rows: Rows, column: str) -> str:
        """Return whatever a column holds."""

    def leaf(self, shown: Leaf, row: str, rows: Rows) -> str:
        """Return a leaf's value."""

    def embedded(self, shown: Embedded, row: str, rows: Rows) -> str:
        """Return the objects within a column."""

    def part(self, shown: Part, row: str, rows: Rows, inner: str) -> str:
        """Return an object made of columns."""

    def type_name(self, abstract: str, row: str, rows: Rows, column: str) -> str:
        """Return the name of a row's type."""

    def loaded(self, shown: Loaded, found: str, key: str) -> str:
        """Return what a load brought."""

    def identity(self, name: str, row: str, rows: Rows, column: str) -> str:
        """Return a global id."""


class Strict:
    """Reads decoded structs."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def column(self, row: str, rows: Rows, column: str) -> str:
        """Return the attribute of a column."""
        return f"{row}.{rows.attributes[column]}"

    raw = column

    def leaf(self, shown: Leaf, row: str, rows: Rows) -> str:
        """Return a leaf as it was decoded, or completed where its text changes."""
        value = self.column(row, rows, shown.column)
        return value if is_same(get_named_type(shown.type)) else self.converted(shown.type, value)

    def converted(self, kind: Any, value: str) -> str:
        """Return a leaf whose text changes."""
        named = get_named_type(kind)
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(named, GraphQLEnumType) and bare is named and has_texts(named):
            texts = {v.value: name for name, v in named.values.items()} | {None: None}
            return f"{self.names.constant(texts)}[{value}]"
        return f"op.complete({self.names.constant(kind)},{value})"

    def embedded(self, shown: Embedded, row: str, rows: Rows) -> str:
        """Return the objects within a column."""
        wire = rows.columns[shown.column]
        value = self.column(row, rows, shown.column)
        if wire.plain:
            return value
        assert shown.object is not None
        assert wire.inner is not None
        if wire.opaque:
            return inside(shown.type, value, shown.object, wire.inner, self.names)
        return self.nested(shown.type, value, shown.object, wire.inner)

    def nested(self, kind: Any, value: str, of: Object, rows: Rows) -> str:
        """Return objects in lists in lists."""
        if not isinstance(kind, GraphQLNonNull):
            one = self.names.variable()
            return f"(None if ({one}:={value}) is None else {self.present(kind, one, of, rows)})"
        return self.present(kind.of_type, value, of, rows)

    def present(self, kind: Any, value: str, of: Object, rows: Rows) -> str:
        """Return objects that are there."""
        one = self.names.variable()
        if isinstance(kind, GraphQLList):
            return f"[{self.nested(kind.of_type, one, of, rows)} for {one} in {value}]"
        return f"({self.names.object(of, one, rows, self)} if ({one}:={value}) is not None else None)"

    def part(self, shown: Part, row: str, rows: Rows, inner: str) -> str:
        """Return an object made of columns."""
        if shown.present is None:
            return inner
        made = f"(None if {self.column(row, rows, shown.present)} is None else {inner})"
        return f"op.required({made})" if isinstance(shown.type, GraphQLNonNull) else made

    def type_name(self, abstract: str, row: str, rows: Rows, column: str) -> str:
        """Return the name of a row's type."""
        return f"{self.names.type_names(abstract)}[{self.column(row, rows, column)}]"

    def loaded(self, shown: Loaded, found: str, key: str) -> str:
        """Return what a load brought."""
        value = f"{found}.get({key})"
        if shown.column is not None:
            assert shown.fetch is not None
            attribute = shown.fetch.rows.attributes[shown.column]
            value = f"{found}.get({key},{self.names.blank(shown.fetch)}).{attribute}"
        return f"op.required({value})" if isinstance(shown.type, GraphQLNonNull) else value

    def identity(self, name: str, row: str, rows: Rows, column: str) -> str:
        """Return a global id."""
        return f"identity({name},{self.column(row, rows, column)})"


class Careful:
    """Reads plain JSON, trusting nothing."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def column(self, row: str, _rows: Rows, column: str) -> str:
        """Return a column as a key; null where there is none."""
        return f"key_in({row},{self.names.constant(column)})"

    def raw(self, row: str, _rows: Rows, column: str) -> str:
        """Return a column's value; a failure where there is none."""
        return f"value_in({row},{self.names.constant(column)})"

    def leaf(self, shown: Leaf, row: str, rows: Rows) -> str:
        """Return a leaf, completed by its type."""
        return f"op.complete({self.names.constant(shown.type)},{self.raw(row, rows, shown.column)})"

    def embedded(self, shown: Embedded, row: str, rows: Rows) -> str:
        """Return the objects within a column."""
        inner = rows.columns[shown.column].inner
        assert shown.object is not None
        assert inner is not None
        return inside(shown.type, self.raw(row, rows, shown.column), shown.object, inner, self.names)

    def part(self, shown: Part, row: str, rows: Rows, inner: str) -> str:
        """Return an object made of columns."""
        if shown.present is None:
            return inner
        return f"(None if {self.column(row, rows, shown.present)} is None else {inner})"

    def type_name(self, abstract: str, row: str, rows: Rows, column: str) -> str:
        """Return the name of a row's type, or a failure."""
        return f"type_in({self.names.type_names(abstract)},{self.raw(row, rows, column)})"

    def loaded(self, shown: Loaded, found: str, key: str) -> str:
        """Return what a load brought."""
        value = f"look({found},{key})"
        if shown.column is None:
            return value
        assert shown.fetch is not None
        attribute = shown.fetch.rows.attributes[shown.column]
        return f"attribute({value},{attribute!r})"

    def identity(self, name: str, row: str, rows: Rows, column: str) -> str:
        """Return a global id, or a failure."""
        return f"careful_identity({name},{self.raw(row, rows, column)})"


def guarded(guard: Guard, names: Names, access: Access, *, row: str, rows: Rows) -> str:
    """Return the condition of a guard."""
    conditions = [
        f"{access.column(row, rows, each.column)} is not None"
        if isinstance(each, Present)
        else f"{access.type_name(each.abstract, row, rows, each.column)} in {names.constant(each.types)}"
        for each in guard
    ]
    return f"({' and '.join(conditions)})"


def made_value(shown: Made, names: Names, access: Access, *, row: str, rows: Rows) -> str:
    """Return the expression of what the gateway makes."""
    columns = ",".join(
        f"{names.constant(name)}:{access.raw(row, rows, str(column))}" for name, column in shown.columns.items()
    )
    value = f"op.made({names.constant(shown.compute)},{{{columns}}})"
    if shown.object is not None:
        return inside(shown.type, value, shown.object, Rows(), names)
    completed = f"op.complete({names.constant(shown.type)},{value})"
    return f"op.required({completed})" if isinstance(shown.type, GraphQLNonNull) else completed


def inside(kind: Any, value: str, of: Object, rows: Rows, names: Names) -> str:
    """Return the expression of objects within a value that was not decoded by its type."""
    one = names.variable()
    made = names.object(of, one, rows, Careful(names))
    return f"op.inside({names.constant(kind)},{value},lambda {one}:{made})"


def has_texts(kind: GraphQLEnumType) -> bool:
    """Say whether services write an enum's values as texts: then no other is decoded."""
    return all(isinstance(value.value, str) for value in kind.values.values())
