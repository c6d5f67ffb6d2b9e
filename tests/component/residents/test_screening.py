"""Screening tasks: every command, refusal and scope; history, counters, facts; escalated by clock."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.support.people import FAR_WORKER, GRID, NEXT_GRID, NEXT_WORKER, OTHER_TOWN_GRID, WORKER, XINDENG, national_id
from tests.support.returnees import district_officer, grid_worker, open_tasks, register, step, town_officer
from tests.support.rig import Rig, problem

COMMANDS = ["assign", "contact", "no-answer", "not-here", "transfer", "refuse", "verify", "close"]
TO = {"transfer": {"grid_code": NEXT_GRID}}
PATHS: dict[str, list[str]] = {
    "OPEN": [],
    "ASSIGNED": ["assign"],
    "CONTACTED": ["assign", "contact"],
    "NO_ANSWER": ["assign", "no-answer"],
    "NOT_HERE": ["assign", "not-here"],
    "ESCALATED": ["assign", "refuse"],
    "VERIFIED": ["assign", "contact", "verify"],
    "CLOSED": ["assign", "contact", "verify", "close"],
}


async def task_at(rig: Rig, status: str) -> str:
    """Register Wang's return and bring its task to a status."""
    task_id = str((await register(rig))["screening_task_id"])
    for what in PATHS[status]:
        await step(rig, task_id, what)
    return task_id


async def status_of(rig: Rig, task_id: str) -> str:
    """Return where a task stands."""
    [row] = await rig.rows("SELECT status FROM screening_tasks WHERE id = $1", task_id)
    return str(row["status"])


async def test_a_task_is_screened_to_its_end(people: Rig) -> None:
    """Each step is history and a fact; the counter goes back when it is closed, not before."""
    task_id = await task_at(people, "VERIFIED")
    assert await open_tasks(people) == 1

    closed = await step(people, task_id, "close", note="已核实")

    assert (closed["id"], closed["status"], closed["worker_id"]) == (task_id, "CLOSED", str(WORKER))
    assert await open_tasks(people) == 0
    [steps] = await people.batch(
        grid_worker(people), "/screening-steps/by-task:batch", [task_id], ["from_status", "status", "note", "taken_by"]
    )
    assert [(s["from_status"], s["status"], s["note"]) for s in steps] == [
        (None, "OPEN", None),
        ("OPEN", "ASSIGNED", None),
        ("ASSIGNED", "CONTACTED", None),
        ("CONTACTED", "VERIFIED", None),
        ("VERIFIED", "CLOSED", "已核实"),
    ]
    assert steps[-1]["taken_by"] == "grid_worker-1"
    told = [b["status"] for s, b in await people.facts() if s == f"residents.screening_task_changed.{GRID}"]
    assert told == ["OPEN", "ASSIGNED", "CONTACTED", "VERIFIED", "CLOSED"]


async def test_without_an_answer_it_is_tried_again_and_then_escalated(people: Rig) -> None:
    """Two hours later; after the third time officers have it, and both statuses are history."""
    task_id = await task_at(people, "ASSIGNED")

    due = [(await step(people, task_id, "no-answer"))["due_at"] for _ in range(2)]
    last = await step(people, task_id, "no-answer")

    assert due == ["2020-01-28T10:00:00+08:00"] * 2
    assert (last["status"], last["due_at"]) == ("ESCALATED", "2020-01-28T12:00:00+08:00")
    rows = await people.rows("SELECT status FROM screening_steps WHERE task_id = $1 ORDER BY id", task_id)
    assert [r["status"] for r in rows][-3:] == ["NO_ANSWER", "NO_ANSWER", "ESCALATED"]


async def test_a_refusal_goes_to_the_officers(people: Rig) -> None:
    """The grid worker no longer moves it; an officer hands it out anew."""
    task_id = await task_at(people, "ESCALATED")

    refused = await people.command(grid_worker(people), f"/screening-tasks/{task_id}/assign")
    assigned = await step(people, task_id, "assign", town_officer(people), worker_id=str(NEXT_WORKER))

    assert problem(refused) == "EscalatedToOfficers"
    assert (assigned["status"], assigned["worker_id"]) == ("ASSIGNED", str(NEXT_WORKER))
    assert await open_tasks(people) == 1


