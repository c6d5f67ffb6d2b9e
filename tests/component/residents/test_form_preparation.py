"""Preparing exports: within the requester's scopes, of one moment, again after a crash, by one process at a time."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.clock import wall_now
from chassis.ids import new_id
from services.residents.form_exports import queries
from services.residents.form_exports.model import ATTEMPTS_MAX
from services.residents.form_exports.pieces import PIECE_BYTES, LeaseLost, Pieces
from services.residents.form_exports.preparation import LEASE, prepare_next, process_of, wake_of
from tests.support.forms import (
    approved,
    asked,
    decide,
    downloaded,
    in_use,
    install,
    officer,
    status_of,
    table_of,
    town_officer,
)
from tests.support.people import FAR, GRID, LUSHAN, OTHER_TOWN_GRID
from tests.support.rig import Rig

HOMES: dict[str, Any] = {"form_code": "HOUSEHOLDS_OF_TOWN"}
COUNT = 3_000


@pytest.fixture
async def homes(people: Rig) -> Rig:
    """Return the small district with a form of households, 3,000 more of them in one grid."""
    await install(people)
    await in_use(people)
    async with people.work() as db:
        await db.connection.execute(
            "INSERT INTO households SELECT '330111', gen_random_uuid(), $1, n || ' 号' || repeat('长', 60)"
            " FROM generate_series(1, $2::int) n",
            GRID,
            COUNT,
        )
    return people


def another_process(rig: Rig) -> None:
    """Let the next preparation be that of another process."""
    rig.state.extra["form_export_process"] = new_id()


async def lose_lease(rig: Rig) -> None:
    """Let the lease of whoever prepares run out, as time does when a process was killed."""
    async with rig.work() as db:
        await db.connection.execute("UPDATE form_exports SET leased_until = $1", wall_now() - timedelta(seconds=1))


async def pieces(rig: Rig) -> int:
    """Return how many pieces are kept."""
    return len(await rig.rows("SELECT position FROM form_export_pieces"))


async def test_a_preparation_that_was_killed_begins_anew(homes: Rig) -> None:
    """Half a file of another moment is worth nothing: what was written is forgotten, the file is of the second try."""
    export_id = await approved(homes, **HOMES)
    await prepare_next(homes.state, pages_max=20)
    half = await pieces(homes)
    async with homes.work() as db:
        await db.connection.execute("DELETE FROM households WHERE address LIKE '1 号%'")
    another_process(homes)
    early = await prepare_next(homes.state)
    await lose_lease(homes)

    assert await prepare_next(homes.state)

    _, _, rows = table_of(await downloaded(homes, export_id))
    assert (half > 0, early) == (True, False)
    assert len(rows) == len({row[1] for row in rows}) == COUNT + 4 - 1
    assert not any(row[1].startswith("1 号") for row in rows)


async def test_a_process_that_lost_its_lease_writes_nothing(homes: Rig) -> None:
    """Its next piece finds that the export is another's; what the other wrote stays."""
    export_id = await approved(homes, **HOMES)
    await prepare_next(homes.state, pages_max=1)
    first = process_of(homes.state)
    await lose_lease(homes)
    another_process(homes)
    await prepare_next(homes.state, pages_max=20)
    async with homes.work() as db:
        export = await queries.export_by_id(db, district_code="330111", export_id=UUID(export_id))
    assert export is not None
    late = Pieces(homes.state, export, first, LEASE)

    with pytest.raises(LeaseLost):
        await late.add("x" * PIECE_BYTES, [])

    assert await pieces(homes) > 0
    assert await prepare_next(homes.state)
    assert len(table_of(await downloaded(homes, export_id))[2]) == COUNT + 4


async def test_two_processes_prepare_two_exports(homes: Rig) -> None:
    """Each takes one that nobody has."""
    exports = [await approved(homes, **HOMES) for _ in range(2)]

    await prepare_next(homes.state, pages_max=1)
    another_process(homes)
    await prepare_next(homes.state)

    assert [await status_of(homes, export_id) for export_id in exports] == ["PREPARING", "READY"]


