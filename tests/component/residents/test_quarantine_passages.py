"""A passage with the instruction to stay at home issues an order, once, for whoever is on the roster."""

from typing import Any
from uuid import uuid4

import pytest
from msgspec import ValidationError
from structlog.testing import capture_logs

from chassis.ids import new_id
from tests.support.people import GRID, WANG
from tests.support.quarantine import draft, history_of, in_force, issue
from tests.support.rig import Rig, as_worker

PASSAGE_ID = str(uuid4())


async def pass_gate(rig: Rig, *, fact_id: Any = None, **changes: Any) -> None:
    """Let Wang pass the gate of his compound at 15:04, told to stay at home for 14 days."""
    person_key = await as_worker(rig, "SELECT person_key FROM residents WHERE id = $1", WANG)
    body = {
        "passage_id": PASSAGE_ID,
        "person_key": person_key,
        "checkpoint_id": str(uuid4()),
        "direction": "ENTRY",
        "outcome": "ADMITTED_REGISTERED",
        "rule_version": 1,
        "origin_code": "330300",
        "quarantine_days": 14,
        "destination_division_code": GRID,
        "occurred_at": "2020-01-28T15:04:05+08:00",
        **changes,
    }
    await rig.deliver("checkpoints.passage_recorded", GRID, body, fact_id=fact_id)


async def orders(rig: Rig) -> list[dict[str, Any]]:
    """Return all orders."""
    return await rig.rows("SELECT * FROM quarantine_orders ORDER BY id")


async def test_a_draft_is_issued_from_the_day_of_the_passage(people: Rig) -> None:
    """Whatever day the draft expected."""
    order_id = await draft(people, starts_on="2020-01-30")
    await people.move_clock("2020-01-28T15:04:06+08:00")

    await pass_gate(people)

    [order] = await orders(people)
    assert (order["id"], order["status"]) == (order_id, "ISSUED")
    assert (order["starts_on"].isoformat(), order["ends_on"].isoformat()) == ("2020-01-28", "2020-02-11")
    assert order["issued_at"] == people.state.clock.now()
    assert await in_force(people) == 1
    notes = await people.rows("SELECT note FROM quarantine_order_history ORDER BY change")
    assert notes[-1]["note"] == f"passage {PASSAGE_ID}"
    assert [s for s, _ in await people.facts()].count(f"residents.order_issued.{GRID}") == 1


@pytest.mark.parametrize(("drafted", "gate", "length_days"), [(14, 7, 14), (7, 14, 14)])
async def test_the_longer_of_draft_and_gate_counts(people: Rig, drafted: int, gate: int, length_days: int) -> None:
    """Neither shortens the other."""
    await draft(people, length_days=drafted)

    await pass_gate(people, quarantine_days=gate)

    [order] = await orders(people)
    assert order["length_days"] == length_days
    assert (order["ends_on"] - order["starts_on"]).days == length_days


async def test_without_a_draft_one_is_drafted_and_issued(people: Rig) -> None:
    """The reason is what the district has declared of the origin: nothing here."""
    await pass_gate(people, quarantine_days=7)

    [order] = await orders(people)
    assert (order["status"], order["reason"], order["length_days"]) == ("ISSUED", "TRAVEL_FROM_ELSEWHERE", 7)
    assert [t for t, *_ in await history_of(people, order["id"])] == ["DRAFT", "ISSUE"]


async def test_from_a_risk_region(people: Rig) -> None:
    """A declared region of the origin gives the reason."""
    body = {"code": "330300", "level": "HIGH", "valid_from": "2020-01-20", "valid_to": None}
    declared = await people.command(people.viewer("district_officer", scopes=("330111",)), "/risk-regions", body)
    assert declared.status_code == 201, declared.text

    await pass_gate(people)

    [order] = await orders(people)
    assert order["reason"] == "TRAVEL_FROM_RISK_AREA"


async def test_an_order_in_force_stays_as_it_is(people: Rig) -> None:
    """Who passes again is not put under quarantine again."""
    order = await issue(people)

    await pass_gate(people, quarantine_days=60)

    assert [(o["status"], o["length_days"]) for o in await orders(people)] == [("ISSUED", 14)]
    assert len(await history_of(people, order["id"])) == 2


async def test_the_same_fact_twice_has_one_effect(people: Rig) -> None:
    """And so have two passages of one person."""
    fact_id = new_id()

    for identity in (fact_id, fact_id, None):
        await pass_gate(people, fact_id=identity)

    assert len(await orders(people)) == 1
    assert await in_force(people) == 1


@pytest.mark.parametrize(
    "changes", [{"direction": "EXIT"}, {"quarantine_days": None}, {"person_key": None}, {"person_key": "f" * 64}]
)
async def test_passages_that_order_nothing(people: Rig, changes: dict[str, Any]) -> None:
    """An exit, no instruction, a visitor without a number, or somebody who is not on the roster."""
    await draft(people)

    with capture_logs() as logs:
        await pass_gate(people, **changes)

    assert [o["status"] for o in await orders(people)] == ["DRAFT"]
    unknown = [entry for entry in logs if entry["event"] == "passage of an unknown person"]
    assert [entry["passage"] for entry in unknown] == ([PASSAGE_ID] if changes.get("person_key") else [])


@pytest.mark.parametrize("drafted", [True, False])
async def test_a_passage_told_too_late_orders_nothing(people: Rig, drafted: bool) -> None:
    """A device that was offline for weeks does not send anybody home for days that are over."""
    if drafted:
        await draft(people)

    with capture_logs() as logs:
        await pass_gate(people, occurred_at="2020-01-13T15:04:05+08:00")

    assert [o["status"] for o in await orders(people)] == (["DRAFT"] if drafted else [])
    assert "passage too old for an order" in [entry["event"] for entry in logs]


async def test_a_passage_told_a_day_late(people: Rig) -> None:
    """Days count from the passage; slots that were over before the order are not expected."""
    await people.move_clock("2020-01-29T21:00:00+08:00")

    await pass_gate(people)

    [order] = await orders(people)
    assert (order["starts_on"].isoformat(), order["ends_on"].isoformat()) == ("2020-01-28", "2020-02-11")
    assert await as_worker(people, "SELECT count(*) FROM health_checks") == 27


@pytest.mark.parametrize("days", [0, 61, "x"])
async def test_a_malformed_passage_fails_as_a_whole(people: Rig, days: Any) -> None:
    """It is left to the dead letters, and nothing of it is written."""
    with pytest.raises(ValidationError):
        await pass_gate(people, quarantine_days=days)

    assert await orders(people) == []
    assert await as_worker(people, "SELECT count(*) FROM inbox") == 0
