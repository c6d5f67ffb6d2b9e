"""Problem tickets: opened, owned by one person, solved, confirmed by the enterprise."""

import asyncio
from typing import Any

import pytest

from chassis.auth import Viewer
from tests.component.enterprises.support import CREDIT_CODE, ENTERPRISE_ID, GRID, RIVAL_CODE, Xindeng
from tests.support.rig import as_worker, problem

TICKET = {"credit_code": CREDIT_CODE, "channel": "HOTLINE", "subject": "口罩不足", "description": "缺口 500 只"}
BODIES: dict[str, dict[str, Any]] = {
    "triage": {},
    "assign": {"owner_name": "凌军波"},
    "start": {},
    "escalate": {"note": "需区里协调"},
    "solve": {},
    "confirm": {},
    "reopen": {},
    "close": {},
}
MOVES = {
    "triage": ({"OPENED"}, "TRIAGED"),
    "assign": ({"TRIAGED", "ASSIGNED", "WORKING", "REOPENED", "ESCALATED"}, "ASSIGNED"),
    "start": ({"ASSIGNED", "REOPENED"}, "WORKING"),
    "escalate": ({"TRIAGED", "ASSIGNED", "WORKING", "REOPENED"}, "ESCALATED"),
    "solve": ({"ASSIGNED", "WORKING", "REOPENED"}, "SOLVED"),
    "confirm": ({"SOLVED"}, "CONFIRMED"),
    "reopen": ({"SOLVED", "CONFIRMED"}, "REOPENED"),
    "close": ({"CONFIRMED"}, "CLOSED"),
}
STATUSES = ("OPENED", "TRIAGED", "ASSIGNED", "WORKING", "SOLVED", "CONFIRMED", "CLOSED", "REOPENED", "ESCALATED")


async def opened(xindeng: Xindeng, by: Viewer | None = None, **different: Any) -> Any:
    """Open a ticket."""
    return await xindeng.rig.command(by or xindeng.agent, "/problem-tickets", TICKET | different)


async def act(xindeng: Xindeng, by: Viewer, ticket_id: str, verb: str) -> Any:
    """Give a command to a ticket."""
    return await xindeng.rig.command(by, f"/problem-tickets/{ticket_id}/{verb}", BODIES[verb])


async def test_a_ticket_goes_to_the_leader_of_the_team(xindeng: Xindeng) -> None:
    """One named owner from the first minute, with every step in the history."""
    response = await opened(xindeng)

    body = response.json()
    assert (response.status_code, body["status"], body["owner_name"]) == (201, "ASSIGNED", "江华斌")
    (history,) = await xindeng.rig.batch(
        xindeng.agent, "/problem-tickets/history:batch", [body["id"]], ["status", "owner_name"], limit=10
    )
    assert [(h["status"], h["owner_name"]) for h in history] == [
        ("OPENED", None), ("TRIAGED", None), ("ASSIGNED", "江华斌"),
    ]  # fmt: skip
    subject, fact = (await xindeng.rig.facts())[-1]
    assert subject == f"enterprises.problem_ticket_changed.{GRID}"
    assert (fact["problem_ticket_id"], fact["credit_code"], fact["status"]) == (body["id"], CREDIT_CODE, "ASSIGNED")


async def test_without_a_team_it_waits_for_an_owner(xindeng: Xindeng) -> None:
    """An officer names one."""
    response = await opened(xindeng, xindeng.town_officer, credit_code=RIVAL_CODE)
    assigned = await act(xindeng, xindeng.town_officer, response.json()["id"], "assign")

    assert (response.json()["status"], response.json()["owner_name"]) == ("TRIAGED", None)
    assert (assigned.json()["status"], assigned.json()["owner_name"]) == ("ASSIGNED", "凌军波")


@pytest.mark.parametrize(
    ("different", "status", "code", "path"),
    [
        ({"credit_code": RIVAL_CODE}, 404, "EnterpriseUnknown", ["credit_code"]),
        ({"credit_code": "X"}, 422, "CreditCodeMalformed", ["credit_code"]),
        ({"channel": "PIGEON"}, 422, "TicketChannelUnknown", ["channel"]),
        ({"subject": ""}, 422, "TextMissing", ["subject"]),
        ({"subject": "x" * 201}, 422, "TextTooLong", ["subject"]),
        ({"description": "a\x07"}, 422, "TextUnreadable", ["description"]),
    ],
)
async def test_opening_refused(
    xindeng: Xindeng, different: dict[str, Any], status: int, code: str, path: list[str]
) -> None:
    """Nothing is stored."""
    response = await opened(xindeng, **different)

    assert (response.status_code, problem(response), response.json()["path"]) == (status, code, path)
    assert await as_worker(xindeng.rig, "SELECT count(*) FROM problem_tickets") == 0


