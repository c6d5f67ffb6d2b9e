"""Steps taken without a connection: sent = stored + refused, each refusal with its place, field and rule."""

from typing import Any
from uuid import uuid4

import pytest

from chassis.clock import DISTRICT_ZONE
from tests.support.people import GRID, NEIGHBOR_HOME, NEXT_GRID, NEXT_HOME, WANG, WANG_HOME
from tests.support.returnees import district_officer, grid_worker
from tests.support.rig import Rig, problem
from tests.support.screening import check_levels, open_round, steps_of, tasks_of

MORNING = "2020-01-28T07:10:00+08:00"
PATH = "/screening-task-batches"


def taken(key: str, task_id: str, act: str, **values: Any) -> dict[str, Any]:
    """Return a step as a device keeps it."""
    return {"key": key, "task_id": task_id, "act": act, "occurred_at": MORNING, **values}


def patrol(task_id: str, prefix: str = "a") -> list[dict[str, Any]]:
    """Return the steps of one household from the door to the end."""
    travel = {"resident_id": str(WANG), "is_here": True, "since_on": "2020-01-26", "origin_code": "330302"}
    return [
        taken(f"{prefix}1", task_id, "CONTACT", how="VISIT"),
        taken(f"{prefix}2", task_id, "VERIFY", outcome={"people_here": 2, "findings": [travel]}),
        taken(f"{prefix}3", task_id, "CLOSE", note="已核实"),
    ]


