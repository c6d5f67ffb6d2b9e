"""Tasks that change hands: handed over as they stand, never sent back where nobody was, tried again by day."""

from uuid import uuid4

import pytest

from tests.support.people import GRID, NEXT_GRID, NEXT_WORKER, OTHER_TOWN_GRID, WANG_HOME, WORKER
from tests.support.returnees import district_officer, grid_worker, step, town_officer
from tests.support.rig import Rig, problem
from tests.support.screening import open_round, steps_of, tasks_of


async def wangs(rig: Rig) -> str:
    """Open a round and return the task of Wang's household."""
    return (await tasks_of(rig, await open_round(rig)))[str(WANG_HOME)]


@pytest.mark.parametrize("acts", [[], ["contact"], ["no-answer"], ["not-here"]])
async def test_another_worker_goes_on_where_the_task_stands(people: Rig, acts: list[str]) -> None:
    """The status stays, a step says so."""
    task_id = await wangs(people)
    for act in acts:
        await step(people, task_id, act)
    before = (await steps_of(people, task_id))[-1][1]

    handed = await step(people, task_id, "hand-over", worker_id=str(NEXT_WORKER), note="轮休")

    assert (handed["status"], handed["worker_id"]) == (before, str(NEXT_WORKER))
    assert (await steps_of(people, task_id))[-1] == (before, before)
    [entry] = await people.rows("SELECT reason FROM history WHERE record_id = $1 AND act = 'HANDED_OVER'", task_id)
    assert entry["reason"] == "轮休"


async def test_a_hand_over_needs_another_worker(people: Rig) -> None:
    """Not the same, nor nobody; a task that nobody has is assigned; one that is verified is done."""
    task_id = await wangs(people)
    path, worker = f"/screening-tasks/{task_id}/hand-over", grid_worker(people)

    same = await people.command(worker, path)
    named = await people.command(worker, path, {"worker_id": str(WORKER)})
    nobody = await people.command(worker, path, {"worker_id": str(uuid4())})
    await step(people, task_id, "refuse")
    escalated = await people.command(town_officer(people), path, {"worker_id": str(NEXT_WORKER)})
    await step(people, task_id, "verify", town_officer(people), outcome={"people_here": 1})
    verified = await people.command(worker, path, {"worker_id": str(NEXT_WORKER)})
    await step(people, task_id, "close")
    closed = await people.command(worker, path, {"worker_id": str(NEXT_WORKER)})

    codes = [problem(answer) for answer in (same, named, nobody, escalated, verified, closed)]
    assert codes == ["SameWorker", "SameWorker", "WorkerUnknown", "TaskNotAssigned", "TaskAlreadyVerified", "TaskEnded"]


async def test_a_task_is_not_sent_back_where_nobody_was(people: Rig) -> None:
    """A worker is told so; an officer may decide it all the same."""
    task_id = await wangs(people)
    await step(people, task_id, "not-here")
    await step(people, task_id, "transfer", grid_code=NEXT_GRID)
    for act in ("assign", "not-here"):
        await step(people, task_id, act, grid_worker(people, NEXT_GRID))
    path, back = f"/screening-tasks/{task_id}/transfer", {"grid_code": GRID}

    refused = await people.command(grid_worker(people, NEXT_GRID), path, back)
    onward = await people.command(grid_worker(people, NEXT_GRID), path, {"grid_code": OTHER_TOWN_GRID})

    assert (problem(refused), refused.json()["path"]) == ("TransferredBack", ["grid_code"])
    assert onward.json()["division_code"] == OTHER_TOWN_GRID
    officer = district_officer(people)
    for act in ("assign", "not-here"):
        await step(people, task_id, act, officer)
    decided = await step(people, task_id, "transfer", officer, grid_code=GRID)
    assert (decided["status"], decided["division_code"]) == ("TRANSFERRED", GRID)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2020-01-28T18:59:00+08:00", "2020-01-28T20:59:00+08:00"),
        ("2020-01-28T19:00:00+08:00", "2020-01-29T08:00:00+08:00"),
        ("2020-01-28T23:30:00+08:00", "2020-01-29T08:00:00+08:00"),
        ("2020-01-29T05:00:00+08:00", "2020-01-29T08:00:00+08:00"),
    ],
)
async def test_nobody_is_tried_again_at_night(people: Rig, now: str, due: str) -> None:
    """Two hours later, or in the morning."""
    task_id = await wangs(people)
    await people.move_clock(now)

    assert (await step(people, task_id, "no-answer"))["due_at"] == due


async def test_a_retry_has_its_grace(people: Rig) -> None:
    """Due at ten, escalated after noon."""
    task_id = await wangs(people)
    await step(people, task_id, "no-answer")

    await people.move_clock("2020-01-28T11:59:00+08:00")
    waiting = (await steps_of(people, task_id))[-1]
    await people.move_clock("2020-01-28T12:01:00+08:00")

    assert waiting == ("ASSIGNED", "NO_ANSWER")
    assert (await steps_of(people, task_id))[-1] == ("NO_ANSWER", "ESCALATED")
