"""The expressions of generated code: objects made of rows, of pages, and of what loads bring.

They hold names of their own making only. Whatever comes from the document or the schema (response keys,
columns, values) travels as a constant.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.engine import runtime
from gateway.engine.access import Access, Strict, made_value
from gateway.engine.plan import (
    Choice,
    EdgeCursor,
    EdgeNode,
    Edges,
    Embedded,
    Fetch,
    Identity,
    Leaf,
    Loaded,
    Made,
    Nodes,
    Object,
    Page,
    PageInfo,
    Part,
    Rows,
    Typename,
)
from gateway.engine.shapes import Form, encoded


@dataclass(slots=True)
class Expressions:
    """Writes expressions; `given` is what their names stand for."""

    forms: list[Form]
    types: runtime.Types
    given: dict[str, Any] = field(default_factory=lambda: dict(runtime.GIVEN))
    _structs: dict[int, str] = field(default_factory=dict)
    _blanks: dict[int, str] = field(default_factory=dict)
    _variables: int = 0

    def constant(self, value: Any) -> str:
        """Return the name of a constant; plain names of the engine's own stay as they are."""
        name = f"K{len(self.given)}"
        self.given[name] = value
        return name

    def variable(self) -> str:
        """Return a name that nothing else has."""
        self._variables += 1
        return f"x{self._variables}"

    def type_names(self, abstract: str) -> str:
        """Return the name of what tells the types of an interface or union."""
        name = f"T_{abstract}"
        self.given[name] = self.types.names(abstract)
        return name

    def blank(self, fetch: Fetch) -> str:
        """Return the name of a row without values."""
        if fetch.index not in self._blanks:
            self._blanks[fetch.index] = self.constant(fetch.rows.struct(*[None] * len(fetch.rows.columns)))
        return self._blanks[fetch.index]

    def object(self, of: Any, row: str, rows: Rows, access: Access) -> str:
        """Return the expression that makes an object from a row."""
        if isinstance(of, Choice):
            return self.choice(of, row, rows, access)
        if rows.plain and isinstance(access, Strict):
            return row
        fields = ",".join(self.shown(shown, row, rows, access) for shown in of.fields)
        made = f"{self.struct(of)}({fields})"
        if of.told is None or isinstance(access, Strict):
            return made
        column, abstract = of.told
        return f"known({access.type_name(abstract, row, rows, column)},lambda:{made})"

    def choice(self, of: Choice, row: str, rows: Rows, access: Access) -> str:
        """Return the expression that makes an object by its type."""
        name = self.variable()
        told = access.type_name(of.abstract.name, row, rows, of.column)
        text = f"op.unknown({name})"
        for names, way in of.ways:
            text = f"{self.object(way, row, rows, access)} if {name} in {self.constant(names)} else {text}"
        return f"(({text}) if ({name}:={told}) is not None else None)"

    def struct(self, of: Object) -> str:
        """Return the name of an object's struct."""
        if id(of) not in self._structs:
            self._structs[id(of)] = self.constant(encoded(of))
        return self._structs[id(of)]

    def shown(self, shown: Any, row: str, rows: Rows, access: Access) -> str:
        """Return the expression of one field."""
        ways: dict[type, Callable[[], str]] = {
            Typename: lambda: self.type_name(shown, row, rows, access),
            Leaf: lambda: access.leaf(shown, row, rows),
            Embedded: lambda: access.embedded(shown, row, rows),
            Identity: lambda: self.identity(shown, row, rows, access),
            Part: lambda: access.part(shown, row, rows, self.object(shown.object, row, rows, access)),
            Made: lambda: made_value(shown, self, access, row=row, rows=rows),
            Loaded: lambda: self.loaded(shown, row, rows, access),
        }
        return ways[type(shown)]()

    def type_name(self, shown: Typename, row: str, rows: Rows, access: Access) -> str:
        """Return the expression of a type's name."""
        if shown.name is not None:
            return self.constant(shown.name)
        return access.type_name(shown.abstract, row, rows, shown.column)

    def identity(self, shown: Identity, row: str, rows: Rows, access: Access) -> str:
        """Return the expression of a global id."""
        if shown.name is not None:
            name = self.constant(shown.name)
        else:
            name = access.type_name(shown.abstract, row, rows, shown.type_column)
        return access.identity(name, row, rows, shown.column)

    def loaded(self, shown: Loaded, row: str, rows: Rows, access: Access) -> str:
        """Return the expression of what a load brought."""
        fetch = shown.fetch
        if fetch is None:
            return "None"
        key = f"op.asked[{fetch.index}].key"
        if shown.lookup is not None:
            key = access.column(row, rows, shown.lookup)
        return access.loaded(shown, f"m{fetch.index}_{shown.use}", key)

    def page(self, of: Page, fetch: Fetch, access: Access) -> str:
        """Return the expression of a connection: `rows` are shown, `all` is what the service gave."""
        fields = []
        for shown in of.fields:
            match shown:
                case Nodes():
                    plain = self.forms[fetch.index].plain and isinstance(access, Strict)
                    made_row = self.object(shown.object, "r", fetch.rows, access)
                    fields.append("rows" if plain else f"[{self.node(made_row, access)} for r in rows]")
                case Edges():
                    assert shown.object is not None
                    fields.append(f"[{self.edge(shown.object, fetch, access)} for r in rows]")
                case PageInfo():
                    assert shown.object is not None
                    fields.append(self.page_info(shown.object, fetch, access))
                case _:
                    fields.append(self.shown(shown, "None", fetch.rows, access))
        return f"{self.struct(of)}({','.join(fields)})"

    def node(self, shown: str, access: Access) -> str:
        """Return the expression of a row that may be null."""
        return shown if isinstance(access, Strict) else f"({shown} if r is not None else None)"

    def edge(self, of: Object, fetch: Fetch, access: Access) -> str:
        """Return the expression of an edge."""
        fields = []
        for shown in of.fields:
            if isinstance(shown, EdgeCursor):
                fields.append(f"cursor_in({access.raw('r', fetch.rows, 'cursor')})")
            elif isinstance(shown, EdgeNode):
                fields.append(self.node(self.object(shown.object, "r", fetch.rows, access), access))
            else:
                fields.append(self.shown(shown, "None", fetch.rows, access))
        return f"{self.struct(of)}({','.join(fields)})"

    def page_info(self, of: Object, fetch: Fetch, access: Access) -> str:
        """Return the expression of what lies around a page."""
        cursor = {"start_cursor": "rows[0]", "end_cursor": "rows[-1]"}
        fields = []
        for shown in of.fields:
            if not isinstance(shown, Leaf):
                fields.append(self.shown(shown, "None", fetch.rows, access))
            elif shown.column in cursor:
                row = access.raw(cursor[shown.column], fetch.rows, "cursor")
                fields.append(f"(cursor_in({row}) if rows else None)")
            else:
                fields.append(f"{shown.column}(op.asked[{fetch.index}].window,all)")
        return f"{self.struct(of)}({','.join(fields)})"
