"""Search: who is found by what, within one's scope, page by page; numbers with a purpose and a row in the read log."""

import random

import pytest

from chassis.auth import Viewer
from tests.support.people import (
    FAR,
    GRID,
    NEIGHBOR,
    NEXT,
    NEXT_GRID,
    OTHER_TOWN_GRID,
    WANG,
    WANG_CHILD,
    WANG_HOME,
    WANG_NUMBER,
    WANG_PHONE,
    WANG_WIFE,
    XINDENG,
    national_id,
)
from tests.support.rig import DISTRICT, Rig, problem
from tests.support.roster import town_officer, worker_of
from tests.support.search import find


async def refusal(rig: Rig, search: object, by: object = None, purpose: str | None = "SCREENING") -> tuple[int, str]:
    """Return why a search is refused."""
    given = {"search": search, "by": by}
    officer = town_officer(rig, DISTRICT)
    response = await rig.ask(officer, "/residents/search:batch", [DISTRICT], ["id"], arguments=given, purpose=purpose)
    return response.status_code, problem(response)


@pytest.mark.parametrize(
    ("search", "by", "found"),
    [
        ("王小明", None, [WANG]),
        ("王", "NAME", [WANG_CHILD, WANG]),
        ("小明", None, [WANG]),
        ("明", "NAME", [WANG]),
        ("红", None, [WANG_WIFE]),
        ("wxm", None, [WANG]),
        ("W", None, [NEXT, WANG_CHILD, WANG]),
        ("wl", "INITIALS", [WANG_CHILD]),
        ("山水社区3幢", None, [WANG, WANG_WIFE, WANG_CHILD, NEIGHBOR]),
        ("三幢二单元", None, [WANG, WANG_WIFE, WANG_CHILD, NEIGHBOR]),
        ("502", "ADDRESS", [NEIGHBOR]),
        ("１组", None, [FAR]),
        ("赵", None, []),
        ("zzz", None, []),
    ],
)
async def test_who_is_found(people: Rig, search: str, by: str | None, found: list[object]) -> None:
    """By the beginning of a token, in the order of tokens; by whoever sees the whole district or its grids."""
    grids = people.viewer("grid_worker", scopes=(GRID, NEXT_GRID, OTHER_TOWN_GRID))

    for viewer in (town_officer(people, DISTRICT), town_officer(people, DISTRICT + "004", XINDENG), grids):
        assert await find(people, viewer, search, by) == [str(i) for i in found]


@pytest.mark.parametrize(
    ("scopes", "scope", "found"),
    [
        ((GRID,), DISTRICT, 2),
        ((NEXT_GRID,), DISTRICT, 1),
        ((OTHER_TOWN_GRID,), DISTRICT, 0),
        ((DISTRICT,), GRID, 2),
        ((DISTRICT,), NEXT_GRID, 1),
        ((GRID, GRID[:9]), DISTRICT, 3),
        ((GRID,), NEXT_GRID, 0),
        ((), DISTRICT, 0),
        ((DISTRICT,), "330112", 0),
        ((DISTRICT,), "", 0),
        ((DISTRICT,), "x", 0),
    ],
)
async def test_a_scope_narrows_and_never_widens(people: Rig, scopes: tuple[str, ...], scope: str, found: int) -> None:
    """What is asked for and what the token allows, both."""
    viewer = people.viewer("town_officer", scopes=scopes)

    assert len(await find(people, viewer, "w", scope=scope)) == found


@pytest.mark.parametrize("role", ["resident", "reviewer", "gate_guard", "enterprise_agent", "ops"])
async def test_roles_without_need_find_nobody(people: Rig, role: str) -> None:
    """Whatever the token grants; and they look no number up."""
    viewer = people.viewer(role, scopes=(DISTRICT,), resident_id=str(WANG), household_id=str(WANG_HOME))
    given = {"search": WANG_NUMBER}

    assert await find(people, viewer, "王") == []
    response = await people.ask(viewer, "/residents/search:batch", [DISTRICT], ["id"], arguments=given, purpose="HELP")
    assert (response.status_code, problem(response)) == (403, "RoleMayNot")


async def test_the_row_is_the_residents_card(people: Rig) -> None:
    """As everywhere else."""
    fields = ["name", "national_id_masked", "grid_code", "status", "color"]
    [[row]] = await people.batch(
        worker_of(people), "/residents/search:batch", [GRID], fields, arguments={"search": "小明"}
    )

    assert {k: row[k] for k in fields} == {
        "name": "王小明",
        "national_id_masked": "330199********1011",
        "grid_code": GRID,
        "status": "REGISTERED",
        "color": "GREEN",
    }


async def register_many(rig: Rig, names: list[str]) -> None:
    """Register people in Wang's grid, each in a household."""
    for number, name in enumerate(names):
        body = {
            "name": name,
            "national_id": national_id("19800101", 100 + number),
            "grid_code": (GRID, NEXT_GRID)[number % 2],
            "address": f"山水社区 {number + 20} 幢",
        }
        response = await rig.command(town_officer(rig, DISTRICT), "/residents", body)
        assert response.status_code == 201, response.text


