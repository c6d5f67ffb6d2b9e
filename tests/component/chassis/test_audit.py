"""Tampering: whoever owns the database changes it, and the audit names where it begins."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from joserfc.jwk import KeySet, OKPKey

from chassis import history
from chassis.audit import Report, verify
from chassis.chain import canonical, commit, link_of, new_salt
from chassis.database import Connection, connect
from chassis.heads import Heads, heads_file, read
from chassis.ids import new_id
from tests.component.chassis.audited import DISTRICT, change, look, seal_and_sign
from tests.component.chassis.widgets_service import SERVICE
from tests.support.rig import Rig, open_rig
from tests.support.servers import Infrastructure

KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
ENTRIES = 8


@pytest.fixture
async def widgets(infrastructure: Infrastructure, tmp_path: Path) -> AsyncIterator[Rig]:
    """Run the small service, with sealed entries and signed heads."""
    async with open_rig(SERVICE, infrastructure) as rig:
        rig.extra["heads"] = Heads("widgets", KEY, tmp_path)
        for number in range(ENTRIES):
            await change(rig, f"w{number}")
        await look(rig)
        await seal_and_sign(rig)
        yield rig


@pytest.fixture
async def superuser(widgets: Rig, infrastructure: Infrastructure) -> AsyncIterator[Connection]:
    """Connect as somebody whom the database refuses nothing."""
    name = widgets.state.database.worker_url.rpartition("/")[2]
    connection = await connect(infrastructure.url(name))
    yield connection
    await connection.close()


async def audit(rig: Rig, superuser: Connection) -> dict[str, Report]:
    """Verify, and return the reports by log."""
    heads, forged = read(heads_file(rig.extra["heads"].folder, "widgets"), KeySet([KEY]))
    assert forged == 0
    return {report.log: report for report in await verify("widgets", superuser, heads)}


async def broken(rig: Rig, superuser: Connection, log: str = "history") -> tuple[int, str]:
    """Return the first fault; the other log holds."""
    reports = await audit(rig, superuser)
    assert [name for name, report in reports.items() if report.faults] == [log]
    first = reports[log].first
    assert first is not None
    return first.position, first.what


async def entry_at(superuser: Connection, position: int) -> UUID:
    """Return the entry at a position."""
    found: UUID = await superuser.fetchval("SELECT entry_id FROM history_chain WHERE position = $1", position)
    return found


async def test_what_nobody_touched_holds(widgets: Rig, superuser: Connection) -> None:
    """Entries are counted, sealed ones, unsealed ones, and how far the heads reach."""
    await change(widgets, "later")

    reports = await audit(widgets, superuser)

    counted = {log: (r.entries, r.sealed, r.unsealed, r.erased, r.signed) for log, r in reports.items()}
    assert counted == {"history": (ENTRIES + 1, ENTRIES, 1, 0, ENTRIES), "read_log": (3, 3, 0, 0, 3)}
    assert [report.faults for report in reports.values()] == [[], []]


@pytest.mark.parametrize(
    "assignment",
    ['after = \'{"name":"x"}\'', "before = '{}'", "subject = 'somebody'", "reason = 'x'", "at = at + interval '1 ms'"],
)
async def test_a_changed_content_is_named(widgets: Rig, superuser: Connection, assignment: str) -> None:
    """Who, when, why, before and after are all committed to."""
    await superuser.execute(f"UPDATE history SET {assignment} WHERE id = $1", await entry_at(superuser, 5))  # noqa: S608

    position, what = await broken(widgets, superuser)

    assert position == 5
    assert "content" in what


async def test_a_changed_look_is_named(widgets: Rig, superuser: Connection) -> None:
    """The read log is held by the same means."""
    await superuser.execute("UPDATE read_log SET person_key = 'z' WHERE person_key = 'b'")

    assert (await broken(widgets, superuser, "read_log"))[0] == 2


async def test_a_commitment_made_anew_is_named(widgets: Rig, superuser: Connection) -> None:
    """The chain has the commitment of what was sealed."""
    entry = await entry_at(superuser, 3)
    row = await superuser.fetchrow(
        "SELECT at, subject, role, kind, record_id, division_code, act FROM history WHERE id = $1", entry
    )
    salt = new_salt()
    forged = commit(salt, canonical(entry, *row.values(), None, '{"name":"x"}', None))
    await superuser.execute(
        'UPDATE history SET after = \'{"name":"x"}\', salt = $2, commitment = $3 WHERE id = $1', entry, salt, forged
    )

    position, what = await broken(widgets, superuser)

    assert (position, "commitment" in what) == (3, True)


async def test_a_deleted_entry_is_named(widgets: Rig, superuser: Connection) -> None:
    """Its link stays."""
    await superuser.execute("DELETE FROM history WHERE id = $1", await entry_at(superuser, 4))

    position, what = await broken(widgets, superuser)

    assert (position, "deleted" in what) == (4, True)


async def test_an_entry_deleted_with_its_link_is_named(widgets: Rig, superuser: Connection) -> None:
    """The positions have no holes."""
    entry = await entry_at(superuser, 4)
    await superuser.execute("DELETE FROM history WHERE id = $1", entry)
    await superuser.execute("DELETE FROM history_chain WHERE entry_id = $1", entry)

    position, what = await broken(widgets, superuser)

    assert (position, "removed" in what) == (4, True)


async def test_links_that_changed_places_are_named(widgets: Rig, superuser: Connection) -> None:
    """A link holds for its position only."""
    await superuser.execute("UPDATE history_chain SET position = 100 WHERE position = 3")
    await superuser.execute("UPDATE history_chain SET position = 3 WHERE position = 6")
    await superuser.execute("UPDATE history_chain SET position = 6 WHERE position = 100")

    assert (await broken(widgets, superuser))[0] == 3


async def test_contents_that_changed_places_are_named(widgets: Rig, superuser: Connection) -> None:
    """A commitment is to the entry's id as well."""
    first, second = await entry_at(superuser, 2), await entry_at(superuser, 7)
    await superuser.execute(
        "UPDATE history h SET after = o.after, salt = o.salt FROM history o "
        "WHERE (h.id, o.id) IN (($1::uuid, $2::uuid), ($2::uuid, $1::uuid))",
        first,
        second,
    )

    assert (await broken(widgets, superuser))[0] == 2


