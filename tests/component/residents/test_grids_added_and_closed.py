"""Grids are added under villages and closed when nothing belongs to them, by officers of the district."""

import pytest

from tests.support.grids import ASSIGN, STAND_IN, TODAY, TOMORROW, YESTERDAY, alarms, done, history, serves
from tests.support.people import (
    DONGQIAO,
    FAR_GRID,
    GRID,
    LUSHAN,
    NEXT_GRID,
    NEXT_WORKER,
    SHANSHUI,
    WANG,
    WANG_HOME,
    WORKER,
)
from tests.support.returnees import district_officer, register, town_officer
from tests.support.rig import Rig, problem

ADD, CLOSE = "/divisions", "/divisions/close"
FRESH = f"{DONGQIAO}002"
NEW = {"code": FRESH, "name": "第2网格"}


async def test_a_grid_is_added(people: Rig) -> None:
    """It lies in its village, is valid from today on, and alarms: nobody serves it yet."""
    made = await done(people, ADD, **NEW, reason="新建小区")

    fields = ["name", "name_path", "level", "parent_code", "code_system", "valid_from", "valid_to"]
    [row] = await people.batch(people.viewer("resident"), "/divisions:batch", [FRESH], fields)
    assert made["id"] == made["code"] == FRESH
    assert row == {
        "name": "第2网格",
        "name_path": "富阳区鹿山街道东桥村第2网格",
        "level": "GRID",
        "parent_code": DONGQIAO,
        "code_system": "STATISTICAL",
        "valid_from": TODAY,
        "valid_to": None,
    }
    assert await alarms(people) == [(FRESH, "RAISED", TODAY)]
    assert await history(people, "grid") == [("ADDED", "district_officer-1", FRESH)]


async def test_a_grid_of_tomorrow_is_not_used_today(people: Rig) -> None:
    """Nobody serves it before its first day, and it alarms on that day."""
    await done(people, ADD, **NEW, valid_from=TOMORROW)
    body = {"grid_code": FRESH, "worker_id": str(NEXT_WORKER)}

    early = await people.command(district_officer(people), ASSIGN, body)
    quiet = await alarms(people)
    await people.move_clock(f"{TOMORROW}T00:00:00+08:00")

    assert problem(early) == "GridNotOpenYet"
    assert (quiet, await alarms(people)) == ([], [(FRESH, "RAISED", TOMORROW)])
    assert (await people.command(district_officer(people), ASSIGN, body)).status_code == 201


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"code": "330111004009"}, "OnlyGridsChange", "code"),
        ({"code": "330111009"}, "OnlyGridsChange", "code"),
        ({"code": "x"}, "DivisionCodeMalformed", "code"),
        ({"code": f"{SHANSHUI}000"}, "SerialOfWholeVillage", "code"),
        ({"code": "330111004999001"}, "DivisionUnknown", "code"),
        ({"code": "330112004002001"}, "OutOfScope", "code"),
        ({"code": GRID}, "DivisionCodeTaken", "code"),
        ({"name": ""}, "GridNameMalformed", "name"),
        ({"name": "网" * 41}, "GridNameMalformed", "name"),
        ({"valid_from": YESTERDAY}, "DayHasPassed", "valid_from"),
        ({"reason": "好" * 201}, "ReasonTooLong", "reason"),
    ],
)
async def test_an_addition_keeps_the_rules(people: Rig, change: dict[str, str], code: str, field: str) -> None:
    """Only grids, of villages that are there, under codes that never were used."""
    response = await people.command(district_officer(people), ADD, NEW | change)

    assert (problem(response), response.json()["path"]) == (code, [field])
    assert len(await people.rows("SELECT code FROM divisions")) == 10


@pytest.mark.parametrize("role", ["town_officer", "grid_worker", "auditor", "resident", "reviewer", "ops"])
async def test_only_the_district_adds_and_closes(people: Rig, role: str) -> None:
    """A town asks the district, whatever its scope."""
    viewer = people.viewer(role, scopes=("330111",))

    responses = [await people.command(viewer, ADD, NEW), await people.command(viewer, CLOSE, {"code": FAR_GRID})]

    assert [problem(response) for response in responses] == ["RoleMayNot", "RoleMayNot"]


async def test_the_scope_counts_for_the_district_too(people: Rig) -> None:
    """An officer who answers for a town neither adds nor closes elsewhere."""
    viewer = people.viewer("district_officer", scopes=("330111115",))

    responses = [await people.command(viewer, ADD, NEW), await people.command(viewer, CLOSE, {"code": FAR_GRID})]

    assert [(problem(r), r.json()["path"]) for r in responses] == [("OutOfScope", ["code"])] * 2


