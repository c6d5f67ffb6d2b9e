"""The worker of list imports: one list after another, batch by batch, resumed where a process left it.

A batch is one transaction: its rows, their refusals and the count of lines done. A process leases an
import and keeps the lease with each batch. Whoever takes one up again reads the file from its beginning
and passes over the lines that are done, so that each row is stored once, whatever crashed.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from chassis.clock import Clock, wall_now
from chassis.database import Transaction
from chassis.errors import Problem
from chassis.history import Change, record_in
from chassis.ids import new_id
from chassis.schedule import Job
from chassis.service import State
from chassis.telemetry import work_span
from services.residents.imports import queries
from services.residents.imports.content import pieces
from services.residents.imports.model import FAILED_KEPT, KIND, ROW, ImportStatus, ListImport, read_header, refusal
from services.residents.imports.problems import ImportBroken
from services.residents.imports.reader import ListReader, Record
from services.residents.imports.rows import (
    ReadyBatch,
    check_batch,
    make_batch_ready,
    places_of,
    read_batch,
    refuse,
    store_batch,
)

BATCH_ROWS = 2_000
ATTEMPTS_MAX = 10  # at one place; a restart in between is one
IDLE_S = 5.0
LEASE = timedelta(seconds=30)
UPLOAD_ABANDONED_AFTER = timedelta(hours=1)

log = structlog.get_logger()


class HeaderRefused(Exception):
    """A file whose first line does not say what its columns are."""

    def __init__(self, why: Problem, line: int) -> None:
        super().__init__(why.code)
        self.why, self.line = why, line


@dataclass(frozen=True, slots=True)
class Some:
    """Some records of a file, and how many of its bytes have been read."""

    records: list[Record]
    bytes_done: int


def wake_of(state: State) -> asyncio.Event:
    """Return the event that says that a list waits."""
    event: asyncio.Event = state.extra.setdefault("returnee_list_waits", asyncio.Event())
    return event


def process_of(state: State) -> UUID:
    """Return the id under which this process leases imports."""
    process_id: UUID = state.extra.setdefault("returnee_list_process", new_id())
    return process_id


async def run(state: State) -> None:
    """Process lists for ever; woken by an upload, and otherwise looking every few seconds."""
    wake = wake_of(state)
    while True:
        wake.clear()
        try:
            while await process_next(state):
                pass
        except Problem as problem:
            await log.awarning("list import waits", code=problem.code)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), IDLE_S)


async def process_next(state: State, *, batches_max: int | None = None, batch_rows: int = BATCH_ROWS) -> bool:
    """Process the first list that waits, at most so many batches of it; return whether there was one."""
    wall = wall_now()
    async with state.database.work() as db:
        list_import = await queries.take_import(
            db, process_id=process_of(state), now=state.clock.now(), wall_now=wall, leased_until=wall + LEASE
        )
    if list_import is None:
        return False
    with work_span("import returnee list"):
        if list_import.attempts > ATTEMPTS_MAX:
            broken = ImportBroken(path=(ROW,), attempts=ATTEMPTS_MAX)
            await fail(state, list_import, broken, line=None)
        else:
            await process(state, list_import, batches_max, batch_rows)
    return True


async def process(state: State, list_import: ListImport, batches_max: int | None, batch_rows: int) -> None:
    """Store a list's rows batch by batch, and end the import with the last."""
    done = 0
    try:
        async with contextlib.aclosing(one_ahead(batches(state, list_import, batch_rows))) as found:
            async for batch in found:
                if done == batches_max or not await store(state, list_import, batch):
                    return
                done += 1
    except HeaderRefused as refused:
        await fail(state, list_import, refused.why, line=refused.line)
        return
    await end(state, list_import)


async def one_ahead(found: AsyncGenerator[ReadyBatch, None]) -> AsyncGenerator[ReadyBatch, None]:
    """Yield what another yields, the next of it made while the last is in use."""
    coming = asyncio.ensure_future(anext(found, None))
    try:
        while (item := await coming) is not None:
            coming = asyncio.ensure_future(anext(found, None))
            yield item
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await found.aclose()