async def test_a_link_put_in_is_named(widgets: Rig, superuser: Connection) -> None:
    """What follows it was linked to another."""
    await superuser.execute("UPDATE history_chain SET position = position + 100 WHERE position >= 5")
    await superuser.execute("UPDATE history_chain SET position = position - 99 WHERE position >= 105")
    await superuser.execute(
        "INSERT INTO history_chain SELECT district_code, 5, $1, commitment, link, link, sealed_at "
        "FROM history_chain WHERE position = 4",
        new_id(),
    )

    assert (await broken(widgets, superuser))[0] == 5


@pytest.mark.parametrize("with_entries", [False, True])
async def test_a_cut_end_is_named(widgets: Rig, superuser: Connection, with_entries: bool) -> None:
    """The chain alone would hold; the signed head tells."""
    if with_entries:
        await superuser.execute(
            "DELETE FROM history WHERE id IN (SELECT entry_id FROM history_chain WHERE position > 6)"
        )
    await superuser.execute("DELETE FROM history_chain WHERE position > 6")

    position, what = await broken(widgets, superuser)

    assert (position, "cut" in what) == (7, True)


async def test_a_chain_computed_anew_without_the_key_is_named(widgets: Rig, superuser: Connection) -> None:
    """Every commitment and every link fits, and the head that was signed does not."""
    entry = await entry_at(superuser, 2)
    await superuser.execute("DELETE FROM history WHERE id = $1", entry)
    await superuser.execute("DELETE FROM history_chain WHERE entry_id = $1", entry)
    links = await superuser.fetch("SELECT position, entry_id, commitment, link FROM history_chain ORDER BY position")
    previous = links[0]["link"]
    for position, row in enumerate(links[1:], start=2):
        link = link_of(previous, position, row["entry_id"], row["commitment"])
        await superuser.execute(
            "UPDATE history_chain SET position = $2, previous = $3, link = $4 WHERE entry_id = $1",
            row["entry_id"], position, previous, link,
        )  # fmt: skip
        previous = link
    await change(widgets, "after")
    await seal_and_sign(widgets)

    position, what = await broken(widgets, superuser)

    assert (position, "signed" in what) == (ENTRIES, True)


