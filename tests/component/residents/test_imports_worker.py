"""Uploads and the worker: keys, limits, what is kept and forgotten, crashes, two processes, who sees."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from chassis.clock import wall_now
from chassis.crypto import CiphertextMoved
from chassis.ids import new_id
from services.residents.app import SERVICE
from services.residents.imports.content import CHUNK_BYTES
from services.residents.imports.model import CONTENT_BYTES_MAX
from services.residents.imports.worker import BATCH_ROWS, process_next
from tests.support.lists import (
    FIELDS,
    IMPORTS,
    REFUSALS,
    WANG_ROW,
    counts,
    imported,
    refusals,
    stranger,
    table,
    upload,
    uploaded,
)
from tests.support.people import GRID, LUSHAN, SHANSHUI, WANG_NUMBER, XINDENG, load_people
from tests.support.returnees import district_officer, grid_worker, open_tasks, town_officer
from tests.support.rig import Rig, open_rig, problem
from tests.support.servers import Infrastructure

LONG = table([stranger(i) for i in range(1, 2 * BATCH_ROWS + 51)])


async def test_a_key_belongs_to_one_upload(people: Rig) -> None:
    """The same again answers the same; another file or list under it is refused, and not kept."""
    content = table([WANG_ROW])

    first = await upload(people, content, key="k")
    again = await upload(people, content, key="k")
    other_file = await upload(people, table([]), key="k")
    other_list = await upload(people, content, key="k", list_name="airport")

    assert (again.status_code, again.content) == (202, first.content)
    assert (problem(other_file), problem(other_list)) == ("IdempotencyKeyReused", "IdempotencyKeyReused")
    assert len(await people.rows("SELECT import_id FROM returnee_list_chunks")) == 1


async def test_a_key_is_required(people: Rig) -> None:
    """Also of a stream."""
    response = await people.http.post(
        "/returnee-list-imports?list_name=x", content=b"x", headers=people.headers(district_officer(people))
    )

    assert problem(response) == "IdempotencyKeyRequired"


@pytest.mark.parametrize(
    ("content", "list_name", "code"), [("", "railway", "ListEmpty"), ("x", " ", "ListNameMalformed")]
)
async def test_an_upload_is_refused(people: Rig, content: str, list_name: str, code: str) -> None:
    """Each fault by its own name; nothing is queued."""
    assert problem(await upload(people, content, list_name=list_name)) == code
    assert await people.rows("SELECT id FROM returnee_list_imports") == []


async def test_a_list_that_says_it_is_too_large_is_not_read(people: Rig) -> None:
    """413, with the limit."""
    response = await upload(people, b"x", content_length=CONTENT_BYTES_MAX + 1)

    assert (problem(response), response.status_code) == ("ListTooLarge", 413)


async def test_a_length_that_is_none_says_nothing(people: Rig) -> None:
    """What arrives is counted."""
    headers = people.headers(district_officer(people)) | {"Idempotency-Key": "k", "Content-Length": "many"}

    response = await people.http.post("/returnee-list-imports?list_name=x", content=b"x", headers=headers)

    assert response.status_code == 202


async def test_a_stream_that_grows_too_large_is_cut_off(people: Rig) -> None:
    """What was kept of it is forgotten."""

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 2**20

    response = await upload(people, endless())

    assert problem(response) == "ListTooLarge"
    assert await people.rows("SELECT position FROM returnee_list_chunks") == []


async def test_a_file_is_kept_encrypted_piece_by_piece_until_it_is_processed(people: Rig) -> None:
    """No number stands readable in the database; a piece belongs to its place; afterwards nothing is left."""
    content = table([WANG_ROW, *(stranger(i, address="山水社区" * 40) for i in range(1, 1_001))]).encode()
    import_id = await uploaded(people, content)
    pieces = await people.rows("SELECT position, content_sealed FROM returnee_list_chunks ORDER BY position")

    ring, place = people.state.keys.ring, f"returnee_list_chunks/content/{import_id}/"
    read = [ring.decrypt_bytes(p["content_sealed"], place=f"{place}{p['position']}") for p in pieces]

    assert len(pieces) == -(-len(content) // CHUNK_BYTES) > 1
    assert b"".join(read) == content
    assert not any(WANG_NUMBER.encode() in p["content_sealed"] for p in pieces)
    with pytest.raises(CiphertextMoved):
        ring.decrypt_bytes(pieces[0]["content_sealed"], place=f"{place}1")
    assert await process_next(people.state)
    assert await people.rows("SELECT position FROM returnee_list_chunks") == []
    assert await counts(people, import_id) == ("DONE", 1_001, 1_001, 0)


async def test_an_import_goes_on_where_a_process_left_it(people: Rig) -> None:
    """Batch by batch, progress seen; after a crash no row is lost and none is stored twice."""
    import_id = await uploaded(people, LONG)
    seen = []

    for _ in range(2):
        assert await process_next(people.state, batches_max=1)
        seen.append(await counts(people, import_id))
    assert await process_next(people.state)

    total = 2 * BATCH_ROWS + 50
    assert seen == [("RUNNING", BATCH_ROWS, BATCH_ROWS, 0), ("RUNNING", 2 * BATCH_ROWS, 2 * BATCH_ROWS, 0)]
    assert await counts(people, import_id) == ("DONE", total, total, 0)
    assert await open_tasks(people) == total
    assert len(await people.rows("SELECT id FROM screening_tasks")) == total
    assert not await process_next(people.state)


async def test_a_batch_that_fails_leaves_nothing_behind(people: Rig) -> None:
    """Its rows, refusals and count are one transaction; the next try stores them."""
    import_id = await uploaded(people, table([WANG_ROW, stranger(1, name="")]))
    async with people.work() as db:
        await db.connection.execute(
            "INSERT INTO returnee_list_refusals VALUES ('330111', $1, 3, '', '', '', '')", import_id
        )

    with pytest.raises(Exception, match="returnee_list_refusals_pkey"):
        await process_next(people.state)
    between = await counts(people, import_id)
    async with people.work() as db:
        await db.connection.execute("DELETE FROM returnee_list_refusals")
    await process_next(people.state)

    assert between == ("RUNNING", 0, 0, 0)
    assert await counts(people, import_id) == ("DONE", 2, 1, 1)
    assert await open_tasks(people) == 1


async def test_another_process_takes_an_import_only_when_its_lease_has_run_out(people: Rig) -> None:
    """Whoever has lost the lease stores nothing more."""
    import_id = await uploaded(people, LONG)
    await process_next(people.state, batches_max=1)
    first = people.state.extra["returnee_list_process"]
    people.state.extra["returnee_list_process"] = new_id()

    refused = await process_next(people.state)
    async with people.work() as db:
        await db.connection.execute(
            "UPDATE returnee_list_imports SET leased_until = $1", wall_now() - timedelta(seconds=1)
        )
    taken = await process_next(people.state, batches_max=1)
    people.state.extra["returnee_list_process"] = first
    back = await process_next(people.state)

    assert (refused, taken, back) == (False, True, False)
    assert await counts(people, import_id) == ("RUNNING", 2 * BATCH_ROWS, 2 * BATCH_ROWS, 0)


async def test_lists_are_processed_in_the_order_they_came(people: Rig) -> None:
    """One after another."""
    ids = [await uploaded(people, table([stranger(i)]), list_name=f"list {i}") for i in range(1, 4)]

    for done in range(1, 4):
        await process_next(people.state)
        states = [(await counts(people, i))[0] for i in ids]
        assert states == ["DONE"] * done + ["QUEUED"] * (3 - done)


async def test_the_same_file_ten_times_at_once_is_one_import(people: Rig) -> None:
    """Whoever comes second gets the first one's id, or is told to try again."""
    responses = await asyncio.gather(*(upload(people, table([WANG_ROW])) for _ in range(10)))

    assert {r.status_code for r in responses} <= {202, 503}
    assert len({r.json()["id"] for r in responses if r.status_code == 202}) == 1
    assert len(await people.rows("SELECT id FROM returnee_list_imports")) == 1


