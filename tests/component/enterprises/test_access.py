"""Who sees what: every kind of scope, inside and outside, by id, by code, by list, on a used connection."""

from typing import Any

import pytest

from chassis.auth import Viewer
from tests.component.enterprises.support import (
    CREDIT_CODE,
    ENTERPRISE_ID,
    GRID,
    LI_KEY,
    LUSHAN_ID,
    RIVAL_CODE,
    RIVAL_ID,
    TEAM,
    WANG_KEY,
    Xindeng,
)
from tests.support.rig import problem

ROSTER = "/roster-entries/by-application:batch"


async def everything(xindeng: Xindeng, viewer: Viewer, application_id: str, ticket_id: str) -> dict[str, Any]:
    """Ask for an enterprise and all that belongs to it, in every way there is."""
    asked = {
        "enterprise by id": ("/enterprises:batch", ENTERPRISE_ID, {}),
        "enterprise by code": ("/enterprises/by-credit-code:batch", CREDIT_CODE, {}),
        "enterprises of scope": ("/enterprises/by-scope:batch", "330111", {"limit": 50}),
        "application by id": ("/resumption-applications:batch", application_id, {}),
        "applications of enterprise": ("/resumption-applications/by-enterprise:batch", ENTERPRISE_ID, {"limit": 5}),
        "applications of scope": ("/resumption-applications/by-scope:batch", "330111", {"limit": 5}),
        "roster": (ROSTER, application_id, {"limit": 50}),
        "employment": ("/employments/by-person-key:batch", WANG_KEY, {}),
        "ticket by id": ("/problem-tickets:batch", ticket_id, {}),
        "tickets of enterprise": ("/problem-tickets/by-enterprise:batch", ENTERPRISE_ID, {"limit": 5}),
        "ticket history": ("/problem-tickets/history:batch", ticket_id, {"limit": 5}),
        "readings": ("/capacity-readings/by-enterprise:batch", ENTERPRISE_ID, {"limit": 5}),
        "team": ("/liaison-teams:batch", TEAM, {}),
        "portfolio": ("/enterprises/by-liaison-team:batch", TEAM, {"limit": 5}),
        "summary": ("/division-summaries:batch", "330111115", {}),
    }
    fields = {"summary": ["enterprises"], "employment": ["on_post"], "roster": ["name"], "team": ["name"]}
    found = {}
    for name, (path, key, more) in asked.items():
        (found[name],) = await xindeng.rig.batch(viewer, path, [key], fields.get(name, ["id"]), **more)
    return found


async def with_everything(xindeng: Xindeng) -> tuple[str, str]:
    """Make an application and a ticket of the first enterprise, and readings."""
    row = await xindeng.submit()
    body = {"credit_code": CREDIT_CODE, "channel": "APP", "subject": "口罩不足", "description": "缺 500 只"}
    ticket = (await xindeng.rig.command(xindeng.agent, "/problem-tickets", body)).json()["id"]
    async with xindeng.rig.work() as db:
        await db.connection.execute("UPDATE enterprises SET operation_status = 'RESUMED' WHERE id = $1", ENTERPRISE_ID)
    reading = await xindeng.rig.command(
        xindeng.agent, f"/enterprises/{ENTERPRISE_ID}/capacity-readings", {"percent": 40}
    )
    assert reading.status_code == 201
    return row["id"], ticket


async def test_everybody_sees_their_own_part(xindeng: Xindeng) -> None:
    """Officers by region, the enterprise itself; a resident only where he works; others nothing."""
    ids = await with_everything(xindeng)

    for viewer in (xindeng.reviewer, xindeng.town_officer, xindeng.district_officer, xindeng.auditor):
        found = await everything(xindeng, viewer, *ids)
        assert all(found.values()), (viewer.role, found)
    agent = await everything(xindeng, xindeng.agent, *ids)
    assert {name for name, value in agent.items() if not value} == {"summary"}
    assert agent["enterprises of scope"][0]["id"] == ENTERPRISE_ID
    assert len(agent["enterprises of scope"]) == 1
    wang = await everything(xindeng, xindeng.wang, *ids)
    assert {name for name, value in wang.items() if value} == {
        "enterprise by id", "enterprise by code", "enterprises of scope", "portfolio", "employment", "roster",
    }  # fmt: skip
    assert [row["name"] for row in wang["roster"]] == ["王小明"]


async def test_nobody_else_sees_anything(xindeng: Xindeng) -> None:
    """A rival, another town's officer, a grid worker, a guard, a neighbor, ops: not one row."""
    ids = await with_everything(xindeng)

    other_grid = xindeng.rig.viewer("reviewer", scopes=["330111115011002"], subject="other-grid")
    for viewer in (xindeng.rival, xindeng.other_town_officer, other_grid, *xindeng.nobodies):
        found = await everything(xindeng, viewer, *ids)
        listed = found.pop("enterprises of scope")
        summary = found.pop("summary")
        assert ENTERPRISE_ID not in {row["id"] for row in listed}, viewer.role
        assert summary in (None, {"enterprises": 2}), "another grid of the town counts its own two"
        assert not any(found.values()), (viewer.role, found)