async def test_an_entry_that_nobody_sealed_is_named(widgets: Rig, superuser: Connection) -> None:
    """One that was put in past the application waits for ever."""
    old = UUID("016f0000-0000-7000-8000-000000000001")
    await superuser.execute(
        "INSERT INTO history (district_code, id, at, subject, role, kind, record_id, division_code, act, commitment) "
        "SELECT district_code, $1, at, subject, role, kind, record_id, division_code, act, commitment "
        "FROM history LIMIT 1",
        old,
    )

    position, what = await broken(widgets, superuser)

    assert (position, "never sealed" in what) == (ENTRIES + 1, True)


async def test_an_entry_deleted_before_it_was_sealed_is_named(widgets: Rig, superuser: Connection) -> None:
    """What waits names entries that must be there."""
    await change(widgets, "soon gone")
    await superuser.execute("DELETE FROM history WHERE id NOT IN (SELECT entry_id FROM history_chain)")

    assert "before they were sealed" in (await broken(widgets, superuser))[1]


async def test_a_chain_without_any_head_is_named(widgets: Rig, superuser: Connection) -> None:
    """Once it had the time to get one: else deleting the file would hide a cut."""
    heads_file(widgets.extra["heads"].folder, "widgets").unlink()
    early = await audit(widgets, superuser)
    await superuser.execute("UPDATE history_chain SET sealed_at = sealed_at - interval '1 hour'")

    position, what = await broken(widgets, superuser)

    assert [report.faults for report in early.values()] == [[], []]
    assert (position, "no head" in what) == (ENTRIES + 1, True)


async def test_a_head_of_somebody_elses_is_no_head(widgets: Rig, superuser: Connection) -> None:
    """A line that the deployment's key did not sign is counted, and proves nothing."""
    forger = Heads("widgets", OKPKey.generate_key("Ed25519", auto_kid=True), widgets.extra["heads"].folder)
    async with widgets.work() as db:
        await forger.sign(db, widgets.state.clock)

    _, forged = read(heads_file(widgets.extra["heads"].folder, "widgets"), KeySet([KEY]))

    assert forged == 2


async def test_erasing_leaves_the_chain_valid(widgets: Rig, superuser: Connection) -> None:
    """What an entry said is gone with its salt; that it was, and that it was erased, stays."""
    at, entry = widgets.state.clock.now(), await entry_at(superuser, 4)
    looks = [row["id"] for row in await superuser.fetch("SELECT id FROM read_log")]
    async with widgets.work() as db:
        ids = [entry, new_id()]
        assert await history.erase(db, "history", district_code=DISTRICT, ids=ids, at=at, reason="28 days") == 1
        assert await history.erase(db, "read_log", district_code=DISTRICT, ids=looks, at=at, reason="28 days") == 3
    await seal_and_sign(widgets)

    reports = await audit(widgets, superuser)

    assert {log: (r.erased, r.faults) for log, r in reports.items()} == {"history": (1, []), "read_log": (3, [])}
    row = await superuser.fetchrow("SELECT before, after, reason, salt, erased_at FROM history WHERE id = $1", entry)
    assert list(row.values()) == [None, None, None, None, at]


async def test_erasing_past_the_application_is_named(widgets: Rig, superuser: Connection) -> None:
    """An act of erasing names what it erased; nobody's does."""
    entry = await entry_at(superuser, 4)
    await superuser.execute("UPDATE history SET after = NULL, salt = NULL, erased_at = at WHERE id = $1", entry)

    position, what = await broken(widgets, superuser)

    assert (position, "no act" in what) == (4, True)


async def test_an_act_of_erasing_is_not_erased(widgets: Rig, superuser: Connection) -> None:
    """Else an act could hide itself."""
    at, entry = widgets.state.clock.now(), await entry_at(superuser, 4)
    async with widgets.work() as db:
        await history.erase(db, "history", district_code=DISTRICT, ids=[entry], at=at, reason="28 days")
        [act] = [row["id"] for row in await db.connection.fetch("SELECT id FROM history WHERE act = 'ERASED'")]
        assert await history.erase(db, "history", district_code=DISTRICT, ids=[act], at=at, reason="again") == 0
