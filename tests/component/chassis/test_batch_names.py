"""Batch reads whose rows carry the caller's keys: exactly these, in this order, and nothing that is no name."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis.auth import Viewer
from chassis.batch import NAMES_MAX
from tests.component.chassis.widgets_service import SERVICE
from tests.support.rig import Rig, open_rig, problem
from tests.support.servers import Infrastructure

GRID = "330111004002001"
ONE, PAGE = "/widgets:batch", "/widgets/by-grid:batch"
LIST = "/widgets/made-with:batch"
KEYWORDS = ["select", "from", "Order", "user", "table", "p", "b", "w", "key", "row", "item", "list", "ctid", "order_0"]


@pytest.fixture
async def widgets(infrastructure: Infrastructure) -> AsyncIterator[Rig]:
    """Run the small service."""
    async with open_rig(SERVICE, infrastructure) as rig:
        yield rig


def officer(rig: Rig) -> Viewer:
    """Return an officer of the whole district."""
    return rig.viewer("officer", scopes="330111")


async def make(rig: Rig, *names: str) -> list[str]:
    """Make widgets; return their ids."""
    made = [await rig.command(officer(rig), "/widgets", {"division_code": GRID, "name": name}) for name in names]
    return [str(response.json()["id"]) for response in made]


async def ask(
    rig: Rig, path: str, keys: Sequence[object], fields: Sequence[str], names: object, **request: Any
) -> httpx.Response:
    """Ask for rows with keys of one's own."""
    request["as"] = names
    return await rig.ask(officer(rig), path, keys, fields, **request)


async def test_rows_hold_the_names_in_their_order(widgets: Rig) -> None:
    """One row, compact, its keys as given: mixed case, and a column twice; null for what is unknown."""
    [made] = await make(widgets, "a")

    answer = await ask(widgets, ONE, [made, uuid4()], ["name", "made_on", "name"], ["fullName", "_MadeOn", "alias_2"])

    assert answer.text == '[{"fullName":"a","_MadeOn":"2020-01-28","alias_2":"a"}, null]'


async def test_list_holds_the_names(widgets: Rig) -> None:
    """The rows of a list, and an empty list for a key without any."""
    await make(widgets, "a", "b")

    answer = await ask(widgets, LIST, [GRID, "330111"], ["name", "division_code"], ["Order", "from"])

    rows = ", ".join(f'{{"Order":"{name}","from":"{GRID}"}}' for name in "ab")
    assert "".join(answer.text.split("\n")) == f"[[{rows}], []]"


async def test_page_holds_a_cursor_only_when_asked(widgets: Rig) -> None:
    """The cursor is a column like any other, under any name, and the list's order is kept both ways."""
    await make(widgets, *(f"w{i}" for i in range(7)))

    async def rows(**window: object) -> list[dict[str, str]]:
        answer = await ask(widgets, PAGE, [GRID], ["cursor", "name"], ["here", "n"], limit=3, **window)
        [page] = answer.json()
        return list(page)

    first = await rows()
    second = await rows(after=first[-1]["here"])
    back = await rows(before=second[0]["here"])
    last = await rows(before="")
    bare = await ask(widgets, PAGE, [GRID], ["name"], ["n"], limit=1)

    assert [row["n"] for row in first + second] == ["w0", "w1", "w2", "w3", "w4", "w5"]
    assert back == first
    assert [row["n"] for row in last] == ["w4", "w5", "w6"]
    assert [list(row) for row in first] == [["here", "n"]] * 3
    assert bare.json() == [[{"n": "w0"}]]


async def test_cursor_without_names_is_as_it_was(widgets: Rig) -> None:
    """A page's rows carry a cursor; asking for it by name needs names."""
    await make(widgets, "a")

    [[row]] = await widgets.batch(officer(widgets), PAGE, [GRID], ["name"])
    refused = await widgets.ask(officer(widgets), PAGE, [GRID], ["cursor"])
    elsewhere = await ask(widgets, ONE, [], ["cursor"], ["cursor"])

    assert list(row) == ["name", "cursor"]
    assert [problem(refused), problem(elsewhere)] == ["FieldUnknown", "FieldUnknown"]


@pytest.mark.parametrize("path", [ONE, LIST, PAGE])
async def test_words_of_sql_are_names_like_others(widgets: Rig, path: str) -> None:
    """Keywords, and names that the statement uses itself."""
    [made] = await make(widgets, "a")
    key = made if path == ONE else GRID
    longest = "x" * 63

    answer = await ask(widgets, path, [key], ["name"] * (len(KEYWORDS) + 1), [*KEYWORDS, longest])

    [found] = answer.json()
    row = found if path == ONE else found[0]
    assert row == dict.fromkeys([*KEYWORDS, longest], "a")
    assert list(row) == [*KEYWORDS, longest]


@pytest.mark.parametrize(("path", "nothing"), [(ONE, {}), (PAGE, [{}])])
async def test_no_names_are_an_empty_row(widgets: Rig, path: str, nothing: object) -> None:
    """Who asks for nothing still learns that the row is there."""
    [made] = await make(widgets, "a")

    answer = await ask(widgets, path, [made if path == ONE else GRID], [], [])

    assert answer.json() == [nothing]


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["a"],
        ["a", "b", "c"],
        ["a", "a"],
        ["a", ""],
        ["a", "1b"],
        ["a", "b-c"],
        ["a", "b c"],
        ["a", "b\n"],
        ["a", "é"],
        ["a", "名"],
        ["a", "x" * 64],
        ["a", 'b"'],
        ["a", 'b", (SELECT current_user) AS "c'],
        ["a", "b'; DROP TABLE widgets; --"],
        ["a", "b /* */"],
        ["a", "$1"],
        ["a", ":today"],
        ["a", "b\x00"],
    ],
)
@pytest.mark.parametrize("path", [ONE, PAGE])
async def test_what_is_no_name_is_refused(widgets: Rig, path: str, names: list[str]) -> None:
    """As many as fields, each once, and nothing that could be more than a name."""
    answer = await ask(widgets, path, [GRID], ["name", "id"], names)

    assert (answer.status_code, problem(answer)) == (422, "FieldMalformed")
    assert answer.json()["path"] == ["as"]
    assert answer.json()["detail"].startswith("as does not have the right form: as many names as fields")


async def test_names_are_bounded_and_are_texts(widgets: Rig) -> None:
    """A row has an end; the rule is said in both languages."""
    many = [f"n{i}" for i in range(NAMES_MAX + 1)]
    long = await ask(widgets, ONE, [], ["name"] * len(many), many, language="zh")
    most = await ask(widgets, ONE, [(await make(widgets, "a"))[0]], ["name"] * NAMES_MAX, many[:NAMES_MAX])
    other = [await ask(widgets, ONE, [], ["name"], names) for names in (7, "name", [7], {"name": "n"})]

    assert (problem(long), long.json()["path"]) == ("FieldMalformed", ["as"])
    assert long.json()["detail"].startswith("as 的格式不正确：名称须与 fields 一一对应")
    assert list(most.json()[0]) == many[:NAMES_MAX]
    assert [problem(answer) for answer in other] == ["FieldMalformed"] * 4
