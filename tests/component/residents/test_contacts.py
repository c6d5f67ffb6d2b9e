"""The contact ledger: who asked whom, when, how and why; and that the same is not asked twice unsaid."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.people import GRID, NEIGHBOR, NEIGHBOR_HOME, NEXT, NEXT_GRID, WANG, WANG_HOME, WANG_WIFE, XINDENG
from tests.support.returnees import district_officer, grid_worker, register, step, town_officer
from tests.support.rig import Rig, problem
from tests.support.screening import open_round, tasks_of

SHOWN = ["how", "reason", "outcome", "made_by_name", "asked_again_because"]
CALLED: dict[str, Any] = {"resident_id": str(WANG), "how": "CALL", "reason": "SCREENING", "outcome": "REACHED"}


async def contacts(rig: Rig, by: str, key: object) -> list[dict[str, Any]]:
    """Return the ledger of somebody, the latest first."""
    [rows] = await rig.batch(district_officer(rig), f"/contacts/by-{by}:batch", [key], SHOWN)
    return [{name: row[name] for name in SHOWN} for row in rows]


async def test_every_attempt_is_written(people: Rig) -> None:
    """Calls and visits, reached or not, shown on the task, the household and each of its people."""
    task_id = (await tasks_of(people, await open_round(people)))[str(WANG_HOME)]

    await step(people, task_id, "no-answer")
    await step(people, task_id, "contact", how="VISIT")
    await step(people, task_id, "refuse", how="MESSAGE")

    ledger = await contacts(people, "screening-task", task_id)
    assert [(c["how"], c["outcome"]) for c in ledger] == [
        ("MESSAGE", "REFUSED"),
        ("VISIT", "REACHED"),
        ("CALL", "NO_ANSWER"),
    ]
    assert {(c["reason"], c["made_by_name"]) for c in ledger} == {("SCREENING", "grid worker")}
    assert await contacts(people, "household", WANG_HOME) == ledger
    assert await contacts(people, "resident", WANG_WIFE) == ledger
    assert await contacts(people, "resident", NEIGHBOR) == []


async def test_the_same_is_not_asked_twice_unsaid(people: Rig) -> None:
    """A second round is told who asked, when, how and why; with a reason it goes on, and the reason is kept."""
    first = (await tasks_of(people, await open_round(people)))[str(WANG_HOME)]
    second = (await tasks_of(people, await open_round(people, GRID)))[str(WANG_HOME)]
    await step(people, first, "contact", how="VISIT")

    refused = await people.command(grid_worker(people), f"/screening-tasks/{second}/contact", language="zh")
    asked = await step(people, second, "contact", asked_again_because="住户主动要求补充")

    assert (problem(refused), refused.json()["path"]) == ("ContactedRecently", ["asked_again_because"])
    said = refused.json()["detail"]
    assert said.startswith("grid worker 已于 2020-01-28 08:00 联系过（VISIT，SCREENING）")
    assert asked["status"] == "CONTACTED"
    assert [c["asked_again_because"] for c in await contacts(people, "household", WANG_HOME)] == [
        "住户主动要求补充",
        None,
    ]


async def test_a_person_is_asked_once_for_a_return_and_a_round(people: Rig) -> None:
    """Story 3: the household's round minds what one of its people was asked; a person's task minds the household's."""
    made = await register(people)
    await step(people, made["screening_task_id"], "assign")
    await step(people, made["screening_task_id"], "contact")
    tasks = await tasks_of(people, await open_round(people))

    refused = await people.command(grid_worker(people), f"/screening-tasks/{tasks[str(WANG_HOME)]}/contact")
    neighbor = await step(people, tasks[str(NEIGHBOR_HOME)], "contact")

    assert (problem(refused), neighbor["status"]) == ("ContactedRecently", "CONTACTED")


@pytest.mark.parametrize(
    ("what", "later"), [("no-answer", "2020-01-28T09:00:00+08:00"), ("contact", "2020-01-28T20:00:01+08:00")]
)
async def test_who_was_not_reached_or_long_ago_is_asked(people: Rig, what: str, later: str) -> None:
    """An attempt is no answer, and twelve hours later somebody may ask again."""
    first = (await tasks_of(people, await open_round(people)))[str(WANG_HOME)]
    second = (await tasks_of(people, await open_round(people, GRID)))[str(WANG_HOME)]
    await step(people, first, what)

    await people.move_clock(later)
    asked = await step(people, second, "contact")

    assert asked["status"] == "CONTACTED"


