"""What is refused of assignments, who may read them, and who comes second when two assign at once."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from chassis.database import connect
from tests.support.grids import (
    ASSIGN,
    STAND_IN,
    TOMORROW,
    YESTERDAY,
    assignment_of,
    done,
    history,
    new_worker,
)
from tests.support.people import FAR_WORKER, GRID, LUSHAN, NEXT_WORKER, OTHER_TOWN_GRID, WORKER
from tests.support.returnees import town_officer
from tests.support.rig import Rig, problem

BY_GRID, BY_WORKER = "/grid-assignments/by-grid:batch", "/grid-assignments/by-worker:batch"
ENDS = {"ends_on": TOMORROW}


@pytest.mark.parametrize(
    ("path", "change", "code", "field"),
    [
        (ASSIGN, {"grid_code": "330111004002"}, "GridExpected", "grid_code"),
        (ASSIGN, {"grid_code": "330111004002099"}, "DivisionUnknown", "grid_code"),
        (ASSIGN, {"grid_code": "x"}, "DivisionCodeMalformed", "grid_code"),
        (ASSIGN, {"grid_code": OTHER_TOWN_GRID}, "OutOfScope", "grid_code"),
        (ASSIGN, {"worker_id": uuid4()}, "GridWorkerUnknown", "worker_id"),
        (ASSIGN, {"worker_id": FAR_WORKER}, "GridWorkerUnknown", "worker_id"),
        (ASSIGN, {"worker_id": WORKER}, "AlreadyAssigned", "worker_id"),
        (ASSIGN, {"starts_on": YESTERDAY}, "DayHasPassed", "starts_on"),
        (ASSIGN, {"starts_on": "2020-01-30", **ENDS}, "AssignmentEndsBeforeItBegins", "ends_on"),
        (ASSIGN, {"reason": "好" * 201}, "ReasonTooLong", "reason"),
        (STAND_IN, {"worker_id": WORKER, **ENDS}, "PrimaryStandsIn", "worker_id"),
        (STAND_IN, {"worker_id": FAR_WORKER, **ENDS}, "GridWorkerUnknown", "worker_id"),
        (STAND_IN, {"grid_code": OTHER_TOWN_GRID, **ENDS}, "OutOfScope", "grid_code"),
        (STAND_IN, {"ends_on": YESTERDAY}, "AssignmentEndsBeforeItBegins", "ends_on"),
        (STAND_IN, {"ends_on": "2020-07-26"}, "PeriodTooLong", "ends_on"),
    ],
)
async def test_assignments_keep_the_rules(
    people: Rig, path: str, change: dict[str, object], code: str, field: str
) -> None:
    """Each refusal names the rule and the field, and nothing is written."""
    body = {"grid_code": GRID, "worker_id": NEXT_WORKER} | change
    response = await people.command(town_officer(people), path, {k: str(v) for k, v in body.items()})

    assert (problem(response), response.json()["path"]) == (code, [field])
    assert len(await people.rows("SELECT id FROM grid_assignments")) == 4


async def test_the_longest_stand_in_is_180_days(people: Rig) -> None:
    """Both days counted."""
    made = await done(people, STAND_IN, grid_code=GRID, worker_id=NEXT_WORKER, ends_on="2020-07-25")

    assert made["ends_on"] == "2020-07-25"


async def test_a_later_primary_is_not_pushed_aside(people: Rig) -> None:
    """An assignment without an end meets the later one; one that ends before does not."""
    worker = await new_worker(people)
    await done(people, ASSIGN, grid_code=GRID, worker_id=NEXT_WORKER, starts_on="2020-02-01")

    refused = await people.command(town_officer(people), ASSIGN, {"grid_code": GRID, "worker_id": str(worker)})
    fits = await done(people, ASSIGN, grid_code=GRID, worker_id=worker, ends_on="2020-01-31")

    assert (refused.status_code, problem(refused)) == (409, "GridAssignedLater")
    assert "2020-02-01" in refused.json()["detail"]
    assert fits["ends_on"] == "2020-01-31"


async def test_two_stand_ins_share_no_day(people: Rig) -> None:
    """The second begins the day after the first ends, not on the same day."""
    worker = await new_worker(people)
    await done(people, STAND_IN, grid_code=GRID, worker_id=NEXT_WORKER, ends_on=TOMORROW)
    body = {"grid_code": GRID, "worker_id": str(worker), "ends_on": "2020-02-05"}

    refused = await people.command(town_officer(people), STAND_IN, body | {"starts_on": TOMORROW})
    fits = await people.command(town_officer(people), STAND_IN, body | {"starts_on": "2020-01-30"})

    assert (refused.status_code, problem(refused)) == (409, "StandInTwice")
    assert fits.status_code == 201


async def test_whoever_leaves_is_assigned_up_to_the_last_day(people: Rig) -> None:
    """Not beyond, and not without an end."""
    worker = await new_worker(people)
    await done(people, f"/grid-workers/{worker}/leave", left_on=TOMORROW)
    body = {"grid_code": GRID, "worker_id": str(worker)}

    forever = await people.command(town_officer(people), ASSIGN, body)
    beyond = await people.command(town_officer(people), STAND_IN, body | {"ends_on": "2020-01-30"})
    within = await people.command(town_officer(people), STAND_IN, body | {"ends_on": TOMORROW})

    assert [problem(forever), problem(beyond)] == ["WorkerHasLeft", "WorkerHasLeft"]
    assert within.status_code == 201


@pytest.mark.parametrize(
    ("ends_on", "code"),
    [("2020-01-26", "DayHasPassed"), (TOMORROW, "AssignmentOver"), ("2020-01-30", "AssignmentOver")],
)
async def test_an_assignment_only_ends_earlier(people: Rig, ends_on: str, code: str) -> None:
    """What has been served stays; a stand-in is not prolonged in passing."""
    made = await done(people, STAND_IN, grid_code=GRID, worker_id=NEXT_WORKER, ends_on=TOMORROW)

    response = await people.command(town_officer(people), f"/grid-assignments/{made['id']}/end", {"ends_on": ends_on})

    assert (problem(response), response.json()["path"]) == (code, ["ends_on"])


@pytest.mark.parametrize("role", ["grid_worker", "auditor", "resident", "reviewer", "gate_guard", "ops"])
async def test_only_officers_assign(people: Rig, role: str) -> None:
    """A grid worker does not choose grids; nobody else does either."""
    viewer, body = people.viewer(role, scopes=("330111",)), {"grid_code": GRID, "worker_id": str(NEXT_WORKER)}
    assignment_id = await assignment_of(people, GRID)

    responses = [
        await people.command(viewer, ASSIGN, body),
        await people.command(viewer, STAND_IN, body | ENDS),
        await people.command(viewer, f"/grid-assignments/{assignment_id}/end"),
    ]

    assert [problem(response) for response in responses] == ["RoleMayNot"] * 3


async def test_assignments_of_other_towns_are_not_there(people: Rig) -> None:
    """An officer does not end what lies outside the scope, nor what does not exist."""
    for assignment_id in (await assignment_of(people, OTHER_TOWN_GRID), uuid4()):
        response = await people.command(town_officer(people), f"/grid-assignments/{assignment_id}/end")
        assert (response.status_code, problem(response)) == (404, "AssignmentUnknown")


async def test_assignments_are_read_within_scope_or_as_ones_own(people: Rig) -> None:
    """Officers see those of their grids, a worker his or her own wherever, others none: but who serves is known."""
    readers = {
        "town": town_officer(people),
        "other town": town_officer(people, "330111115"),
        "own": people.viewer("grid_worker", subject=str(WORKER), scopes=(OTHER_TOWN_GRID,)),
        "colleague": people.viewer("grid_worker", subject=str(NEXT_WORKER), scopes=(OTHER_TOWN_GRID,)),
        "resident": people.viewer("resident"),
        "reviewer": people.viewer("reviewer"),
    }

    seen = {
        who: [len(rows) for path, key in ((BY_GRID, GRID), (BY_WORKER, WORKER))
              for rows in await people.batch(reader, path, [key], ["id"])]
        for who, reader in readers.items()
    }  # fmt: skip

    assert seen == {
        "town": [1, 1],
        "other town": [0, 0],
        "own": [1, 1],
        "colleague": [0, 0],
        "resident": [0, 0],
        "reviewer": [0, 0],
    }


@pytest.mark.parametrize("path", [ASSIGN, STAND_IN])
async def test_an_assignment_is_answered_again(people: Rig, path: str) -> None:
    """The same key has one effect."""
    body = {"grid_code": GRID, "worker_id": str(NEXT_WORKER), "ends_on": TOMORROW}

    first = await people.command(town_officer(people), path, body, key="k-1")
    again = await people.command(town_officer(people), path, body, key="k-1")

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert len(await people.rows("SELECT id FROM grid_assignments")) == 5


async def test_an_ending_is_answered_again(people: Rig) -> None:
    """The second time is no second ending."""
    path = f"/grid-assignments/{await assignment_of(people, GRID)}/end"

    first = await people.command(town_officer(people), path, {}, key="k-1")
    again = await people.command(town_officer(people), path, {}, key="k-1")

    assert (again.status_code, again.json()) == (200, first.json())
    assert len(await history(people, "grid_assignment")) == 1


async def test_two_officers_assign_at_once(people: Rig) -> None:
    """One after the other: both succeed, the later one counts, and one worker serves."""
    worker = await new_worker(people)
    officers = [town_officer(people), people.viewer("town_officer", subject="town_officer-2", scopes=(LUSHAN,))]
    bodies = [{"grid_code": GRID, "worker_id": str(w), "ends_on": TOMORROW} for w in (NEXT_WORKER, worker)]

    answers = await asyncio.gather(*(people.command(o, STAND_IN, b) for o, b in zip(officers, bodies, strict=True)))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [problem(a) for a in answers if a.status_code == 409] == ["StandInTwice"]


INSERT = (
    "INSERT INTO grid_assignments (district_code, id, grid_code, worker_id, kind, starts_on, ends_on, assigned_at, "
    "assigned_by) VALUES ('330111', gen_random_uuid(), $1, $2, $3, $4::text::date, $5::text::date, now(), 'test')"
)


@pytest.mark.parametrize(("kind", "ends_on"), [("PRIMARY", None), ("STAND_IN", "2020-03-01")])
async def test_the_constraint_refuses_what_two_transactions_write(people: Rig, kind: str, ends_on: str | None) -> None:
    """Of two that never saw each other, the one that comes second is refused when the first commits."""
    await people.rows("DELETE FROM grid_assignments WHERE grid_code = $1 RETURNING id", GRID)
    first, second = [await connect(people.state.database.worker_url) for _ in range(2)]
    other = (GRID, NEXT_WORKER, kind, "2020-01-01", "2020-02-01")
    await first.execute("BEGIN")
    await first.execute(INSERT, GRID, WORKER, kind, "2020-02-01", ends_on)

    await second.execute("SET lock_timeout = '50ms'")
    with pytest.raises(asyncpg.LockNotAvailableError):
        await second.execute(INSERT, *other)
    await first.execute("COMMIT")
    with pytest.raises(asyncpg.ExclusionViolationError, match="grid_assignments_one_of_a_kind_a_day"):
        await second.execute(INSERT, *other)
    await first.close()
    await second.close()


async def test_whoever_comes_second_is_told(people: Rig) -> None:
    """The command waits for the other transaction, and is refused when that one commits."""
    await people.rows("DELETE FROM grid_assignments WHERE grid_code = $1 RETURNING id", GRID)
    other = await connect(people.state.database.worker_url)
    await other.execute("BEGIN")
    await other.execute(INSERT, GRID, WORKER, "PRIMARY", "2020-01-28", None)

    body = {"grid_code": GRID, "worker_id": str(NEXT_WORKER)}
    command = asyncio.ensure_future(people.command(town_officer(people), ASSIGN, body))
    waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted)"
    while not await other.fetchval(waiting):
        assert not command.done()
    await other.execute("COMMIT")

    response = await command
    await other.close()
    assert (response.status_code, problem(response)) == (409, "GridAssignedMeanwhile")
