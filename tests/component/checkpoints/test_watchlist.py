"""What residents tells: taken in once, in any order, and rebuilt as a whole."""

from typing import Any

import msgspec
import pytest

from chassis.ids import new_id
from services.checkpoints.watchlist.rebuild import SnapshotRefused, rebuild_from
from tests.component.checkpoints.world import GRID, LI_KEY, WANG_KEY, World

WATCHLIST = "SELECT person_key, version, color FROM watchlist ORDER BY person_key"


def line(person_key: str = WANG_KEY, **changes: Any) -> bytes:
    """Return a line of a snapshot."""
    standing = {
        "fact": "standing_changed",
        "division_code": GRID,
        "person_key": person_key,
        "resident_id": str(new_id()),
        "version": 1,
        "color": "GREEN",
        "home_division_code": GRID,
        "expected_arrival_on": None,
        "expected_origin_code": None,
        "order_id": None,
        "order_status": None,
        "order_setting": None,
        "order_ends_on": None,
    }
    return msgspec.json.encode(standing | changes) + b"\n"


REGION = msgspec.json.encode(
    {
        "fact": "risk_region_declared",
        "division_code": "330111",
        "risk_region_id": "01977d5e-0000-7000-8000-0000000000aa",
        "version": 1,
        "code": "330300",
        "level": "HIGH",
        "valid_from": "2020-01-20",
        "valid_to": None,
    }
)


async def test_an_older_standing_is_ignored(world: World) -> None:
    """Facts come out of order; the newest version is what the gate knows."""
    await world.tell(3, color="RED", order_id=str(new_id()), order_status="ISSUED", order_ends_on="2020-02-11")
    await world.tell(2, color="GREEN")

    assert (await world.record(direction="EXIT"))["outcome"] == "TURNED_BACK"
    await world.tell(4, color="GREEN")
    assert (await world.record(direction="EXIT"))["outcome"] == "ADMITTED"


async def test_an_older_region_is_ignored(world: World) -> None:
    """The same holds for risk regions."""
    await world.tell()
    await world.declare(2, valid_to="2020-01-25")
    await world.declare(1)

    assert (await world.record(origin_code="330300"))["quarantine_days"] == 7
    await world.declare(3)
    assert (await world.record(origin_code="330300"))["quarantine_days"] == 14


async def test_a_fact_taken_in_twice_changes_nothing(world: World) -> None:
    """The inbox row is the guard, the version a second one."""
    body = {"person_key": WANG_KEY, "version": 1, "color": "RED"}
    fact_id = new_id()

    for color in ("RED", "GREEN"):
        await world.rig.deliver("residents.standing_changed", GRID, {**body, "color": color}, fact_id=fact_id)

    assert await world.rig.rows(WATCHLIST) == [{"person_key": WANG_KEY, "version": 1, "color": "RED"}]


async def test_a_fact_without_form_is_not_taken_in(world: World) -> None:
    """It fails, so that the consumer sets it aside; nothing is written."""
    with pytest.raises(msgspec.ValidationError):
        await world.rig.deliver("residents.standing_changed", GRID, {"person_key": WANG_KEY})

    assert await world.rig.rows("SELECT * FROM inbox") == []


async def test_a_checkpoint_says_how_far_its_knowledge_reaches(world: World) -> None:
    """Null before anything came, an instant afterwards; the metric says the same."""

    async def as_of() -> Any:
        (row,) = await world.rig.batch(world.guard(), "/checkpoints:batch", [world.east.id], ["watchlist_as_of"])
        return row["watchlist_as_of"]

    assert await as_of() is None
    await world.tell()
    assert await as_of() is not None
    assert b"watchlist_taken_in_timestamp_seconds 1." in (await world.rig.http.get("/metrics")).content


async def test_a_rebuild_replaces_the_watchlist(world: World) -> None:
    """Whoever is not in the snapshot any more is forgotten; regions come with it."""
    async with world.rig.work() as db:
        await db.connection.execute(
            "INSERT INTO watchlist (district_code, person_key, version, taken_in_at) VALUES ($1, $2, 9, $3)",
            *("330111", "gone", world.rig.state.clock.now()),
        )

    brought = await rebuild_from(world.rig.state, [REGION, line(), line(LI_KEY, color="RED")], may_shrink=False)

    assert brought == 2
    rows = await world.rig.rows(WATCHLIST)
    assert {row["person_key"]: row["color"] for row in rows} == {WANG_KEY: "GREEN", LI_KEY: "RED"}
    assert (await world.record(origin_code="330300"))["quarantine_days"] == 14
    assert await world.rig.rows("SELECT * FROM watchlist_incoming") == []


async def test_a_fact_newer_than_the_snapshot_wins(world: World) -> None:
    """What came by the stream while the snapshot was written stays."""
    await world.tell(7, color="RED")
    await world.tell(1, person=LI_KEY, color="YELLOW")

    await rebuild_from(world.rig.state, [line(version=6), line(LI_KEY, version=2)], may_shrink=False)

    rows = {row["person_key"]: (row["version"], row["color"]) for row in await world.rig.rows(WATCHLIST)}
    assert rows == {WANG_KEY: (7, "RED"), LI_KEY: (2, "GREEN")}


@pytest.mark.parametrize(
    "lines",
    [[], [REGION], [line(LI_KEY), b"{not json\n"], [line(LI_KEY), b'{"fact":"weather"}'], [line(LI_KEY)]],
    ids=["empty", "nobody", "torn", "unknown fact", "cut off"],
)
async def test_a_snapshot_that_cannot_be_right_changes_nothing(world: World, lines: list[bytes]) -> None:
    """Empty, torn or cut off: all or nothing, and the gates keep what they know."""
    await rebuild_from(world.rig.state, [line(f"{n:064x}") for n in range(10)], may_shrink=False)
    before = await world.rig.rows(WATCHLIST)

    with pytest.raises(SnapshotRefused):
        await rebuild_from(world.rig.state, lines, may_shrink=False)

    assert await world.rig.rows(WATCHLIST) == before


async def test_a_watchlist_may_shrink_when_it_is_meant(world: World) -> None:
    """The operator says so."""
    await rebuild_from(world.rig.state, [line(f"{n:064x}") for n in range(10)], may_shrink=False)
    async with world.rig.work() as db:
        await db.connection.execute("UPDATE watchlist SET taken_in_at = $1", world.rig.state.clock.now())

    await rebuild_from(world.rig.state, [line()], may_shrink=True)

    assert [row["person_key"] for row in await world.rig.rows(WATCHLIST)] == [WANG_KEY]
