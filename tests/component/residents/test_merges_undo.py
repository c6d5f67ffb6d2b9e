"""A merge is undone for a day: both records as they were, or what stands in the way."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.ids import new_id
from tests.support.merges import assert_counted, merged, named, register, register_child, resident, told, undo, undone
from tests.support.people import FAR_HOME, GRID, LUSHAN, OTHER_TOWN_GRID, WANG
from tests.support.quarantine import AFTER_THE_END, history_of, in_force, issue, officer, status_of
from tests.support.returnees import WANG_RETURNS
from tests.support.returnees import register as register_return
from tests.support.rig import Rig, problem

PASSPORT = {"document_kind": "PASSPORT", "national_id": "E12345678", "phone": "13900000009"}


async def test_both_records_stand_as_they_were(people: Rig) -> None:
    """Each answers its own id, lives in its household, and is counted."""
    lost = await register(people)
    row = await merged(people, lost)

    answered = await undone(people, row["id"])

    assert (answered["id"], answered["undone_by"]) == (row["id"], "officer-1")
    assert (await resident(people, lost))["id"] == str(lost)
    [members] = await people.batch(officer(people), "/residents/by-household:batch", [FAR_HOME], ["id"])
    assert str(lost) in {m["id"] for m in members}
    [code] = await people.batch(officer(people), "/health-codes/by-resident:batch", [lost], ["color"])
    assert code == {"color": "GREEN"}
    await assert_counted(people)


async def test_what_was_taken_over_is_given_back(people: Rig) -> None:
    """Document and phone are the other record's again."""
    survivor = await register_child(people, WANG, "孙一", "2012-03-04")
    lost = await register(people, name="孙一", birth_on="2012-03-04")
    row = await merged(people, lost, survivor)

    await undone(people, row["id"])

    fields = ("document_kind", "phone_masked")
    assert await resident(people, survivor, *fields) == {"document_kind": None, "phone_masked": None}
    assert await resident(people, lost, *fields) == {"document_kind": "PASSPORT", "phone_masked": "139****0009"}


async def test_orders_go_on_as_they_were(people: Rig) -> None:
    """The one that ended is in force again with its health checks; the other is the lost record's."""
    lost = await register(people)
    longer, shorter = await issue(people, lost), await issue(people, WANG, length_days=7)
    row = await merged(people, lost)

    await undone(people, row["id"])

    rows = await people.rows("SELECT id, resident_id, status, division_code FROM quarantine_orders ORDER BY ends_on")
    assert [(str(r["id"]), r["resident_id"], r["status"], r["division_code"]) for r in rows] == [
        (shorter["id"], WANG, "ISSUED", GRID),
        (longer["id"], lost, "ISSUED", OTHER_TOWN_GRID),
    ]
    counts = await people.rows("SELECT resident_id, count(*) AS n FROM health_checks GROUP BY 1")
    assert {r["resident_id"]: r["n"] for r in counts} == {lost: 29, WANG: 15}
    assert (await history_of(people, shorter["id"]))[-1] == ("UNDO_MERGE", "MERGED", "ISSUED", "officer-1")
    assert (await in_force(people), await in_force(people, OTHER_TOWN_GRID)) == (1, 1)
    await assert_counted(people)


async def test_slots_that_were_over_meanwhile_are_not_expected(people: Rig) -> None:
    """Nobody misses a health check of an order that had ended."""
    lost = await register(people)
    await issue(people, lost)
    shorter = await issue(people, WANG, length_days=7)
    row = await merged(people, lost)
    await people.move_clock("2020-01-29T08:00:00+08:00")

    await undone(people, row["id"])

    left = await people.rows(
        "SELECT count(*) AS n FROM health_checks WHERE quarantine_order_id = $1", UUID(shorter["id"])
    )
    assert left == [{"n": 14}]


async def test_tasks_and_returns_go_back(people: Rig) -> None:
    """The closed task goes on where it stood, and the board counts it."""
    lost = await register(people)
    theirs = await register_return(people, officer(people), person={**WANG_RETURNS["person"], **PASSPORT})
    await register_return(people, officer(people))
    row = await merged(people, lost)

    await undone(people, row["id"])

    tasks = await people.rows("SELECT resident_id, status FROM screening_tasks ORDER BY resident_id = $1", lost)
    assert [(t["resident_id"], t["status"]) for t in tasks] == [(WANG, "OPEN"), (lost, "OPEN")]
    [back] = await people.rows("SELECT resident_id FROM returnees WHERE id = $1", UUID(theirs["id"]))
    assert back["resident_id"] == lost
    await assert_counted(people)


async def test_other_services_are_told(people: Rig) -> None:
    """The key means itself again, by a later version; both standings are told anew."""
    lost = await register(people)
    row = await merged(people, lost)

    await undone(people, row["id"])

    facts = [(name, body["lost_id"], body["version"]) for name, body in await told(people, "person_merge_undone")]
    assert facts == [("person_merge_undone", str(lost), 2)]
    versions = {b["resident_id"]: b["version"] for _, b in await told(people, "standing_changed")}
    assert versions == {str(lost): 2, str(WANG): 3}


