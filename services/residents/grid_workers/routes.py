"""How grid workers are read, registered, changed, and let go."""

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.errors import Problem
from chassis.history import Change, record
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, StateDep, add_batch, answer, command_of, work_command_of
from chassis.service import Keys
from services.residents.access import OFFICERS
from services.residents.divisions.places import find_division
from services.residents.grid_workers import queries
from services.residents.grid_workers.changes import change_assignments
from services.residents.grid_workers.model import (
    DAY,
    Assignment,
    GridWorker,
    GridWorkerKnown,
    GridWorkerUnknown,
    NothingChanges,
    check_covered,
    check_reason,
    leave,
    left_uncovered,
)
from services.residents.grid_workers.phones import PHONE, seal_phone
from services.residents.roster.model import check_name, check_phone

router = APIRouter(tags=["grid workers"])

add_batch(router, "/grid-workers:batch", queries.grid_workers_by_id)
add_batch(router, "/grid-workers/by-scope:batch", queries.grid_workers_of_scopes)
add_batch(router, "/divisions/by-grid-worker:batch", queries.grids_of_workers)
add_batch(router, "/grid-assignments:batch", queries.assignments_by_id)
add_batch(router, "/grid-assignments/by-grid:batch", queries.assignments_of_grids)
add_batch(router, "/grid-assignments/by-worker:batch", queries.assignments_of_workers)

WORKER = "grid_worker"


class Registration(Body):
    """A grid worker to register, with the part of the district whose officers keep the record."""

    division_code: str
    name: str
    phone: str


class Correction(Body):
    """What is different from now on; what is left out stays."""

    name: str | None = None
    phone: str | None = None


class Leaving(Body):
    """The last day of service, today if left out; grids without anybody else only if that is accepted."""

    left_on: date | None = None
    accept_uncovered: bool = False
    reason: str | None = None


@router.post("/grid-workers", status_code=201, responses=REFUSALS)
async def register(
    body: Registration, state: StateDep, command: Annotated[Command, command_of("grid_worker_register")]
) -> Response:
    """Register a grid worker of a part of one's scope."""
    viewer, name, phone = command.viewer, check_name(body.name), check_phone(body.phone)
    viewer.require_role(*OFFICERS)
    try:
        division = await find_division(command.db, viewer.district_code, body.division_code)
        viewer.require_scope(division.code)
    except Problem as problem:
        raise problem.at("division_code") from None
    await check_new(command, state.keys, name, phone)
    worker_id = new_id()
    sealed = seal_phone(state.keys, worker_id, phone)
    await queries.add_worker(
        command.db,
        district_code=viewer.district_code,
        worker_id=worker_id,
        division_code=division.code,
        name=name,
        phone_sealed=sealed.sealed,
        phone_masked=sealed.masked,
        phone_index=sealed.index,
    )
    worker = GridWorker(worker_id, division.code, name, sealed.masked, None)
    await record(command, Change(WORKER, worker_id, division.code, "REGISTERED", None, told(worker)))
    return await answer(command, 201, **row(worker))


@router.post("/grid-workers/{worker_id}/change", responses=REFUSALS)
async def change(
    worker_id: UUID,
    body: Correction,
    state: StateDep,
    command: Annotated[Command, command_of("grid_worker_change")],
) -> Response:
    """Change a grid worker's name or phone number."""
    db, district_code = command.db, command.viewer.district_code
    before = after = await hold(command, worker_id)
    if body.name is None and body.phone is None:
        raise NothingChanges
    if body.name is not None:
        after = replace(after, name=check_name(body.name))
        await queries.rename_worker(db, district_code=district_code, worker_id=worker_id, name=after.name)
    if body.phone is not None:
        sealed = seal_phone(state.keys, worker_id, check_phone(body.phone))
        after = replace(after, phone_masked=sealed.masked)
        await queries.change_phone(
            db,
            district_code=district_code,
            worker_id=worker_id,
            phone_sealed=sealed.sealed,
            phone_masked=sealed.masked,
            phone_index=sealed.index,
        )
    await record(command, Change(WORKER, worker_id, after.division_code, "CHANGED", told(before), told(after)))
    return await answer(command, **row(after))


@router.post("/grid-workers/{worker_id}/leave", responses=REFUSALS)
async def let_go(
    worker_id: UUID, body: Leaving, command: Annotated[Command, work_command_of("grid_worker_leave")]
) -> Response:
    """Let a grid worker go: the assignments end with the last day, wherever the grids lie.

    It is the worker role's: every grid is checked against the viewer's scope here, none is overlooked.
    """
    db, viewer, today = command.db, command.viewer, command.clock.today()
    reason, last_day = check_reason(body.reason), body.left_on or today
    worker = await hold(command, worker_id)
    leave(worker, last_day, today)
    own = await held_assignments(command, worker_id, last_day)
    codes = sorted({a.grid_code for a in own})
    others = await queries.assignments_from(db, district_code=viewer.district_code, grid_codes=codes, day=last_day)
    if not body.accept_uncovered:
        check_covered(left_uncovered(own, others, last_day), last_day)
    await queries.let_worker_go(db, district_code=viewer.district_code, worker_id=worker_id, left_on=last_day)
    after = replace(worker, left_on=last_day)
    left = Change(WORKER, worker_id, worker.division_code, "LEFT", told(worker), told(after), reason)
    await record(command, left)
    await change_assignments(command, [(a, a.ended(last_day)) for a in own], reason=reason)
    return await answer(command, **row(after))


async def held_assignments(command: Command, worker_id: UUID, last_day: date) -> list[Assignment]:
    """Return a worker's assignments that go on after a day, their grids held; raise OutOfScope for one elsewhere."""
    district_code, after = command.viewer.district_code, last_day + DAY
    for _ in range(2):  # once to know the grids, and once more when they are held
        own = await queries.assignments_of_worker_from(
            command.db, district_code=district_code, worker_id=worker_id, day=after
        )
        codes = sorted({a.grid_code for a in own})
        for code in codes:
            command.viewer.require_scope(code)
        await queries.lock_grids(command.db, district_code=district_code, grid_codes=codes)
    return own


async def hold(command: Command, worker_id: UUID) -> GridWorker:
    """Lock a grid worker of one's scope, or raise RoleMayNot or GridWorkerUnknown."""
    viewer = command.viewer
    viewer.require_role(*OFFICERS)
    worker = await queries.lock_worker(command.db, district_code=viewer.district_code, worker_id=worker_id)
    if worker is None or not viewer.covers(worker.division_code):
        raise GridWorkerUnknown
    return worker


async def check_new(command: Command, keys: Keys, name: str, phone: str) -> None:
    """Raise GridWorkerKnown if somebody of this name and number serves already."""
    found = await queries.worker_by_phone_and_name(
        command.db, district_code=command.viewer.district_code, phone_index=keys.index(PHONE, phone), name=name
    )
    if found is not None:
        raise GridWorkerKnown


def told(worker: GridWorker) -> dict[str, object]:
    """Return what history says of a worker."""
    left_on = worker.left_on.isoformat() if worker.left_on else None
    return {"name": worker.name, "phone_masked": worker.phone_masked, "left_on": left_on}


def row(worker: GridWorker) -> dict[str, object]:
    """Return a worker as it is read."""
    return {
        "id": worker.id,
        "name": worker.name,
        "phone_masked": worker.phone_masked,
        "division_code": worker.division_code,
        "left_on": worker.left_on,
    }