async def batches(state: State, list_import: ListImport, batch_rows: int) -> AsyncGenerator[ReadyBatch, None]:
    """Yield a file's rows in batches, ready to be stored, those that are done left out; raise HeaderRefused.

    Reading, checking and sealing is done in a thread, so that the process goes on answering.
    """
    header: dict[str, int] | None = None
    async with contextlib.aclosing(records(state, list_import, batch_rows)) as found:
        async for some in found:
            if header is None:
                header = header_of(some.records[0])
                continue
            left = [record for record in some.records if record.line > list_import.lines_done]
            if left:
                batch = await asyncio.to_thread(read_batch, left, header, some.bytes_done)
                today = state.clock.today()
                async with state.database.work() as db:
                    places = await places_of(db, list_import.district_code, batch.rows, today)
                checked = await asyncio.to_thread(check_batch, batch, places, list_import, today)
                async with state.database.work() as db:
                    ready = await make_batch_ready(db, state.keys, list_import, checked, state.clock.now())
                yield ready
    if header is None:
        header_of(Record(1, ()))


def header_of(record: Record) -> dict[str, int]:
    """Return where each column stands, or raise HeaderRefused."""
    try:
        return read_header(record.fields)
    except Problem as problem:
        raise HeaderRefused(problem, record.line) from None


async def records(state: State, list_import: ListImport, batch_rows: int) -> AsyncGenerator[Some, None]:
    """Yield the records of an import's file: the header, then as many at once as are stored together."""
    reader, waiting, size, total = ListReader(list_import.encoding), deque[Record](), 1, 0
    async with contextlib.aclosing(pieces(state, list_import.district_code, list_import.id)) as found:
        async for piece in found:
            waiting += await asyncio.to_thread(lambda some: list(reader.feed(some)), piece)
            total += len(piece)
            while len(waiting) >= size:
                yield Some([waiting.popleft() for _ in range(size)], total)
                size = batch_rows
    waiting += reader.finish()
    while waiting:
        yield Some([waiting.popleft() for _ in range(min(size, len(waiting)))], total)
        size = batch_rows


async def store(state: State, list_import: ListImport, batch: ReadyBatch) -> bool:
    """Store a batch in one transaction; return whether the import is still this process's."""
    async with held(state, list_import) as (db, still):
        if still is None or still.lines_done >= batch.checked.first_line:
            return False
        await store_batch(db, still, batch, state.clock.now())
        await queries.extend_lease(
            db, district_code=still.district_code, import_id=still.id, leased_until=wall_now() + LEASE
        )
    return True


async def end(state: State, list_import: ListImport) -> None:
    """End an import this process holds, and forget its file."""
    async with held(state, list_import) as (db, still):
        if still is not None:
            await queries.end_import(db, district_code=still.district_code, import_id=still.id, now=state.clock.now())
            change = Change(KIND, still.id, still.district_code, "ENDED", None, {"status": ImportStatus.DONE})
            await record_in(db, still.district_code, state.clock.now(), change)
            await queries.delete_chunks(db, district_code=still.district_code, import_id=still.id)


async def fail(state: State, list_import: ListImport, why: Problem, *, line: int | None) -> None:
    """End an import that cannot go on; its file is kept for a while. `line` is refused for it."""
    async with held(state, list_import) as (db, still):
        if still is None:
            return
        if line is not None:
            await queries.delete_refusals_after(
                db, district_code=still.district_code, import_id=still.id, line=still.lines_done
            )
            await refuse(db, still, [refusal(line, why)])
        await queries.fail_import(
            db,
            district_code=still.district_code,
            import_id=still.id,
            code=why.code,
            message_en=why.message("en"),
            message_zh=why.message("zh"),
            now=state.clock.now(),
        )
        said = {"status": ImportStatus.FAILED, "failure_code": why.code}
        change = Change(KIND, still.id, still.district_code, "ENDED", None, said)
        await record_in(db, still.district_code, state.clock.now(), change)


@contextlib.asynccontextmanager
async def held(state: State, list_import: ListImport) -> AsyncIterator[tuple[Transaction, ListImport | None]]:
    """Open a transaction that holds an import, unless it is another's by now or was cancelled."""
    async with state.database.work() as db:
        yield (
            db,
            await queries.hold_import(
                db, district_code=list_import.district_code, import_id=list_import.id, process_id=process_of(state)
            ),
        )


async def forget_abandoned(db: Transaction, clock: Clock) -> int:
    """Forget pieces of uploads that never ended, and files that nobody ran again; a job."""
    forgotten = await queries.delete_abandoned_chunks(
        db, stored_before=wall_now() - UPLOAD_ABANDONED_AFTER, failed_after=clock.now() - FAILED_KEPT
    )
    return len(forgotten)


BACKGROUND = (run,)
JOBS = (Job("forget_abandoned_uploads", 600, forget_abandoned),)
