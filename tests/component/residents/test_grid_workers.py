"""Grid workers: registered, changed, let go; who may do it, and what is kept of their phone."""

from uuid import UUID, uuid4

import pytest

from services.residents.grid_workers.phones import PHONE as PHONE_INDEX
from services.residents.grid_workers.phones import phone_place
from tests.support.grids import PHONE, TODAY, TOMORROW, YESTERDAY, alarms, done, history, new_worker, serves
from tests.support.people import (
    FAR_GRID,
    FAR_WORKER,
    GRID,
    LUSHAN,
    NEXT_GRID,
    NEXT_WORKER,
    OTHER_TOWN_GRID,
    SHANSHUI,
    WORKER,
    XINDENG,
)
from tests.support.returnees import district_officer, town_officer
from tests.support.rig import Rig, problem

NEW = {"division_code": LUSHAN, "name": "沈芳", "phone": PHONE}
FIELDS = ["name", "phone_masked", "division_code", "left_on"]
BY_ID = "/grid-workers:batch"


async def test_a_worker_is_registered(people: Rig) -> None:
    """The phone is sealed for its row, masked for readers, and found by its index."""
    made = await done(people, "/grid-workers", town_officer(people), **NEW)

    [row] = await people.rows("SELECT * FROM grid_workers WHERE id = $1", UUID(made["id"]))
    keys = people.state.keys
    assert keys.ring.decrypt(row["phone_sealed"], place=phone_place(row["id"])) == PHONE
    assert row["phone_index"] == keys.index(PHONE_INDEX, PHONE)
    assert await people.batch(people.viewer("auditor"), BY_ID, [made["id"]], FIELDS) == [
        {"name": "沈芳", "phone_masked": "139****0009", "division_code": LUSHAN, "left_on": None}
    ]
    assert await history(people, "grid_worker") == [("REGISTERED", "town_officer-1", LUSHAN)]


async def test_history_holds_no_number(people: Rig) -> None:
    """What history keeps of a phone is its masked form."""
    worker = await new_worker(people)
    await done(people, f"/grid-workers/{worker}/change", phone="13910000010")

    rows = await people.rows("SELECT before::text || after::text AS said FROM history WHERE act = 'CHANGED'")

    assert "139****0009" in rows[0]["said"]
    assert "139****0010" in rows[0]["said"]
    assert PHONE not in rows[0]["said"]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"name": "沈2"}, "NameMalformed", ["name"]),
        ({"phone": "12345"}, "PhoneMalformed", ["phone"]),
        ({"division_code": "12"}, "DivisionCodeMalformed", ["division_code"]),
        ({"division_code": "330111004999"}, "DivisionUnknown", ["division_code"]),
        ({"division_code": XINDENG}, "OutOfScope", ["division_code"]),
    ],
)
async def test_a_registration_keeps_the_rules(people: Rig, change: dict[str, str], code: str, path: list[str]) -> None:
    """Each refusal names the field."""
    response = await people.command(town_officer(people), "/grid-workers", NEW | change)

    assert (problem(response), response.json()["path"]) == (code, path)


async def test_the_same_person_is_registered_once(people: Rig) -> None:
    """Name and number together are one person; a number alone may be an office's."""
    await new_worker(people)

    again = await people.command(town_officer(people), "/grid-workers", NEW)
    other = await people.command(town_officer(people), "/grid-workers", NEW | {"name": "沈强"})

    assert (again.status_code, problem(again)) == (409, "GridWorkerKnown")
    assert other.status_code == 201


@pytest.mark.parametrize("role", ["grid_worker", "auditor", "resident", "reviewer", "gate_guard", "ops"])
async def test_only_officers_keep_the_records(people: Rig, role: str) -> None:
    """Nobody else registers, changes or lets go, whatever the scope."""
    viewer = people.viewer(role, scopes=("330111",))

    for path, body in (
        ("/grid-workers", NEW),
        (f"/grid-workers/{WORKER}/change", {"name": "陈"}),
        (f"/grid-workers/{WORKER}/leave", {}),
    ):
        assert problem(await people.command(viewer, path, body)) == "RoleMayNot"


async def test_a_registration_is_answered_again(people: Rig) -> None:
    """The same key answers the same, and nobody is written twice; another request under it is refused."""
    officer = town_officer(people)

    first = await people.command(officer, "/grid-workers", NEW, key="k-1")
    again = await people.command(officer, "/grid-workers", NEW, key="k-1")
    other = await people.command(officer, "/grid-workers", NEW | {"name": "沈强"}, key="k-1")

    assert (again.status_code, again.json()) == (201, first.json())
    assert problem(other) == "IdempotencyKeyReused"
    assert len(await people.rows("SELECT id FROM grid_workers")) == 4


async def test_name_and_phone_change(people: Rig) -> None:
    """What is left out stays; the number is sealed anew."""
    renamed = await done(people, f"/grid-workers/{WORKER}/change", town_officer(people), name=" 陈 建军 ")
    moved = await done(people, f"/grid-workers/{WORKER}/change", town_officer(people), phone="139 1000 0011")

    [row] = await people.rows("SELECT phone_sealed, phone_index FROM grid_workers WHERE id = $1", WORKER)
    keys = people.state.keys
    assert (renamed["name"], renamed["phone_masked"]) == ("陈 建军", "138****0001")
    assert (moved["name"], moved["phone_masked"]) == ("陈 建军", "139****0011")
    assert keys.ring.decrypt(row["phone_sealed"], place=phone_place(WORKER)) == "13910000011"
    assert row["phone_index"] == keys.index(PHONE_INDEX, "13910000011")


