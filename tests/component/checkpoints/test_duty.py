"""Who stands guard, nobody at two places, and the alarm of a post without people."""

import asyncio
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.ids import new_id
from tests.component.checkpoints.world import GRID, Gate, World
from tests.support.rig import problem

EIGHT = datetime.fromisoformat("2020-01-28T08:00:00+08:00")


async def hire(world: World, *names: str) -> list[UUID]:
    """Write staff of one company."""
    company, ids = new_id(), [new_id() for _ in names]
    async with world.rig.work() as db:
        await db.connection.execute(
            "INSERT INTO organizations VALUES ('330111', $1, '鹿山物业', 'ENTERPRISE')", company
        )
        for staff_id, name in zip(ids, names, strict=True):
            await db.connection.execute("INSERT INTO staff VALUES ('330111', $1, $2, $3)", staff_id, company, name)
    return ids


async def plan(
    world: World, gate: Gate, staff_id: UUID, *, begin: int = 0, hours: float = 8, viewer: Any = None, **changes: Any
) -> httpx.Response:
    """Plan a shift that begins some hours after eight."""
    starts_at = EIGHT + timedelta(hours=begin)
    body = {
        "checkpoint_id": str(gate.id),
        "staff_id": str(staff_id),
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=hours)).isoformat(),
    }
    return await world.rig.command(viewer or world.officer(), "/duty-shifts", body | changes)


async def on_duty(world: World, viewer: Any, *gates: Gate) -> list[list[str]]:
    """Return the names of those on duty now."""
    fields = ["name", "organization_name"]
    lists = await world.rig.batch(viewer, "/duty/by-checkpoint:batch", [g.id for g in gates], fields)
    return [[row["name"] for row in rows] for rows in lists]


async def gaps(world: World) -> int:
    """Return how many checkpoints of the district have a gap."""
    (row,) = await world.rig.batch(world.officer(), "/division-summaries:batch", ["330111"], ["checkpoints_with_gap"])
    return int(row["checkpoints_with_gap"])


async def test_who_is_on_duty_changes_with_the_clock(world: World) -> None:
    """A shift begins at its first instant and is over at its last."""
    (chen, ding) = await hire(world, "陈", "丁")
    await plan(world, world.east, chen)
    await plan(world, world.east, ding, begin=8)

    assert await on_duty(world, world.guard(), world.east, world.west) == [["陈"], []]
    await world.rig.move_clock("2020-01-28T16:00:00+08:00")
    assert await on_duty(world, world.guard(), world.east) == [["丁"]]


async def test_duty_is_seen_by_those_who_see_the_gate(world: World) -> None:
    """The village's grid worker too; another gate's guard and a resident not."""
    (chen,) = await hire(world, "陈")
    await plan(world, world.east, chen)

    seers = [world.guard(), world.officer("330111004", "town_officer"), world.officer("330111004002002", "grid_worker")]
    for viewer in seers:
        assert await on_duty(world, viewer, world.east) == [["陈"]]
    strangers = [world.guard(world.west), world.officer("330111115", "town_officer"), world.rig.viewer("resident")]
    for viewer in strangers:
        assert await on_duty(world, viewer, world.east) == [[]]


async def test_nobody_stands_at_two_gates_at_once(world: World) -> None:
    """Overlapping by an hour is refused, following on is not; of two at once one wins."""
    chen, ding = await hire(world, "陈", "丁")
    await plan(world, world.east, chen)

    assert problem(await plan(world, world.west, chen, begin=7)) == "AlreadyOnDuty"
    assert (await plan(world, world.west, chen, begin=8)).status_code == 201
    both = await asyncio.gather(plan(world, world.east, ding), plan(world, world.west, ding))
    assert sorted(response.status_code for response in both) == [201, 409]


@pytest.mark.parametrize("hours", [0, -1, 12.5])
async def test_a_shift_of_a_wrong_length_is_refused(world: World, hours: float) -> None:
    """Not backwards, not more than twelve hours."""
    (chen,) = await hire(world, "陈")

    assert problem(await plan(world, world.east, chen, hours=hours)) == "ShiftLengthWrong"


async def test_shifts_are_planned_by_officers_for_their_own_gates(world: World) -> None:
    """Unknown people, gates out of scope and other roles are refused."""
    (chen,) = await hire(world, "陈")
    xindeng = world.officer("330111115", "town_officer")

    assert problem(await plan(world, world.east, new_id())) == "StaffUnknown"
    assert problem(await plan(world, world.east, chen, viewer=xindeng)) == "CheckpointUnknown"
    assert problem(await plan(world, world.east, chen, viewer=world.guard())) == "RoleMayNot"
    assert problem(await plan(world, world.east, chen, starts_at="2020-01-28T08:00:00")) == "FieldMalformed"
    assert await world.rig.rows("SELECT * FROM duty_shifts") == []


