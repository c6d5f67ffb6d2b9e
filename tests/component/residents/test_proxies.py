"""Proxies: who reports for a person without a phone, what the proxy sees, and what nobody else does."""

from typing import Any

import pytest

from chassis.auth import Viewer, session
from tests.support.people import (
    FAR,
    FAR_HOME,
    FAR_WORKER,
    GRID,
    NEIGHBOR,
    NEIGHBOR_HOME,
    NEXT_GRID,
    WANG,
    WANG_CHILD,
    WANG_HOME,
    WANG_WIFE,
    WORKER,
    color_of,
)
from tests.support.quarantine import DAY_0_EVENING, DAY_1_MORNING, deliver, issue, neighbor, report, wang
from tests.support.rig import Rig, problem
from tests.support.roster import act, history_of, move, record_of, town_officer, worker_of


async def set_proxy(rig: Rig, whom: object = NEIGHBOR, **body: Any) -> Any:
    """Name a proxy, Wang for the neighbor unless others are named."""
    return await act(rig, "proxy", whom, **(body or {"proxy_id": str(WANG)}))


async def order_of_the_neighbor(rig: Rig) -> str:
    """Issue and deliver an order to the neighbor, who has no phone; return its id."""
    order = await issue(rig, NEIGHBOR)
    await deliver(rig, order["id"])
    await rig.move_clock(DAY_0_EVENING)
    return str(order["id"])


async def test_a_resident_is_named(people: Rig) -> None:
    """The record shows who reports; history says who it was before."""
    response = await set_proxy(people)
    other = await set_proxy(people, NEIGHBOR, proxy_id=str(WANG_WIFE), reason="换人")

    assert (response.json()["proxy_id"], response.json()["proxy_name"]) == (str(WANG), "王小明")
    assert other.json()["proxy_name"] == "李红"
    acts = await history_of(people, NEIGHBOR)
    assert [(e["act"], e["before"]["proxy_id"], e["reason"]) for e in acts] == [
        ("PROXY_SET", None, None),
        ("PROXY_SET", str(WANG), "换人"),
    ]


async def test_the_grids_worker_is_named(people: Rig) -> None:
    """The worker's name is shown; a worker of another grid is refused."""
    response = await set_proxy(people, NEIGHBOR, worker_id=str(WORKER))
    wrong = await set_proxy(people, NEIGHBOR, worker_id=str(FAR_WORKER))

    assert (response.json()["proxy_id"], response.json()["proxy_name"]) == (None, "陈建国")
    assert (problem(wrong), wrong.json()["path"]) == ("ProxyOfAnotherGrid", ["worker_id"])


async def test_the_worker_stays_behind_when_the_person_moves(people: Rig) -> None:
    """A proxy of the household follows, the worker of the old grid does not."""
    await set_proxy(people, NEIGHBOR, worker_id=str(WORKER))

    await move(people, NEIGHBOR, None, NEIGHBOR_HOME, household_id=str(FAR_HOME))

    assert (await record_of(people, NEIGHBOR))["proxy_worker_id"] is None


async def test_out_of_scope_the_name_is_masked(people: Rig) -> None:
    """The person's grid learns that somebody reports, and not who."""
    await set_proxy(people)
    await move(people, WANG, household_id=str(FAR_HOME))

    [card] = await people.batch(worker_of(people), "/residents:batch", [NEIGHBOR], ["proxy_name", "proxy_id"])
    [whole] = await people.batch(town_officer(people, "330111"), "/residents:batch", [NEIGHBOR], ["proxy_name"])

    assert card == {"proxy_name": "王**", "proxy_id": str(WANG)}
    assert whole == {"proxy_name": "王小明"}


async def test_a_proxy_of_another_household_reports(people: Rig) -> None:
    """The first report makes the order active; who reported, and as what, is written down."""
    order = await order_of_the_neighbor(people)
    before = await report(people, wang(people), order, reported_for=str(NEIGHBOR))

    await set_proxy(people)
    response = await report(people, wang(people), order, reported_for=str(NEIGHBOR))

    assert (before.status_code, problem(before)) == (404, "OrderUnknown")
    assert response.status_code == 200, response.text
    assert response.json()["reported_as"] == "PROXY"
    [row] = await people.batch(wang(people), "/quarantine-orders:batch", [order], ["status"])
    assert row == {"status": "ACTIVE"}
    [checks] = await people.batch(wang(people), "/health-checks/by-order:batch", [order], ["status"])
    assert len(checks) > 1


async def test_a_proxys_report_of_fever_changes_the_color(people: Rig) -> None:
    """The standing is written in the proxy's own scope."""
    order = await order_of_the_neighbor(people)
    await set_proxy(people)
    await report(people, wang(people), order)
    await people.move_clock(DAY_1_MORNING)

    for temperature_c in (37.4, 37.6):
        response = await report(people, wang(people), order, DAY_1_MORNING, temperature_c)
        assert response.status_code == 200, response.text

    assert "HEALTH_CHECK_ABNORMAL" in (await color_of(people, NEIGHBOR))["reasons"]
    [code] = await people.batch(wang(people), "/health-codes/by-resident:batch", [NEIGHBOR], ["color"])
    assert code == {"color": "RED"}