@pytest.mark.parametrize(
    ("target", "worker", "viewers"),
    [(NEXT_GRID, NEXT_WORKER, ("in town", 1)), (OTHER_TOWN_GRID, FAR_WORKER, ("out of town", 0))],
)
async def test_a_task_goes_with_its_returnee_to_another_grid(
    people: Rig, target: str, worker: object, viewers: tuple[str, int]
) -> None:
    """Also out of one's scope: the new grid's worker sees both, the old one neither; one task is counted, once."""
    made = await register(people)
    task_id = made["screening_task_id"]
    await step(people, task_id, "assign")
    await step(people, task_id, "not-here")

    moved = await step(people, task_id, "transfer", grid_code=target, note="住在女儿家")

    assert (moved["status"], moved["worker_id"], moved["due_at"]) == (
        "TRANSFERRED",
        str(worker),
        "2020-01-28T20:00:00+08:00",
    )
    for viewer, sees in (
        (grid_worker(people), False),
        (grid_worker(people, target), True),
        (town_officer(people), bool(viewers[1])),
    ):
        [task] = await people.batch(viewer, "/screening-tasks:batch", [task_id], ["id"])
        [returnee] = await people.batch(viewer, "/returnees:batch", [made["id"]], ["id"])
        assert [task is not None, returnee is not None] == [sees, sees], viewer
    assert (await open_tasks(people), await open_tasks(people, target)) == (0, 1)
    told = {s for s, b in await people.facts() if "screening_task_changed" in s and b["status"] == "TRANSFERRED"}
    assert told == {f"residents.screening_task_changed.{code}" for code in (GRID, target)}
    taken = await step(people, task_id, "assign", grid_worker(people, target))
    assert taken["worker_id"] == str(worker)


@pytest.mark.parametrize(
    ("status", "what", "code"),
    [
        ("OPEN", "contact", "TaskNotAssigned"),
        ("OPEN", "close", "TaskNotVerified"),
        ("OPEN", "transfer", "TaskNotNotHere"),
        ("ASSIGNED", "assign", "TaskAlreadyAssigned"),
        ("ASSIGNED", "verify", "TaskNotContacted"),
        ("CONTACTED", "contact", "TaskAlreadyContacted"),
        ("CONTACTED", "no-answer", "TaskAlreadyContacted"),
        ("NO_ANSWER", "refuse", "TaskNotContacted"),
        ("NOT_HERE", "contact", "PersonNotHere"),
        ("VERIFIED", "refuse", "TaskAlreadyVerified"),
        ("ESCALATED", "close", "TaskNotVerified"),
        *(("CLOSED", what, "TaskEnded") for what in COMMANDS),
    ],
)
async def test_a_step_that_does_not_fit_is_refused(people: Rig, status: str, what: str, code: str) -> None:
    """By its own name; nothing is written."""
    task_id = await task_at(people, status)
    steps = await people.rows("SELECT id FROM screening_steps")

    response = await people.command(district_officer(people), f"/screening-tasks/{task_id}/{what}", TO.get(what, {}))

    assert (problem(response), response.status_code) == (code, 409)
    assert await status_of(people, task_id) == status
    assert await people.rows("SELECT id FROM screening_steps") == steps


@pytest.mark.parametrize(
    ("grid_code", "code"),
    [
        (GRID, "TransferToSameGrid"),
        ("330111004002999", "DivisionUnknown"),
        ("330111004002", "GridExpected"),
        ("x", "DivisionCodeMalformed"),
    ],
)
async def test_a_transfer_to_nowhere_is_refused(people: Rig, grid_code: str, code: str) -> None:
    """It names the field."""
    task_id = await task_at(people, "NOT_HERE")

    response = await people.command(
        grid_worker(people), f"/screening-tasks/{task_id}/transfer", {"grid_code": grid_code}
    )

    assert (problem(response), response.json()["path"]) == (code, ["grid_code"])
    assert await status_of(people, task_id) == "NOT_HERE"


async def test_a_worker_who_does_not_exist_gets_no_task(people: Rig) -> None:
    """Nor is there one for a grid that nobody serves, unless somebody is named."""
    task_id = await task_at(people, "OPEN")
    path = f"/screening-tasks/{task_id}/assign"

    unknown = await people.command(grid_worker(people), path, {"worker_id": str(uuid4())})
    async with people.work() as db:
        await db.connection.execute("DELETE FROM grid_assignments WHERE grid_code = $1", GRID)
    nobody = await people.command(grid_worker(people), path)
    named = await step(people, task_id, "assign", worker_id=str(NEXT_WORKER))

    assert (problem(unknown), problem(nobody)) == ("WorkerUnknown", "GridWithoutWorker")
    assert named["worker_id"] == str(NEXT_WORKER)


async def test_a_note_is_no_essay(people: Rig) -> None:
    """It says how long one may be."""
    task_id = await task_at(people, "OPEN")

    response = await people.command(
        grid_worker(people), f"/screening-tasks/{task_id}/assign", {"note": "好" * 501}, language="zh"
    )

    assert (problem(response), response.json()["detail"]) == ("NoteTooLong", "备注最多 500 个字符。")


