"""Screening rounds: a task for every household of a scope, the same progress at every level, an end."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.support.people import (
    FAR_HOME,
    GRID,
    LUSHAN,
    NEIGHBOR_HOME,
    NEXT_GRID,
    NEXT_HOME,
    OTHER_TOWN_GRID,
    SHANSHUI,
    WANG_HOME,
    WORKER,
    XINDENG,
)
from tests.support.returnees import district_officer, grid_worker, open_tasks, step, town_officer
from tests.support.rig import DISTRICT, Rig, problem
from tests.support.screening import (
    ALL_WELL,
    DUE,
    LEVELS,
    NOBODY,
    check_levels,
    open_round,
    progress,
    round_body,
    run_jobs,
    steps_of,
    tasks_of,
)

ROUND = ["status", "scope_code", "title", "due_at", "ready_at", "ended_at", "end_reason"]


async def round_row(rig: Rig, round_id: str) -> dict[str, Any]:
    """Return a round as an officer reads it."""
    [row] = await rig.batch(district_officer(rig), "/screening-rounds:batch", [round_id], ROUND)
    found: dict[str, Any] = row
    return found


async def verify(rig: Rig, task_id: str, **outcome: Any) -> None:
    """Reach a household and verify it."""
    await step(rig, task_id, "contact", district_officer(rig))
    await step(rig, task_id, "verify", district_officer(rig), outcome=ALL_WELL | outcome)


async def test_every_household_of_the_scope_gets_one_task(people: Rig) -> None:
    """Its grid's worker has it at once; history begins, the board counts it, the round is open."""
    response = await people.command(district_officer(people), "/screening-rounds", round_body())
    before = response.json()
    await run_jobs(people)
    await run_jobs(people)

    row = await round_row(people, before["id"])
    tasks = await tasks_of(people, before["id"])
    assert (before["status"], before["ready_at"]) == ("PREPARING", None)
    assert (row["status"], row["scope_code"], row["due_at"]) == ("OPEN", DISTRICT, DUE)
    assert set(tasks) == {str(home) for home in (WANG_HOME, NEIGHBOR_HOME, NEXT_HOME, FAR_HOME)}
    [task] = await people.batch(
        grid_worker(people), "/screening-tasks:batch", [tasks[str(WANG_HOME)]], ["status", "reason", "worker_id"]
    )
    assert task == {"status": "ASSIGNED", "reason": "ROUND", "worker_id": str(WORKER)}
    assert await steps_of(people, tasks[str(WANG_HOME)]) == [(None, "ASSIGNED")]
    assert await open_tasks(people) == 2
    await check_levels(people, before["id"])


async def test_ids_of_a_round_are_of_the_time_they_were_made(people: Rig) -> None:
    """UUIDv7, all different: tasks and steps alike."""
    await open_round(people)

    rows = await people.rows("SELECT id FROM screening_tasks UNION ALL SELECT id FROM screening_steps")

    assert [row["id"].version for row in rows] == [7] * 8
    assert len({row["id"] for row in rows}) == 8


async def test_a_grid_without_a_worker_gets_open_tasks(people: Rig) -> None:
    """Somebody has to be found first."""
    async with people.work() as db:
        await db.connection.execute("DELETE FROM grid_assignments WHERE grid_code = $1", GRID)

    await open_round(people, GRID)

    assert await people.rows("SELECT DISTINCT status, worker_id FROM screening_tasks") == [
        {"status": "OPEN", "worker_id": None}
    ]


async def test_a_round_of_a_part_stays_there(people: Rig) -> None:
    """A grid's, a village's, a town's: nobody else's household is in it."""
    rounds = [await open_round(people, scope) for scope in (GRID, SHANSHUI, LUSHAN, DISTRICT)]

    assert [len(await tasks_of(people, round_id)) for round_id in rounds] == [2, 3, 3, 4]