@pytest.mark.parametrize("verb", list(BODIES))
async def test_every_command_in_every_state(xindeng: Xindeng, verb: str) -> None:
    """A command does what it says where it may, and is refused everywhere else."""
    ticket_id = (await opened(xindeng)).json()["id"]
    by = xindeng.agent if verb in {"confirm", "reopen"} else xindeng.town_officer
    allowed, becomes = MOVES[verb]
    for status in STATUSES:
        async with xindeng.rig.work() as db:
            await db.connection.execute("UPDATE problem_tickets SET status = $1", status)

        response = await act(xindeng, by, ticket_id, verb)

        if status in allowed:
            assert (response.status_code, response.json()["status"]) == (200, becomes)
        else:
            assert (response.status_code, problem(response)) == (409, "TicketCannotBecome")


@pytest.mark.parametrize("verb", list(BODIES))
async def test_who_may_not(xindeng: Xindeng, verb: str) -> None:
    """Officers work on tickets, the enterprise confirms; nobody else does either."""
    ticket_id = (await opened(xindeng)).json()["id"]
    wrong = [xindeng.reviewer, xindeng.auditor, xindeng.wang, *xindeng.nobodies]
    if verb == "confirm":
        wrong.append(xindeng.town_officer)
    elif verb != "reopen":
        wrong.append(xindeng.agent)

    for viewer in wrong:
        response = await act(xindeng, viewer, ticket_id, verb)
        assert (response.status_code, problem(response)) == (403, "RoleMayNot"), viewer.role


@pytest.mark.parametrize("verb", list(BODIES))
async def test_outside_the_scope_there_is_no_ticket(xindeng: Xindeng, verb: str) -> None:
    """A rival and another town are told the same as of an id that nobody has."""
    ticket_id = (await opened(xindeng)).json()["id"]
    outside = xindeng.rival if verb in {"confirm", "reopen"} else xindeng.other_town_officer

    response = await act(xindeng, outside, ticket_id, verb)
    unknown = await act(xindeng, outside, ENTERPRISE_ID, verb)

    assert [problem(response), problem(unknown)] == ["TicketUnknown", "TicketUnknown"]


async def test_an_owner_needs_a_name(xindeng: Xindeng) -> None:
    """An empty one is none."""
    ticket_id = (await opened(xindeng)).json()["id"]

    response = await xindeng.rig.command(
        xindeng.town_officer, f"/problem-tickets/{ticket_id}/assign", {"owner_name": " "}
    )

    assert (problem(response), response.json()["path"]) == ("TextMissing", ["owner_name"])


async def test_two_officers_take_one_ticket_at_once(xindeng: Xindeng) -> None:
    """Exactly one starts, the other is told."""
    ticket_id = (await opened(xindeng)).json()["id"]

    answers = await asyncio.gather(
        *(act(xindeng, by, ticket_id, "start") for by in (xindeng.town_officer, xindeng.district_officer))
    )

    assert sorted(a.status_code for a in answers) == [200, 409]


async def test_tickets_of_an_enterprise(xindeng: Xindeng) -> None:
    """The latest first, by status if one asks."""
    first = (await opened(xindeng)).json()["id"]
    await xindeng.rig.move_clock("2020-01-29T08:00:00+08:00")
    second = (await opened(xindeng, subject="缺工")).json()["id"]
    await act(xindeng, xindeng.town_officer, first, "solve")
    path = "/problem-tickets/by-enterprise:batch"

    (all_of_them,) = await xindeng.rig.batch(xindeng.agent, path, [ENTERPRISE_ID], ["id", "subject"], limit=10)
    (solved,) = await xindeng.rig.batch(
        xindeng.agent, path, [ENTERPRISE_ID], ["id"], limit=10, arguments={"status": ["SOLVED"]}
    )

    assert [row["id"] for row in all_of_them] == [second, first]
    assert [row["id"] for row in solved] == [first]
