"""A new risk region in the middle of a round asks those concerned again, and nobody else."""

from typing import Any

import pytest

from tests.support.people import (
    FAR_HOME,
    NEIGHBOR_HOME,
    NEXT,
    NEXT_HOME,
    WANG_HOME,
    national_id,
)
from tests.support.returnees import declare, district_officer, grid_worker, open_tasks, register, step
from tests.support.rig import Rig
from tests.support.screening import check_levels, open_round, run_jobs, tasks_of

FAR_RETURNS: dict[str, Any] = {
    "person": {"national_id": national_id("19550909", 111), "name": "郑平"},
    "origin_code": "420100",
    "destination": {"grid_code": "330111115011001", "address": "长兰村 1 组 1 号"},
}
EVERY = (WANG_HOME, NEIGHBOR_HOME, NEXT_HOME, FAR_HOME)


async def played(rig: Rig, *, arrives_on: str = "2020-01-20", since_on: str = "2020-01-21") -> dict[str, str]:
    """Play a round to its last household: Wang's list names Wenzhou, Wu's own answer does, Zheng's list Wuhan."""
    await register(rig, arrives_on=arrives_on)
    await register(rig, arrives_on=arrives_on, **FAR_RETURNS)
    tasks = await tasks_of(rig, await open_round(rig))
    for home, task_id in tasks.items():
        travel = {"resident_id": str(NEXT), "is_here": True, "since_on": since_on, "origin_code": "330302"}
        findings = [travel] if home == str(NEXT_HOME) else []
        await step(rig, task_id, "contact", district_officer(rig))
        await step(rig, task_id, "verify", district_officer(rig), outcome={"people_here": 1, "findings": findings})
    return tasks


async def asked_again(rig: Rig, tasks: dict[str, str]) -> set[str]:
    """Return the households whose tasks were opened again."""
    rows = await rig.rows("SELECT id FROM screening_tasks WHERE reason = 'RESCREEN'")
    ids = {str(row["id"]) for row in rows}
    return {home for home, task_id in tasks.items() if task_id in ids}


async def everything(rig: Rig) -> list[Any]:
    """Return all tasks, steps, numbers and facts, to compare."""
    return [
        await rig.rows(f"SELECT * FROM {table} ORDER BY 1, 2")  # noqa: S608 - the names are here
        for table in ("screening_tasks", "screening_steps", "screening_round_counters", "grid_counters", "outbox")
    ]


async def test_only_those_concerned_are_asked_again(people: Rig) -> None:
    """Whom a list or their own answer brings from there; a step says why; once more changes nothing."""
    tasks = await played(people)
    await step(people, tasks[str(WANG_HOME)], "close")
    counted = await open_tasks(people)

    region = await declare(people, "HIGH")
    await run_jobs(people)

    assert await asked_again(people, tasks) == {str(WANG_HOME), str(NEXT_HOME)}
    rows = await people.rows(
        "SELECT from_status, status, note, taken_by FROM screening_steps WHERE task_id = $1 ORDER BY id DESC LIMIT 2",
        tasks[str(WANG_HOME)],
    )
    said = {"note": f"新增风险地区 {region['code']} HIGH，重新排查", "taken_by": "clock"}
    assert rows == [
        {"from_status": "OPEN", "status": "ASSIGNED", **said},
        {"from_status": "CLOSED", "status": "OPEN", **said},
    ]
    assert await open_tasks(people) == counted + 1
    [round_row] = await people.rows("SELECT id FROM screening_rounds")
    await check_levels(people, str(round_row["id"]))
    before = await everything(people)
    await run_jobs(people)
    assert await everything(people) == before


async def test_they_are_asked_and_answer_again(people: Rig) -> None:
    """Nothing keeps the worker from asking: it is for another reason. The order is drafted then."""
    tasks = await played(people)
    await declare(people, "HIGH")
    await run_jobs(people)
    task_id, travel = tasks[str(NEXT_HOME)], {"resident_id": str(NEXT), "is_here": True}

    await step(people, task_id, "contact", district_officer(people))
    findings = [travel | {"since_on": "2020-01-21", "origin_code": "330302"}]
    await step(people, task_id, "verify", district_officer(people), outcome={"people_here": 1, "findings": findings})
    await run_jobs(people)

    [order] = await people.rows("SELECT status FROM quarantine_orders WHERE resident_id = $1", NEXT)
    [task] = await people.rows("SELECT status, verified FROM screening_tasks WHERE id = $1", task_id)
    assert (order["status"], task) == ("DRAFT", {"status": "VERIFIED", "verified": True})


@pytest.mark.parametrize(
    ("days", "region"),
    [
        ({"arrives_on": "2020-01-13", "since_on": "2020-01-13"}, {}),
        ({}, {"level": "LOW"}),
        ({}, {"valid_from": "2020-01-29"}),
        ({}, {"valid_to": "2020-01-27"}),
        ({}, {"code": "330100"}),
    ],
    ids=["more than 14 days ago", "low", "not yet", "no longer", "elsewhere"],
)
async def test_nobody_is_asked_again_without_need(people: Rig, days: Any, region: Any) -> None:
    """Fifteen days, a low risk, another time or another place concern nobody."""
    tasks = await played(people, **days)

    await declare(people, **region)
    await run_jobs(people)

    assert await asked_again(people, tasks) == set()


async def test_a_region_that_begins_later_asks_on_its_day(people: Rig) -> None:
    """By the clock."""
    tasks = await played(people)
    await declare(people, "MEDIUM", "420000", valid_from="2020-01-29")

    await people.move_clock("2020-01-29T08:00:00+08:00")

    assert await asked_again(people, tasks) == {str(FAR_HOME)}


async def test_a_region_known_when_the_round_was_opened_asks_nobody_again(people: Rig) -> None:
    """They were asked knowing of it."""
    await declare(people, "HIGH")

    tasks = await played(people)
    await run_jobs(people)

    assert await asked_again(people, tasks) == set()


async def test_who_was_not_asked_yet_is_due_earlier(people: Rig) -> None:
    """The task stays where it stands, and says why."""
    await register(people, arrives_on="2020-01-20")
    tasks = await tasks_of(people, await open_round(people))

    await declare(people, "HIGH")
    await run_jobs(people)

    task_id = tasks[str(WANG_HOME)]
    assert await asked_again(people, tasks) == {str(WANG_HOME)}
    [task] = await people.batch(grid_worker(people), "/screening-tasks:batch", [task_id], ["status", "due_at"])
    assert task == {"status": "ASSIGNED", "due_at": "2020-01-28T20:00:00+08:00"}


async def test_an_ended_round_asks_nobody(people: Rig) -> None:
    """Whoever is concerned is somebody else's task then."""
    tasks = await played(people)
    [row] = await people.rows("SELECT id FROM screening_rounds")
    closed = await people.command(district_officer(people), f"/screening-rounds/{row['id']}/close")

    await declare(people, "HIGH")
    await run_jobs(people)

    assert closed.status_code == 200
    assert await asked_again(people, tasks) == set()
    assert set(tasks) == {str(home) for home in EVERY}
