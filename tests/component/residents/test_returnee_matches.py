"""Probable matches: a queue by scope with its candidates, and what a person decides, once."""

import asyncio
from typing import Any

import httpx
import pytest

from chassis.auth import Viewer
from tests.support.lists import WANG_ROW, imported, stranger, table
from tests.support.people import (
    FAR,
    GRID,
    NEXT_GRID,
    OTHER_TOWN_GRID,
    WANG,
    WANG_PHONE,
    WORKER,
    XINDENG,
    national_id,
    uid,
)
from tests.support.returnees import declare, district_officer, grid_worker, open_tasks, register, step, town_officer
from tests.support.rig import Rig, problem

QUEUE, CANDIDATES = "/returnees/to-match-by-scope:batch", "/returnees/candidates:batch"
STRANGER = {"name": "欧阳远", "national_id": national_id("19880715", 9), "phone": WANG_PHONE}
CONFIRM, REJECT, ENTER = "confirm-match", "reject-match", "enter-roster"


async def probable(rig: Rig, grid_code: str = GRID, **person: Any) -> str:
    """Register somebody with Wang's phone and another name; return the returnee."""
    destination = {"grid_code": grid_code, "address": "山水社区 1 幢"}
    made = await register(rig, person=STRANGER | person, destination=destination)
    return str(made["id"])


async def decide(rig: Rig, returnee_id: str, what: str, viewer: Viewer | None = None, **options: Any) -> httpx.Response:
    """Decide a match; to confirm it, for Wang."""
    body = {"resident_id": str(WANG)} if what == CONFIRM else {}
    return await rig.command(viewer or grid_worker(rig), f"/returnees/{returnee_id}/{what}", body, **options)


async def returnee(rig: Rig, returnee_id: str) -> dict[str, Any]:
    """Return a returnee as it is stored."""
    query = "SELECT match, matched_by, resident_id, division_code FROM returnees WHERE id = $1"
    [row] = await rig.rows(query, returnee_id)
    return row


async def test_the_queue_is_read_by_scope_and_page(people: Rig) -> None:
    """Only what waits for an eye, the earliest arrival first, within scope and right."""
    rows = [
        stranger(i, phone=WANG_PHONE, destination_grid_code=grid, arrives_on=f"2020-01-{30 - i}")
        for i, grid in enumerate([GRID, NEXT_GRID, OTHER_TOWN_GRID], start=1)
    ]
    await imported(people, table([WANG_ROW, stranger(9), *rows]))
    officer, fields = district_officer(people), ["division_code", "match", "arrives_on"]

    [all_of_it] = await people.batch(officer, QUEUE, ["330111"], fields)
    [first] = await people.batch(officer, QUEUE, ["330111"], fields, limit=1)
    [rest] = await people.batch(officer, QUEUE, ["330111"], fields, after=first[0]["cursor"])
    [mine, others] = await people.batch(grid_worker(people), QUEUE, [GRID, "330111115"], fields)

    assert [r["division_code"] for r in all_of_it] == [OTHER_TOWN_GRID, NEXT_GRID, GRID]
    assert {r["match"] for r in all_of_it} == {"PROBABLE"}
    assert first + rest == all_of_it
    assert ([r["division_code"] for r in mine], others) == ([GRID], [])


async def test_candidates_are_shown_as_far_as_the_scope_reaches(people: Rig) -> None:
    """Within it with the name; beyond it the name is masked, and of the place only the town is told."""
    returnee_id = await probable(people, OTHER_TOWN_GRID)
    fields = ["resident_id", "name", "national_id_masked", "phone_masked", "division_code", "is_within_scope"]

    [[near]] = await people.batch(district_officer(people), CANDIDATES, [returnee_id], fields)
    [[far]] = await people.batch(town_officer(people, XINDENG), CANDIDATES, [returnee_id], fields)
    [nothing] = await people.batch(grid_worker(people), CANDIDATES, [returnee_id], fields)

    number, phone = "330199********1011", "138****0001"
    assert list(near.values()) == [str(WANG), "王小明", number, phone, GRID, True]
    assert list(far.values()) == [str(WANG), "王**", None, phone, GRID[:9], False]
    assert nothing == []


