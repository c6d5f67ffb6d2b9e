"""What is done to imports: cancelled, run again after a failure, followed, their refusals taken as a file."""

import csv
import io
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis.auth import Viewer
from services.residents.imports import acts
from services.residents.imports.model import ImportStatus
from services.residents.imports.worker import ATTEMPTS_MAX, BATCH_ROWS, process_next
from tests.support.lists import (
    IMPORTS,
    WANG_ROW,
    counts,
    imported,
    refusals,
    stranger,
    table,
    upload,
    uploaded,
)
from tests.support.people import LUSHAN, OTHER_TOWN_GRID, WANG, XINDENG
from tests.support.returnees import district_officer, grid_worker, open_tasks, town_officer
from tests.support.rig import Rig, problem

LONG = table([stranger(i) for i in range(1, BATCH_ROWS + 51)])
NO_COLUMNS = "name,phone\n王小明,1\n"


async def act(rig: Rig, import_id: str, what: str, viewer: Viewer | None = None, **options: Any) -> httpx.Response:
    """Cancel an import or run it again."""
    path = f"/returnee-list-imports/{import_id}/{what}"
    return await rig.command(viewer or district_officer(rig), path, {}, **options)


async def progress(rig: Rig, import_id: str, language: str = "en") -> dict[str, Any]:
    """Return how far an import is."""
    fields = ["status", "lines_done", "bytes_done", "content_bytes", "started_at", "finished_at", "expected_end_at"]
    fields += ["failure_code", "failure_message"]
    [row] = await rig.batch(district_officer(rig), IMPORTS, [import_id], fields, language=language)
    found: dict[str, Any] = row
    return found


async def process_all(rig: Rig) -> None:
    """Let the worker process what waits."""
    while await process_next(rig.state):
        pass


async def test_a_queued_import_is_cancelled(people: Rig) -> None:
    """Nothing of it is stored; its file is forgotten with the next run of the job; the act is in the history."""
    import_id = await uploaded(people, table([WANG_ROW]))

    response = await act(people, import_id, "cancel")

    assert (response.status_code, response.json()) == (200, {"id": import_id, "status": "CANCELLED"})
    assert not await process_next(people.state)
    assert await counts(people, import_id) == ("CANCELLED", 0, 0, 0)
    [entry] = await people.rows("SELECT kind, act, before, after, subject FROM history WHERE act = 'CANCELLED'")
    assert (entry["kind"], entry["act"], entry["subject"]) == (
        "returnee_list_import",
        "CANCELLED",
        "district_officer-1",
    )
    assert (entry["before"], entry["after"]) == ({"status": "QUEUED"}, {"status": "CANCELLED"})


async def test_a_running_import_is_cancelled(people: Rig) -> None:
    """The rows that are stored stay and are counted; the worker stops."""
    import_id = await uploaded(people, LONG)
    await process_next(people.state, batches_max=1)

    response = await act(people, import_id, "cancel")
    await process_all(people)

    assert response.status_code == 200
    assert await counts(people, import_id) == ("CANCELLED", BATCH_ROWS, BATCH_ROWS, 0)
    assert await open_tasks(people) == BATCH_ROWS


async def test_a_cancelled_file_may_come_again(people: Rig) -> None:
    """As the next version: whom the first one stored is found again."""
    first = await uploaded(people, LONG)
    await process_next(people.state, batches_max=1)
    await act(people, first, "cancel")

    second = await imported(people, LONG)

    assert second != first
    assert await counts(people, second) == ("DONE", BATCH_ROWS + 50, BATCH_ROWS + 50, 0)
    assert await open_tasks(people) == BATCH_ROWS + 50


@pytest.mark.parametrize(("content", "status"), [(table([WANG_ROW]), "DONE"), (NO_COLUMNS, "FAILED")])
async def test_what_has_ended_is_not_cancelled(people: Rig, content: str, status: str) -> None:
    """It says how it ended."""
    import_id = await imported(people, content)

    response = await act(people, import_id, "cancel")

    assert problem(response) == "ImportEnded"
    assert status in response.json()["detail"]


