"""People whose records were merged: rosters and prechecks follow the survivor, whatever order the facts come in."""

from itertools import permutations
from typing import Any

import msgspec
import pytest

from chassis.ids import new_id
from services.enterprises.loading.rebuild import rebuild_from
from tests.component.enterprises.support import (
    ENTERPRISE_ID,
    LUSHAN_GRID,
    WANG_KEY,
    Xindeng,
    application,
    in_quarantine,
    standing,
)

NEW_KEY = "e" * 64


def alias(version: int = 1, survivor: str | None = NEW_KEY) -> tuple[str, dict[str, Any]]:
    """Return the fact that Wang's key means another record, or its own again."""
    name = "person_merge_undone" if survivor is None else "person_merged"
    body = {"lost_person_key": WANG_KEY, "survivor_person_key": survivor or NEW_KEY, "version": version}
    return name, {"merge_id": str(new_id()), "lost_id": str(new_id()), "survivor_id": str(new_id()), **body}


async def take_in(xindeng: Xindeng, *facts: tuple[str, dict[str, Any]], fact_id: Any = None) -> None:
    """Take in facts of residents."""
    for name, body in facts:
        await xindeng.rig.deliver(f"residents.{name}", LUSHAN_GRID, body, fact_id=fact_id)


async def codes(xindeng: Xindeng, application_id: str) -> list[str]:
    """Return what the precheck finds now."""
    return [f["code"] for f in (await xindeng.application(application_id))["precheck"]["findings"]]


def survivor(version: int, **different: Any) -> tuple[str, dict[str, Any]]:
    """Return where the survivor stands."""
    return "standing_changed", {**in_quarantine(version), "person_key": NEW_KEY, **different}


async def test_a_roster_follows_the_survivor(xindeng: Xindeng) -> None:
    """The worker named by the old key is under quarantine as the survivor is, and free as the survivor is."""
    row = await xindeng.submit()
    await take_in(xindeng, survivor(2))
    before = await codes(xindeng, row["id"])

    await take_in(xindeng, alias())
    merged = await codes(xindeng, row["id"])
    await take_in(xindeng, survivor(3, order_status="RELEASED", color="GREEN"))

    assert (before, merged, await codes(xindeng, row["id"])) == ([], ["WorkerUnderQuarantine"], [])


async def test_what_was_told_of_the_lost_key_does_not_count(xindeng: Xindeng) -> None:
    """The lost record was red; the survivor is not."""
    row = await xindeng.submit()
    await xindeng.deliver(standing(2, "RED"))

    await take_in(xindeng, alias(), survivor(1, color="GREEN", order_status=None))

    assert await codes(xindeng, row["id"]) == []


async def test_an_undone_merge_is_undone_here(xindeng: Xindeng) -> None:
    """The worker stands where his own record does."""
    row = await xindeng.submit()
    await take_in(xindeng, survivor(2), alias(1))

    await take_in(xindeng, alias(2, survivor=None))

    assert await codes(xindeng, row["id"]) == []


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_facts_in_any_order_end_the_same(xindeng: Xindeng, order: tuple[int, ...]) -> None:
    """A merge, its undoing, a merge again, and where the survivor stands."""
    row = await xindeng.submit()
    facts = [alias(1), alias(2, survivor=None), alias(3), survivor(2)]

    await take_in(xindeng, *(facts[place] for place in order))

    assert await codes(xindeng, row["id"]) == ["WorkerUnderQuarantine"]
    rows = await xindeng.rig.rows("SELECT survivor_person_key, version FROM person_aliases")
    assert rows == [{"survivor_person_key": NEW_KEY, "version": 3}]


async def test_a_fact_twice_has_one_effect(xindeng: Xindeng) -> None:
    """The inbox is the guard, the version a second one; the history says it once."""
    row = await xindeng.submit()
    await take_in(xindeng, survivor(2))
    fact_id = new_id()

    await take_in(xindeng, alias(), alias(), fact_id=fact_id)
    await take_in(xindeng, alias())

    assert len((await xindeng.application(row["id"]))["history"]) == 4


async def test_a_new_application_knows_the_alias(xindeng: Xindeng) -> None:
    """Whoever is named by the old key is looked up by the survivor's."""
    await take_in(xindeng, alias(), survivor(2))

    row = await xindeng.submit()

    assert [f["code"] for f in row["precheck"]["findings"]] == ["WorkerUnderQuarantine"]


async def test_a_new_risk_region_reaches_who_is_awaited_under_another_key(xindeng: Xindeng) -> None:
    """The survivor is expected from there."""
    roster = [r | {"origin_code": "330111"} for r in application()["roster"]]
    row = await xindeng.submit(roster=roster)
    green = {"color": "GREEN", "order_status": None, "order_id": None, "order_ends_on": None}
    await take_in(
        xindeng, alias(), survivor(2, **green, expected_arrival_on="2020-01-30", expected_origin_code="330302")
    )

    await xindeng.declare()

    assert await codes(xindeng, row["id"]) == ["WorkerExpectedFromRiskRegion"]


async def test_where_a_person_works_is_found_by_any_key(xindeng: Xindeng) -> None:
    """By the survivor's key, by the old one, and by the person who signs in with either."""
    await xindeng.submit()
    await take_in(xindeng, alias())
    asked = [WANG_KEY, NEW_KEY, "f" * 64]

    for viewer in (xindeng.district_officer, xindeng.rig.viewer("resident", person_key=NEW_KEY)):
        rows = await xindeng.rig.batch(viewer, "/employments/by-person-key:batch", asked, ["enterprise_id"])
        assert rows == [{"enterprise_id": ENTERPRISE_ID}, {"enterprise_id": ENTERPRISE_ID}, None]


async def test_a_rebuild_carries_aliases(xindeng: Xindeng) -> None:
    """Aliases and standings of the snapshot, in whatever order, and the applications that they touch."""
    row = await xindeng.submit()

    def told(name: str, body: dict[str, Any]) -> bytes:
        return msgspec.json.encode({"fact": name, "division_code": "330111", **body}) + b"\n"

    await rebuild_from(xindeng.rig.state, [told(*alias()), told(*survivor(2))])
    merged = await codes(xindeng, row["id"])
    await rebuild_from(xindeng.rig.state, [told(*alias(2, survivor=None))])

    assert (merged, await codes(xindeng, row["id"])) == (["WorkerUnderQuarantine"], [])