async def test_confirming_sets_the_match_and_what_follows(people: Rig) -> None:
    """The order is drafted, the standing restated, the task is the person's grid worker's; history tells of it."""
    await declare(people)
    returnee_id = await probable(people, NEXT_GRID)
    officer = town_officer(people)

    response = await decide(people, returnee_id, CONFIRM, officer)

    assert response.status_code == 200
    assert response.json()["match"] == "MATCHED"
    assert response.json()["resident_id"] == str(WANG)
    assert list((await returnee(people, returnee_id)).values()) == ["MATCHED", "PERSON", WANG, GRID]
    [order] = await people.rows("SELECT resident_id, status, length_days FROM quarantine_orders")
    assert list(order.values()) == [WANG, "DRAFT", 14]
    [standing] = await people.rows("SELECT expected_origin_code FROM standings WHERE resident_id = $1", WANG)
    assert standing["expected_origin_code"] == "330300"
    [task] = await people.rows("SELECT division_code, worker_id, resident_id, status FROM screening_tasks")
    assert list(task.values()) == [GRID, WORKER, WANG, "OPEN"]
    assert (await open_tasks(people, GRID), await open_tasks(people, NEXT_GRID)) == (1, 0)
    [entry] = await people.rows("SELECT act, before, after FROM history WHERE act = 'MATCH_CONFIRMED'")
    assert (entry["act"], entry["before"]["match"], entry["after"]["match"]) == (
        "MATCH_CONFIRMED",
        "PROBABLE",
        "MATCHED",
    )
    assert entry["after"]["resident_id"] == str(WANG)


async def test_a_task_under_way_is_open_again_in_the_persons_grid(people: Rig) -> None:
    """Its new worker takes it from there; what is all but done stays where it is."""
    begun, done = await probable(people, NEXT_GRID), await probable(people, NEXT_GRID, name="司马青", national_id=None)
    officer = town_officer(people)
    rows = await people.rows("SELECT id, returnee_id FROM screening_tasks")
    task_of = {str(row["returnee_id"]): row["id"] for row in rows}
    for what in ("assign",):
        await step(people, task_of[begun], what, officer)
    for what in ("assign", "contact", "verify"):
        await step(people, task_of[done], what, officer)

    for returnee_id in (begun, done):
        assert (await decide(people, returnee_id, CONFIRM, officer)).status_code == 200

    tasks = await people.rows("SELECT id, status, division_code FROM screening_tasks")
    assert {row["id"]: (row["status"], row["division_code"]) for row in tasks} == {
        task_of[begun]: ("TRANSFERRED", GRID),
        task_of[done]: ("VERIFIED", NEXT_GRID),
    }


async def test_whose_home_is_beyond_the_right_keeps_the_task_here(people: Rig) -> None:
    """The match is set and the order is the home's; the returnee stays in sight."""
    await declare(people)
    returnee_id = await probable(people, OTHER_TOWN_GRID)

    response = await decide(people, returnee_id, CONFIRM, town_officer(people, XINDENG))

    assert response.status_code == 200
    assert (await returnee(people, returnee_id))["division_code"] == OTHER_TOWN_GRID
    assert await people.rows("SELECT division_code, resident_id FROM screening_tasks") == [
        {"division_code": OTHER_TOWN_GRID, "resident_id": WANG}
    ]
    assert await people.rows("SELECT division_code FROM quarantine_orders") == [{"division_code": GRID}]


async def test_none_of_the_candidates(people: Rig) -> None:
    """The returnee is nobody of the roster, and leaves the queue; the task stays."""
    await declare(people)
    returnee_id = await probable(people)

    response = await decide(people, returnee_id, REJECT)

    assert response.json()["match"] == "UNMATCHED"
    assert list((await returnee(people, returnee_id)).values()) == ["UNMATCHED", None, None, GRID]
    assert await people.batch(grid_worker(people), QUEUE, [GRID], ["id"]) == [[]]
    assert await people.rows("SELECT id FROM quarantine_orders") == []
    assert await open_tasks(people) == 1


@pytest.mark.parametrize("rejected_before", [True, False])
async def test_a_newcomer_enters_the_roster(people: Rig, rejected_before: bool) -> None:
    """At the destination, with an order like everybody from there."""
    await declare(people)
    returnee_id = await probable(people)
    if rejected_before:
        await decide(people, returnee_id, REJECT)

    response = await decide(people, returnee_id, ENTER)

    assert response.status_code == 200, response.text
    made = await returnee(people, returnee_id)
    assert (made["match"], made["matched_by"]) == ("MATCHED", "REGISTERED")
    [card] = await people.batch(
        grid_worker(people), "/residents:batch", [made["resident_id"]], ["name", "grid_code", "phone_masked"]
    )
    assert card == {"name": "欧阳远", "grid_code": GRID, "phone_masked": "138****0001"}
    assert await people.rows("SELECT resident_id FROM quarantine_orders") == [{"resident_id": made["resident_id"]}]
    [task] = await people.rows("SELECT resident_id FROM screening_tasks")
    assert task["resident_id"] == made["resident_id"]