async def test_progress_is_equal_at_every_level(people: Rig) -> None:
    """After each kind of outcome the sum of the grids is the village's number, and so on up to the district."""
    round_id = await open_round(people)
    tasks = await tasks_of(people, round_id)
    officer = district_officer(people)

    await verify(people, tasks[str(WANG_HOME)])
    await check_levels(people, round_id)
    await step(people, tasks[str(NEIGHBOR_HOME)], "refuse")
    await check_levels(people, round_id)
    await step(people, tasks[str(NEXT_HOME)], "not-here", officer)
    await check_levels(people, round_id)
    await step(people, tasks[str(NEXT_HOME)], "transfer", officer, grid_code=OTHER_TOWN_GRID)
    await check_levels(people, round_id)
    await people.move_clock("2020-02-01T08:00:00+08:00")
    await check_levels(people, round_id)

    assert await progress(people, round_id, DISTRICT) == {
        "planned": 4, "reached": 2, "verified": 1, "refused": 1, "not_here": 0, "overdue": 2,
    }  # fmt: skip
    assert (await progress(people, round_id, XINDENG) or {})["planned"] == 2


async def test_a_household_that_is_away_counts_as_not_here(people: Rig) -> None:
    """It was reached and verified all the same."""
    round_id = await open_round(people, GRID)
    tasks = await tasks_of(people, round_id)

    await verify(people, tasks[str(WANG_HOME)], **NOBODY)

    found = await progress(people, round_id, GRID)
    assert found == {"planned": 2, "reached": 1, "verified": 1, "refused": 0, "not_here": 1, "overdue": 0}


async def test_nobody_sees_a_part_that_looks_like_the_whole(people: Rig) -> None:
    """Above one's own scope there is no progress; within it there is."""
    round_id = await open_round(people)
    seen = {code: await progress(people, round_id, code, grid_worker(people)) is not None for code in LEVELS}

    assert {code for code, there in seen.items() if there} == {GRID}
    assert await progress(people, round_id, LUSHAN, town_officer(people)) is not None
    assert await progress(people, round_id, DISTRICT, town_officer(people)) is None
    assert await progress(people, round_id, DISTRICT, people.viewer("resident")) is None


async def test_rounds_are_listed_where_they_touch(people: Rig) -> None:
    """For the grid a district's round is in, and for the district a grid's; by status, the latest first."""
    wide, narrow = await open_round(people), await open_round(people, NEXT_GRID)
    path, fields = "/screening-rounds/by-scope:batch", ["id"]
    officer = district_officer(people)

    pages = await people.batch(officer, path, [DISTRICT, GRID, NEXT_GRID, XINDENG], fields)
    [closed] = await people.batch(officer, path, [DISTRICT], fields, arguments={"status": ["CLOSED"]})
    [own] = await people.batch(grid_worker(people), path, [GRID], fields)
    [rows] = await people.batch(
        officer, "/screening-rounds/progress-by-division:batch", [NEXT_GRID], ["round_id", "planned"]
    )

    assert [{row["id"] for row in page} for page in pages] == [{wide, narrow}, {wide}, {wide, narrow}, {wide}]
    assert (closed, [row["id"] for row in own]) == ([], [wide])
    assert {row["round_id"]: row["planned"] for row in rows} == {wide: 1, narrow: 1}


async def test_a_round_is_closed_when_everybody_is_verified(people: Rig) -> None:
    """Not before; what is verified is closed with it."""
    round_id = await open_round(people, GRID)
    tasks = await tasks_of(people, round_id)
    path, officer = f"/screening-rounds/{round_id}/close", district_officer(people)
    await verify(people, tasks[str(WANG_HOME)])

    early = await people.command(officer, path, language="zh")
    await verify(people, tasks[str(NEIGHBOR_HOME)])
    closed = await people.command(officer, path)
    await run_jobs(people)
    again = await people.command(officer, path)

    assert (problem(early), early.json()["detail"][:9]) == ("RoundUnfinished", "还有 1 户未核实")
    assert (closed.json()["status"], problem(again)) == ("CLOSED", "RoundNotOpen")
    assert {(await steps_of(people, task))[-1] for task in tasks.values()} == {("VERIFIED", "CLOSED")}
    assert await open_tasks(people) == 0
    await check_levels(people, round_id)


