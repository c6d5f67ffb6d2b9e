"""What commands and the clock leave in the history of residents."""

from collections.abc import Sequence
from typing import Any

from tests.support.people import GRID, NEXT_GRID, WANG
from tests.support.quarantine import AFTER_THE_END, active, deliver, draft, issue, officer
from tests.support.returnees import declare, register, step
from tests.support.rig import Rig


async def entries(rig: Rig, kind: str) -> list[Any]:
    """Return the history of records of a kind: who, as what, act, before, after, why."""
    rows = await rig.rows(
        "SELECT subject, role, act, before, after, reason FROM history WHERE kind = $1 ORDER BY id", kind
    )
    return [tuple(row.values()) for row in rows]


async def acts(rig: Rig, kind: str) -> Sequence[tuple[str, str]]:
    """Return who did what to records of a kind."""
    return [(subject, act) for subject, _, act, _, _, _ in await entries(rig, kind)]


async def test_an_order_from_its_draft_to_its_end(people: Rig) -> None:
    """Each step with who took it; what fell due by the clock is the clock's."""
    await active(people)
    await people.move_clock(AFTER_THE_END)

    found = await entries(people, "quarantine_order")

    assert [(subject, role, act) for subject, role, act, *_ in found] == [
        ("officer-1", "district_officer", "DRAFT"),
        ("officer-1", "district_officer", "ISSUE"),
        ("grid_worker-1", "grid_worker", "DELIVER"),
        ("wang", "resident", "ACTIVATE"),
        ("clock", "job", "FALL_DUE"),
    ]
    assert [before and before["status"] for _, _, _, before, _, _ in found] == [
        None, "DRAFT", "ISSUED", "DELIVERED", "ACTIVE"
    ]  # fmt: skip
    assert found[-1][4] == {"status": "RELEASE_DUE"}


async def test_an_extension_says_from_when_to_when(people: Rig) -> None:
    """Before and after hold the days."""
    order = await issue(people)

    body = {"ends_on": "2020-02-15"}
    response = await people.command(officer(people), f"/quarantine-orders/{order['id']}/extend", body)

    assert response.status_code == 200, response.text
    _, _, act, before, after, _ = (await entries(people, "quarantine_order"))[-1]
    assert (act, before["ends_on"], after["ends_on"]) == ("EXTEND", "2020-02-11", "2020-02-15")


async def test_health_checks_reported_and_missed(people: Rig) -> None:
    """The person's own, and the slots that went by."""
    await active(people)
    await people.move_clock("2020-01-29T20:00:00+08:00")

    found = await acts(people, "health_check")

    assert found[0] == ("wang", "REPORTED")
    assert {(subject, act) for subject, act in found[1:]} == {("clock", "MISSED")}


async def test_a_color_is_recorded_with_its_rule(people: Rig) -> None:
    """A decision names what made it; a first color is no change."""
    order = await issue(people)
    await deliver(people, order["id"])

    [(subject, _, act, before, after, _)] = await entries(people, "health_code")

    assert (subject, act, before) == ("officer-1", "DECIDED", {"color": "GREEN", "reasons": []})
    assert (after["color"], after["rule_version"]) == ("RED", 1)


async def test_returns_tasks_and_transfers(people: Rig) -> None:
    """A return, its draft, its task and the way of both to another grid."""
    await declare(people)
    made = await register(people)
    task = made["screening_task_id"]
    await step(people, task, "assign")
    await step(people, task, "not-here", note="在隔壁")
    await step(people, task, "transfer", grid_code=NEXT_GRID)

    assert await acts(people, "risk_region") == [("district_officer-1", "DECLARED")]
    assert [act for _, act in await acts(people, "returnee")] == ["REGISTERED", "MOVED"]
    tasks = await entries(people, "screening_task")
    assert [act for _, _, act, *_ in tasks] == ["OPENED", "ASSIGNED", "NOT_FOUND_HERE", "TRANSFERRED"]
    assert tasks[2][5] == "在隔壁"
    assert (tasks[3][3]["division_code"], tasks[3][4]["division_code"]) == (GRID, NEXT_GRID)


async def test_a_draft_of_a_handler_is_the_clocks(people: Rig) -> None:
    """Nobody gave a command."""
    await draft(people, WANG)

    assert await acts(people, "quarantine_order") == [("clock", "DRAFT")]
