"""Arguments become a key, a page, and the bytes of a request: as much as can be beforehand."""

from typing import Any

import msgspec
import pytest

from gateway.engine.arguments import Asked
from gateway.shared.ids import encode
from gateway.upstream.pages import Window, opaque_cursor
from tests.unit.gateway.engine.desk import both, variant
from tests.unit.gateway.engine.museum import NOTES_OF_WORK, WORKS_OF_ROOM
from tests.unit.gateway.engine.rows import W1

NOTES = '{ notes(since: 3, about: [MODERN, ANTIQUE], by: "%s") { text } }'


def body(asked: Asked) -> Any:
    """Return a request's body without its ids."""
    return msgspec.json.decode(asked.head + b"[]}")


def asked_by(query: str, index: int = 0, **values: Any) -> Asked:
    """Return what a fetch asks for some values of variables."""
    asking = variant(query).asking[index]
    return asking if isinstance(asking, Asked) else asking(values)


def test_constants_are_encoded_once() -> None:
    """What no variable changes is bytes when the operation starts."""
    found = variant(f'{{ work(key: "w1") {NOTES % encode("Artist", W1)} }}').asking

    assert all(isinstance(each, Asked) for each in found)
    assert found[0] == Asked("w1", None, b'{"fields":["id"],"ids":')
    assert body(asked_by(f'{{ work(key: "w1") {NOTES % encode("Artist", W1)} }}', 1)) == {
        "fields": ["text"],
        "as": ["text"],
        "arguments": {"since": 3, "about": ["m", "a"], "by": W1},
        "ids": [],
    }


def test_variable_key_leaves_the_rest_constant() -> None:
    """The most frequent operation: one object by its key."""
    asking = variant("query ($k: String!) { work(key: $k) { title } }").asking[0]

    assert callable(asking)
    first, second = asking({"k": "w1"}), asking({"k": "w2"})
    assert (first.key, second.key) == ("w1", "w2")
    assert first.head is second.head


def test_other_variables_are_encoded_each_time() -> None:
    """Absent and null ones are not sent."""
    query = 'query ($since: Int, $by: ID) { work(key: "w1") { notes(since: $since, by: $by) { text } } }'

    assert body(asked_by(query, 1, since=5))["arguments"] == {"since": 5}
    assert body(asked_by(query, 1, by=encode("Artist", W1)))["arguments"] == {"by": W1}
    assert "arguments" not in body(asked_by(query, 1, since=None, by=None))
    assert "arguments" not in body(asked_by(query, 1))


async def test_list_with_variables_is_made_of_its_items() -> None:
    """Literals are read beforehand, variables each time; a default is the variable's own."""
    query = 'query ($e: Era! = ANTIQUE) { work(key: "w1") { notes(about: [MODERN, $e]) { text } } }'

    assert body(asked_by(query, 1, e="m"))["arguments"] == {"about": ["m", "m"]}
    assert (await both(query)).heard[1].body["arguments"] == {"about": ["m", "a"]}
    assert (await both(query, {"e": "MODERN"})).heard[1].body["arguments"] == {"about": ["m", "m"]}


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("", Window(20)),
        ("(first: 5)", Window(5)),
        (f'(first: 5, after: "{opaque_cursor("x")}")', Window(5, after="x")),
        ("(last: 5)", Window(5, before="")),
        (f'(last: 5, before: "{opaque_cursor("x")}")', Window(5, before="x")),
    ],
)
def test_pages_are_windows(text: str, window: Window) -> None:
    """One row more is asked for: it tells whether there are others."""
    asked = asked_by(f'{{ room(key: "r1") {{ works{text} {{ nodes {{ title }} }} }} }}', 1)

    assert asked.window == window
    assert body(asked) == {
        "fields": ["title"], "as": ["title"], "ids": [],
        "limit": window.size + 1, "after": window.after, "before": window.before,
    }  # fmt: skip


REFUSED = {
    "a page too long": ("works(first: 101)", "PageTooLong"),
    "a page of nothing": ("works(last: 0)", "PageTooLong"),
    "a page from both ends": ("works(first: 1, last: 1)", "PageAmbiguous"),
    "a cursor that is none": ('works(after: "?")', "CursorUnknown"),
}


@pytest.mark.parametrize("about", REFUSED)
async def test_refused_pages_are_errors_of_their_fields(about: str) -> None:
    """Known before anything is asked; said at each row."""
    text, code = REFUSED[about]

    told = await both(f'{{ room(key: "r1") {{ name {text} {{ nodes {{ title }} }} }} }}')

    assert told.errors == [("room.works", code)]
    assert WORKS_OF_ROOM.path not in told.paths


@pytest.mark.parametrize("text", ["?", encode("Room", W1), ""], ids=["malformed", "another type", "empty"])
async def test_refused_ids_are_errors_of_their_fields(text: str) -> None:
    """As keys and as arguments, from literals and from variables."""
    for query in (
        f'{{ workById(id: "{text}") {{ title }} greeting }}',
        f'{{ work(key: "w1") {{ notes(by: "{text}") {{ text }} }} }}',
        "query ($id: ID!) { workById(id: $id) { title } greeting }",
        'query ($id: ID) { work(key: "w1") { notes(by: $id) { text } title } }',
    ):
        told = await both(query, {"id": text} if "$id" in query else None)

        assert [code for _, code in told.errors] == ["IdOfAnotherType" if len(text) > 5 else "IdMalformed"]
        assert NOTES_OF_WORK.path not in told.paths


async def test_key_that_cannot_be_one_finds_nothing() -> None:
    """A pattern says what keys look like; nobody is asked for others."""
    told = await both("query ($k: String!) { work(key: $k) { title } }", {"k": "no key"})

    assert told.data == {"work": None}
    assert told.heard == []
