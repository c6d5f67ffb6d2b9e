"""What is found out when a task is verified, what follows from it, and what is refused."""

from typing import Any

import pytest

from tests.support.people import FAR_HOME, GRID, NEIGHBOR, WANG, WANG_CHILD, WANG_HOME, WANG_WIFE
from tests.support.returnees import declare, district_officer, grid_worker, register, step, town_officer
from tests.support.rig import Rig, problem
from tests.support.screening import open_round, tasks_of

FOUND = ["resident_id", "is_here", "since_on", "origin_code", "symptoms", "risk_level", "order_id"]
BACK: dict[str, Any] = {"resident_id": str(WANG), "is_here": True, "since_on": "2020-01-26", "origin_code": "330302"}


async def contacted(rig: Rig, household: object = WANG_HOME) -> str:
    """Open a round and reach a household; return its task."""
    task_id = (await tasks_of(rig, await open_round(rig)))[str(household)]
    await step(rig, task_id, "contact", district_officer(rig))
    return task_id


async def outcome_of(rig: Rig, task_id: str) -> dict[str, Any]:
    """Return the outcome of a task as its worker reads it, with its findings."""
    fields = ["id", "people_here", "symptoms", "needs", "verified_by"]
    [row] = await rig.batch(grid_worker(rig), "/screening-outcomes/by-task:batch", [task_id], fields)
    [findings] = await rig.batch(grid_worker(rig), "/screening-findings/by-outcome:batch", [row["id"]], FOUND)
    return {**row, "findings": findings}


async def orders(rig: Rig) -> list[dict[str, Any]]:
    """Return the orders there are."""
    return await rig.rows("SELECT resident_id, status, reason, starts_on::text, length_days FROM quarantine_orders")


async def test_what_was_found_out_is_kept(people: Rig) -> None:
    """Who is here, since when, from where, symptoms, needs; and history says so."""
    task_id = await contacted(people)
    findings = [BACK | {"symptoms": True}, {"resident_id": str(WANG_WIFE), "is_here": False}]

    outcome = {"people_here": 2, "symptoms": True, "needs": ["MEDICINE", "FOOD", "FOOD"], "findings": findings}
    await step(people, task_id, "verify", outcome=outcome)

    kept = await outcome_of(people, task_id)
    assert (kept["people_here"], kept["symptoms"], kept["needs"]) == (2, True, ["FOOD", "MEDICINE"])
    assert kept["verified_by"] == "grid_worker-1"
    assert [f["resident_id"] for f in kept["findings"]] == [str(WANG), str(WANG_WIFE)]
    assert kept["findings"][0] == BACK | {"symptoms": True, "risk_level": None, "order_id": None}
    [entry] = await people.rows("SELECT after FROM history WHERE record_id = $1 AND act = 'VERIFIED'", task_id)
    assert entry["after"]["travelers"] == [{"resident_id": str(WANG), "origin_code": "330302"}]


@pytest.mark.parametrize(("level", "days"), [("HIGH", 14), ("MEDIUM", 7), ("LOW", None)])
async def test_who_came_from_a_risk_region_gets_a_draft(people: Rig, level: str, days: int | None) -> None:
    """As long as policy says, from the day of arrival; a low risk asks for none."""
    await declare(people, level)
    task_id = await contacted(people)

    await step(people, task_id, "verify", outcome={"people_here": 1, "findings": [BACK]})

    [finding] = (await outcome_of(people, task_id))["findings"]
    assert (finding["risk_level"], finding["order_id"] is not None) == (level, days is not None)
    drafted = {
        "resident_id": WANG,
        "status": "DRAFT",
        "reason": "TRAVEL_FROM_RISK_AREA",
        "starts_on": "2020-01-26",
        "length_days": days,
    }
    assert await orders(people) == ([drafted] if days else [])


@pytest.mark.parametrize("values", [{"since_on": "2020-01-14"}, {"origin_code": "420100"}, {"is_here": False}], ids=str)
async def test_who_need_not_stay_at_home_gets_none(people: Rig, values: dict[str, Any]) -> None:
    """Fourteen days are over, there is no risk there, or the person is not here."""
    await declare(people, "HIGH")
    task_id = await contacted(people)

    await step(people, task_id, "verify", outcome={"people_here": 1, "findings": [BACK | values]})

    assert await orders(people) == []


