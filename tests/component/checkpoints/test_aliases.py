"""People whose records were merged: the gate knows the old document, whatever order the facts come in."""

from itertools import permutations
from typing import Any

import msgspec
import pytest

from chassis.ids import new_id
from services.checkpoints.watchlist.rebuild import rebuild_from
from tests.component.checkpoints.test_watchlist import line
from tests.component.checkpoints.world import GRID, LI, LI_KEY, WANG_KEY, World

FIELDS = ["id", "person_key"]
OLD: dict[str, Any] = {"person": {"national_id": LI, "name": "王小明"}}


def alias(version: int = 1, lost: str = LI_KEY, survivor: str | None = WANG_KEY) -> tuple[str, dict[str, Any]]:
    """Return the fact that a lost key means a survivor, or itself again."""
    name = "person_merge_undone" if survivor is None else "person_merged"
    body = {"lost_person_key": lost, "survivor_person_key": survivor or WANG_KEY, "version": version}
    return name, {"merge_id": str(new_id()), "lost_id": str(new_id()), "survivor_id": str(new_id()), **body}


async def take_in(world: World, *facts: tuple[str, dict[str, Any]], fact_id: Any = None) -> None:
    """Take in facts of residents."""
    for name, body in facts:
        await world.rig.deliver(f"residents.{name}", GRID, body, fact_id=fact_id)


async def test_the_old_document_is_decided_by_the_survivors_color(world: World) -> None:
    """Li was green, and is Wang, who is red."""
    await world.tell(color="RED", order_id=str(new_id()), order_status="ISSUED", order_ends_on="2020-02-11")
    await world.tell(person=LI_KEY, color="GREEN")
    before = await world.record(direction="EXIT", **OLD)

    await take_in(world, alias())

    after = await world.record(direction="EXIT", **OLD)
    assert (before["outcome"], after["outcome"]) == ("ADMITTED", "TURNED_BACK")
    assert after["person_key"] == LI_KEY


async def test_recent_passages_show_both_keys(world: World) -> None:
    """A passage keeps the key it was recorded with; the person's list shows all, by any key, to the person too."""
    await world.tell()
    await world.tell(person=LI_KEY)
    passages = [await world.record(), await world.record(**OLD)]
    await take_in(world, alias())
    wang = world.rig.viewer("resident", person_key=WANG_KEY)

    for viewer in (world.officer(), wang):
        rows = await world.rig.batch(viewer, "/passages/by-person-key:batch", [WANG_KEY, LI_KEY], FIELDS)
        assert [{r["id"] for r in found} for found in rows] == [{p["id"] for p in passages}] * 2
        assert {r["person_key"] for r in rows[0]} == {WANG_KEY, LI_KEY}


async def test_nobody_elses_passages_are_shown(world: World) -> None:
    """Without an alias a key is one person's, and so it is after the merge was undone."""
    await world.record()
    await world.record(**OLD)
    li = world.rig.viewer("resident", person_key=LI_KEY)

    for facts in ((), (alias(1), alias(2, survivor=None))):
        await take_in(world, *facts)
        [rows] = await world.rig.batch(li, "/passages/by-person-key:batch", [LI_KEY], FIELDS)
        assert {r["person_key"] for r in rows} == {LI_KEY}


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_facts_in_any_order_end_the_same(world: World, order: tuple[int, ...]) -> None:
    """A merge, its undoing, a merge again, and where the survivor stands."""
    standing = {"person_key": WANG_KEY, "version": 2, "color": "RED", "home_division_code": GRID}
    facts = [alias(1), alias(2, survivor=None), alias(3), ("standing_changed", standing)]
    await world.tell(person=LI_KEY)

    await take_in(world, *(facts[place] for place in order))

    assert (await world.record(direction="EXIT", **OLD))["outcome"] == "TURNED_BACK"
    rows = await world.rig.rows("SELECT survivor_person_key, version FROM person_aliases")
    assert rows == [{"survivor_person_key": WANG_KEY, "version": 3}]


async def test_a_fact_twice_has_one_effect(world: World) -> None:
    """The inbox row is the guard, the version a second one."""
    fact_id = new_id()

    await take_in(world, alias(), alias(7, survivor=None), fact_id=fact_id)
    await take_in(world, alias())

    rows = await world.rig.rows("SELECT survivor_person_key, version FROM person_aliases")
    assert rows == [{"survivor_person_key": WANG_KEY, "version": 1}]


async def test_a_late_standing_of_the_lost_key_changes_nothing(world: World) -> None:
    """What was told of the old record is not what counts, whenever it comes."""
    await world.tell(2, color="GREEN")
    await take_in(world, alias())

    await world.tell(5, person=LI_KEY, color="RED")

    assert (await world.record(direction="EXIT", **OLD))["outcome"] == "ADMITTED"


async def test_a_rebuild_carries_aliases(world: World) -> None:
    """Those of the snapshot, and none that it does not bring; an undone merge as well."""

    def told(name: str, body: dict[str, Any]) -> bytes:
        return msgspec.json.encode({"fact": name, "division_code": "330111", **body}) + b"\n"

    async with world.rig.work() as db:
        await db.connection.execute(
            "INSERT INTO person_aliases VALUES ('330111', 'gone', $1, 9, $2)", LI_KEY, world.rig.state.clock.now()
        )
    lines = [told(*alias()), told(*alias(2, lost="x" * 64, survivor=None)), line(color="RED"), line("y" * 64)]

    await rebuild_from(world.rig.state, lines, may_shrink=False)

    rows = await world.rig.rows("SELECT lost_person_key AS key, survivor_person_key AS to, version FROM person_aliases")
    assert sorted((r["key"], r["to"], r["version"]) for r in rows) == sorted(
        [(LI_KEY, WANG_KEY, 1), ("x" * 64, None, 2)]
    )
    assert (await world.record(direction="EXIT", **OLD))["outcome"] == "TURNED_BACK"


@pytest.mark.parametrize("body", [{"version": 1}, {"lost_person_key": LI_KEY, "version": "two"}])
async def test_a_fact_without_form_is_not_taken_in(world: World, body: dict[str, Any]) -> None:
    """It fails, so that the consumer sets it aside."""
    with pytest.raises(msgspec.ValidationError):
        await take_in(world, ("person_merged", body))

    assert await world.rig.rows("SELECT * FROM inbox") == []
