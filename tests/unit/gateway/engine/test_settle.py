"""Errors become null by the specification's rules (6.4.4): at the field, or at the nearest place that may be null."""

from typing import Any

import msgspec
import pytest
from graphql import FieldNode, build_schema, parse

from gateway.engine.plan import Object, Shown
from gateway.engine.runtime import Failed
from gateway.engine.settle import settle
from gateway.engine.shapes import encoded

SCHEMA = build_schema(
    """
    type Query { a: Item, b: Item!, list: [Item], sure: [Item!]!, odd: [Item!], deep: [[Int!]]!, leaf: Int, must: Int! }
    type Item { leaf: Int, must: Int!, item: Item, itself: Item! }
    """
)
BROKEN = ValueError("broken")
FAILED = Failed(BROKEN)


def made(type_name: str, **values: Any) -> msgspec.Struct:
    """Return an object of an answer, as the engine makes it."""
    kind: Any = SCHEMA.type_map[type_name]
    fields = [Shown(name, [node(name)], kind.fields[name].type) for name in values]
    struct: msgspec.Struct = encoded(Object(kind, fields))(*values.values())
    return struct


def node(name: str) -> FieldNode:
    """Return a field of a document."""
    [operation] = parse(f"{{ {name} }}").definitions
    [found] = operation.selection_set.selections  # type: ignore[attr-defined]
    assert isinstance(found, FieldNode)
    return found


def settled(**values: Any) -> tuple[Any, list[tuple[list[str | int] | None, str]]]:
    """Return an answer's data as JSON, and its errors as path and message."""
    data, errors = settle(made("Query", **values))
    return msgspec.to_builtins(data), [(error.path, error.message) for error in errors]


def item(**values: Any) -> msgspec.Struct:
    """Return an item."""
    return made("Item", **values)


def test_failure_is_null_where_it_stands() -> None:
    """If the field may be null, nothing else changes."""
    assert settled(leaf=FAILED, a=item(leaf=FAILED, must=1)) == (
        {"leaf": None, "a": {"leaf": None, "must": 1}},
        [(["leaf"], "broken"), (["a", "leaf"], "broken")],
    )


def test_failure_goes_up_where_null_may_not_be() -> None:
    """Through as many levels as may not be null; the error keeps its place."""
    data, errors = settled(a=item(leaf=1, itself=item(itself=item(must=FAILED))), leaf=2)

    assert data == {"a": None, "leaf": 2}
    assert errors == [(["a", "itself", "itself", "must"], "broken")]


def test_failure_goes_up_to_the_data() -> None:
    """Then there are none."""
    assert settled(leaf=1, b=item(must=FAILED)) == (None, [(["b", "must"], "broken")])


def test_null_where_none_may_be_is_an_error_of_its_own() -> None:
    """Nobody raised it; the place is enough."""
    data, errors = settled(a=item(must=None))

    assert data == {"a": None}
    assert errors == [(["a", "must"], "null where the schema has none")]


@pytest.mark.parametrize(
    ("values", "data", "path"),
    [
        ({"list": [item(leaf=1), FAILED]}, {"list": [{"leaf": 1}, None]}, ["list", 1]),
        ({"list": [item(leaf=1), item(must=FAILED)]}, {"list": [{"leaf": 1}, None]}, ["list", 1, "must"]),
        ({"odd": [item(leaf=1), FAILED]}, {"odd": None}, ["odd", 1]),
        ({"odd": [item(leaf=1), None]}, {"odd": None}, ["odd", 1]),
        ({"sure": [item(must=FAILED)], "leaf": 1}, None, ["sure", 0, "must"]),
        ({"sure": FAILED}, None, ["sure"]),
        ({"deep": [[1], [2, FAILED], None]}, {"deep": [[1], None, None]}, ["deep", 1, 1]),
    ],
)
def test_lists_and_their_items_may_be_null_each_for_itself(values: Any, data: Any, path: list[str | int]) -> None:
    """`[T]`, `[T!]`, `[T!]!` and lists in lists."""
    found, [(where, _)] = settled(**values)

    assert (found, where) == (data, path)


def test_beneath_a_null_one_error_is_enough() -> None:
    """That which made it null; errors beside it are lost with their places, as the specification allows."""
    data, errors = settled(a=item(leaf=FAILED, must=FAILED), leaf=FAILED)

    assert data == {"a": None, "leaf": None}
    assert errors == [(["a", "must"], "broken"), (["leaf"], "broken")]


def test_errors_that_hide_nothing_are_all_reported() -> None:
    """In the document's order."""
    data, errors = settled(list=[item(leaf=FAILED), FAILED, item(must=FAILED)], a=FAILED)

    assert data == {"list": [{"leaf": None}, None, None], "a": None}
    assert [path for path, _ in errors] == [["list", 0, "leaf"], ["list", 1], ["list", 2, "must"], ["a"]]


def test_error_knows_its_cause_and_its_place_in_the_document() -> None:
    """Clients see locations; the log sees the cause."""
    _, [error] = settle(made("Query", leaf=FAILED))

    assert error.original_error is BROKEN
    assert [location.formatted for location in error.locations or ()] == [{"line": 1, "column": 3}]


def test_data_that_are_shared_are_not_changed() -> None:
    """Rows that several places show are one object; settling makes new ones."""
    shared = item(leaf=FAILED)

    settled(a=shared, list=[shared, shared])

    assert shared.f0 is FAILED  # type: ignore[attr-defined]


def test_spliced_bytes_are_left_alone() -> None:
    """They are not looked into, even when something else failed."""
    data, errors = settle(made("Query", a=msgspec.Raw(b'{"must":1}'), leaf=FAILED))

    assert msgspec.json.encode(data) == b'{"a":{"must":1},"leaf":null}'
    assert [error.path for error in errors] == [["leaf"]]