async def test_a_cancelled_round_leaves_no_task(people: Rig) -> None:
    """What has been found out stays, the rest is closed unverified, and nothing more is done to it."""
    round_id = await open_round(people)
    tasks = await tasks_of(people, round_id)
    await verify(people, tasks[str(WANG_HOME)])
    path, officer = f"/screening-rounds/{round_id}/cancel", district_officer(people)

    nameless = await people.command(officer, path, {"reason": " "})
    cancelled = await people.command(officer, path, {"reason": "改为分片排查"})
    late = await people.command(officer, f"/screening-tasks/{tasks[str(NEXT_HOME)]}/contact")
    await run_jobs(people)
    ended = await people.command(officer, f"/screening-tasks/{tasks[str(NEXT_HOME)]}/contact")

    assert (problem(nameless), nameless.json()["path"]) == ("RoundTextMalformed", ["reason"])
    assert (cancelled.json()["status"], cancelled.json()["end_reason"]) == ("CANCELLED", "改为分片排查")
    assert (problem(late), problem(ended)) == ("RoundEnded", "TaskEnded")
    assert (await progress(people, round_id, DISTRICT) or {})["verified"] == 1
    assert await open_tasks(people) == 0
    await check_levels(people, round_id)


async def test_a_round_is_cancelled_while_it_is_prepared(people: Rig) -> None:
    """No task is written afterwards."""
    made = await people.command(district_officer(people), "/screening-rounds", round_body())
    path = f"/screening-rounds/{made.json()['id']}/cancel"

    close = await people.command(district_officer(people), path.replace("cancel", "close"))
    cancelled = await people.command(district_officer(people), path, {"reason": "误开"})
    await run_jobs(people)

    assert (problem(close), cancelled.status_code) == ("RoundNotOpen", 200)
    assert await people.rows("SELECT id FROM screening_tasks") == []


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({"title": ""}, "RoundTextMalformed", "title"),
        ({"title": "排" * 61}, "RoundTextMalformed", "title"),
        ({"reason": "因" * 201}, "RoundTextMalformed", "reason"),
        ({"due_at": "2020-01-28T08:00:00+08:00"}, "RoundDueImplausible", "due_at"),
        ({"due_at": "2020-03-29T08:00:00+08:00"}, "RoundDueImplausible", "due_at"),
        ({"question_set_version": 2}, "QuestionSetUnknown", "question_set_version"),
        ({"scope": "330111999"}, "DivisionUnknown", "scope"),
        ({"scope": "x"}, "DivisionCodeMalformed", "scope"),
        ({"scope": "330112"}, "OutOfScope", "scope"),
    ],
)
async def test_a_round_that_breaks_a_rule_is_refused(people: Rig, values: Any, code: str, path: str) -> None:
    """By its own name, with the field."""
    response = await people.command(district_officer(people), "/screening-rounds", round_body(**values))

    assert (problem(response), response.json()["path"]) == (code, [path])
    assert await people.rows("SELECT id FROM screening_rounds") == []


async def test_only_officers_of_the_whole_scope_command_a_round(people: Rig) -> None:
    """A town's officer opens and ends the town's rounds; a round beyond is unknown."""
    wide, town = await open_round(people), await open_round(people, LUSHAN, town_officer(people))
    beyond = await people.command(town_officer(people), "/screening-rounds", round_body(XINDENG))
    why = {"reason": "r"}

    assert problem(beyond) == "OutOfScope"
    for viewer, code in ((town_officer(people), "RoundUnknown"), (grid_worker(people), "RoleMayNot")):
        assert problem(await people.command(viewer, f"/screening-rounds/{wide}/cancel", why)) == code
    assert problem(await people.command(grid_worker(people), "/screening-rounds", round_body(GRID))) == "RoleMayNot"
    unknown = await people.command(district_officer(people), f"/screening-rounds/{uuid4()}/close")
    assert problem(unknown) == "RoundUnknown"
    ended = await people.command(town_officer(people), f"/screening-rounds/{town}/cancel", why)
    assert ended.status_code == 200


async def test_a_round_is_opened_once(people: Rig) -> None:
    """The same key answers the same; at once, too. Its history has one entry."""
    answers = await asyncio.gather(
        *(people.command(district_officer(people), "/screening-rounds", round_body(), key="k") for _ in range(2))
    )
    await run_jobs(people)

    assert answers[0].content == answers[1].content
    assert len(await people.rows("SELECT id FROM screening_tasks")) == 4
    [entry] = await people.rows("SELECT act, reason FROM history WHERE kind = 'screening_round'")
    assert entry == {"act": "OPENED", "reason": "疫情防控需要"}
