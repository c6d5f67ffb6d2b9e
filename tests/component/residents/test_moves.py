"""Moves: within a grid, to another one, and across scopes with everything that is under way."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.support.people import (
    FAR,
    FAR_HOME,
    FAR_WORKER,
    GRID,
    NEIGHBOR_HOME,
    NEXT_GRID,
    NEXT_HOME,
    OTHER_TOWN_GRID,
    SHANSHUI,
    WANG,
    WANG_CHILD,
    WANG_HOME,
    WANG_WIFE,
    XINDENG,
    color_of,
)
from tests.support.quarantine import DAY_1_MORNING, active, report, wang
from tests.support.quarantine import history_of as order_history
from tests.support.returnees import register as register_return
from tests.support.rig import Rig, problem
from tests.support.roster import (
    act,
    assert_counters_equal_a_recount,
    history_of,
    move,
    record_of,
    town_officer,
)


async def checks_of(rig: Rig, order_id: str) -> dict[str, set[str]]:
    """Return in which grids an order's checks are, by status."""
    query = "SELECT status, division_code FROM health_checks WHERE quarantine_order_id = $1"
    rows = await rig.rows(query, UUID(order_id))
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["status"], set()).add(row["division_code"])
    return found


async def test_into_a_household_of_the_grid(people: Rig) -> None:
    """The person belongs to the other household; the grid counts the same people."""
    response = await move(people, WANG_CHILD, household_id=str(NEIGHBOR_HOME), relation="CHILD", reason="寄养")

    card = response.json()
    assert (card["household_id"], card["grid_code"], card["relation"]) == (str(NEIGHBOR_HOME), GRID, "CHILD")
    assert (await color_of(people, WANG_CHILD))["household_id"] == NEIGHBOR_HOME
    await assert_counters_equal_a_recount(people)
    [entry] = await history_of(people, WANG_CHILD)
    assert (entry["act"], entry["reason"], entry["after"]["household_id"]) == ("MOVED", "寄养", str(NEIGHBOR_HOME))


async def test_to_a_new_address_of_another_grid(people: Rig) -> None:
    """A household is made there and counted."""
    response = await move(people, grid_code=NEXT_GRID, address="山水社区 20 幢 1 单元 101", relation="HEAD")

    assert response.json()["grid_code"] == NEXT_GRID
    await assert_counters_equal_a_recount(people)
    assert [e["act"] for e in await history_of(people, WANG)] == ["MOVED_OUT", "MOVED_IN"]


async def test_across_scopes_everything_follows(people: Rig) -> None:
    """Standing, open task with its return, order in force, checks to come, and the numbers; the past stays."""
    await register_return(people)
    order = await active(people)
    before = await people.facts()

    response = await move(people, household_id=str(FAR_HOME))

    assert response.json()["grid_code"] == OTHER_TOWN_GRID
    [task] = await people.rows("SELECT division_code, worker_id, returnee_id FROM screening_tasks")
    [returnee] = await people.rows("SELECT division_code FROM returnees")
    assert (task["division_code"], task["worker_id"]) == (OTHER_TOWN_GRID, FAR_WORKER)
    assert returnee["division_code"] == OTHER_TOWN_GRID
    assert (await people.rows("SELECT division_code FROM quarantine_orders")) == [{"division_code": OTHER_TOWN_GRID}]
    checks = await checks_of(people, order["id"])
    assert (checks["EXPECTED"], checks["REPORTED"]) == ({OTHER_TOWN_GRID}, {GRID})
    standing = await color_of(people, WANG)
    assert (standing["division_code"], standing["household_id"]) == (OTHER_TOWN_GRID, FAR_HOME)
    await assert_counters_equal_a_recount(people)
    assert [h[0] for h in await order_history(people, order["id"])][-1] == "MOVE"
    told = {subject for subject, _ in (await people.facts())[len(before) :]}
    for name in ("resident_moved", "order_changed", "screening_task_changed", "summary_changed"):
        assert {f"residents.{name}.{GRID}", f"residents.{name}.{OTHER_TOWN_GRID}"} <= told, name
    assert f"residents.standing_changed.{OTHER_TOWN_GRID}" in told


