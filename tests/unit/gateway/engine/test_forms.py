"""Rows that are answered as they are come under the response's own names, and are not made anew."""

import pytest

from gateway.engine.shapes import Form, form_of
from gateway.engine.trust import SPLICED_BYTES_MIN
from tests.unit.gateway.engine.desk import both, variant
from tests.unit.gateway.engine.museum import WORKS

NOT_PLAIN = {
    "a type's name": "title __typename",
    "a global id": "id",
    "a scalar that is written anew": "height",
    "an enum whose values are the service's": "era",
    "objects within a column": "frame { wood }",
    "a part": "appraisal { amount }",
    "a load": "title artist { name }",
    "a column that only a function reads": "shouted",
    "a column that a function reads as well": "title shouted",
    "a name too long for a column": f"title {'x' * 64}: year",
}


def form(fields: str) -> Form:
    """Return how the row of a work comes."""
    [writer] = [variant(f'{{ work(key: "w1") {{ {fields} }} }}').writer]
    return writer.forms[0]


async def test_plain_rows_come_as_they_are_answered() -> None:
    """Leaves that the service writes as GraphQL does: the names of the response travel with the request."""
    told = await both('{ work(key: "w1") { called: title year title material } }')

    assert form("called: title year title material").plain
    assert told.heard[0].body["fields"] == ["title", "year", "title", "material"]
    assert told.heard[0].body["as"] == ["called", "year", "title", "material"]
    assert list(told.data["work"]) == ["called", "year", "title", "material"]


@pytest.mark.parametrize("about", NOT_PLAIN)
async def test_other_rows_are_made_anew(about: str) -> None:
    """Columns come under their own names, sorted."""
    told = await both(f'{{ work(key: "w1") {{ {NOT_PLAIN[about]} }} }}')

    assert not form(NOT_PLAIN[about]).plain
    assert "as" not in told.heard[0].body
    assert told.heard[0].body["fields"] == sorted(told.heard[0].body["fields"])


async def test_rows_shown_twice_are_made_anew() -> None:
    """Two names may select differently, and joint calls serve several."""
    twice = variant('{ work(key: "w1") { title } again: work(key: "w1") { year } }')
    joint = variant('{ work(key: "w1") { title } other: work(key: "w2") { title } }')

    assert not any(form.plain for form in (*twice.writer.forms, *joint.writer.forms))


async def test_nodes_of_a_page_can_be_plain() -> None:
    """Cursors cannot: clients do not see them as the service writes them."""
    plain = variant('{ room(key: "r1") { works { nodes { title } } } }')
    with_cursors = variant('{ room(key: "r1") { works { nodes { title } edges { cursor } } } }')

    assert plain.writer.forms[1].plain
    assert not with_cursors.writer.forms[1].plain


def test_only_vouched_rows_are_spliced() -> None:
    """Nobody vouches for these."""
    assert not WORKS.vouched
    assert not form("title").spliced
    assert SPLICED_BYTES_MIN > 1_000


def test_objects_within_a_column_can_be_plain() -> None:
    """Under the column's own names they are decoded into what is encoded; under others they are made anew."""
    [plain] = variant('{ work(key: "w1") { frame { wood } outline { x } } }').fetches
    [renamed] = variant('{ work(key: "w1") { frame { w: wood } outline { x } } }').fetches

    assert {name for name, wire in plain.rows.columns.items() if wire.plain} == {"frame", "outline"}
    assert {name for name, wire in renamed.rows.columns.items() if wire.plain} == {"outline"}


def test_struct_has_what_is_asked_for_and_nothing_else() -> None:
    """With exact types: anything else is skipped, or refused, in C."""
    [fetch] = variant('{ work(key: "w1") { id year era material height } }').fetches

    assert form_of(fetch).fields == ["era", "height", "id", "material", "year"]
    assert fetch.rows.struct.__struct_encode_fields__ == ("id", "year", "era", "material", "height")
