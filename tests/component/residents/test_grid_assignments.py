"""Who serves a grid when: one primary worker at a time, and a stand-in for a period before that one."""

from uuid import UUID

import pytest

from tests.support.grids import (
    ASSIGN,
    STAND_IN,
    TODAY,
    TOMORROW,
    YESTERDAY,
    alarms,
    assignment_of,
    done,
    history,
    new_worker,
    serves,
)
from tests.support.people import GRID, NEXT_GRID, NEXT_WORKER, OTHER_TOWN_GRID, WORKER
from tests.support.returnees import district_officer, register, step, town_officer
from tests.support.rig import Rig, as_worker

BY_GRID = "/grid-assignments/by-grid:batch"
FIELDS = ["worker_id", "kind", "starts_on", "ends_on"]


async def test_a_new_primary_follows_the_old_one(people: Rig) -> None:
    """The old one serves through the day before; history knows both changes."""
    made = await done(people, ASSIGN, town_officer(people), grid_code=GRID, worker_id=NEXT_WORKER, starts_on=TOMORROW)
    today = await serves(people, GRID)
    await people.move_clock(f"{TOMORROW}T00:00:00+08:00")

    [rows] = await people.batch(district_officer(people), BY_GRID, [GRID], FIELDS)

    assert made["kind"] == "PRIMARY"
    assert (today, await serves(people, GRID)) == ("陈建国", "周丽")
    assert [[row[field] for field in FIELDS] for row in rows] == [
        [str(NEXT_WORKER), "PRIMARY", TOMORROW, None],
        [str(WORKER), "PRIMARY", "2019-10-31", TODAY],
    ]
    assert await history(people, "grid_assignment") == [
        ("ENDED", "town_officer-1", GRID),
        ("BEGUN", "town_officer-1", GRID),
    ]


async def test_a_worker_serves_several_grids(people: Rig) -> None:
    """What somebody serves today is one list, as a stand-in too, and without what a stand-in has taken."""
    await done(people, ASSIGN, grid_code=GRID, worker_id=NEXT_WORKER)
    await done(people, STAND_IN, grid_code=OTHER_TOWN_GRID, worker_id=NEXT_WORKER, ends_on=TODAY)
    await done(people, STAND_IN, grid_code=NEXT_GRID, worker_id=WORKER, ends_on=TODAY)
    path, both = "/divisions/by-grid-worker:batch", [NEXT_WORKER, WORKER]

    served = await people.batch(people.viewer("reviewer"), path, both, ["code"])
    await people.move_clock(f"{TOMORROW}T00:00:00+08:00")
    later = await people.batch(people.viewer("reviewer"), path, both, ["code"])

    codes = [[[row["code"] for row in rows] for rows in answer] for answer in (served, later)]
    assert codes == [
        [[GRID, "330111004003001", OTHER_TOWN_GRID], [NEXT_GRID]],
        [[GRID, NEXT_GRID, "330111004003001"], []],
    ]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "served"),
    [
        (TODAY, TODAY, ["周丽", "陈建国", "陈建国"]),
        (TODAY, TOMORROW, ["周丽", "周丽", "陈建国"]),
        (TOMORROW, TOMORROW, ["陈建国", "周丽", "陈建国"]),
    ],
)
async def test_a_stand_in_serves_on_its_first_and_last_day(
    people: Rig, starts_on: str, ends_on: str, served: list[str]
) -> None:
    """Before and after, the primary worker does."""
    await done(
        people,
        STAND_IN,
        town_officer(people),
        grid_code=GRID,
        worker_id=NEXT_WORKER,
        starts_on=starts_on,
        ends_on=ends_on,
    )

    found = [await serves(people, GRID)]
    for day in (TOMORROW, "2020-01-30"):
        await people.move_clock(f"{day}T00:00:00+08:00")
        found.append(await serves(people, GRID))

    assert found == served


async def test_tasks_go_to_whoever_serves_today(people: Rig) -> None:
    """A return opens a task for the stand-in; assigning and handing over a task asks for the same day's worker."""
    await done(people, STAND_IN, grid_code=GRID, worker_id=NEXT_WORKER, ends_on=TODAY)
    await done(people, STAND_IN, grid_code=NEXT_GRID, worker_id=WORKER, ends_on=TODAY)

    task_id = (await register(people))["screening_task_id"]
    opened = await as_worker(people, "SELECT worker_id FROM screening_tasks WHERE id = $1", UUID(task_id))
    given = await step(people, task_id, "assign")
    await step(people, task_id, "not-here")
    moved = await step(people, task_id, "transfer", grid_code=NEXT_GRID)

    workers = [opened, UUID(given["worker_id"]), UUID(moved["worker_id"])]
    assert workers == [NEXT_WORKER, NEXT_WORKER, WORKER]


async def test_an_assignment_ends_and_the_grid_alarms(people: Rig) -> None:
    """Ended with yesterday, nobody serves today, and the alarm is raised with the command."""
    assignment_id = await assignment_of(people, GRID)

    ended = await done(people, f"/grid-assignments/{assignment_id}/end", town_officer(people), ends_on=YESTERDAY)

    assert ended["ends_on"] == YESTERDAY
    assert await serves(people, GRID) is None
    assert await alarms(people) == [(GRID, "RAISED", TODAY)]


async def test_an_end_today_counts_today(people: Rig) -> None:
    """Without a day, an assignment holds to the end of this one."""
    assignment_id = await assignment_of(people, GRID)

    ended = await done(people, f"/grid-assignments/{assignment_id}/end", town_officer(people))

    assert ended["ends_on"] == TODAY
    assert (await serves(people, GRID), await alarms(people)) == ("陈建国", [])


async def test_what_has_not_begun_is_called_off(people: Rig) -> None:
    """It ends the day before it starts, overlaps nothing, and makes room for another."""
    later = {"grid_code": GRID, "worker_id": NEXT_WORKER, "starts_on": "2020-02-01", "ends_on": "2020-02-03"}
    made = await done(people, STAND_IN, **later)

    ended = await done(people, f"/grid-assignments/{made['id']}/end")
    again = await done(people, STAND_IN, **later)

    assert ended["ends_on"] == "2020-01-31"
    assert again["ends_on"] == "2020-02-03"


async def test_whoever_was_assigned_today_is_replaced_today(people: Rig) -> None:
    """Two assignments on one day: the later counts, the earlier was called off."""
    worker = await new_worker(people)
    await done(people, ASSIGN, grid_code=GRID, worker_id=NEXT_WORKER)
    await done(people, ASSIGN, grid_code=GRID, worker_id=worker)

    assert await serves(people, GRID) == "沈芳"
