"""What follows a merge: orders with their health checks, screening tasks, returns and their probable persons."""

from typing import Any
from uuid import UUID

import pytest

from tests.support.merges import assert_counted, merged, named, register, told
from tests.support.people import GRID, NEXT_GRID, OTHER_TOWN_GRID, WANG, WANG_NUMBER, WANG_PHONE
from tests.support.quarantine import DAY_0_EVENING, deliver, history_of, in_force, issue, officer, report, status_of
from tests.support.returnees import WANG_RETURNS, open_tasks, step
from tests.support.returnees import register as register_return
from tests.support.rig import Rig


async def checks(rig: Rig, order_id: object) -> list[dict[str, Any]]:
    """Return an order's health checks: whose, where, and where they stand."""
    return await rig.rows(
        "SELECT resident_id, division_code, status FROM health_checks WHERE quarantine_order_id = $1 ORDER BY slot_at",
        UUID(str(order_id)),
    )


async def come_back(rig: Rig, **person: Any) -> dict[str, Any]:
    """Register a return of Wang's, or of the second record with its passport."""
    return await register_return(rig, officer(rig), person={**WANG_RETURNS["person"], **person})


PASSPORT = {"document_kind": "PASSPORT", "national_id": "E12345678", "phone": "13900000009"}


async def test_the_only_order_goes_on_where_the_person_lives(people: Rig) -> None:
    """The order is the survivor's, and what is expected of it is expected in the survivor's grid."""
    lost = await register(people)
    order = await issue(people, lost)

    await merged(people, lost)

    assert (await status_of(people, order["id"])) == "ISSUED"
    found = await checks(people, order["id"])
    assert len(found) == 29
    assert {(c["resident_id"], c["division_code"]) for c in found} == {(WANG, GRID)}
    assert (await in_force(people), await in_force(people, OTHER_TOWN_GRID)) == (1, 0)
    assert (await history_of(people, order["id"]))[-1] == ("MERGED_WITH_PERSON", "ISSUED", "ISSUED", "officer-1")
    changed = [b["division_code"] for _, b in await told(people, "order_changed") if b["resident_id"] == str(WANG)]
    assert changed == [GRID, OTHER_TOWN_GRID]
    assert await named(people, lost) == []


@pytest.mark.parametrize(("lost_days", "wang_days", "goes_on"), [(14, 7, "lost"), (7, 14, "wang"), (14, 14, "wang")])
async def test_of_two_orders_in_force_the_longer_goes_on(
    people: Rig, lost_days: int, wang_days: int, goes_on: str
) -> None:
    """The other ends as merged, its future health checks are dropped, and its history says so."""
    lost = await register(people)
    orders = {
        "lost": await issue(people, lost, length_days=lost_days),
        "wang": await issue(people, WANG, length_days=wang_days),
    }
    ended = orders["wang" if goes_on == "lost" else "lost"]

    await merged(people, lost)

    assert await status_of(people, orders[goes_on]["id"]) == "ISSUED"
    assert await status_of(people, ended["id"]) == "MERGED"
    assert await checks(people, ended["id"]) == []
    transitions = [(t, before, after) for t, before, after, _ in await history_of(people, ended["id"])]
    assert ("MERGE", "ISSUED", "MERGED") in transitions
    assert {c["resident_id"] for c in await checks(people, orders[goes_on]["id"])} == {WANG}
    [standing] = await people.rows("SELECT order_id FROM standings WHERE resident_id = $1", WANG)
    assert str(standing["order_id"]) == orders[goes_on]["id"]
    assert await in_force(people) == 1
    await assert_counted(people)


async def test_an_order_in_force_outlasts_a_longer_draft(people: Rig) -> None:
    """What is only drafted ends as merged."""
    lost = await register(people)
    await come_back(people, **PASSPORT)
    body = {"code": "330300", "level": "HIGH", "valid_from": "2020-01-20", "valid_to": None}
    await people.command(officer(people), "/risk-regions", body)
    await people.move_clock("2020-01-28T08:05:00+08:00")
    [draft] = await people.rows("SELECT id, status FROM quarantine_orders WHERE resident_id = $1", lost)
    order = await issue(people, WANG, length_days=3)

    await merged(people, lost)

    assert draft["status"] == "DRAFT"
    assert await status_of(people, draft["id"]) == "MERGED"
    assert await status_of(people, order["id"]) == "ISSUED"
    await assert_counted(people)