async def test_an_empty_grid_is_closed(people: Rig) -> None:
    """It is served through its last day, is taken from the lists the day after, and its assignments end with it."""
    await done(people, STAND_IN, grid_code=FAR_GRID, worker_id=WORKER, starts_on="2020-02-01", ends_on="2020-02-05")

    closed = await done(people, CLOSE, code=FAR_GRID, reason="合并")
    today = await serves(people, FAR_GRID)
    await people.move_clock(f"{TOMORROW}T00:00:00+08:00")

    [children] = await people.batch(people.viewer("auditor"), "/divisions/by-parent:batch", [DONGQIAO], ["code"])
    rows = await people.rows("SELECT ends_on FROM grid_assignments WHERE grid_code = $1 ORDER BY starts_on", FAR_GRID)
    assert (closed["valid_to"], today) == (TODAY, "周丽")
    assert (await serves(people, FAR_GRID), children, await alarms(people)) == (None, [], [])
    assert [row["ends_on"].isoformat() for row in rows] == [TODAY, "2020-01-31"]
    assert await history(people, "grid") == [("CLOSED", "district_officer-1", FAR_GRID)]


async def test_what_belongs_to_a_grid_keeps_it_open(people: Rig) -> None:
    """The refusal says what and how many; a grid that has been emptied closes."""
    await done(people, "/quarantine-orders", resident_id=WANG, reason="OTHER", starts_on=TODAY, length_days=14)
    await register(people, arrives_on=TOMORROW)

    said = [
        (await people.command(district_officer(people), CLOSE, {"code": GRID}, language=language)).json()
        for language in ("en", "zh")
    ]

    assert [each["code"] for each in said] == ["GridNotEmpty", "GridNotEmpty"]
    assert said[0]["detail"] == (
        f"{GRID} still has 4 residents, 2 households, 1 open screening tasks and 1 quarantine orders."
    )
    assert said[1]["detail"] == f"网格 {GRID} 尚有居民 4 人、住户 2 户、未结排查任务 1 项、隔离单 1 份。"


async def test_a_household_alone_keeps_a_grid_open(people: Rig) -> None:
    """Nobody lives there, and somebody may come back to the address."""
    async with people.work() as db:
        await db.connection.execute("UPDATE households SET division_code = $1 WHERE id = $2", FAR_GRID, WANG_HOME)

    response = await people.command(district_officer(people), CLOSE, {"code": FAR_GRID})

    assert (response.status_code, problem(response)) == (409, "GridNotEmpty")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"code": SHANSHUI}, "OnlyGridsChange", ["code"]),
        ({"code": LUSHAN}, "OnlyGridsChange", ["code"]),
        ({"code": "330111004002099"}, "DivisionUnknown", ["code"]),
        ({"code": "x"}, "DivisionCodeMalformed", ["code"]),
        ({"code": FAR_GRID, "valid_to": YESTERDAY}, "DayHasPassed", ["valid_to"]),
    ],
)
async def test_a_closing_keeps_the_rules(people: Rig, body: dict[str, str], code: str, field: list[str]) -> None:
    """The national list is data; the past stays as it was."""
    response = await people.command(district_officer(people), CLOSE, body)

    assert (problem(response), response.json()["path"]) == (code, field)


async def test_a_grid_closes_once(people: Rig) -> None:
    """The last day is not moved; nor is the code used for another grid."""
    await done(people, CLOSE, code=FAR_GRID, valid_to=TOMORROW)

    again = await people.command(district_officer(people), CLOSE, {"code": FAR_GRID})
    other = await people.command(district_officer(people), ADD, {"code": FAR_GRID, "name": "新网格"})

    assert (again.status_code, problem(again)) == (409, "GridClosed")
    assert (other.status_code, problem(other)) == (409, "DivisionCodeTaken")


@pytest.mark.parametrize(("day", "code"), [(TOMORROW, None), ("2020-01-30", "GridClosed")])
async def test_a_closing_grid_is_assigned_to_its_last_day(people: Rig, day: str, code: str | None) -> None:
    """An assignment without an end ends with the grid; one beyond is refused."""
    await done(people, CLOSE, code=FAR_GRID, valid_to=TOMORROW)
    body = {"grid_code": FAR_GRID, "worker_id": str(WORKER), "ends_on": day}

    stand_in = await people.command(district_officer(people), STAND_IN, body)
    primary = await done(people, ASSIGN, grid_code=FAR_GRID, worker_id=WORKER)

    assert (problem(stand_in) if code else stand_in.status_code) == (code or 201)
    assert primary["ends_on"] == TOMORROW


@pytest.mark.parametrize(("path", "body"), [(ADD, NEW), (CLOSE, {"code": FAR_GRID})])
async def test_grids_change_once_a_key(people: Rig, path: str, body: dict[str, str]) -> None:
    """The same key answers the same; history has one entry."""
    first = await people.command(district_officer(people), path, body, key="k-1")
    again = await people.command(district_officer(people), path, body, key="k-1")

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert len(await history(people, "grid")) == 1


async def test_towns_see_their_new_grids(people: Rig) -> None:
    """What the district adds is the town's to assign."""
    await done(people, ADD, **NEW)

    await done(people, ASSIGN, town_officer(people), grid_code=FRESH, worker_id=NEXT_WORKER)

    assert (await serves(people, FRESH), await serves(people, NEXT_GRID)) == ("周丽", "周丽")
    assert await alarms(people) == [(FRESH, "CLEARED", TODAY)]