@pytest.mark.parametrize("what", COMMANDS)
async def test_nobody_outside_moves_a_task(people: Rig, what: str) -> None:
    """It is unknown to another grid, another town, and whoever has no scope; other roles may not at all."""
    task_id = await task_at(people, "OPEN")
    path, body = f"/screening-tasks/{task_id}/{what}", TO.get(what, {})
    outsiders = [grid_worker(people, NEXT_GRID), town_officer(people, XINDENG), people.viewer("grid_worker", scopes=())]
    others = ["auditor", "resident", "gate_guard", "reviewer", "enterprise_agent", "ops"]

    for viewer in outsiders * 2:
        assert problem(await people.command(viewer, path, body)) == "TaskUnknown"
    for role in others:
        viewer = people.viewer(role, scopes=("330111",))
        assert problem(await people.command(viewer, path, body)) == "RoleMayNot"
    assert (
        problem(await people.command(grid_worker(people), f"/screening-tasks/{uuid4()}/{what}", body)) == "TaskUnknown"
    )
    assert await status_of(people, task_id) == "OPEN"


async def test_a_step_is_taken_once(people: Rig) -> None:
    """The same key answers the same; of two at once one is told it is too late."""
    task_id = await task_at(people, "ASSIGNED")
    path, worker = f"/screening-tasks/{task_id}/no-answer", grid_worker(people)

    first = await people.command(worker, path, key="k")
    again = await people.command(worker, path, key="k")
    both = await asyncio.gather(*(people.command(worker, f"/screening-tasks/{task_id}/contact") for _ in range(2)))

    assert again.content == first.content
    assert await people.rows("SELECT attempts FROM screening_tasks") == [{"attempts": 1}]
    assert sorted(r.status_code for r in both) == [200, 409]


async def test_tasks_are_listed_by_due_time_and_status(people: Rig) -> None:
    """A grid's page, a village's or the district's; the cursor goes on where a page ended."""
    for number in range(3):
        person = {"name": "欧阳远", "national_id": national_id("19880715", 11 + number)}
        await register(people, person=person, arrives_on=f"2020-01-{30 - number}")
    first = await register(people)
    await step(people, first["screening_task_id"], "assign")
    worker, path, fields = grid_worker(people), "/screening-tasks/by-grid:batch", ["id", "due_at", "status"]

    pages = await people.batch(worker, path, [GRID, NEXT_GRID, GRID[:12], "330111"], fields)
    [assigned] = await people.batch(worker, path, [GRID], fields, arguments={"status": ["ASSIGNED"]})
    [both] = await people.batch(worker, path, [GRID], fields, arguments={"status": ["OPEN", "ASSIGNED"]})
    [head] = await people.batch(worker, path, [GRID], fields, limit=2)
    [tail] = await people.batch(worker, path, [GRID], fields, limit=2, after=head[-1]["cursor"])

    assert [len(page) for page in pages] == [4, 0, 4, 4]
    assert [row["due_at"] for row in pages[0]] == sorted(row["due_at"] for row in pages[0])
    assert [row["id"] for row in assigned] == [first["screening_task_id"]]
    assert len(both) == 4
    assert [row["id"] for row in head + tail] == [row["id"] for row in pages[0]]


async def test_what_is_overdue_is_escalated_by_clock(people: Rig) -> None:
    """Once, by the clock, with history and fact; the counter stays."""
    task_id = await task_at(people, "CONTACTED")

    await people.move_clock("2020-01-29T07:59:00+08:00")
    before = await status_of(people, task_id)
    await people.move_clock("2020-01-29T08:01:00+08:00")
    await people.move_clock("2020-01-30T08:01:00+08:00")

    assert (before, await status_of(people, task_id)) == ("CONTACTED", "ESCALATED")
    rows = await people.rows("SELECT status, taken_by FROM screening_steps ORDER BY id DESC LIMIT 1")
    assert rows == [{"status": "ESCALATED", "taken_by": "clock"}]
    assert sum(b.get("status") == "ESCALATED" for _, b in await people.facts()) == 1
    assert await open_tasks(people) == 1


@pytest.mark.parametrize("status", ["VERIFIED", "CLOSED", "ESCALATED"])
async def test_what_needs_nobody_is_not_escalated(people: Rig, status: str) -> None:
    """Verified, closed, or with the officers already."""
    task_id = await task_at(people, status)
    steps: list[Any] = await people.rows("SELECT id FROM screening_steps")

    await people.move_clock("2020-02-10T08:00:00+08:00")

    assert await status_of(people, task_id) == status
    assert len(await people.rows("SELECT id FROM screening_steps")) == len(steps)
