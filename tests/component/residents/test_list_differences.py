"""Two versions of a list, compared person by person: who was added, who is gone, of whom something changed."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from chassis.auth import Viewer
from services.residents.imports.model import SAID
from tests.support.lists import WANG_ROW, imported, refusals, stranger, table
from tests.support.people import LUSHAN, NEXT_GRID, OTHER_TOWN_GRID, XINDENG
from tests.support.returnees import district_officer, grid_worker, town_officer
from tests.support.rig import Rig

ROOT = "/returnee-list-imports/differences"
COUNTS = ["added_count", "gone_count", "changed_count", "unchanged_count", "refused_before", "refused_after"]
Rows = Sequence[Mapping[str, str]]


async def versions(rig: Rig, before: Rows, after: Rows, viewer: Viewer | None = None) -> tuple[str, str]:
    """Import two versions of a list."""
    first = await imported(rig, table(before), viewer)
    return first, await imported(rig, table(after), viewer)


async def counted(rig: Rig, pair: tuple[str, str], viewer: Viewer | None = None) -> list[int] | None:
    """Return how many people were added, are gone, changed, did not, and the rows refused before and after."""
    caller, (before, after) = viewer or district_officer(rig), pair
    [row] = await rig.batch(caller, f"{ROOT}:batch", [after], COUNTS, arguments={"from": before})
    return None if row is None else [row[name] for name in COUNTS]


async def listed(
    rig: Rig, kind: str, pair: tuple[str, str], viewer: Viewer | None = None, **page: Any
) -> list[dict[str, Any]]:
    """Return a page of one kind."""
    fields = ["line", "returnee_id"] + (["from_line", "from_returnee_id", "fields"] if kind == "changed" else [])
    [rows] = await rig.batch(viewer or district_officer(rig), f"{ROOT}/{kind}:batch", [":".join(pair)], fields, **page)
    found: list[dict[str, Any]] = rows
    return found


async def test_who_came_who_went_and_who_stayed(people: Rig) -> None:
    """In the order of lines, page by page; nothing of what is gone is deleted."""
    a, b, c, d, e = (stranger(i) for i in range(1, 6))
    pair = await versions(people, [WANG_ROW, a, b, c], [e, d, c, WANG_ROW])

    assert await counted(people, pair) == [2, 2, 0, 2, 0, 0]
    assert [row["line"] for row in await listed(people, "added", pair)] == [2, 3]
    assert [row["line"] for row in await listed(people, "gone", pair)] == [3, 4]
    assert await listed(people, "changed", pair) == []
    [first] = await listed(people, "gone", pair, limit=1)
    [second] = await listed(people, "gone", pair, limit=1, after=first["cursor"])
    assert (first["line"], second["line"]) == (3, 4)
    assert len(await people.rows("SELECT id FROM returnees")) == 6
    assert await counted(people, (pair[1], pair[0])) == [2, 2, 0, 2, 0, 0]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"name": "欧阳遠"}, ["name"]),
        ({"phone": "13900000009"}, ["phone"]),
        ({"origin_code": "420100"}, ["origin_code"]),
        ({"arrives_on": "2020-01-30"}, ["arrives_on"]),
        ({"transport": "CAR"}, ["transport"]),
        ({"destination_grid_code": NEXT_GRID}, ["destination_grid_code"]),
        ({"address": "长兰村 2 组"}, ["address"]),
        ({"address": "长兰村 2 组", "origin_code": "420100"}, ["origin_code", "address"]),
        ({"arrives_on": "2020/1/28", "transport": "高铁 g7333", "phone": " "}, []),
    ],
)
async def test_what_changed_is_told_by_column(people: Rig, values: dict[str, str], fields: list[str]) -> None:
    """Also in a row that is refused, since the return is registered otherwise; another spelling is no change."""
    pair = await versions(people, [stranger(1), stranger(2)], [stranger(2) | values, stranger(1)])

    found = await listed(people, "changed", pair)

    assert [(row["line"], row["from_line"], row["fields"]) for row in found] == ([(2, 3, fields)] if fields else [])
    assert (await counted(people, pair) or [])[:4] == [0, 0, len(found), 2 - len(found)]


async def test_every_column_is_told(people: Rig) -> None:
    """The service's names are those of the file."""
    others = {"name": "a", "phone": "13900000009", "origin_code": "420100", "arrives_on": "2020-01-30"}
    others |= {"transport": "CAR", "destination_grid_code": NEXT_GRID, "address": "b"}
    pair = await versions(people, [stranger(1)], [stranger(1) | others])

    [row] = await listed(people, "changed", pair)

    assert row["fields"] == list(SAID)
    assert row["returnee_id"] != row["from_returnee_id"]


async def test_a_second_return_is_a_change(people: Rig) -> None:
    """Persons are compared, not returns; one fewer is a change too."""
    once, twice = [stranger(1)], [stranger(1), stranger(1) | {"arrives_on": "2020-01-30"}]
    more = await versions(people, once, twice)

    for pair in (more, (more[1], more[0])):
        assert (await counted(people, pair) or [])[:4] == [0, 0, 1, 0]
        assert [row["fields"] for row in await listed(people, "changed", pair)] == [["arrives_on"]]


async def test_rows_that_cannot_be_read_are_counted_beside(people: Rig) -> None:
    """Who seems gone may stand in a refused row."""
    pair = await versions(people, [stranger(1), stranger(2)], [stranger(1), stranger(2) | {"address": ""}])

    assert await counted(people, pair) == [0, 1, 0, 1, 0, 1]
    assert await refusals(people, pair[1]) == [(3, "address", "FieldMissing")]


async def test_both_versions_must_be_within_the_right(people: Rig) -> None:
    """Whoever does not see one of them sees no difference."""
    mine = await imported(people, table([stranger(1)]), town_officer(people))
    theirs = await imported(
        people, table([stranger(2, destination_grid_code=OTHER_TOWN_GRID)]), town_officer(people, XINDENG)
    )

    for viewer, sees in [
        (district_officer(people), True),
        (town_officer(people, LUSHAN, XINDENG), True),
        (town_officer(people), False),
        (town_officer(people, XINDENG), False),
        (grid_worker(people), False),
        (people.viewer("reviewer", scopes=("330111",)), False),
        (people.viewer("resident"), False),
    ]:
        assert await counted(people, (mine, theirs), viewer) == ([1, 1, 0, 0, 0, 0] if sees else None), viewer
        assert len(await listed(people, "added", (mine, theirs), viewer)) == sees
        assert len(await listed(people, "gone", (mine, theirs), viewer)) == sees


@pytest.mark.parametrize("pair", ["", "x:y", ":", f"{'0' * 36}:{'z' * 36}", "0" * 80])
async def test_a_pair_that_is_none_finds_nothing(people: Rig, pair: str) -> None:
    """No page, no error."""
    for kind in ("added", "gone", "changed"):
        assert await people.batch(district_officer(people), f"{ROOT}/{kind}:batch", [pair], ["line"]) == [[]]