async def test_what_was_reported_stays_where_it_happened(people: Rig) -> None:
    """Readings and missed slots keep their grid; they are the survivor's."""
    lost = await register(people)
    order = await issue(people, lost)
    await people.move_clock(DAY_0_EVENING)
    far = people.viewer("grid_worker", scopes=(OTHER_TOWN_GRID,))
    given = {"method": "PHONE", "delivered_at": DAY_0_EVENING, "receiver": "王"}
    await people.command(far, f"/quarantine-orders/{order['id']}/deliver", given)
    assert (await report(people, far, order["id"])).status_code == 200

    await merged(people, lost)

    found = await checks(people, order["id"])
    assert found[0] == {"resident_id": WANG, "division_code": OTHER_TOWN_GRID, "status": "REPORTED"}
    assert {c["division_code"] for c in found[1:]} == {GRID}
    assert (await deliver(people, order["id"])).status_code == 409


async def test_one_open_task_a_reason(people: Rig) -> None:
    """The survivor's goes on; what asks the same is closed with a step that says why."""
    lost = await register(people)
    theirs, own = await come_back(people, **PASSPORT), await come_back(people)
    await step(people, own["screening_task_id"], "assign", officer(people))

    row = await merged(people, lost)

    tasks = await people.rows("SELECT id, resident_id, status FROM screening_tasks ORDER BY status")
    assert [(str(t["id"]), t["resident_id"], t["status"]) for t in tasks] == [
        (own["screening_task_id"], WANG, "ASSIGNED"),
        (theirs["screening_task_id"], WANG, "CLOSED"),
    ]
    last = await people.rows("SELECT status, note, taken_by FROM screening_steps ORDER BY id DESC LIMIT 1")
    assert last == [{"status": "CLOSED", "note": f"merge {row['id']}", "taken_by": "officer-1"}]
    assert await open_tasks(people) + await open_tasks(people, OTHER_TOWN_GRID) == 1
    await assert_counted(people)


async def test_a_task_of_another_reason_goes_on(people: Rig) -> None:
    """Where only the lost record was to be screened, the survivor is, by the same worker."""
    lost = await register(people)
    theirs = await come_back(people, **PASSPORT)

    await merged(people, lost)

    [task] = await people.rows("SELECT id, resident_id, status FROM screening_tasks")
    assert (str(task["id"]), task["resident_id"], task["status"]) == (theirs["screening_task_id"], WANG, "OPEN")
    returns = await people.rows("SELECT resident_id FROM returnees")
    assert returns == [{"resident_id": WANG}]
    await assert_counted(people)


async def test_whoever_is_awaited_is_awaited_under_one_name(people: Rig) -> None:
    """The lost record's return from a risk region colors the survivor."""
    body = {"code": "330300", "level": "HIGH", "valid_from": "2020-01-20", "valid_to": None}
    await people.command(officer(people), "/risk-regions", body)
    lost = await register(people)
    await come_back(people, **PASSPORT)

    await merged(people, lost)

    [standing] = await people.rows("SELECT color, expected_origin_code FROM standings WHERE resident_id = $1", WANG)
    assert (standing["color"], standing["expected_origin_code"]) == ("YELLOW", "330300")


async def test_probable_persons_of_a_return_are_looked_at_once(people: Rig) -> None:
    """A return that may be the one or the other may be the survivor."""
    lost = await register(people, phone=WANG_PHONE)
    back = await come_back(people, national_id=None, name="王晓明")
    [before] = await people.rows("SELECT candidate_ids FROM returnees WHERE id = $1", UUID(back["id"]))

    await merged(people, lost)

    [after] = await people.rows("SELECT candidate_ids FROM returnees WHERE id = $1", UUID(back["id"]))
    assert (set(before["candidate_ids"]), after["candidate_ids"]) == ({WANG, lost}, [WANG])


@pytest.mark.parametrize("person", [PASSPORT, {"national_id": None, "phone": "13900000009", "name": "王一"}])
async def test_a_return_by_the_lost_records_numbers_is_the_survivors(people: Rig, person: dict[str, Any]) -> None:
    """By its document, or by phone and the name it had."""
    lost = await register(people, name="王一")
    await merged(people, lost)

    back = await come_back(people, **person)

    assert back["resident_id"] == str(WANG)


async def test_a_passage_with_the_old_document_orders_for_the_survivor(people: Rig) -> None:
    """The gate tells the key of the document that was shown."""
    lost = await register(people)
    [row] = await people.rows("SELECT person_key FROM residents WHERE id = $1", lost)
    await merged(people, lost)
    passage = {
        "passage_id": str(lost),
        "person_key": row["person_key"],
        "direction": "ENTRY",
        "origin_code": "330300",
        "quarantine_days": 14,
        "occurred_at": "2020-01-28T07:00:00+08:00",
    }

    await people.deliver("checkpoints.passage_recorded", NEXT_GRID, passage)

    [order] = await people.rows("SELECT resident_id, status FROM quarantine_orders")
    assert (order["resident_id"], order["status"]) == (WANG, "ISSUED")
    assert people.state.keys.person("NATIONAL_ID", WANG_NUMBER) != row["person_key"]