async def send(rig: Rig, steps: list[dict[str, Any]], **given: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Send a batch as the grid's worker; return what came of it, and its refusals."""
    response = await rig.command(grid_worker(rig), PATH, {"steps": steps}, **given)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    [refusals] = await rig.batch(
        grid_worker(rig), f"{PATH}/refusals:batch", [made["id"]], ["place", "step_key", "field", "code", "message"]
    )
    assert made["sent"] == made["stored"] + made["refused"] == len(steps)
    assert made["refused"] == len(refusals)
    return made, refusals


async def test_a_patrol_is_stored_as_it_went(people: Rig) -> None:
    """In its order, at the times of the device; when it was recorded is kept beside."""
    round_id = await open_round(people)
    task_id = (await tasks_of(people, round_id))[str(WANG_HOME)]

    made, refusals = await send(people, patrol(task_id))

    assert (made["stored"], refusals) == (3, [])
    assert await steps_of(people, task_id) == [
        (None, "ASSIGNED"),
        ("ASSIGNED", "CONTACTED"),
        ("CONTACTED", "VERIFIED"),
        ("VERIFIED", "CLOSED"),
    ]
    fields = ["taken_at", "recorded_at"]
    [steps] = await people.batch(grid_worker(people), "/screening-steps/by-task:batch", [task_id], fields)
    assert [steps[-1][name] for name in fields] == [MORNING, "2020-01-28T08:00:00+08:00"]
    [contact] = await people.rows("SELECT how, made_at FROM contacts")
    made_at = contact["made_at"].astimezone(DISTRICT_ZONE).isoformat()
    assert (contact["how"], made_at) == ("VISIT", MORNING)
    await check_levels(people, round_id)


async def test_sent_again_nothing_changes(people: Rig) -> None:
    """With the same key the same answer; with another, or a part of it among new steps, every step is stored once."""
    tasks = await tasks_of(people, await open_round(people))
    steps = patrol(tasks[str(WANG_HOME)])
    first = await people.command(grid_worker(people), PATH, {"steps": steps}, key="k")
    again = await people.command(grid_worker(people), PATH, {"steps": steps}, key="k")
    rows = await people.rows("SELECT * FROM screening_steps ORDER BY id")

    made, refusals = await send(people, steps)
    after = await people.rows("SELECT * FROM screening_steps ORDER BY id")
    more, _ = await send(people, [*steps[1:], taken("b1", tasks[str(NEIGHBOR_HOME)], "NO_ANSWER")])

    assert again.content == first.content
    assert (made["stored"], refusals, after) == (3, [], rows)
    assert more["stored"] == 3
    assert len(await people.rows("SELECT id FROM screening_steps")) == len(rows) + 1


async def test_what_does_not_fit_is_refused_and_the_rest_stored(people: Rig) -> None:
    """By place, key, field and code, in the language of who asks; a refused step may be sent again."""
    tasks = await tasks_of(people, await open_round(people))
    wang, next_ = tasks[str(WANG_HOME)], tasks[str(NEXT_HOME)]
    bad = {"people_here": 1, "findings": [{"resident_id": str(uuid4()), "is_here": True}]}

    made, refusals = await send(
        people,
        [
            taken("1", wang, "VERIFY"),
            taken("2", wang, "CONTACT"),
            taken("3", wang, "VERIFY", outcome=bad),
            taken("4", next_, "CONTACT"),
            taken("5", wang, "TRANSFER", grid_code="x"),
            taken("2", wang, "CLOSE"),
            taken("", wang, "CLOSE"),
            taken("8", wang, "NOT_HERE", occurred_at="2020-01-28T08:05:01+08:00"),
            taken("9", wang, "NOT_HERE", occurred_at="2020-01-21T07:59:59+08:00"),
            taken("10", wang, "NOT_HERE", note="好" * 501),
            taken("11", wang, "HAND_OVER", worker_id=str(uuid4())),
        ],
    )

    assert made["stored"] == 1
    assert [(r["place"], r["step_key"], r["field"], r["code"]) for r in refusals] == [
        (0, "1", None, "TaskNotContacted"),
        (2, "3", "outcome.findings.0.resident_id", "NotOfThisTask"),
        (3, "4", None, "TaskUnknown"),
        (4, "5", None, "TaskNotNotHere"),
        (5, "2", "key", "StepKeyReused"),
        (6, "", "key", "StepKeyMalformed"),
        (7, "8", "occurred_at", "StepInFuture"),
        (8, "9", "occurred_at", "StepTooOld"),
        (9, "10", "note", "NoteTooLong"),
        (10, "11", "worker_id", "WorkerUnknown"),
    ]
    assert refusals[0]["message"] == "The person has not been reached; the task is ASSIGNED."
    [zh] = await people.batch(grid_worker(people), f"{PATH}/refusals:batch", [made["id"]], ["message"], language="zh")
    assert zh[0]["message"] == "尚未联系到该人员，当前状态为 ASSIGNED。"
    later, none = await send(people, [taken("1", wang, "VERIFY", outcome={"people_here": 1})])
    assert (later["stored"], none) == (1, [])


async def test_a_step_moves_a_task_out_of_the_scope(people: Rig) -> None:
    """After that it is the other grid's."""
    task_id = (await tasks_of(people, await open_round(people)))[str(WANG_HOME)]
    steps = [
        taken("1", task_id, "NOT_HERE"),
        taken("2", task_id, "TRANSFER", grid_code=NEXT_GRID),
        taken("3", task_id, "ASSIGN"),
    ]

    made, [refusal] = await send(people, steps)

    assert (made["stored"], refusal["code"]) == (2, "TaskUnknown")


@pytest.mark.parametrize("steps", [0, 101])
async def test_a_batch_has_its_size(people: Rig, steps: int) -> None:
    """A device that was away for long sends several."""
    body = {"steps": [taken(str(number), str(uuid4()), "CONTACT") for number in range(steps)]}

    response = await people.command(grid_worker(people), PATH, body)

    assert (problem(response), response.json()["path"]) == ("TooManySteps", ["steps"])


async def test_a_hundred_steps_go_at_once(people: Rig) -> None:
    """All unknown here, and each accounted for."""
    steps = [taken(str(number), str(uuid4()), "CONTACT") for number in range(100)]

    made, refusals = await send(people, steps)

    assert (made["refused"], [r["place"] for r in refusals]) == (100, list(range(100)))


async def test_a_batch_is_its_senders_own(people: Rig) -> None:
    """Nobody else reads what came of it; other roles send none; another's key is another's."""
    task_id = (await tasks_of(people, await open_round(people)))[str(WANG_HOME)]
    made, _ = await send(people, patrol(task_id))
    other = people.viewer("grid_worker", subject="somebody-else", scopes=(GRID,))

    [row] = await people.batch(other, f"{PATH}:batch", [made["id"]], ["sent"])
    [own] = await people.batch(grid_worker(people), f"{PATH}:batch", [made["id"]], ["sent"])
    theirs = await people.command(other, PATH, {"steps": patrol(task_id)})

    assert (row, own) == (None, {"sent": 3})
    assert theirs.json()["refused"] == 3
    for role in ("auditor", "resident", "gate_guard"):
        viewer = people.viewer(role, scopes=("330111",))
        assert problem(await people.command(viewer, PATH, {"steps": patrol(task_id)})) == "RoleMayNot"
    assert district_officer(people).role == "district_officer"
