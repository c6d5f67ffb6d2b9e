"""Workers who start and leave, one by one."""

import pytest

from tests.component.enterprises.support import ENTERPRISE_ID, WANG_KEY, Xindeng, in_quarantine
from tests.support.rig import problem

STATUSES = ("LISTED", "DECLARED", "ARRIVED", "OBSERVING", "CLEARED", "ON_POST", "LEFT")


async def resumed_with_wang(xindeng: Xindeng) -> str:
    """Return the id of Wang's row in a roster whose enterprise has resumed."""
    await xindeng.rig.move_clock("2020-03-10T08:00:00+08:00")
    row = await xindeng.submit(planned_on="2020-03-10")
    response = await xindeng.act(xindeng.agent, row["id"], "resume", {})
    assert response.status_code == 200
    (entry,) = await xindeng.rig.rows("SELECT id FROM roster_entries WHERE person_key = $1", WANG_KEY)
    return str(entry["id"])


@pytest.mark.parametrize(
    ("verb", "allowed", "becomes"),
    [("start", {"ARRIVED", "CLEARED"}, "ON_POST"), ("leave", set(STATUSES) - {"LEFT"}, "LEFT")],
)
async def test_from_every_status(xindeng: Xindeng, verb: str, allowed: set[str], becomes: str) -> None:
    """Who was cleared may start; who has left does not leave again."""
    entry_id = await resumed_with_wang(xindeng)
    for status in STATUSES:
        async with xindeng.rig.work() as db:
            await db.connection.execute("UPDATE roster_entries SET status = $1", status)

        response = await xindeng.rig.command(xindeng.agent, f"/roster-entries/{entry_id}/{verb}")

        if status in allowed:
            assert (response.status_code, response.json()["status"]) == (200, becomes)
        else:
            assert (response.status_code, problem(response)) == (409, "WorkerCannotBecome")


async def test_nobody_starts_before_the_enterprise(xindeng: Xindeng) -> None:
    """The application must have come to its end first."""
    row = await xindeng.submit()
    (entry,) = await xindeng.rig.rows("SELECT id FROM roster_entries WHERE person_key = $1", WANG_KEY)
    async with xindeng.rig.work() as db:
        await db.connection.execute("UPDATE roster_entries SET status = 'CLEARED'")

    response = await xindeng.rig.command(xindeng.agent, f"/roster-entries/{entry['id']}/start")

    assert (response.status_code, problem(response)) == (409, "WorkNotResumed")
    assert row["status"] == "UNDER_REVIEW"


async def test_whoever_was_sent_home_starts_again(xindeng: Xindeng) -> None:
    """Observed by a fact, cleared by another, on post by the enterprise's word."""
    entry_id = await resumed_with_wang(xindeng)
    await xindeng.deliver(in_quarantine(2))
    refused = await xindeng.rig.command(xindeng.agent, f"/roster-entries/{entry_id}/start")
    await xindeng.deliver(in_quarantine(3, "RELEASED") | {"color": "GREEN"})
    started = await xindeng.rig.command(xindeng.agent, f"/roster-entries/{entry_id}/start")

    assert problem(refused) == "WorkerCannotBecome"
    assert started.json()["status"] == "ON_POST"


@pytest.mark.parametrize("verb", ["start", "leave"])
async def test_others_do_not_move_workers(xindeng: Xindeng, verb: str) -> None:
    """A rival and another town find nobody; a reader's role may not."""
    entry_id = await resumed_with_wang(xindeng)
    path = f"/roster-entries/{entry_id}/{verb}"

    for viewer in (xindeng.rival, xindeng.other_town_officer):
        assert problem(await xindeng.rig.command(viewer, path)) == "WorkerUnknown"
    for viewer in (xindeng.wang, xindeng.reviewer, xindeng.auditor, *xindeng.nobodies):
        assert problem(await xindeng.rig.command(viewer, path)) == "RoleMayNot"
    unknown = await xindeng.rig.command(xindeng.agent, f"/roster-entries/{ENTERPRISE_ID}/{verb}")
    assert (unknown.status_code, problem(unknown)) == (404, "WorkerUnknown")