async def test_a_failed_import_says_why_and_ends_the_same_when_run_again(people: Rig) -> None:
    """The header is what it is; in both languages."""
    import_id = await imported(people, NO_COLUMNS)
    before = await progress(people, import_id)

    response = await act(people, import_id, "retry")
    queued = await progress(people, import_id)
    await process_all(people)

    assert response.json() == {"id": import_id, "status": "QUEUED"}
    assert (queued["status"], queued["failure_code"], queued["finished_at"]) == ("QUEUED", None, None)
    assert await progress(people, import_id) == before
    assert before["failure_code"] == "ColumnMissing"
    assert "national_id" in before["failure_message"]
    assert "首行缺少列" in (await progress(people, import_id, "zh"))["failure_message"]
    assert await refusals(people, import_id) == [(1, "national_id", "ColumnMissing")]


async def test_an_import_that_falls_over_again_and_again_gives_up(people: Rig) -> None:
    """Others go on; run again once the cause is gone, it goes on where it stood and ends as if nothing had been."""
    import_id = await uploaded(people, table([WANG_ROW, stranger(1, name="")]))
    next_id = await uploaded(people, table([stranger(2)]), list_name="airport")
    in_the_way = "INSERT INTO returnee_list_refusals VALUES ('330111', $1, 3, '', '', '', '')"
    async with people.work() as db:
        await db.connection.execute(in_the_way, import_id)

    for _ in range(ATTEMPTS_MAX):
        with pytest.raises(Exception, match="returnee_list_refusals_pkey"):
            await process_next(people.state)
    await process_all(people)

    assert (await progress(people, import_id))["failure_code"] == "ImportBroken"
    assert await counts(people, import_id) == ("FAILED", 0, 0, 0)
    assert (await counts(people, next_id))[0] == "DONE"
    async with people.work() as db:
        await db.connection.execute("DELETE FROM returnee_list_refusals")
    assert (await act(people, import_id, "retry")).status_code == 200
    await process_all(people)
    assert await counts(people, import_id) == ("DONE", 2, 1, 1)
    assert (await progress(people, import_id))["failure_code"] is None


async def test_only_what_failed_is_run_again(people: Rig) -> None:
    """What waits, is done or was cancelled is not."""
    waiting = await uploaded(people, table([WANG_ROW]))
    refused = [await act(people, waiting, "retry")]
    await act(people, waiting, "cancel")
    refused.append(await act(people, waiting, "retry"))
    refused.append(await act(people, await imported(people, table([stranger(1)])), "retry"))

    assert [problem(r) for r in refused] == ["ImportNotFailed"] * 3


async def test_a_failed_file_is_forgotten_after_a_day(people: Rig) -> None:
    """Until then the same file is the same import; afterwards it is uploaded again."""
    import_id = await imported(people, NO_COLUMNS)
    again = await upload(people, NO_COLUMNS)
    async with people.work() as db:
        await db.connection.execute("UPDATE returnee_list_chunks SET stored_at = stored_at - interval '2 hours'")
    await people.state.scheduler.run_all()
    kept = await people.rows("SELECT position FROM returnee_list_chunks")

    await people.move_clock("2020-01-29T08:00:01+08:00")

    assert again.json()["id"] == import_id
    assert len(kept) == 1
    assert await people.rows("SELECT position FROM returnee_list_chunks") == []
    assert problem(await act(people, import_id, "retry")) == "ListForgotten"
    assert (await upload(people, NO_COLUMNS)).json()["version"] == 2


async def test_progress_is_seen_while_it_runs(people: Rig) -> None:
    """Lines and bytes done, since when, and until when by what it took so far."""
    import_id = await uploaded(people, LONG)
    queued = await progress(people, import_id)
    await process_next(people.state, batches_max=1)
    async with people.work() as db:
        await db.connection.execute(
            "UPDATE returnee_list_imports SET started_at = started_at - interval '30 s', bytes_done = content_bytes / 4"
        )
    running = await progress(people, import_id)
    await process_all(people)
    done = await progress(people, import_id)

    assert (queued["status"], queued["lines_done"], queued["started_at"]) == ("QUEUED", 0, None)
    assert (running["status"], running["lines_done"]) == ("RUNNING", BATCH_ROWS + 1)
    assert running["expected_end_at"].startswith("2020-01-28T08:01:30")
    assert (done["status"], done["bytes_done"]) == ("DONE", done["content_bytes"])
    assert (done["expected_end_at"], done["finished_at"]) == (None, "2020-01-28T08:00:00+08:00")


