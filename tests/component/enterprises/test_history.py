"""What commands leave in the history of enterprises."""

from tests.component.enterprises.support import ENTERPRISE_ID, Xindeng, application
from tests.component.enterprises.test_tickets import act, opened

ENTRIES = "SELECT subject, role, kind, act, before, after FROM history ORDER BY id"


async def test_a_ticket_step_by_step(xindeng: Xindeng) -> None:
    """Who took which step, with the owner before and after."""
    ticket_id = (await opened(xindeng)).json()["id"]
    await act(xindeng, xindeng.district_officer, ticket_id, "start")

    rows = await xindeng.rig.rows(ENTRIES)

    assert [(row["role"], row["kind"], row["act"]) for row in rows] == [
        ("enterprise_agent", "problem_ticket", "OPENED"),
        ("district_officer", "problem_ticket", "WORKING"),
    ]
    assert rows[1]["before"]["status"] == rows[0]["after"]["status"]


async def test_an_application_submitted(xindeng: Xindeng) -> None:
    """Every status it passes by itself is an entry; no number of a worker is in any."""
    form = application()
    response = await xindeng.rig.command(xindeng.agent, "/resumption-applications", form)
    assert response.status_code == 201, response.text

    rows = await xindeng.rig.rows(ENTRIES)

    assert rows[0]["before"] is None
    assert [row["act"] for row in rows] == [row["after"]["status"] for row in rows]
    assert [row["before"]["status"] for row in rows[1:]] == [row["act"] for row in rows[:-1]]
    assert [worker["national_id"] for worker in form["roster"] if worker["national_id"] in str(rows)] == []


async def test_capacity_reported(xindeng: Xindeng) -> None:
    """The enterprise's state before and after the reading."""
    path = f"/enterprises/{ENTERPRISE_ID}/capacity-readings"
    response = await xindeng.rig.command(xindeng.agent, path, {"percent": 40})
    assert response.status_code in {201, 409}, response.text

    rows = await xindeng.rig.rows(ENTRIES)

    assert [row["act"] for row in rows] == (["CAPACITY_REPORTED"] if response.status_code == 201 else [])