async def test_afterwards_the_new_grid_sees_the_person_and_the_old_one_does_not(people: Rig) -> None:
    """Row level security follows the row; the person goes on reporting."""
    order = await active(people)
    await move(people, household_id=str(FAR_HOME))

    for scope, seen in ((GRID, False), (SHANSHUI[:9], False), (OTHER_TOWN_GRID, True), (XINDENG, True)):
        viewer = town_officer(people, scope)
        [person] = await people.batch(viewer, "/residents:batch", [WANG], ["id"])
        [found] = await people.batch(viewer, "/quarantine-orders:batch", [order["id"]], ["id"])
        assert (person is not None, found is not None) == (seen, seen), scope
    await people.move_clock(DAY_1_MORNING)
    himself = people.viewer("resident", subject="wang", resident_id=str(WANG), household_id=str(FAR_HOME))
    assert (await report(people, himself, order["id"], DAY_1_MORNING)).status_code == 200


async def test_there_and_back_again(people: Rig) -> None:
    """Moving back restores the numbers."""
    start = await people.rows("SELECT * FROM grid_counters ORDER BY division_code")
    await active(people)
    await move(people, household_id=str(FAR_HOME))

    back = await move(
        people, WANG, town_officer(people, XINDENG), FAR_HOME, household_id=str(WANG_HOME), relation="HEAD"
    )

    assert back.status_code == 200, back.text
    await assert_counters_equal_a_recount(people)
    after = {r["division_code"]: r for r in await people.rows("SELECT * FROM grid_counters")}
    for row in start:
        assert after[row["division_code"]]["residents"] == row["residents"]


@pytest.mark.parametrize(
    ("values", "status", "code", "path"),
    [
        ({"household_id": str(WANG_HOME)}, 422, "LivesThereAlready", []),
        ({"grid_code": GRID, "address": "山水社区 3 幢 2 单元 501"}, 422, "LivesThereAlready", []),
        ({"household_id": "016f0000-0000-7000-8000-000000000099"}, 404, "HouseholdUnknown", ["household_id"]),
        ({"grid_code": NEXT_GRID}, 422, "FieldMissing", ["address"]),
        ({"address": "x"}, 422, "FieldMissing", ["grid_code"]),
        ({"grid_code": SHANSHUI, "address": "x"}, 422, "GridExpected", ["grid_code"]),
        ({"grid_code": f"{SHANSHUI}999", "address": "x"}, 422, "DivisionUnknown", ["grid_code"]),
        ({"grid_code": NEXT_GRID, "address": " "}, 422, "AddressMalformed", ["address"]),
        ({"household_id": str(NEXT_HOME), "relation": "HEAD"}, 409, "HouseholdHasHead", []),
    ],
)
async def test_moves_refused(people: Rig, values: dict[str, Any], status: int, code: str, path: list[str]) -> None:
    """Each broken rule has its own code; nothing is written or told."""
    response = await move(people, **values)

    assert (response.status_code, problem(response), response.json().get("path", [])) == (status, code, path)
    assert await people.facts() == []
    assert await people.rows("SELECT count(*) AS n FROM households") == [{"n": 4}]


async def test_only_who_has_the_person_in_scope_moves_one(people: Rig) -> None:
    """The worker carries it out, and the route stands between: the person's home decides."""
    outside = await move(people, FAR, None, FAR_HOME, household_id=str(WANG_HOME))
    nobody = await move(people, WANG, people.viewer("grid_worker"), household_id=str(FAR_HOME))
    himself = await move(people, WANG, wang(people), household_id=str(FAR_HOME))

    assert (outside.status_code, problem(outside)) == (404, "ResidentUnknown")
    assert (nobody.status_code, problem(nobody)) == (404, "ResidentUnknown")
    assert (himself.status_code, problem(himself)) == (403, "RoleMayNot")
    assert (await record_of(people, FAR))["household_id"] == FAR_HOME