async def test_a_change_changes_something(people: Rig) -> None:
    """An empty change is a mistake."""
    response = await people.command(town_officer(people), f"/grid-workers/{WORKER}/change", {})

    assert problem(response) == "NothingChanges"


@pytest.mark.parametrize("what", ["change", "leave"])
async def test_records_of_others_are_not_there(people: Rig, what: str) -> None:
    """A worker of another town is not found, and neither is one who does not exist."""
    for worker in (FAR_WORKER, uuid4()):
        response = await people.command(town_officer(people), f"/grid-workers/{worker}/{what}", {})
        assert (response.status_code, problem(response)) == (404, "GridWorkerUnknown")


async def test_leaving_is_refused_while_grids_remain(people: Rig) -> None:
    """The refusal says how many grids, which, and from when on; nothing has changed."""
    response = await people.command(town_officer(people), f"/grid-workers/{NEXT_WORKER}/leave", {"left_on": TOMORROW})

    assert (response.status_code, problem(response)) == (409, "GridsStillServed")
    assert response.json()["detail"].startswith(
        f"2 grids would be without a worker from 2020-01-30 on: {NEXT_GRID}, {FAR_GRID}."
    )
    assert await serves(people, NEXT_GRID) == "周丽"


async def test_grids_that_are_left_alarm(people: Rig) -> None:
    """Accepted, the worker serves through the last day; from the next day on the grids are uncovered."""
    path = f"/grid-workers/{NEXT_WORKER}/leave"
    left = await done(people, path, town_officer(people), left_on=TODAY, accept_uncovered=True, reason="调离")
    today = await serves(people, NEXT_GRID), await alarms(people)

    await people.move_clock(f"{TOMORROW}T00:01:00+08:00")

    assert left["left_on"] == TODAY
    assert today == ("周丽", [])
    assert await serves(people, NEXT_GRID) is None
    assert await alarms(people) == [(NEXT_GRID, "RAISED", TOMORROW), (FAR_GRID, "RAISED", TOMORROW)]
    assert [act for act, _, _ in await history(people, "grid_assignment")] == ["ENDED", "ENDED"]


async def test_with_a_stand_in_a_worker_may_leave(people: Rig) -> None:
    """The grid is served on the day after; when the stand-in ends, it alarms."""
    await done(people, "/grid-assignments/stand-in", grid_code=GRID, worker_id=NEXT_WORKER, ends_on=TOMORROW)

    await done(people, f"/grid-workers/{WORKER}/leave", town_officer(people), left_on=TODAY)
    await people.move_clock(f"{TOMORROW}T00:01:00+08:00")
    standing_in = await serves(people, GRID), await alarms(people)
    await people.move_clock("2020-01-30T00:01:00+08:00")

    assert standing_in == ("周丽", [])
    assert await alarms(people) == [(GRID, "RAISED", "2020-01-30")]


async def test_what_a_leaver_was_to_begin_is_called_off(people: Rig) -> None:
    """An assignment that has not begun by the last day never holds."""
    worker = await new_worker(people)
    period = {"starts_on": "2020-02-01", "ends_on": "2020-02-10"}
    made = await done(people, "/grid-assignments/stand-in", grid_code=GRID, worker_id=worker, **period)

    await done(people, f"/grid-workers/{worker}/leave", left_on=TODAY)

    [row] = await people.batch(district_officer(people), "/grid-assignments:batch", [made["id"]], ["ends_on"])
    assert row == {"ends_on": "2020-01-31"}


async def test_leaving_needs_scope_over_every_grid(people: Rig) -> None:
    """An officer of the town does not leave a grid of another town uncovered, accepted or not."""
    await done(people, "/grid-assignments", grid_code=OTHER_TOWN_GRID, worker_id=WORKER)

    response = await people.command(town_officer(people), f"/grid-workers/{WORKER}/leave", {"accept_uncovered": True})

    assert (response.status_code, problem(response)) == (403, "OutOfScope")


async def test_one_leaves_once_and_not_in_the_past(people: Rig) -> None:
    """Yesterday is over; who has left cannot leave again."""
    path, accepted = f"/grid-workers/{WORKER}/leave", {"accept_uncovered": True}
    past = await people.command(town_officer(people), path, accepted | {"left_on": YESTERDAY})
    await done(people, path, town_officer(people), **accepted)

    again = await people.command(town_officer(people), path, accepted)

    assert (problem(past), past.json()["path"]) == ("DayHasPassed", ["left_on"])
    assert problem(again) == "WorkerHasLeft"


async def test_a_reason_has_a_limit(people: Rig) -> None:
    """201 characters are too many."""
    response = await people.command(
        town_officer(people), f"/grid-workers/{WORKER}/leave", {"accept_uncovered": True, "reason": "好" * 201}
    )

    assert (problem(response), response.json()["path"]) == ("ReasonTooLong", ["reason"])


async def test_workers_of_a_part_of_the_district(people: Rig) -> None:
    """The list holds those in service, by the part that keeps their record; a leaver is there to the last day."""
    await new_worker(people, division_code=SHANSHUI)
    await done(people, f"/grid-workers/{WORKER}/leave", accept_uncovered=True, left_on=TODAY)
    reader = people.viewer("town_officer", scopes=(LUSHAN,))

    async def names() -> list[str]:
        [rows] = await people.batch(reader, "/grid-workers/by-scope:batch", [LUSHAN], ["name"])
        return sorted(row["name"] for row in rows)

    today = await names()
    await people.move_clock(f"{TOMORROW}T00:01:00+08:00")

    assert today == sorted(["陈建国", "周丽", "沈芳"])
    assert await names() == sorted(["周丽", "沈芳"])