async def test_uploads_that_never_ended_are_forgotten(people: Rig) -> None:
    """After an hour; what belongs to an import that waits stays."""
    waiting = await uploaded(people, table([WANG_ROW]))
    old, abandoned, fresh = wall_now() - timedelta(hours=2), new_id(), new_id()
    async with people.work() as db:
        await db.connection.execute("UPDATE returnee_list_chunks SET stored_at = $1", old)
        for import_id, stored_at in ((abandoned, old), (fresh, wall_now())):
            await db.connection.execute(
                "INSERT INTO returnee_list_chunks VALUES ('330111', $1, 0, '', $2)", import_id, stored_at
            )

    await people.state.scheduler.run_all()

    rows = await people.rows("SELECT import_id FROM returnee_list_chunks")
    assert {str(r["import_id"]) for r in rows} == {waiting, str(fresh)}


async def test_an_import_is_seen_by_whoever_covers_its_uploaders_scopes(people: Rig) -> None:
    """Not by a part of them, another town, or a role without need; refusals with it; on any connection."""
    uploader = town_officer(people, LUSHAN, XINDENG)
    import_id = await imported(people, table([stranger(1, name="")]), uploader)
    callers = [
        (uploader, True),
        (town_officer(people, XINDENG, LUSHAN), True),
        (district_officer(people), True),
        (people.viewer("auditor", scopes=("330111",)), True),
        (town_officer(people, LUSHAN), False),
        (town_officer(people, SHANSHUI, XINDENG), False),
        (grid_worker(people, GRID), False),
        (people.viewer("town_officer"), False),
        (people.viewer("resident", resident_id=str(uuid4())), False),
        (people.viewer("gate_guard", checkpoints=("x",)), False),
        (people.viewer("reviewer", scopes=("330111",)), False),
        (people.viewer("ops"), False),
    ]

    for caller, sees in callers * 3:
        [row] = await people.batch(caller, IMPORTS, [import_id], FIELDS)
        [page] = await people.batch(caller, REFUSALS, [import_id], ["line", "message"])
        assert (row is not None, bool(page)) == (sees, sees), caller


async def test_the_worker_wakes_by_itself(infrastructure: Infrastructure) -> None:
    """An upload to a running service is processed without anybody asking."""
    async with open_rig(SERVICE, infrastructure, with_background=True) as rig:
        await load_people(rig)
        import_id = await uploaded(rig, table([WANG_ROW, stranger(1, name="")]))

        async with asyncio.timeout(20):
            while (await counts(rig, import_id))[0] != "DONE":
                pass

        assert await counts(rig, import_id) == ("DONE", 2, 1, 1)
        assert await refusals(rig, import_id) == [(3, "name", "FieldMissing")]