async def test_an_open_order_is_not_doubled(people: Rig) -> None:
    """A return that was registered has drafted it before."""
    await declare(people, "HIGH")
    await register(people)
    task_id = await contacted(people)

    await step(people, task_id, "verify", outcome={"people_here": 1, "findings": [BACK]})

    [finding] = (await outcome_of(people, task_id))["findings"]
    assert (finding["risk_level"], finding["order_id"]) == ("HIGH", None)
    assert len(await orders(people)) == 1


@pytest.mark.parametrize(
    ("outcome", "code", "path"),
    [
        (None, "OutcomeMissing", ["outcome"]),
        ({"people_here": -1}, "PeopleHereImplausible", ["outcome", "people_here"]),
        ({"people_here": 51}, "PeopleHereImplausible", ["outcome", "people_here"]),
        ({"people_here": 0, "findings": [BACK]}, "PeopleHereImplausible", ["outcome", "people_here"]),
        ({"people_here": 2, "findings": [BACK, BACK]}, "TooManyFindings", ["outcome", "findings"]),
        (
            {"people_here": 1, "findings": [BACK | {"origin_code": None}]},
            "TravelIncomplete",
            ["outcome", "findings", "0", "origin_code"],
        ),
        (
            {"people_here": 1, "findings": [BACK | {"since_on": "2020-01-29"}]},
            "ArrivedInFuture",
            ["outcome", "findings", "0", "since_on"],
        ),
        (
            {"people_here": 1, "findings": [BACK | {"resident_id": str(NEIGHBOR)}]},
            "NotOfThisTask",
            ["outcome", "findings", "0", "resident_id"],
        ),
        (
            {"people_here": 1, "findings": [BACK | {"origin_code": "990000"}]},
            "OriginUnknown",
            ["outcome", "findings", "0", "origin_code"],
        ),
        (
            {"people_here": 1, "findings": [BACK | {"origin_code": "x"}]},
            "DivisionCodeMalformed",
            ["outcome", "findings", "0", "origin_code"],
        ),
    ],
)
async def test_an_outcome_that_cannot_be_is_refused(people: Rig, outcome: Any, code: str, path: list[str]) -> None:
    """By its own name, with the field; nothing is written."""
    task_id = await contacted(people)
    body = {} if outcome is None else {"outcome": outcome}

    response = await people.command(grid_worker(people), f"/screening-tasks/{task_id}/verify", body)

    assert (problem(response), response.json()["path"]) == (code, path)
    assert await people.rows("SELECT id FROM screening_outcomes") == []
    [task] = await people.rows("SELECT status FROM screening_tasks WHERE id = $1", task_id)
    assert task["status"] == "CONTACTED"


async def test_needs_are_a_closed_list(people: Rig) -> None:
    """The field is named."""
    task_id = await contacted(people)
    outcome = {"people_here": 1, "needs": ["CASH"]}

    response = await people.command(grid_worker(people), f"/screening-tasks/{task_id}/verify", {"outcome": outcome})

    assert (response.status_code, response.json()["path"][:2]) == (422, ["outcome", "needs"])


async def test_a_whole_household_is_found_in_another_grid(people: Rig) -> None:
    """Its members are still those of the household, wherever the roster has them."""
    task_id = (await tasks_of(people, await open_round(people)))[str(FAR_HOME)]
    officer = district_officer(people)
    await step(people, task_id, "not-here", officer)
    await step(people, task_id, "transfer", officer, grid_code=GRID)
    await step(people, task_id, "assign")
    await step(people, task_id, "contact")
    [far] = await people.rows("SELECT id FROM residents WHERE household_id = $1", FAR_HOME)

    found = {"resident_id": str(far["id"]), "is_here": True}
    verified = await step(people, task_id, "verify", outcome={"people_here": 1, "findings": [found]})

    assert verified["status"] == "VERIFIED"
    assert [f["resident_id"] for f in (await outcome_of(people, task_id))["findings"]] == [str(far["id"])]


async def test_outcomes_are_seen_within_the_scope_only(people: Rig) -> None:
    """A child's finding is the household's business and the grid's, nobody else's."""
    task_id = await contacted(people)
    await step(
        people,
        task_id,
        "verify",
        outcome={"people_here": 1, "findings": [{"resident_id": str(WANG_CHILD), "is_here": True}]},
    )
    outcome_id = (await outcome_of(people, task_id))["id"]

    for viewer in (town_officer(people, "330111115"), people.viewer("resident"), people.viewer("reviewer")):
        [row] = await people.batch(viewer, "/screening-outcomes/by-task:batch", [task_id], ["id"])
        [findings] = await people.batch(viewer, "/screening-findings/by-outcome:batch", [outcome_id], ["id"])
        assert (row, findings) == (None, [])