async def test_a_contact_is_recorded_by_hand(people: Rig) -> None:
    """With a person, or a household as a whole; once a key, with history."""
    visited = CALLED | {"resident_id": None, "household_id": str(NEIGHBOR_HOME), "how": "VISIT", "reason": "HELP"}

    first = await people.command(grid_worker(people), "/contacts", CALLED, key="k")
    again = await people.command(grid_worker(people), "/contacts", CALLED, key="k")
    visit = await people.command(grid_worker(people), "/contacts", visited | {"note": "送菜"})

    assert (first.status_code, again.content, visit.status_code) == (201, first.content, 201)
    assert first.json()["household_id"] == str(WANG_HOME)
    assert [c["how"] for c in await contacts(people, "resident", WANG)] == ["CALL"]
    assert [c["reason"] for c in await contacts(people, "resident", NEIGHBOR)] == ["HELP"]
    assert len(await people.rows("SELECT id FROM history WHERE kind = 'contact'")) == 2
    told = [s for s, _ in await people.facts() if s.startswith("residents.contact_made")]
    assert told == [f"residents.contact_made.{GRID}"] * 2


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({"resident_id": None}, "ContactWithNobody", ["resident_id"]),
        ({"resident_id": str(NEXT)}, "ContactedUnknown", ["resident_id"]),
        ({"resident_id": str(uuid4())}, "ContactedUnknown", ["resident_id"]),
        ({"household_id": str(NEIGHBOR_HOME)}, "ContactedUnknown", ["resident_id"]),
        ({"resident_id": None, "household_id": str(uuid4())}, "ContactedUnknown", ["household_id"]),
        ({"note": "好" * 501}, "ContactTextTooLong", ["note"]),
        ({"asked_again_because": "好" * 201}, "ContactTextTooLong", ["asked_again_because"]),
        ({"made_at": "2020-01-28T08:06:00+08:00"}, "ContactInFuture", ["made_at"]),
    ],
)
async def test_a_contact_that_cannot_be_is_refused(people: Rig, values: Any, code: str, path: list[str]) -> None:
    """By its own name, with the field."""
    response = await people.command(grid_worker(people), "/contacts", CALLED | values)

    assert (problem(response), response.json()["path"]) == (code, path)
    assert await people.rows("SELECT id FROM contacts") == []


async def test_by_hand_the_same_is_not_asked_twice_unsaid_either(people: Rig) -> None:
    """Another person of the household is another matter."""
    await people.command(grid_worker(people), "/contacts", CALLED)

    again = await people.command(town_officer(people), "/contacts", CALLED)
    wife = await people.command(town_officer(people), "/contacts", CALLED | {"resident_id": str(WANG_WIFE)})
    help_ = await people.command(town_officer(people), "/contacts", CALLED | {"reason": "HELP"})
    whole = CALLED | {"resident_id": None, "household_id": str(WANG_HOME)}
    household = await people.command(town_officer(people), "/contacts", whole)

    assert problem(again) == problem(household) == "ContactedRecently"
    assert (wife.status_code, help_.status_code) == (201, 201)


async def test_the_ledger_is_seen_within_the_scope_only(people: Rig) -> None:
    """Other grids and other roles see nothing, and record nothing."""
    made = await people.command(grid_worker(people), "/contacts", CALLED)

    for viewer in (grid_worker(people, NEXT_GRID), town_officer(people, XINDENG), people.viewer("resident")):
        [row] = await people.batch(viewer, "/contacts:batch", [made.json()["id"]], ["id"])
        [rows] = await people.batch(viewer, "/contacts/by-resident:batch", [WANG], ["id"])
        assert (row, rows) == (None, [])
    for role in ("auditor", "resident", "gate_guard", "reviewer"):
        viewer = people.viewer(role, scopes=("330111",))
        assert problem(await people.command(viewer, "/contacts", CALLED)) == "RoleMayNot"