async def test_two_move_one_person_at_once(people: Rig) -> None:
    """Exactly one wins; for the other the person does not live there any more."""
    officer = town_officer(people, "330111")

    answers = await asyncio.gather(
        move(people, WANG_WIFE, officer, household_id=str(FAR_HOME)),
        move(people, WANG_WIFE, officer, household_id=str(NEXT_HOME)),
        move(people, WANG_WIFE, officer, household_id=str(NEIGHBOR_HOME)),
    )

    assert sorted(a.status_code for a in answers) == [200, 409, 409]
    assert {problem(a) for a in answers if a.status_code == 409} == {"NotOfThisHousehold"}
    await assert_counters_equal_a_recount(people)


async def test_many_cross_each_other(people: Rig) -> None:
    """People who change places at once never wait for each other in a circle."""
    officer = town_officer(people, "330111")

    answers = await asyncio.gather(
        move(people, WANG, officer, household_id=str(FAR_HOME)),
        move(people, FAR, officer, FAR_HOME, household_id=str(WANG_HOME)),
        move(people, WANG_WIFE, officer, household_id=str(NEXT_HOME)),
    )

    assert {a.status_code for a in answers} == {200}
    await assert_counters_equal_a_recount(people)


async def test_a_retry_moves_once(people: Rig) -> None:
    """The same key gets the first answer, though the person does not live there any more."""
    first = await move(people, household_id=str(FAR_HOME), key="m")
    again = await move(people, household_id=str(FAR_HOME), key="m")
    other = await move(people, household_id=str(NEXT_HOME), key="m")

    assert (again.status_code, again.json()) == (200, first.json())
    assert problem(other) == "IdempotencyKeyReused"
    assert len(await history_of(people, WANG)) == 2


async def test_who_left_comes_back_and_the_dead_do_not(people: Rig) -> None:
    """A return opens the record again, in the same household or another one."""
    await act(people, "leave", WANG)
    await act(people, "die", WANG_WIFE)

    back = await move(people, WANG, household_id=str(WANG_HOME), relation="HEAD")
    dead = await move(people, WANG_WIFE, household_id=str(FAR_HOME))

    assert (back.json()["status"], back.json()["closed_on"]) == ("REGISTERED", None)
    assert (dead.status_code, problem(dead)) == (409, "ResidentClosed")
    await assert_counters_equal_a_recount(people)
    assert (await history_of(people, WANG))[-1]["after"]["status"] == "REGISTERED"


async def transfer(rig: Rig, order_id: str) -> None:
    """End an order: the person is taken to a hospital."""
    path = f"/quarantine-orders/{order_id}/transfer"
    response = await rig.command(town_officer(rig, "330111"), path, {"to": "MEDICAL", "place": "区一院"})
    assert response.status_code == 200, response.text


async def test_what_has_ended_stays_where_it_happened(people: Rig) -> None:
    """The order is over, nothing of it waits."""
    await transfer(people, (await active(people))["id"])

    await move(people, household_id=str(FAR_HOME))

    assert await people.rows("SELECT division_code FROM quarantine_orders") == [{"division_code": GRID}]
    await assert_counters_equal_a_recount(people)


async def test_a_check_that_waits_for_its_review_follows(people: Rig) -> None:
    """The color hangs on it: whoever has the person in scope must see it, and may review it."""
    order = await active(people)
    await people.move_clock(DAY_1_MORNING)
    for temperature_c in (37.4, 37.6):
        await report(people, wang(people), order["id"], DAY_1_MORNING, temperature_c)
    await transfer(people, order["id"])

    await move(people, household_id=str(FAR_HOME))

    assert (await color_of(people, WANG))["color"] == "RED"
    [check] = await people.rows("SELECT id, division_code FROM health_checks WHERE status = 'ESCALATED'")
    assert check["division_code"] == OTHER_TOWN_GRID
    body = {"conclusion": "NO_CONCERN", "note": "复查正常"}
    path = f"/health-checks/{check['id']}/review"
    assert (await people.command(town_officer(people, XINDENG), path, body)).status_code == 200
    assert (await color_of(people, WANG))["color"] == "GREEN"