@pytest.mark.parametrize("scopes", [(DISTRICT,), (GRID, NEXT_GRID), (DISTRICT + "004",)])
async def test_pages_follow_each_other_both_ways(people: Rig, scopes: tuple[str, ...]) -> None:
    """Everybody once, in one order, from either end, though tokens are equal and names repeat characters."""
    rng = random.Random(7)
    await register_many(people, ["".join(rng.choices("王丽红", k=rng.randint(2, 5))) for _ in range(40)])
    viewer = people.viewer("grid_worker", scopes=scopes)
    whole = await find(people, viewer, "丽", limit=100)
    assert len(whole) == len(set(whole)) > 25

    forward = await pages(people, viewer, "after")
    backward = await pages(people, viewer, "before")

    assert [i for page in forward for i in page] == whole
    assert [i for page in reversed(backward) for i in page] == whole


async def pages(rig: Rig, viewer: Viewer, direction: str) -> list[list[str]]:
    """Return all the pages of seven, one after the other in a direction."""
    found: list[list[str]] = []
    cursor = "" if direction == "before" else None
    while True:
        request = {direction: cursor} if cursor is not None else {}
        [rows] = await rig.batch(
            viewer, "/residents/search:batch", [DISTRICT], ["id"], arguments={"search": "丽"}, limit=7, **request
        )
        if not rows:
            return found
        found.append([row["id"] for row in rows])
        cursor = rows[-1 if direction == "after" else 0]["cursor"]


async def test_an_unreadable_cursor_is_refused(people: Rig) -> None:
    """A cursor comes from a page."""
    for given in ({"after": "x"}, {"before": "x"}, {"after": '["n"]'}):
        response = await people.ask(
            worker_of(people), "/residents/search:batch", [GRID], ["id"], arguments={"search": "王"}, **given
        )
        assert problem(response) == "CursorUnknown"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (WANG_NUMBER, [WANG]),
        (f" {WANG_NUMBER[:6]} {WANG_NUMBER[6:]}", [WANG]),
        (WANG_PHONE, [WANG]),
        ("+86 138-0000-0001", [WANG]),
        ("0001", [WANG]),
        ("0009", []),
        (national_id("19550909", 111), []),
    ],
)
async def test_numbers_are_found_with_a_purpose_and_logged(people: Rig, search: str, found: list[object]) -> None:
    """Within one's scope; the read log has a row for everybody shown, and one for a look at nobody."""
    assert await find(people, worker_of(people), search, purpose="SCREENING") == [str(i) for i in found]

    rows = await people.rows("SELECT subject, role, purpose, what, person_key FROM read_log")
    keys = {row["id"]: row["person_key"] for row in await people.rows("SELECT id, person_key FROM residents")}
    assert [row["person_key"] for row in rows] == ([keys[i] for i in found] or [None])
    assert {(row["subject"], row["role"], row["purpose"]) for row in rows} == {
        ("grid_worker-1", "grid_worker", "SCREENING")
    }
    assert all(row["what"].startswith("search_by_") for row in rows)
    assert "0001" not in str(rows)


@pytest.mark.parametrize("purpose", [None, "CURIOSITY"])
@pytest.mark.parametrize("search", [WANG_NUMBER, WANG_PHONE, "0001"])
async def test_a_number_without_a_purpose_is_refused(people: Rig, search: str, purpose: str | None) -> None:
    """Nothing is read, nothing is logged."""
    assert await refusal(people, search, purpose=purpose) == (403, "PurposeRequired")
    assert await people.rows("SELECT 1 FROM read_log") == []


async def test_names_need_no_purpose_and_leave_no_row(people: Rig) -> None:
    """Within one's scope a name is shown anyway."""
    await find(people, worker_of(people), "王")

    assert await people.rows("SELECT 1 FROM read_log") == []


@pytest.mark.parametrize(
    ("search", "by", "code"),
    [
        ("", None, "SearchEmpty"),
        ("1", None, "NumberNotWhole"),
        ("%", None, "SearchUnreadable"),
        ("_", "NAME", "SearchUnreadable"),
        ("王\x00", None, "SearchUnreadable"),
        ("王" * 65, None, "SearchTooLong"),
        ("1" * 10_000, None, "SearchTooLong"),
        (7, None, "FieldMalformed"),
        (None, None, "FieldMalformed"),
        ("王", 7, "FieldMalformed"),
        ("王", "AGE", "ByUnknown"),
        ("王%", "NAME", None),
        ("王'; DROP TABLE residents; --", "NAME", None),
        ("\U0001f600", "NAME", None),
    ],
)
async def test_bad_input_is_answered(people: Rig, search: object, by: object, code: str | None) -> None:
    """A rule is named, or nobody is found."""
    if code is None:
        assert await find(people, town_officer(people, DISTRICT), str(search), str(by)) == []
        return
    assert await refusal(people, search, by) == (422, code)
