"""Registering a return: matched, given to a grid worker, an order drafted, once a person and day."""

from typing import Any

import pytest

from tests.support.people import (
    FAR,
    GRID,
    LUSHAN,
    OTHER_TOWN_GRID,
    WANG,
    WANG_NUMBER,
    WANG_PHONE,
    WORKER,
    national_id,
)
from tests.support.returnees import (
    declare,
    grid_worker,
    open_tasks,
    register,
)
from tests.support.rig import Rig

STRANGER = {"name": "欧阳远", "national_id": national_id("19880715", 9), "phone": "13800000011"}
FAR_NUMBER = national_id("19550909", 111)


async def test_wang_is_matched_and_his_grid_worker_has_a_task(people: Rig) -> None:
    """By his number; from a risk region an order of 14 days is drafted, and the board counts the task."""
    await declare(people)

    made = await register(people, grid_worker(people))

    assert made == {
        "id": made["id"],
        "origin_code": "330300",
        "arrives_on": "2020-01-28",
        "resident_id": str(WANG),
        "screening_task_id": made["screening_task_id"],
    }
    fields = ["status", "reason", "due_at", "resident_id", "returnee_id", "worker_id"]
    [task] = await people.batch(grid_worker(people), "/screening-tasks:batch", [made["screening_task_id"]], fields)
    assert task == {
        "status": "OPEN",
        "reason": "RETURN_FROM_RISK_REGION",
        "due_at": "2020-01-28T20:00:00+08:00",
        "resident_id": str(WANG),
        "returnee_id": made["id"],
        "worker_id": str(WORKER),
    }
    [order] = await people.rows("SELECT resident_id, status, reason, length_days, starts_on FROM quarantine_orders")
    assert (order["resident_id"], order["status"], order["length_days"]) == (WANG, "DRAFT", 14)
    assert (order["reason"], order["starts_on"].isoformat()) == ("TRAVEL_FROM_RISK_AREA", "2020-01-28")
    assert await open_tasks(people) == 1


async def test_what_others_must_know_is_told(people: Rig) -> None:
    """The task's fact, the standing with the expected arrival, and the summary; no name, no number."""
    await declare(people)
    made = await register(people)

    facts = dict(await people.facts())
    assert facts[f"residents.screening_task_changed.{GRID}"]["status"] == "OPEN"
    assert facts[f"residents.screening_task_changed.{GRID}"]["task_id"] == made["screening_task_id"]
    standing = facts[f"residents.standing_changed.{GRID}"]
    assert (standing["expected_arrival_on"], standing["expected_origin_code"]) == ("2020-01-28", "330300")
    assert f"residents.summary_changed.{GRID}" in facts
    assert not any(secret in str(facts) for secret in ("王小明", WANG_NUMBER, WANG_PHONE))


@pytest.mark.parametrize(("level", "days"), [("HIGH", [14]), ("MEDIUM", [7]), ("LOW", [])])
async def test_the_level_of_the_origin_says_how_long(people: Rig, level: str, days: list[int]) -> None:
    """The county of a declared city is within it; the version of the policy is kept."""
    await declare(people, level)

    await register(people, origin_code="330302")

    assert [r["length_days"] for r in await people.rows("SELECT length_days FROM quarantine_orders")] == days
    assert await people.rows("SELECT risk_level, policy_version FROM returnees") == [
        {"risk_level": level, "policy_version": 1}
    ]


@pytest.mark.parametrize("declared", [{"code": "420100"}, {"valid_to": "2020-01-27"}, {"valid_from": "2020-01-29"}])
async def test_from_elsewhere_or_another_day_no_order_is_drafted(people: Rig, declared: dict[str, Any]) -> None:
    """The task is there all the same, with more time."""
    await declare(people, **declared)

    await register(people)

    assert await people.rows("SELECT id FROM quarantine_orders") == []
    [task] = await people.rows("SELECT reason, due_at FROM screening_tasks")
    assert task["reason"] == "RETURN"
    assert task["due_at"].isoformat() == "2020-01-29T00:00:00+00:00"