async def seen(rig: Rig, viewer: Viewer) -> list[bool]:
    """Return whom a viewer sees of Wang, his wife, his child, the neighbor and Far."""
    people = [WANG, WANG_WIFE, WANG_CHILD, NEIGHBOR, FAR]
    return [row is not None for row in await rig.batch(viewer, "/residents:batch", people, ["id"])]


async def test_a_proxy_sees_the_person_and_nobody_else_does(people: Rig) -> None:
    """Not the proxy's household, not the person's other neighbors; and the person sees nothing of the proxy."""
    await set_proxy(people)
    wife = people.viewer("resident", resident_id=str(WANG_WIFE), household_id=str(WANG_HOME))

    assert await seen(people, wang(people)) == [True, True, True, True, False]
    assert await seen(people, wife) == [True, True, True, False, False]
    assert await seen(people, neighbor(people)) == [False, False, False, True, False]


async def test_on_a_reused_connection_the_next_one_sees_nothing(people: Rig) -> None:
    """A setting of the last transaction reads as empty text, which is nobody's id."""
    await set_proxy(people)
    access = people.state.service.access
    pids = set()
    for viewer in (wang(people), people.viewer("resident"), people.viewer("gate_guard"), wang(people)):
        async with people.state.database.request(session(viewer, access)) as db:
            pids.add(await db.connection.fetchval("SELECT pg_backend_pid()"))
            found = await db.connection.fetchval("SELECT count(*) FROM residents WHERE id = $1", NEIGHBOR)
        assert found == (1 if viewer.grant("resident_id") else 0)
    assert len(pids) == 1


async def test_after_removal_the_proxy_sees_nothing(people: Rig) -> None:
    """At once, in orders and health checks, too."""
    order = await order_of_the_neighbor(people)
    await set_proxy(people)
    assert await seen(people, wang(people)) == [True, True, True, True, False]

    removed = await act(people, "proxy/remove", NEIGHBOR, reason="本人已有手机")

    assert (removed.json()["proxy_id"], removed.json()["proxy_name"]) == (None, None)
    assert await seen(people, wang(people)) == [True, True, True, False, False]
    assert await people.batch(wang(people), "/quarantine-orders:batch", [order], ["id"]) == [None]
    assert problem(await report(people, wang(people), order)) == "OrderUnknown"
    again = await act(people, "proxy/remove", NEIGHBOR)
    assert (again.status_code, problem(again)) == (409, "ProxyMissing")


async def test_who_leaves_reports_for_nobody(people: Rig) -> None:
    """The end of a proxy's record ends the proxy, wherever the person lives, and history says why."""
    await set_proxy(people)
    await move(people, NEIGHBOR, None, NEIGHBOR_HOME, household_id=str(FAR_HOME))

    await act(people, "leave", WANG)

    assert (await record_of(people, NEIGHBOR))["proxy_id"] is None
    last = (await history_of(people, NEIGHBOR))[-1]
    assert (last["act"], last["reason"]) == ("PROXY_REMOVED", "LEFT")


@pytest.mark.parametrize(
    ("body", "status", "code", "path"),
    [
        ({"proxy_id": str(NEIGHBOR)}, 422, "OwnProxy", ["proxy_id"]),
        ({"proxy_id": str(WANG_CHILD)}, 422, "ProxyWithoutPhone", ["proxy_id"]),
        ({"proxy_id": str(FAR)}, 404, "ResidentUnknown", ["proxy_id"]),
        ({"proxy_id": str(WANG), "worker_id": str(WORKER)}, 422, "ProxyAmbiguous", ["proxy_id"]),
        ({"reason": "x"}, 422, "ProxyAmbiguous", ["proxy_id"]),
    ],
)
async def test_proxies_refused(people: Rig, body: dict[str, Any], status: int, code: str, path: list[str]) -> None:
    """Nobody is their own proxy; a proxy has a phone, is in scope, and is one."""
    response = await set_proxy(people, NEIGHBOR, **body)

    assert (response.status_code, problem(response), response.json()["path"]) == (status, code, path)


async def test_who_left_is_no_proxy(people: Rig) -> None:
    """A closed record reports for nobody."""
    await act(people, "leave", WANG)

    response = await set_proxy(people)

    assert (response.status_code, problem(response)) == (409, "ResidentClosed")


async def test_a_person_out_of_scope_gets_no_proxy(people: Rig) -> None:
    """Nor is one taken away."""
    outside = worker_of(people, NEXT_GRID)

    answers = [
        await act(people, "proxy", NEIGHBOR, outside, proxy_id=str(WANG)),
        await act(people, "proxy/remove", NEIGHBOR, outside),
    ]

    assert {problem(a) for a in answers} == {"ResidentUnknown"}


async def test_a_retry_names_once(people: Rig) -> None:
    """The same key gets the first answer."""
    first = await act(people, "proxy", NEIGHBOR, proxy_id=str(WANG), key="p")
    again = await act(people, "proxy", NEIGHBOR, proxy_id=str(WANG), key="p")

    assert (again.status_code, again.json()) == (200, first.json())
    assert len(await history_of(people, NEIGHBOR)) == 1
    assert first.json()["grid_code"] == GRID