async def test_acts_happen_once(people: Rig) -> None:
    """The same key answers the same."""
    import_id = await uploaded(people, table([WANG_ROW]))

    first, again = [await act(people, import_id, "cancel", key="k") for _ in range(2)]

    assert (again.status_code, again.content) == (200, first.content)
    assert len(await people.rows("SELECT id FROM history WHERE act = 'CANCELLED'")) == 1


@pytest.mark.parametrize("what", ["cancel", "retry"])
async def test_acts_are_for_officers_who_see_the_import(people: Rig, what: str) -> None:
    """Others are told that they may not, or that there is no such import."""
    import_id = await imported(people, NO_COLUMNS, town_officer(people))

    assert problem(await act(people, import_id, what, grid_worker(people))) == "RoleMayNot"
    assert problem(await act(people, import_id, what, town_officer(people, XINDENG))) == "ImportUnknown"
    assert problem(await act(people, str(uuid4()), what)) == "ImportUnknown"


async def file_of(rig: Rig, import_id: str, viewer: Viewer | None = None, **query: Any) -> httpx.Response:
    """Ask for the refusals as a file."""
    headers = rig.headers(viewer or town_officer(rig))
    return await rig.http.get(f"/returnee-list-imports/{import_id}/refusals.csv", params=query, headers=headers)


async def test_refusals_come_as_a_file(people: Rig) -> None:
    """With a byte order mark, in the language asked for; behind a line, if asked."""
    rows = [WANG_ROW, stranger(1, name=""), stranger(2, destination_grid_code=OTHER_TOWN_GRID)]
    import_id = await imported(people, table(rows), town_officer(people))

    response = await file_of(people, import_id)
    rest = await file_of(people, import_id, after=3)

    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "x-more-after" not in response.headers
    found = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row[:3] for row in found] == [
        ["line", "field", "rule"],
        ["3", "name", "FieldMissing"],
        ["4", "destination_grid_code", "OutOfScope"],
    ]
    assert len(list(csv.reader(io.StringIO(rest.text)))) == 2


async def test_a_file_of_refusals_is_seen_by_whoever_sees_the_import(people: Rig) -> None:
    """Officers of its whole scope."""
    import_id = await imported(people, NO_COLUMNS, town_officer(people, LUSHAN, XINDENG))

    assert problem(await file_of(people, import_id, town_officer(people))) == "ImportUnknown"
    assert problem(await file_of(people, import_id, grid_worker(people, "330111"))) == "RoleMayNot"
    assert (await file_of(people, import_id, district_officer(people))).status_code == 200


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_is_no_formula(cell: str) -> None:
    """A spreadsheet reads it as text."""
    assert acts.harmless(cell) == f"'{cell}"
    assert acts.harmless(f"a{cell}") == f"a{cell}"


async def test_formulas_are_stored_as_they_are(people: Rig) -> None:
    """They are rows like any other."""
    rows = [WANG_ROW | {"name": "=cmd|calc", "address": "@SUM(A1)"}, stranger(1, address="+1"), stranger(2, name="-a")]

    import_id = await imported(people, table(rows))

    assert await counts(people, import_id) == (ImportStatus.DONE, 3, 3, 0)
    stored = await people.rows("SELECT name, address, resident_id FROM returnees ORDER BY name, address")
    assert {(r["name"], r["address"]) for r in stored} == {
        ("=cmd|calc", "@SUM(A1)"),
        ("欧阳远", "+1"),
        ("-a", WANG_ROW["address"]),
    }
    assert [r["resident_id"] for r in stored if r["name"] == "=cmd|calc"] == [WANG]
