"""Whatever several people do to the tasks of a round, in whatever order: numbers and history agree with the tasks."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.auth import Viewer
from tests.support.people import GRID, LUSHAN, NEXT_GRID, NEXT_WORKER, OTHER_TOWN_GRID, WANG_HOME, WORKER
from tests.support.returnees import declare, district_officer, grid_worker, open_tasks, town_officer
from tests.support.rig import Rig, problem
from tests.support.screening import check_levels, open_round, run_jobs, tasks_of

GRIDS = (GRID, NEXT_GRID, OTHER_TOWN_GRID)
ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("assign", {}),
    ("hand-over", {"worker_id": str(WORKER)}),
    ("hand-over", {"worker_id": str(NEXT_WORKER)}),
    ("contact", {"asked_again_because": "复核"}),
    ("no-answer", {}),
    ("not-here", {}),
    *(("transfer", {"grid_code": code}) for code in GRIDS),
    ("refuse", {}),
    ("verify", {"outcome": {"people_here": 0}}),
    ("verify", {"outcome": {"people_here": 2}}),
    ("close", {}),
)
STEPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(ACTS), st.integers(0, 4)), min_size=1, max_size=40)


def callers(rig: Rig) -> list[Viewer]:
    """Return who acts: workers of three grids, an officer of the town and one of the district."""
    return [*(grid_worker(rig, code) for code in GRIDS), town_officer(rig, LUSHAN), district_officer(rig)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, together=st.booleans())
async def test_numbers_and_history_agree_with_the_tasks(
    people: Rig, steps: list[tuple[int, tuple[str, dict[str, Any]], int]], together: bool
) -> None:
    """One after the other or at once: each act is done whole or refused whole."""
    round_id = await open_round(people)
    tasks = sorted((await tasks_of(people, round_id)).values())
    who = callers(people)

    given_ = [
        people.command(who[caller], f"/screening-tasks/{tasks[task]}/{act}", body)
        for task, (act, body), caller in steps
    ]
    answers = await asyncio.gather(*given_) if together else [await act for act in given_]

    assert {a.status_code for a in answers} <= {200, 404, 409, 503}
    await check_levels(people, round_id)
    done = sum(a.status_code == 200 for a in answers)
    entries = await people.rows("SELECT id FROM history WHERE record_id = ANY ($1::uuid[])", tasks)
    assert len(entries) == done
    for task_id in tasks:
        await check_history(people, task_id)


async def check_history(rig: Rig, task_id: str) -> None:
    """Check that each step begins where the one before ended, and the last ends where the task is."""
    steps = await rig.rows(
        "SELECT from_status, status, division_code FROM screening_steps WHERE task_id = $1 ORDER BY id", task_id
    )
    [task] = await rig.rows("SELECT status, division_code FROM screening_tasks WHERE id = $1", task_id)
    assert [s["from_status"] for s in steps] == [None, *(s["status"] for s in steps[:-1])]
    assert (steps[-1]["status"], steps[-1]["division_code"]) == (task["status"], task["division_code"])


async def test_two_workers_take_one_task(people: Rig) -> None:
    """One wins, the other is told."""
    async with people.work() as db:
        await db.connection.execute("DELETE FROM grid_assignments WHERE grid_code = $1", GRID)
    task_id = (await tasks_of(people, await open_round(people)))[str(WANG_HOME)]
    takers = [
        (people.viewer("grid_worker", subject=name, scopes=(GRID,)), {"worker_id": str(worker_id)})
        for name, worker_id in (("chen", WORKER), ("zhou", NEXT_WORKER))
    ]

    answers = await asyncio.gather(
        *(people.command(viewer, f"/screening-tasks/{task_id}/assign", body) for viewer, body in takers)
    )

    [won] = [a for a in answers if a.status_code == 200]
    [lost] = [a for a in answers if a.status_code != 200]
    assert problem(lost) == "TaskAlreadyAssigned"
    [task] = await people.rows("SELECT worker_id FROM screening_tasks WHERE id = $1", task_id)
    assert str(task["worker_id"]) == won.json()["worker_id"]


async def test_a_region_and_the_workers_meet(people: Rig) -> None:
    """While a region opens tasks again people go on: nothing is lost, nothing counted twice."""
    round_id = await open_round(people)
    tasks = list((await tasks_of(people, round_id)).values())
    before = await open_tasks(people)

    await asyncio.gather(
        declare(people, "HIGH"),
        run_jobs(people),
        *(people.command(district_officer(people), f"/screening-tasks/{task}/contact") for task in tasks),
        run_jobs(people),
    )

    assert await open_tasks(people) == before
    await check_levels(people, round_id)
