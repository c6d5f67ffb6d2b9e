"""Who sees what, tried as everybody, on connections that served somebody else before."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

import pytest

from chassis.auth import Viewer, session
from services.checkpoints.access import ACCESS
from tests.component.checkpoints.world import GRID, LI, LI_KEY, NEXT_GRID, WANG_KEY, XINDENG, World
from tests.support.rig import problem

PASSAGES = "passages"
SITES = "sites"


@dataclass(slots=True)
class Filled:
    """The world with a passage at each gate: Wang's in the east, Li's elsewhere."""

    world: World
    passages: list[str]

    async def seen(self, viewer: Viewer) -> dict[str, set[str]]:
        """Return which gates a viewer sees, and at which gates passages: by id and by every list."""
        rig, gates = self.world.rig, self.world.gates
        names = {str(g.id): g.name for g in gates}
        ids = [g.id for g in gates]
        sites = [r for r in await rig.batch(viewer, "/checkpoints:batch", ids, ["id"]) if r]
        listed = (await rig.batch(viewer, "/checkpoints/by-division:batch", ["330111"], ["id"]))[0]
        assert {r["id"] for r in listed} == {r["id"] for r in sites}
        by_id = [r for r in await rig.batch(viewer, "/passages:batch", self.passages, ["checkpoint_id"]) if r]
        by_gate = await rig.batch(viewer, "/passages/by-checkpoint:batch", ids, ["checkpoint_id"])
        by_person = await rig.batch(viewer, "/passages/by-person-key:batch", [WANG_KEY, LI_KEY], ["checkpoint_id"])
        lists = (by_id, chain.from_iterable(by_gate), chain.from_iterable(by_person))
        gates_of = [{names[r["checkpoint_id"]] for r in rows} for rows in lists]
        assert gates_of[0] == gates_of[1] == gates_of[2]
        return {SITES: {names[r["id"]] for r in sites}, PASSAGES: gates_of[0]}


@pytest.fixture
async def filled(world: World) -> Filled:
    """Record a passage at each gate."""
    passages = [(await world.record(world.east))["id"]]
    for gate in world.gates[1:]:
        passages.append((await world.record(gate, person={"national_id": LI, "name": "李红"}))["id"])
    return Filled(world, passages)


EAST, WEST, VILLAGE_GATE, XINDENG_GATE = "山水苑东门", "山水苑西门", "山水村口", "新登路口"
LUSHAN_GATES = {EAST, WEST, VILLAGE_GATE}
ALL = {*LUSHAN_GATES, XINDENG_GATE}


def callers(world: World) -> list[tuple[Viewer, set[str], set[str]]]:
    """Return everybody with the gates, and the gates whose passages, they see."""
    viewer = world.rig.viewer
    return [
        (viewer("district_officer", scopes="330111"), ALL, ALL),
        (viewer("auditor", scopes="330111"), ALL, ALL),
        (viewer("town_officer", scopes="330111004"), LUSHAN_GATES, LUSHAN_GATES),
        (viewer("town_officer", scopes="330111115"), {XINDENG_GATE}, {XINDENG_GATE}),
        (viewer("town_officer", scopes=("330111115", GRID)), ALL, {XINDENG_GATE, EAST}),
        (viewer("town_officer", scopes=()), set(), set()),
        (viewer("grid_worker", scopes=GRID), LUSHAN_GATES, {EAST}),
        (viewer("grid_worker", scopes=(GRID, NEXT_GRID)), LUSHAN_GATES, {EAST, WEST}),
        (viewer("grid_worker", scopes="330111115011001"), {XINDENG_GATE}, set()),
        (world.guard(world.east), {EAST}, {EAST}),
        (world.guard(world.west), {WEST}, {WEST}),
        (world.guard(world.west, world.village), {WEST, VILLAGE_GATE}, {WEST, VILLAGE_GATE}),
        (viewer("gate_guard"), set(), set()),
        (viewer("gate_guard", scopes="330111"), set(), set()),
        (viewer("resident", person_key=WANG_KEY), {EAST}, {EAST}),
        (viewer("resident", person_key=LI_KEY), ALL - {EAST}, ALL - {EAST}),
        (viewer("resident", person_key="f" * 64), set(), set()),
        (viewer("resident", scopes="330111"), set(), set()),
        (viewer("enterprise_agent", scopes="330111", enterprises="91330111MA2GRD001J"), set(), set()),
        (viewer("reviewer", scopes="330111", checkpoints=str(world.east.id)), set(), set()),
        (viewer("ops", scopes="330111", person_key=WANG_KEY), set(), set()),
        (viewer("stranger", scopes="330111"), set(), set()),
    ]


async def test_each_caller_sees_the_own_part_on_any_connection(filled: Filled) -> None:
    """By id and by list, three times round, so that every connection has served others before."""
    for _ in range(3):
        for viewer, sites, passages in callers(filled.world):
            assert await filled.seen(viewer) == {SITES: sites, PASSAGES: passages}, viewer


async def test_without_any_scope_a_used_connection_shows_nothing(filled: Filled) -> None:
    """After SET LOCAL the setting reads as an empty string, which is no scope either."""
    officer = filled.world.officer()
    async with filled.world.rig.state.database.request(session(officer, ACCESS)) as db:
        assert await db.connection.fetchval("SELECT count(*) FROM passages") == 4

    for role in ("district_officer", "gate_guard", "resident"):
        nobody = filled.world.rig.viewer(role)
        for _ in range(10):
            async with filled.world.rig.state.database.request(session(nobody, ACCESS)) as db:
                assert await db.connection.fetchval("SELECT count(*) FROM passages") == 0


async def test_nobody_reads_what_is_the_workers(filled: Filled) -> None:
    """Watchlist and keys are granted to no caller at all."""
    await filled.world.tell()
    for viewer in (filled.world.officer(), filled.world.guard(), filled.world.rig.viewer("ops")):
        for table in ("watchlist", "watchlist_incoming", "risk_regions", "passage_keys", "inbox", "devices"):
            async with filled.world.rig.state.database.request(session(viewer, ACCESS)) as db:
                granted = await db.connection.fetchval("SELECT has_table_privilege($1, 'SELECT')", table)
            assert not granted, (viewer.role, table)


async def test_passages_are_read_newest_first_page_by_page(world: World) -> None:
    """Pages neither overlap nor leave anything out, also among passages of one second."""
    sent = [await world.record(occurred_at=f"2020-01-28T07:5{n // 2}:00+08:00") for n in range(6)]
    newest_first = [p["id"] for p in sorted(sent, key=lambda p: (p["occurred_at"], p["id"]), reverse=True)]

    read: list[str] = []
    after: str | None = None
    while True:
        request: dict[str, Any] = {"limit": 4, "after": after}
        (page,) = await world.rig.batch(
            world.guard(), "/passages/by-checkpoint:batch", [world.east.id], ["id", "occurred_at"], **request
        )
        if not page:
            break
        read += [row["id"] for row in page]
        after = page[-1]["cursor"]

    assert read == newest_first


async def test_a_division_that_is_not_ones_own_has_no_numbers(filled: Filled) -> None:
    """Nothing is told of it, not even zeros; of one's own, the same at every level."""
    path, fields = "/division-summaries:batch", ["code", "checkpoints", "passages_today"]
    codes = ["330111", "330111004", "330111004002", GRID, XINDENG[:9], "x"]
    world = filled.world

    district = await world.rig.batch(world.officer(), path, codes, fields)
    worker = await world.rig.batch(world.officer(GRID, "grid_worker"), path, codes, fields)
    guard = await world.rig.batch(world.guard(), path, codes, fields)

    assert [row and (row["checkpoints"], row["passages_today"]) for row in district] == [
        (4, 4), (3, 3), (3, 3), (1, 1), (1, 1), None,
    ]  # fmt: skip
    assert [row and row["code"] for row in worker] == [None, None, None, GRID, None, None]
    assert guard == [None] * 6


async def test_the_summary_counts_who_was_turned_back_today(world: World) -> None:
    """Yesterday's passages are not today's."""
    await world.tell(color="RED")
    await world.record(direction="EXIT")
    await world.record(direction="EXIT", person={"national_id": LI})
    await world.record(occurred_at="2020-01-27T23:59:59+08:00")

    (row,) = await world.rig.batch(
        world.officer(), "/division-summaries:batch", ["330111"], ["passages_today", "passages_turned_back_today"]
    )

    assert row == {"passages_today": 2, "passages_turned_back_today": 1}


@pytest.mark.parametrize(
    "path", ["/checkpoints:batch", "/passages:batch", "/alarms:batch", "/duty/by-checkpoint:batch"]
)
async def test_reads_need_a_token(world: World, path: str) -> None:
    """Without one nothing is answered."""
    response = await world.rig.ask(None, path, [world.east.id], ["id"])

    assert problem(response) == "TokenMissing"
