"""Preparing exports: one after another, read within the requester's scopes, of one moment, sealed piece by piece.

The rows are read in one transaction under the requester's own row level security, page by page, so that
memory stays flat and the file is of one moment. A process leases an export and keeps the lease with each
piece. Whoever takes one up again begins anew: half a file of another moment is worth nothing.
"""

import asyncio
import contextlib
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from chassis.auth import session
from chassis.clock import wall_now
from chassis.database import Transaction
from chassis.errors import Problem
from chassis.facts import publish
from chassis.history import CLOCK, record_by_clock
from chassis.ids import new_id
from chassis.service import State
from chassis.telemetry import work_span
from services.residents.divisions import queries as divisions
from services.residents.form_exports import queries
from services.residents.form_exports.alarms import Attempt, check_size
from services.residents.form_exports.changes import change, fact_of
from services.residents.form_exports.files import Writer, stamp_of, writer_of
from services.residents.form_exports.marks import check_of
from services.residents.form_exports.model import ATTEMPTS_MAX, KEPT_FOR, Export, ExportStatus
from services.residents.form_exports.pieces import LeaseLost, Pieces, hold
from services.residents.form_exports.problems import ExportTooLarge
from services.residents.forms.rows import View, Window, count_rows, read_rows, view_of_id

IDLE_S = 5.0
LEASE = timedelta(seconds=30)

log = structlog.get_logger()


class LeftOff(Exception):
    """A preparation that was cut short: a test's way to stop a process in the middle."""


def wake_of(state: State) -> asyncio.Event:
    """Return the event that says that an export waits."""
    event: asyncio.Event = state.extra.setdefault("form_export_waits", asyncio.Event())
    return event


def process_of(state: State) -> UUID:
    """Return the id under which this process leases exports."""
    process_id: UUID = state.extra.setdefault("form_export_process", new_id())
    return process_id


async def run(state: State) -> None:
    """Prepare exports for ever; woken by an approval, and otherwise looking every few seconds."""
    wake = wake_of(state)
    while True:
        wake.clear()
        try:
            while await prepare_next(state):
                pass
        except Problem as problem:
            await log.awarning("export waits", code=problem.code)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), IDLE_S)


async def prepare_next(state: State, *, pages_max: int | None = None) -> bool:
    """Prepare the first export that waits, at most so many pages of it; return whether there was one."""
    wall = wall_now()
    async with state.database.work() as db:
        export = await queries.take_export(
            db, process_id=process_of(state), attempts_max=ATTEMPTS_MAX, wall_now=wall, leased_until=wall + LEASE
        )
        if export is not None:
            await queries.delete_pieces(db, district_code=export.district_code, export_id=export.id)
    if export is None:
        return False
    with work_span("prepare export"), contextlib.suppress(LeaseLost, LeftOff):
        await prepare(state, export, pages_max)
    return True


async def prepare(state: State, export: Export, pages_max: int | None) -> None:
    """Write an export's file; one that has become too large is refused instead. Raise LeaseLost or LeftOff."""
    now = state.clock.now()
    pieces = Pieces(state, export, process_of(state), LEASE)
    async with state.database.request(session(export.requester, state.service.access)) as db:
        await queries.read_one_moment(db)
        view = await view_of_id(db, export.district_code, export.form_version_id)
        rows = await count_rows(db, view, export.selection, now)
        attempt = Attempt(
            export.district_code, export.requested_by, export.requester_role, f"export {export.id}", export.scope
        )
        try:
            await check_size(state, view.version, attempt, rows=rows, now=now)
        except ExportTooLarge as problem:
            await refuse(state, export, problem, now)
            return
        rows = await write(db, export, view, pieces, pages_max)
    await finish(state, export, pieces, rows=rows, prepared_at=now)


async def write(db: Transaction, export: Export, view: View, pieces: Pieces, pages_max: int | None) -> int:
    """Write every row of the form, and what stands around them; return how many."""
    writer, now, rows, pages = writer_of(export.format), pieces.state.clock.now(), 0, 0
    place = await divisions.division(db, district_code=export.district_code, code=export.scope)
    name = export.scope if place is None else place.name_path
    await pieces.add(writer.head(stamp_of(export, view, name, now)), [])
    window = Window()
    while True:
        page = await read_rows(db, view, export.selection, window, now)
        people = [row.person_key for row in page if row.person_key is not None]
        lines = [line(pieces, writer, rows + i, row.cells) for i, row in enumerate(page, 1)]
        await pieces.add("".join(lines), people)
        rows, pages = rows + len(page), pages + 1
        if pages == pages_max:
            raise LeftOff
        if len(page) < window.limit:
            break
        window = Window(after=page[-1].cursor)
    await pieces.add(writer.tail(), [])
    await pieces.end()
    return rows


def line(pieces: Pieces, writer: Writer, number: int, cells: tuple[str | None, ...]) -> str:
    """Return a row as it is written, with its check."""
    return writer.row(cells, check_of(pieces.state.keys, pieces.export.id, number, cells))


async def finish(state: State, export: Export, pieces: Pieces, *, rows: int, prepared_at: datetime) -> None:
    """Let the file be downloaded for a day; raise LeaseLost."""
    async with state.database.work() as db:
        held = await hold(db, export, process_of(state))
        await queries.set_ready(
            db,
            district_code=held.district_code,
            export_id=held.id,
            rows=rows,
            content_bytes=pieces.content_bytes,
            pieces=pieces.count,
            prepared_at=prepared_at,
            expires_at=prepared_at + KEPT_FOR,
        )
        entry = change(held, "PREPARED", ExportStatus.READY, rows=rows)
        await record_by_clock(db, district_code=held.district_code, at=prepared_at, changes=[entry])
        await publish(db, "residents", fact_of(held.id, held.scope, ExportStatus.READY))


async def refuse(state: State, export: Export, problem: ExportTooLarge, now: datetime) -> None:
    """End an export that has grown beyond the limit since it was asked for; raise LeaseLost."""
    async with state.database.work() as db:
        held = await hold(db, export, process_of(state))
        await queries.set_ended(
            db,
            district_code=held.district_code,
            export_id=held.id,
            status=ExportStatus.REFUSED,
            subject=CLOCK,
            now=now,
            reason=problem.code,
        )
        entry = change(held, "BLOCKED", ExportStatus.REFUSED, reason=problem.code, **problem.facts)
        await record_by_clock(db, district_code=held.district_code, at=now, changes=[entry])
        await publish(db, "residents", fact_of(held.id, held.scope, ExportStatus.REFUSED))


BACKGROUND = (run,)