async def test_numbers_are_sealed_and_masked(people: Rig) -> None:
    """Nothing readable is stored, and the masked forms are shown within scope."""
    made = await register(people)

    fields = ["name", "national_id_masked", "phone_masked", "address", "transport_kind", "transport_number", "match"]
    [row] = await people.batch(grid_worker(people), "/returnees:batch", [made["id"]], fields)
    assert row == {
        "name": "王小明",
        "national_id_masked": "330199********1011",
        "phone_masked": "138****0001",
        "address": "山水社区 3 幢 2 单元 501",
        "transport_kind": "TRAIN",
        "transport_number": "G7333",
        "match": "MATCHED",
    }
    [stored] = await people.rows("SELECT * FROM returnees")
    assert WANG_NUMBER.encode() not in bytes(stored["document_number_sealed"])
    ring = people.state.keys.ring
    place = f"returnees/document_number/{made['id']}"
    assert ring.decrypt(stored["document_number_sealed"], place=place) == WANG_NUMBER
    assert stored["person_key"] == people.state.keys.person("NATIONAL_ID", WANG_NUMBER)


async def test_a_number_decides_whatever_the_name(people: Rig) -> None:
    """Full-width digits and a lower-case x are the same number."""
    wide = "".join(chr(ord(c) + 0xFEE0) for c in WANG_NUMBER)

    made = await register(people, person={"name": "王晓明", "national_id": wide})

    assert made["resident_id"] == str(WANG)


async def test_without_a_number_phone_and_name_match(people: Rig) -> None:
    """Exactly one of the name has the phone."""
    made = await register(people, person={"name": "王小明", "phone": "+86 138 0000 0001"})

    assert made["resident_id"] == str(WANG)
    assert await people.rows("SELECT matched_by FROM returnees") == [{"matched_by": "PHONE_AND_NAME"}]


async def test_a_phone_of_another_name_is_for_a_persons_eye(people: Rig) -> None:
    """PROBABLE, with the candidates; nobody is registered, no order drafted, but somebody looks."""
    await declare(people)

    made = await register(people, person=STRANGER | {"phone": WANG_PHONE})

    [row] = await people.batch(
        grid_worker(people), "/returnees:batch", [made["id"]], ["match", "candidate_ids", "resident_id"]
    )
    assert row == {"match": "PROBABLE", "candidate_ids": [str(WANG)], "resident_id": None}
    assert await people.rows("SELECT id FROM quarantine_orders") == []
    assert await open_tasks(people) == 1


async def test_somebody_nobody_knows_enters_the_roster(people: Rig) -> None:
    """At the destination, and is quarantined like everybody from there."""
    await declare(people)
    [before] = await people.rows("SELECT count(*) AS n FROM residents")

    made = await register(people, grid_worker(people), person=STRANGER)

    [card] = await people.batch(
        grid_worker(people), "/residents:batch", [made["resident_id"]], ["name", "grid_code", "phone_masked"]
    )
    assert card == {"name": "欧阳远", "grid_code": GRID, "phone_masked": "138****0011"}
    [after] = await people.rows("SELECT count(*) AS n FROM residents")
    assert after["n"] == before["n"] + 1
    assert await people.rows("SELECT matched_by FROM returnees") == [{"matched_by": "REGISTERED"}]
    assert len(await people.rows("SELECT id FROM quarantine_orders")) == 1


async def test_a_stranger_without_a_document_is_not_registered(people: Rig) -> None:
    """There is nothing to register by; the worker of the destination looks."""
    made = await register(people, person={"name": "欧阳远", "phone": "13800000011"})

    assert made["resident_id"] is None
    assert await people.rows("SELECT match FROM returnees") == [{"match": "UNMATCHED"}]
    assert await open_tasks(people) == 1


@pytest.mark.parametrize(("scope", "place"), [("330111", OTHER_TOWN_GRID), (LUSHAN, GRID)])
async def test_who_lives_elsewhere_is_screened_at_home_if_the_scope_reaches(
    people: Rig, scope: str, place: str
) -> None:
    """Else at the destination; the order is the home's in both cases."""
    await declare(people)
    officer = people.viewer("town_officer", scopes=(scope,))

    made = await register(people, officer, person={"name": "郑平", "national_id": FAR_NUMBER})

    assert made["resident_id"] == str(FAR)
    assert await people.rows("SELECT division_code FROM screening_tasks") == [{"division_code": place}]
    assert await people.rows("SELECT division_code FROM quarantine_orders") == [{"division_code": OTHER_TOWN_GRID}]
    assert await open_tasks(people, place) == 1
    seen = await people.batch(officer, "/returnees:batch", [made["id"]], ["id", "screening_task_id"])
    assert seen == [{"id": made["id"], "screening_task_id": made["screening_task_id"]}]