async def test_a_rival_sees_itself_only(xindeng: Xindeng) -> None:
    """By id, by credit code, by list, by an argument that asks for more."""
    rows = await xindeng.rig.batch(xindeng.rival, "/enterprises:batch", [ENTERPRISE_ID, RIVAL_ID], ["id"])
    codes = await xindeng.rig.batch(
        xindeng.rival, "/enterprises/by-credit-code:batch", [CREDIT_CODE, RIVAL_CODE], ["credit_code"]
    )
    (listed,) = await xindeng.rig.batch(
        xindeng.rival, "/enterprises/by-scope:batch", ["330111"], ["id"], limit=50, arguments={"kind": ["INDUSTRIAL"]}
    )

    assert rows == [None, {"id": RIVAL_ID}]
    assert codes == [None, {"credit_code": RIVAL_CODE}]
    assert [row["id"] for row in listed] == [RIVAL_ID]


async def test_a_used_connection_remembers_nobody(xindeng: Xindeng) -> None:
    """The same few connections serve everybody in turn; the next caller has the next caller's scope."""
    for _ in range(12):
        (seen,) = await xindeng.rig.batch(xindeng.district_officer, "/enterprises:batch", [ENTERPRISE_ID], ["id"])
        (own,) = await xindeng.rig.batch(xindeng.agent, "/enterprises:batch", [ENTERPRISE_ID], ["id"])
        assert seen == own == {"id": ENTERPRISE_ID}
        for viewer in (
            xindeng.rival,
            xindeng.other_town_officer,
            xindeng.rig.viewer("district_officer"),
            xindeng.rig.viewer("enterprise_agent"),
            xindeng.rig.viewer("resident"),
            *xindeng.nobodies,
        ):
            (nothing,) = await xindeng.rig.batch(viewer, "/enterprises:batch", [ENTERPRISE_ID], ["id"])
            assert nothing is None, viewer


async def test_several_prefixes_are_each_a_scope(xindeng: Xindeng) -> None:
    """And nothing between them."""
    viewer = xindeng.rig.viewer("reviewer", scopes=["330111004", GRID])

    rows = await xindeng.rig.batch(viewer, "/enterprises:batch", [ENTERPRISE_ID, RIVAL_ID, LUSHAN_ID], ["id"])

    assert [row is not None for row in rows] == [True, False, True]


async def test_industries_are_public(xindeng: Xindeng) -> None:
    """A national list; an unknown code finds nothing."""
    for viewer in (xindeng.rival, *xindeng.nobodies):
        rows = await xindeng.rig.batch(viewer, "/industries:batch", ["22", "99"], ["code", "name"])
        assert rows == [{"code": "22", "name": "造纸和纸制品业"}, None]


async def test_a_roster_shows_names_and_no_numbers(xindeng: Xindeng) -> None:
    """The enterprise and its reviewers see who is named; there is no field for a number."""
    row = await xindeng.submit()
    fields = ["id", "name", "origin_code", "status", "person_key"]

    (entries,) = await xindeng.rig.batch(xindeng.reviewer, ROSTER, [row["id"]], fields, limit=50)
    refused = await xindeng.rig.ask(xindeng.reviewer, ROSTER, [row["id"]], ["national_id_masked"], limit=50)

    assert [(e["name"], e["person_key"]) for e in entries] == [("李红", LI_KEY), ("王小明", WANG_KEY)]
    assert problem(refused) == "FieldUnknown"


async def test_the_watchlist_is_for_the_service_alone(xindeng: Xindeng) -> None:
    """No role of requests may even name the table."""
    grants = await xindeng.rig.rows(
        "SELECT grantee FROM information_schema.role_table_grants WHERE table_name = 'watchlist'"
    )

    assert {row["grantee"] for row in grants} <= {"enterprises", "enterprises_worker"}


@pytest.mark.parametrize(
    "table",
    [
        "enterprises", "liaison_teams", "capacity_readings", "enterprise_counters", "resumption_applications",
        "application_history", "roster_entries", "problem_tickets", "ticket_history", "watchlist", "idempotency_keys",
    ],
)  # fmt: skip
async def test_every_protected_table_has_row_security(xindeng: Xindeng, table: str) -> None:
    """A table that somebody forgets would be open to all."""
    rows = await xindeng.rig.rows("SELECT relrowsecurity FROM pg_class WHERE relname = $1", table)

    assert rows == [{"relrowsecurity": True}]


async def test_employment_follows_the_roster(xindeng: Xindeng) -> None:
    """On post once he works; nobody's once he has left."""
    await xindeng.rig.move_clock("2020-03-10T08:00:00+08:00")
    row = await xindeng.submit(planned_on="2020-03-10")
    fields = ["on_post", "enterprise_id"]
    path = "/employments/by-person-key:batch"
    before = await xindeng.rig.batch(xindeng.wang, path, [WANG_KEY, LI_KEY], fields)
    await xindeng.act(xindeng.agent, row["id"], "resume", {})
    working = await xindeng.rig.batch(xindeng.wang, path, [WANG_KEY], fields)
    (entry,) = await xindeng.rig.rows("SELECT id FROM roster_entries WHERE person_key = $1", WANG_KEY)
    left = await xindeng.rig.command(xindeng.agent, f"/roster-entries/{entry['id']}/leave")

    assert before == [{"on_post": False, "enterprise_id": ENTERPRISE_ID}, None]
    assert working == [{"on_post": True, "enterprise_id": ENTERPRISE_ID}]
    assert left.json()["status"] == "LEFT"
    assert await xindeng.rig.batch(xindeng.wang, path, [WANG_KEY], fields) == [None]
    assert await xindeng.rig.batch(xindeng.wang, "/enterprises:batch", [ENTERPRISE_ID], ["id"]) == [None]