async def test_a_post_without_people_is_alarmed_once_until_it_is_filled(world: World) -> None:
    """The board counts it, the subscribers are told, and the alarm is over when people have come."""
    chen, ding = await hire(world, "陈", "丁")
    await plan(world, world.east, chen, begin=1)
    await plan(world, world.east, ding, begin=2)

    await world.rig.move_clock("2020-01-28T09:00:00+08:00")
    await world.rig.move_clock("2020-01-28T09:30:00+08:00")
    before = await world.rig.rows(
        "SELECT kind, closed_at, message_zh FROM alarms WHERE checkpoint_id = $1", world.east.id
    )
    count_before = await gaps(world)
    await world.rig.move_clock("2020-01-28T10:00:00+08:00")
    after = await world.rig.rows("SELECT closed_at FROM alarms WHERE checkpoint_id = $1", world.east.id)

    assert before == [{"kind": "GAP", "closed_at": None, "message_zh": "山水苑东门应到 2 人，在岗 1 人。"}]
    assert after == [{"closed_at": EIGHT + timedelta(hours=2)}]
    assert (count_before, await gaps(world)) == (4, 3)
    subjects = [subject for subject, _ in await world.rig.facts()]
    assert subjects.count(f"checkpoints.alarm_raised.{GRID}") == 1
    assert subjects.count(f"checkpoints.summary_changed.{GRID}") == 2


async def test_a_closed_gate_and_one_out_of_hours_need_nobody(world: World) -> None:
    """By day, by night past midnight, and again when they open."""
    async with world.rig.work() as db:
        await db.connection.execute("UPDATE checkpoints SET minimum_strength = 0")
        hours = "UPDATE checkpoints SET minimum_strength = 1, opens_at = $2, closes_at = $3 WHERE id = $1"
        day, night = time(6), time(22)
        await db.connection.execute(hours, world.east.id, day, night)
        await db.connection.execute(hours, world.west.id, night, day)

    async def open_gaps(to: str) -> set[UUID]:
        await world.rig.move_clock(f"2020-01-{to}:00+08:00")
        return {
            row["checkpoint_id"]
            for row in await world.rig.rows("SELECT checkpoint_id FROM alarms WHERE closed_at IS NULL")
        }

    assert await open_gaps("28T09:00") == {world.east.id}
    assert await open_gaps("28T22:00") == {world.west.id}
    assert await open_gaps("29T05:59") == {world.west.id}
    assert await open_gaps("29T06:00") == {world.east.id}
    await world.rig.command(world.officer(), f"/checkpoints/{world.east.id}/close")
    assert await open_gaps("29T07:00") == set()


async def alarm_of(world: World) -> str:
    """Raise a fever's alarm in the east and return its id."""
    await world.record(temperature_c=38.0)
    (row,) = await world.rig.rows("SELECT id FROM alarms")
    return str(row["id"])


async def test_alarms_are_read_within_scope(world: World) -> None:
    """By id and by scope, in the caller's language; open ones alone if asked."""
    alarm = await alarm_of(world)
    fields = ["id", "kind", "message", "checkpoint_id", "closed_at"]

    for viewer in (world.officer(), world.officer(GRID, "grid_worker"), world.guard(), world.officer(role="auditor")):
        (row,) = await world.rig.batch(viewer, "/alarms:batch", [alarm], fields, language="zh")
        assert (row["kind"], row["message"]) == ("FEVER", "山水苑东门测得体温 38.0℃。")
        (rows,) = await world.rig.batch(viewer, "/alarms/by-scope:batch", ["330111"], fields)
        assert [row["id"] for row in rows] == [alarm]
    strangers = [
        world.guard(world.west),
        world.officer("330111115", "town_officer"),
        world.officer("330111004002002", "grid_worker"),
        world.rig.viewer("resident"),
        world.rig.viewer("reviewer", scopes="330111"),
    ]
    for viewer in strangers:
        assert await world.rig.batch(viewer, "/alarms:batch", [alarm], fields) == [None]
        assert await world.rig.batch(viewer, "/alarms/by-scope:batch", ["330111"], fields) == [[]]
    path, officer = "/alarms/by-scope:batch", world.officer()
    assert await world.rig.batch(officer, path, ["330111115"], fields) == [[]]
    assert await world.rig.batch(officer, path, ["330111"], fields, arguments={"is_open": False}) == [[]]


async def test_an_alarm_is_acknowledged_once_by_an_officer_in_scope(world: World) -> None:
    """It is over then; the second officer hears that somebody was there before."""
    alarm = await alarm_of(world)
    path = f"/alarms/{alarm}/acknowledge"

    assert problem(await world.rig.command(world.guard(), path)) == "RoleMayNot"
    assert problem(await world.rig.command(world.officer("330111115", "town_officer"), path)) == "AlarmUnknown"
    first, second = [await world.rig.command(world.officer(), path) for _ in range(2)]
    assert first.json() == {"id": alarm, "acknowledged_at": "2020-01-28T08:00:00+08:00"}
    assert problem(second) == "AlreadyAcknowledged"
    (row,) = await world.rig.rows("SELECT acknowledged_by, closed_at FROM alarms")
    assert row == {"acknowledged_by": "district_officer-1", "closed_at": EIGHT}


async def test_an_acknowledged_gap_stays_until_it_is_filled(world: World) -> None:
    """Knowing of it does not fill it, and it is not raised again."""
    await world.rig.move_clock("2020-01-28T09:00:00+08:00")
    (row,) = await world.rig.rows("SELECT id FROM alarms WHERE checkpoint_id = $1", world.east.id)

    await world.rig.command(world.officer(), f"/alarms/{row['id']}/acknowledge")
    await world.rig.move_clock("2020-01-28T10:00:00+08:00")

    rows = await world.rig.rows("SELECT closed_at FROM alarms WHERE checkpoint_id = $1", world.east.id)
    assert rows == [{"closed_at": None}]