async def test_pieces_are_of_one_size(homes: Rig) -> None:
    """So that memory stays flat, whatever the form holds."""
    export_id = await approved(homes, **HOMES)
    await prepare_next(homes.state)

    [row] = await homes.rows("SELECT pieces, content_bytes, rows_prepared FROM form_exports")

    assert row["pieces"] == -(-row["content_bytes"] // PIECE_BYTES) == await pieces(homes) > 2
    assert row["rows_prepared"] == COUNT + 4
    assert len(await downloaded(homes, export_id)) == row["content_bytes"]


async def test_rows_are_those_of_the_requesters_scope(homes: Rig) -> None:
    """Whoever approved it, and though the worker prepares it: nothing of another town."""
    export_id = await approved(homes, town_officer(homes), **HOMES, scope=LUSHAN)
    async with homes.work() as db:
        await db.connection.execute("UPDATE form_exports SET scope = '330111'")

    await prepare_next(homes.state)

    _, _, rows = table_of(await downloaded_by_worker(homes, export_id))
    assert len(rows) == COUNT + 3
    assert not any(row[1] == "长兰村 1 组 1 号" for row in rows)


async def downloaded_by_worker(rig: Rig, export_id: str) -> bytes:
    """Read a file as it is kept."""
    kept = await rig.rows("SELECT content_sealed FROM form_export_pieces ORDER BY position")
    ring, place = rig.state.keys.ring, f"form_export_pieces/content/{export_id}/"
    return b"".join(ring.decrypt_bytes(row["content_sealed"], place=f"{place}{i}") for i, row in enumerate(kept))


async def test_a_withdrawn_export_is_not_finished(homes: Rig) -> None:
    """Withdrawn while it is prepared: the next piece finds that it has ended."""
    export_id = await approved(homes, **HOMES)
    await prepare_next(homes.state, pages_max=1)

    await decide(homes, export_id, "cancel", reason="不再需要")

    assert not await prepare_next(homes.state)
    assert await status_of(homes, export_id) == "CANCELLED"


async def test_an_export_that_cannot_be_prepared_is_given_up(homes: Rig) -> None:
    """After some tries, so that it does not stand in the way of the others."""
    exports = [await approved(homes, **HOMES) for _ in range(2)]
    for _ in range(ATTEMPTS_MAX):
        await prepare_next(homes.state, pages_max=1)
        await prepare_next(homes.state, pages_max=1)
    await lose_lease(homes)
    nothing_left = not await prepare_next(homes.state)

    await homes.state.scheduler.run_all()

    ended = await homes.rows("SELECT status, ended_reason FROM form_exports")
    assert nothing_left
    assert ended == [{"status": "REFUSED", "ended_reason": "PREPARATION_FAILED"}] * len(exports)
    assert await pieces(homes) == 0


async def test_an_approval_wakes_the_worker(homes: Rig) -> None:
    """Once it is committed; a refusal does not."""
    wake = wake_of(homes.state)
    refused, granted = await asked(homes, **HOMES), await asked(homes, **HOMES)

    await decide(homes, refused, "refuse", reason="理由")
    before = wake.is_set()
    await decide(homes, granted, "approve")

    assert (before, wake.is_set()) == (False, True)


async def test_people_who_moved_away_are_not_named(homes: Rig) -> None:
    """A record of the scope whose person is out of it by now stands there without the person."""
    await in_use(
        homes,
        code="ORDERS",
        source="QUARANTINE_ORDERS",
        columns=[
            {"header": "姓名", "source_column": "name", "format": "TEXT"},
            {"header": "状态", "source_column": "status", "format": "LABEL"},
        ],
    )
    body = {"resident_id": str(FAR), "reason": "OTHER"}
    assert (await homes.command(officer(homes), "/quarantine-orders", body)).status_code == 201
    async with homes.work() as db:
        await db.connection.execute(
            "UPDATE residents SET division_code = $1 WHERE division_code = $2", GRID, OTHER_TOWN_GRID
        )
    far = town_officer(homes, scope=OTHER_TOWN_GRID[:9])

    export_id = await approved(homes, far, form_code="ORDERS", scope=OTHER_TOWN_GRID[:9])
    await prepare_next(homes.state)

    assert [row[:-1] for row in table_of(await downloaded(homes, export_id, far))[2]] == [["", "已下达"]]