async def test_who_has_been_registered_since_is_found_by_the_document(people: Rig) -> None:
    """Nobody stands in the roster twice."""
    first, second = await probable(people), await probable(people)
    assert first == second
    later = await register(people, person=STRANGER, arrives_on="2020-01-30")
    await decide(people, first, ENTER)
    [before] = await people.rows("SELECT count(*) AS n FROM residents")

    response = await decide(people, str(later["id"]), ENTER)

    assert response.status_code == 200
    assert (await returnee(people, str(later["id"])))["matched_by"] == "DOCUMENT"
    assert (await people.rows("SELECT count(*) AS n FROM residents")) == [before]


async def test_without_a_document_nobody_enters_the_roster(people: Rig) -> None:
    """There is nothing to register by."""
    returnee_id = await probable(people, national_id=None)

    assert problem(await decide(people, returnee_id, ENTER)) == "ReturneeWithoutDocument"


async def test_only_a_candidate_is_confirmed(people: Rig) -> None:
    """Whoever else lives in the district is not."""
    returnee_id = await probable(people)

    for other in (FAR, uid(999)):
        response = await people.command(
            grid_worker(people), f"/returnees/{returnee_id}/confirm-match", {"resident_id": str(other)}
        )
        assert (problem(response), response.json()["path"]) == ("NotACandidate", ["resident_id"])


@pytest.mark.parametrize("first", [CONFIRM, REJECT, ENTER])
@pytest.mark.parametrize("second", [CONFIRM, REJECT])
async def test_a_match_is_decided_once(people: Rig, first: str, second: str) -> None:
    """Whoever comes second is told what it is."""
    returnee_id = await probable(people)
    await decide(people, returnee_id, first)

    response = await decide(people, returnee_id, second)

    assert problem(response) == "MatchDecided"
    assert ("UNMATCHED" if first == REJECT else "MATCHED") in response.json()["detail"]


async def test_of_many_who_decide_at_once_one_wins(people: Rig) -> None:
    """The others are told; there is one decision in the history."""
    await declare(people)
    for round_number in range(5):
        made = await register(people, person=STRANGER, arrives_on=f"2020-01-{20 + round_number}")
        people_at_it = [grid_worker(people), town_officer(people), district_officer(people)] * 2
        answers = await asyncio.gather(
            *(
                decide(people, str(made["id"]), what, who)
                for who, what in zip(people_at_it, [CONFIRM, REJECT] * 3, strict=True)
            )
        )

        told = [problem(a) for a in answers if a.status_code != 200]
        assert len(told) == 5
        assert set(told) == {"MatchDecided"}
    assert len(await people.rows("SELECT id FROM history WHERE kind = 'returnee' AND act LIKE 'MATCH_%'")) == 5


async def test_a_decision_happens_once(people: Rig) -> None:
    """The same key answers the same."""
    returnee_id = await probable(people)

    first, again = [await decide(people, returnee_id, CONFIRM, key="k") for _ in range(2)]

    assert (again.status_code, again.content) == (200, first.content)


@pytest.mark.parametrize("what", [CONFIRM, REJECT, ENTER])
async def test_decisions_are_for_those_in_the_field_within_their_scope(people: Rig, what: str) -> None:
    """Others are told that they may not, or that there is no such returnee."""
    returnee_id = await probable(people)

    for role in ("auditor", "reviewer", "ops"):
        assert problem(await decide(people, returnee_id, what, people.viewer(role, scopes=("330111",)))) == "RoleMayNot"
    for viewer in (grid_worker(people, NEXT_GRID), town_officer(people, XINDENG), people.viewer("town_officer")):
        assert problem(await decide(people, returnee_id, what, viewer)) == "ReturneeUnknown"
    assert problem(await decide(people, str(uid(999)), what)) == "ReturneeUnknown"
    assert (await returnee(people, returnee_id))["match"] == "PROBABLE"
