"""History over a real PostgreSQL: who writes, who sees, who may change it, and how it is sealed."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from chassis import history
from chassis.chain import LOGS, canonical, commit, genesis, link_of, seal
from chassis.history import Change
from chassis.session import Session
from tests.component.chassis.widgets_service import SERVICE
from tests.support.rig import Rig, open_rig
from tests.support.servers import Infrastructure

GRID = "330111004002001"
OTHER = "330111115011001"
OFFICER = {"subject": "officer-1", "district": "330111", "scopes": "330111004"}
ENTRIES = "SELECT subject, role, kind, record_id, division_code, act, before, after, reason FROM history ORDER BY id"


@pytest.fixture
async def widgets(infrastructure: Infrastructure) -> AsyncIterator[Rig]:
    """Run the small service."""
    async with open_rig(SERVICE, infrastructure) as rig:
        yield rig


async def make(rig: Rig, name: str, code: str = GRID, **options: str) -> UUID:
    """Make a widget as an officer of the district."""
    officer = rig.viewer("officer", scopes="330111")
    response = await rig.command(officer, "/widgets", {"division_code": code, "name": name}, **options)
    assert response.status_code == 201, response.text
    return UUID(response.json()["id"])


async def seal_all(rig: Rig) -> None:
    """Seal what waits."""
    for job in rig.state.scheduler.jobs:
        if job.name in {f"seal_{log}" for log in LOGS}:
            await rig.state.scheduler.run_once(job)


async def test_a_command_leaves_an_entry(widgets: Rig) -> None:
    """Who, in which role, what, where, before and after."""
    widget_id = await make(widgets, "a")

    rows = await widgets.rows(ENTRIES)

    assert [tuple(row.values()) for row in rows] == [
        ("officer-1", "officer", "widget", widget_id, GRID, "MADE", None, {"name": "a"}, None)
    ]


async def test_a_refused_command_leaves_none(widgets: Rig) -> None:
    """The entry is written in the transaction of its change."""
    officer = widgets.viewer("officer", scopes="330111")

    await widgets.command(officer, "/widgets", {"division_code": GRID, "name": "refused"})

    assert await widgets.rows(ENTRIES) == []


async def test_a_command_repeated_leaves_one(widgets: Rig) -> None:
    """The key's first answer is given again, and nothing is written."""
    await make(widgets, "a", key="k")
    await make(widgets, "a", key="k")

    assert len(await widgets.rows(ENTRIES)) == 1


async def test_entries_are_seen_by_division(widgets: Rig) -> None:
    """An entry belongs to whom its division belongs."""
    await make(widgets, "a")
    await make(widgets, "b", OTHER)

    async with widgets.state.database.request(Session("by_division", OFFICER)) as db:
        seen = await db.connection.fetch("SELECT division_code FROM history")
    async with widgets.state.database.request(Session("by_person", {"subject": "officer-1"})) as db:
        seen_by_person = await db.connection.fetch("SELECT division_code FROM history")

    assert [row["division_code"] for row in seen] == [GRID]
    assert seen_by_person == []


async def test_nobody_writes_in_anothers_name(widgets: Rig) -> None:
    """The policy compares the entry's subject with the caller's."""
    change = Change("widget", uuid4(), GRID, "MADE", None, {})
    at = widgets.state.clock.now()

    with pytest.raises(Exception, match="row-level security"):
        async with widgets.state.database.request(Session("by_division", OFFICER)) as db:
            await history.record_for(
                db, district_code="330111", subject="officer-2", role="officer", at=at, changes=[change]
            )

    assert await widgets.rows(ENTRIES) == []


@pytest.mark.parametrize("table", ["history", "read_log", "history_chain", "read_log_chain"])
async def test_rows_are_only_added(widgets: Rig, table: str) -> None:
    """Not even the worker may change or remove a row."""
    rows = await widgets.rows(
        "SELECT p AS privilege, has_table_privilege('widgets_worker', $1, p) AS may "
        "FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p",
        table,
    )

    assert [row["may"] for row in rows] == [True, False, False, False]


async def test_the_commitment_is_to_what_is_stored(widgets: Rig) -> None:
    """Whoever has the row can compute its commitment."""
    await make(widgets, "山水")

    [row] = await widgets.rows("SELECT *, before::text AS b, after::text AS a FROM history")

    said = [row[c] for c in ("id", "at", "subject", "role", "kind", "record_id", "division_code", "act")]
    assert row["commitment"] == commit(row["salt"], canonical(*said, row["b"], row["a"], row["reason"]))
    assert len(row["salt"]) == 32


async def test_sealing_links_every_entry_once(widgets: Rig) -> None:
    """One chain a district, from its own beginning, in the order of sealing."""
    for name in "abc":
        await make(widgets, name)
    await seal_all(widgets)
    await make(widgets, "d")
    await seal_all(widgets)
    await seal_all(widgets)

    chain = await widgets.rows("SELECT * FROM history_chain ORDER BY position")
    entries = await widgets.rows("SELECT id, commitment FROM history ORDER BY id")
    previous = genesis("history", "330111")
    for position, (link, entry) in enumerate(zip(chain, entries, strict=True), start=1):
        expected = link_of(previous, position, entry["id"], entry["commitment"])
        assert (link["position"], link["entry_id"], link["previous"]) == (position, entry["id"], previous)
        assert link["link"] == expected
        previous = expected
    assert await widgets.rows("SELECT entry_id FROM history_to_seal") == []


async def test_what_commits_late_is_sealed_later(widgets: Rig) -> None:
    """An older id that becomes visible after a younger one is not lost."""
    async with widgets.work() as late:
        change = Change("widget", uuid4(), GRID, "LATE", None, {})
        at = widgets.state.clock.now()
        await history.record_in(late, "330111", at, change)
        await make(widgets, "a")
        await seal_all(widgets)
        assert [row["n"] for row in await widgets.rows("SELECT count(*) AS n FROM history_chain")] == [1]
    await seal_all(widgets)

    acts = await widgets.rows(
        "SELECT h.act FROM history_chain c JOIN history h ON h.id = c.entry_id ORDER BY c.position"
    )
    assert [row["act"] for row in acts] == ["MADE", "LATE"]


async def test_a_sealer_that_dies_leaves_one_chain(widgets: Rig) -> None:
    """A run is one transaction: killed before its end, it did nothing; two at once make one chain."""
    for number in range(5):
        await make(widgets, f"w{number}")

    async def killed() -> None:
        async with widgets.work() as db:
            assert await seal("history", db, widgets.state.clock) == 5
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await killed()
    assert await widgets.rows("SELECT position FROM history_chain") == []

    await asyncio.gather(*(seal_all(widgets) for _ in range(4)))
    rows = await widgets.rows("SELECT position FROM history_chain ORDER BY position")
    assert [row["position"] for row in rows] == [1, 2, 3, 4, 5]


async def test_commands_do_not_wait_for_one_another(widgets: Rig) -> None:
    """64 commands commit while a sealer holds its transaction open over the chain's end."""
    await make(widgets, "first")
    async with widgets.work() as sealing:
        assert await seal("history", sealing, widgets.state.clock) == 1
        await asyncio.gather(*(make(widgets, f"w{number}") for number in range(64)))

    await seal_all(widgets)
    [row] = await widgets.rows("SELECT count(*) AS n, max(position) AS last FROM history_chain")
    assert (row["n"], row["last"]) == (65, 65)
