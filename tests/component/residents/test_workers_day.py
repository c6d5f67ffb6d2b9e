"""A worker's day: what is due in the grids one serves, each list within the scope."""

from typing import Any

from chassis.auth import Viewer
from tests.support.people import FAR_GRID, GRID, NEXT_GRID, OTHER_TOWN_GRID
from tests.support.returnees import declare, district_officer, grid_worker, register, step, town_officer
from tests.support.rig import Rig
from tests.support.screening import open_round

TODAY, DUE_DAY = "2020-01-28", "2020-01-31"


async def listed(rig: Rig, what: str, day: str, viewer: Viewer, *fields: str) -> list[dict[str, Any]]:
    """Return one list of a day."""
    [rows] = await rig.batch(viewer, f"/workers-days/{what}:batch", [day], fields)
    return [{name: row[name] for name in fields} for row in rows]


async def test_tasks_are_due_by_the_end_of_the_day(people: Rig) -> None:
    """The first due first; a household's on the round's day, a return's on its own; what is verified is done."""
    made = await register(people)
    await open_round(people)
    worker = grid_worker(people)

    today = await listed(people, "tasks-due", "2020-01-29", worker, "id", "household_id")
    due = await listed(people, "tasks-due", DUE_DAY, worker, "id", "due_at")
    for act in ("assign", "contact", "verify"):
        await step(people, made["screening_task_id"], act)
    after = await listed(people, "tasks-due", "2020-01-29", worker, "id")

    assert [row["id"] for row in today] == [made["screening_task_id"]]
    assert len(due) == 3
    assert [row["due_at"] for row in due] == sorted(row["due_at"] for row in due)
    assert after == []


async def test_a_day_is_of_all_the_grids_one_serves(people: Rig) -> None:
    """Two grids of a worker, and a stranger's none; whoever serves no grid has no such day."""
    await open_round(people)
    both = people.viewer("grid_worker", scopes=(GRID, NEXT_GRID))

    assert len(await listed(people, "tasks-due", DUE_DAY, both, "id")) == 3
    assert len(await listed(people, "tasks-due", DUE_DAY, grid_worker(people, OTHER_TOWN_GRID), "id")) == 1
    rounds = await listed(people, "rounds", DUE_DAY, both, "code", "planned")
    assert rounds == [{"code": GRID, "planned": 2}, {"code": NEXT_GRID, "planned": 1}]
    assert await listed(people, "rounds", DUE_DAY, grid_worker(people, FAR_GRID), "planned") == [{"planned": 0}]
    for viewer in (district_officer(people), town_officer(people), people.viewer("resident")):
        assert await listed(people, "tasks-due", DUE_DAY, viewer, "id") == []
        assert await listed(people, "rounds", DUE_DAY, viewer, "code") == []


async def test_returnees_notices_and_missed_checks(people: Rig) -> None:
    """Who comes today, whose notice is not delivered, who has missed a check yesterday or today."""
    await declare(people, "HIGH")
    await register(people)
    worker, officer = grid_worker(people), district_officer(people)
    expected = await listed(people, "returnees-expected", TODAY, worker, "origin_code")
    tomorrow = await listed(people, "returnees-expected", "2020-01-29", worker, "id")
    [order] = await people.rows("SELECT id FROM quarantine_orders")
    path = f"/quarantine-orders/{order['id']}/issue"

    issued = await people.command(officer, path)
    notices = await listed(people, "notices-to-deliver", TODAY, worker, "id", "status")
    none = await listed(people, "orders-with-missed-checks", TODAY, worker, "id")
    await people.move_clock("2020-01-30T09:00:00+08:00")
    missed = await listed(people, "orders-with-missed-checks", "2020-01-30", worker, "id")
    elsewhere = await listed(people, "orders-with-missed-checks", "2020-01-30", grid_worker(people, NEXT_GRID), "id")

    assert issued.status_code == 200, issued.text
    assert (expected, tomorrow) == ([{"origin_code": "330300"}], [])
    assert notices == [{"id": str(order["id"]), "status": "ISSUED"}]
    assert (none, [row["id"] for row in missed], elsewhere) == ([], [str(order["id"])], [])


async def test_a_text_that_is_no_day_has_none(people: Rig) -> None:
    """As an id that is none."""
    [none] = await people.batch(grid_worker(people), "/workers-days:batch", ["x"], ["day"])

    assert none is None