async def test_a_chain_is_undone_from_its_end(people: Rig) -> None:
    """The later merge stands in the way of the earlier one; then each record is who it was."""
    first, second = await register(people), await register(people, document_number="E00000002")
    early = await merged(people, first, second)
    late = await merged(people, second)

    refused = await undo(people, early["id"])
    await undone(people, late["id"])
    between = (await resident(people, first))["id"]
    await undone(people, early["id"])

    assert (problem(refused), "merged into another" in refused.json()["detail"]) == ("MergeBuiltUpon", True)
    assert between == str(second)
    assert (await resident(people, first))["id"] == str(first)
    names = [(n, b["lost_id"], b["survivor_id"], b["version"]) for n, b in await told(people, "person_merged")][-1]
    assert names == ("person_merged", str(first), str(second), 3)
    await assert_counted(people)


async def test_undone_and_merged_again(people: Rig) -> None:
    """Versions go on, so that the last word is the last word."""
    lost = await register(people)
    row = await merged(people, lost)
    await undone(people, row["id"])

    again = await merged(people, lost)

    assert again["id"] != row["id"]
    assert [b["version"] for _, b in await told(people, "person_merged", "person_merge_undone")] == [1, 2, 3]
    [rows] = await people.batch(officer(people), "/resident-merges/by-resident:batch", [WANG], ["id", "undone_at"])
    assert [r["id"] for r in rows if r["undone_at"] is None] == [again["id"]]


async def test_the_same_command_again_answers_the_same(people: Rig) -> None:
    """And another key finds it undone."""
    row, key = await merged(people, await register(people)), str(uuid4())

    first, second = await undo(people, row["id"], key=key), await undo(people, row["id"], key=key)
    third = await undo(people, row["id"])

    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert (third.status_code, problem(third)) == (409, "MergeAlreadyUndone")


async def test_after_a_day_a_merge_stays(people: Rig) -> None:
    """Business time: to the minute, and not a minute longer."""
    kept, late = await merged(people, await register(people)), await register(people, document_number="E00000002")
    await people.move_clock("2020-01-28T08:00:01+08:00")
    second = await merged(people, late)
    await people.move_clock("2020-01-29T08:00:01+08:00")

    refused, allowed = await undo(people, kept["id"], language="zh"), await undo(people, second["id"])

    assert (problem(refused), refused.json()["detail"]) == (
        "MergeUndoTooLate",
        "合并后 24 小时内可以撤销，该合并的撤销期限为 2020-01-29 08:00。",
    )
    assert allowed.status_code == 200


@pytest.mark.parametrize(("role", "scopes", "code"), [
    ("grid_worker", ("330111",), "RoleMayNot"),
    ("town_officer", (LUSHAN,), "ResidentUnknown"),
])  # fmt: skip
async def test_who_may_not_merge_may_not_undo(people: Rig, role: str, scopes: tuple[str, ...], code: str) -> None:
    """The same right is needed."""
    row = await merged(people, await register(people))

    response = await undo(people, row["id"], viewer=people.viewer(role, scopes=scopes))

    assert problem(response) == code


async def test_a_merge_that_is_not_there(people: Rig) -> None:
    """Is not undone."""
    response = await undo(people, new_id())

    assert (response.status_code, problem(response)) == (404, "MergeUnknown")


async def released(people: Rig, lost: UUID, orders: dict[str, Any]) -> None:
    """Let the order that goes on come to its end by transfer."""
    body = {"to": "MEDICAL", "place": "区第一人民医院"}
    await people.command(officer(people), f"/quarantine-orders/{orders['longer']['id']}/transfer", body)


async def returned(people: Rig, lost: UUID, orders: dict[str, Any]) -> None:
    """Let somebody come back with the lost record's passport."""
    await register_return(people, officer(people), person={**WANG_RETURNS["person"], **PASSPORT})


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (released, "the order of 2020-01-28 - 2020-02-11 is TRANSFERRED_MEDICAL since"),
        (returned, "a return was registered with the lost record's document since"),
    ],
)
async def test_what_was_built_upon_stands_in_the_way(people: Rig, since: Any, words: str) -> None:
    """The refusal names it, and nothing is changed."""
    lost = await register(people)
    orders = {"longer": await issue(people, lost), "shorter": await issue(people, WANG, length_days=7)}
    row = await merged(people, lost)
    await since(people, lost, orders)
    status = await status_of(people, orders["shorter"]["id"])

    response = await undo(people, row["id"])

    assert (problem(response), words in response.json()["detail"]) == ("MergeBuiltUpon", True)
    assert await status_of(people, orders["shorter"]["id"]) == status == "MERGED"
    assert await named(people, lost) == []


async def test_an_order_opened_since_stands_in_the_way(people: Rig) -> None:
    """Nobody can say whose it would be."""
    row = await merged(people, await register(people))
    await issue(people, WANG)

    response = await undo(people, row["id"])

    assert "an order of 2020-01-28 - 2020-02-11 was opened since" in response.json()["detail"]


async def test_the_clock_goes_on_with_what_was_put_back(people: Rig) -> None:
    """An order put back falls due and is released like any other."""
    lost = await register(people)
    order = await issue(people, lost)
    row = await merged(people, lost)
    await undone(people, row["id"])

    await people.move_clock(AFTER_THE_END)

    assert await status_of(people, order["id"]) == "RELEASE_DUE"
    await assert_counted(people)
