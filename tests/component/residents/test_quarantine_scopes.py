"""Who sees an order and its health checks: every kind of scope, inside and outside, by id, list and notice."""

import asyncpg
import pytest

from chassis.auth import Viewer, session
from services.residents.access import ACCESS
from tests.support.people import FAR, FAR_HOME, GRID, NEXT_GRID, OTHER_TOWN_GRID, WANG
from tests.support.quarantine import active, issue, neighbor, officer, wang, wife, worker
from tests.support.rig import Rig, as_worker

SCOPES = [GRID, "330111", "330111004"]


async def sees(rig: Rig, viewer: Viewer, order_id: str) -> bool:
    """Say whether anything of an order shows, and that every way to it agrees."""
    ids = await rig.rows("SELECT id FROM health_checks WHERE quarantine_order_id::text = $1", order_id)
    resident = await as_worker(rig, "SELECT resident_id FROM quarantine_orders WHERE id::text = $1", order_id)
    grid = await as_worker(rig, "SELECT division_code FROM quarantine_orders WHERE id::text = $1", order_id)
    fields = ["id", "health_checks_expected"]
    [one] = await rig.batch(viewer, "/quarantine-orders:batch", [order_id], fields)
    lists = [
        await rig.batch(viewer, "/quarantine-orders/by-resident:batch", [resident], fields),
        await rig.batch(viewer, "/quarantine-orders/by-grid:batch", [grid], fields),
        await rig.batch(viewer, "/quarantine-orders/by-scope:batch", [grid], fields),
    ]
    checks = await rig.batch(viewer, "/health-checks:batch", [row["id"] for row in ids], ["status"])
    [of_order] = await rig.batch(viewer, "/health-checks/by-order:batch", [order_id], ["status"])
    notice = await rig.http.get(f"/notices/{order_id}", headers=rig.headers(viewer))
    seen = one is not None
    assert [any(row["id"] == order_id for row in rows) for [rows] in lists] == [seen] * 3
    assert [check is not None for check in checks] == [seen] * 29
    assert len(of_order) == (29 if seen else 0)
    assert notice.status_code == (200 if seen else 404)
    if one is not None:
        assert one["health_checks_expected"] == 29
    return seen


@pytest.mark.parametrize(
    ("role", "scopes", "expected"),
    [
        ("district_officer", ("330111",), True),
        ("auditor", ("330111",), True),
        ("town_officer", ("330111004",), True),
        ("town_officer", ("330111115",), False),
        ("grid_worker", (GRID,), True),
        ("grid_worker", (NEXT_GRID,), False),
        ("grid_worker", (NEXT_GRID, GRID), True),
        ("grid_worker", (NEXT_GRID, OTHER_TOWN_GRID), False),
        ("grid_worker", (), False),
    ],
)
async def test_regions(people: Rig, role: str, scopes: tuple[str, ...], expected: bool) -> None:
    """Officers and grid workers see the orders of their regions, one or several."""
    order = await issue(people)

    assert await sees(people, people.viewer(role, scopes=scopes), order["id"]) is expected


async def test_a_household_sees_its_own(people: Rig) -> None:
    """Wang and his wife do; the neighbor in the same grid and somebody far away do not."""
    order = await issue(people)
    far = people.viewer("resident", subject="far", resident_id=str(FAR), household_id=str(FAR_HOME))
    alone = people.viewer("resident", subject="wang", resident_id=str(WANG))

    assert await sees(people, wang(people), order["id"])
    assert await sees(people, wife(people), order["id"])
    assert await sees(people, alone, order["id"])
    assert not await sees(people, neighbor(people), order["id"])
    assert not await sees(people, far, order["id"])
    assert not await sees(people, people.viewer("resident"), order["id"])


@pytest.mark.parametrize("role", ["reviewer", "gate_guard", "enterprise_agent", "ops", "district_mayor"])
async def test_roles_without_need(people: Rig, role: str) -> None:
    """They have no policy at all, whatever their token grants."""
    order = await issue(people)
    viewer = people.viewer(role, scopes=("330111",), resident_id=str(WANG), checkpoints="c1", enterprises="e1")

    assert not await sees(people, viewer, order["id"])


async def test_a_scope_of_a_list_never_widens(people: Rig) -> None:
    """Asking for the district as a grid worker answers one's own grid."""
    here, elsewhere = await issue(people), await issue(people, FAR)

    [rows] = await people.batch(worker(people), "/quarantine-orders/by-scope:batch", ["330111"], ["id"])
    [all_rows] = await people.batch(officer(people), "/quarantine-orders/by-scope:batch", ["330111"], ["id"])

    assert [r["id"] for r in rows] == [here["id"]]
    assert [r["id"] for r in all_rows] == [here["id"], elsewhere["id"]]


async def test_health_checks_due_of_another_grid(people: Rig) -> None:
    """Another grid's worker gets none of them."""
    await issue(people)
    await people.move_clock("2020-01-28T20:00:00+08:00")
    path = "/health-checks/due-by-grid:batch"

    assert len((await people.batch(worker(people), path, [GRID], ["id"]))[0]) == 1
    assert await people.batch(worker(people, NEXT_GRID), path, [GRID], ["id"]) == [[]]
    assert await people.batch(neighbor(people), path, [GRID], ["id"]) == [[]]


async def test_a_connection_that_served_somebody_shows_nothing_to_the_next(people: Rig) -> None:
    """The settings of one transaction do not outlive it, whatever kind of scope came before."""
    order = await issue(people)
    nobody = [people.viewer("grid_worker"), people.viewer("resident"), people.viewer("ops"), neighbor(people)]

    for before in (officer(people), wang(people), worker(people)):
        for viewer in nobody:
            assert await sees(people, before, order["id"])
            assert not await sees(people, viewer, order["id"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE quarantine_orders SET status = 'RELEASED'",
        "UPDATE quarantine_orders SET ends_on = starts_on",
        "DELETE FROM quarantine_orders",
        "UPDATE health_checks SET status = 'REVIEWED'",
        "UPDATE health_checks SET slot_at = slot_at + interval '1 day'",
        "DELETE FROM health_checks",
        "DELETE FROM quarantine_order_history",
        "SELECT * FROM quarantine_order_history",
    ],
)
async def test_the_database_itself_holds_a_household_back(people: Rig, statement: str) -> None:
    """Of its order it may write what a report writes, even if a route forgot to check."""
    await active(people)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with people.state.database.request(session(wang(people), ACCESS)) as db:
            await db.connection.execute(statement)


@pytest.mark.parametrize("table", ["quarantine_order_history", "health_check_history"])
@pytest.mark.parametrize("act", ["UPDATE {} SET note = 'x'", "DELETE FROM {}"])
async def test_history_is_only_added_to(people: Rig, table: str, act: str) -> None:
    """Neither an officer's transaction nor the worker's can change what happened."""
    await active(people)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await people.rows(act.format(table))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with people.state.database.request(session(officer(people), ACCESS)) as db:
            await db.connection.execute(act.format(table))
