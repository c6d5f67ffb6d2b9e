"""How grids are assigned: a primary worker from a day on, a stand-in for a period, and their end."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.errors import Problem
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, answer, command_of
from services.residents.access import OFFICERS
from services.residents.divisions.places import find_grid
from services.residents.grid_workers import queries
from services.residents.grid_workers.changes import change_assignments
from services.residents.grid_workers.model import (
    Assignment,
    AssignmentKind,
    AssignmentUnknown,
    GridWorkerUnknown,
    check_period,
    check_reason,
    check_serves,
    check_stand_in,
    end,
    succeed,
)

router = APIRouter(tags=["grid assignments"])


class NewPrimary(Body):
    """A grid's next primary worker, from today on unless a day is given, until another comes."""

    grid_code: str
    worker_id: UUID
    starts_on: date | None = None
    ends_on: date | None = None
    reason: str | None = None


class NewStandIn(Body):
    """Who takes a grid for a period, from today on unless a day is given."""

    grid_code: str
    worker_id: UUID
    starts_on: date | None = None
    ends_on: date
    reason: str | None = None


class Ending(Body):
    """The last day, today if left out; yesterday ends it at once."""

    ends_on: date | None = None
    reason: str | None = None


@router.post("/grid-assignments", status_code=201, responses=REFUSALS)
async def assign(body: NewPrimary, command: Annotated[Command, command_of("grid_assign")]) -> Response:
    """Make somebody a grid's primary worker; whoever is it on that day yields the day before."""
    reason, new = check_reason(body.reason), await draft(command, body, AssignmentKind.PRIMARY)
    before = succeed(new, present := await held(command, new.grid_code, new.starts_on))
    ended = [(next(a for a in present if a.id == before.id), before)] if before else []
    await change_assignments(command, ended, new, reason=reason)
    return await answer(command, 201, **row(new))


@router.post("/grid-assignments/stand-in", status_code=201, responses=REFUSALS)
async def stand_in(body: NewStandIn, command: Annotated[Command, command_of("grid_stand_in")]) -> Response:
    """Let somebody take a grid for a period."""
    reason, new = check_reason(body.reason), await draft(command, body, AssignmentKind.STAND_IN)
    check_stand_in(new, await held(command, new.grid_code, new.starts_on))
    await change_assignments(command, [], new, reason=reason)
    return await answer(command, 201, **row(new))


@router.post("/grid-assignments/{assignment_id}/end", responses=REFUSALS)
async def end_one(
    assignment_id: UUID, body: Ending, command: Annotated[Command, command_of("grid_assignment_end")]
) -> Response:
    """End an assignment earlier; the grid may become uncovered, and then alarms."""
    viewer, today = command.viewer, command.clock.today()
    viewer.require_role(*OFFICERS)
    reason = check_reason(body.reason)
    found = await assignment_in_scope(command, assignment_id)
    await queries.lock_grids(command.db, district_code=viewer.district_code, grid_codes=[found.grid_code])
    before = await assignment_in_scope(command, assignment_id)
    after = end(before, body.ends_on or today, today)
    await change_assignments(command, [(before, after)], reason=reason)
    return await answer(command, **row(after))


async def draft(command: Command, body: NewPrimary | NewStandIn, kind: AssignmentKind) -> Assignment:
    """Return an assignment as it is asked for, its worker held, every value checked; raise the first rule it breaks.

    The grid must be valid on its first day, and on its last if it has one.
    """
    viewer, today = command.viewer, command.clock.today()
    viewer.require_role(*OFFICERS)
    starts_on = body.starts_on or today
    check_period(starts_on, body.ends_on, today)
    try:
        grid = await find_grid(command.db, viewer.district_code, body.grid_code, on=starts_on)
        viewer.require_scope(grid.code)
        ends_on = body.ends_on or grid.valid_to
        await find_grid(command.db, viewer.district_code, grid.code, on=ends_on or starts_on)
    except Problem as problem:
        raise problem.at("grid_code") from None
    worker = await queries.lock_worker(command.db, district_code=viewer.district_code, worker_id=body.worker_id)
    if worker is None or not viewer.covers(worker.division_code):
        raise GridWorkerUnknown(path=("worker_id",))
    check_serves(worker, ends_on)
    return Assignment(new_id(), grid.code, worker.id, kind, starts_on, ends_on)


async def held(command: Command, grid_code: str, day: date) -> list[Assignment]:
    """Return a grid's assignments from a day on; nobody else changes them until the transaction ends."""
    district_code = command.viewer.district_code
    await queries.lock_grids(command.db, district_code=district_code, grid_codes=[grid_code])
    return await queries.assignments_from(command.db, district_code=district_code, grid_codes=[grid_code], day=day)


async def assignment_in_scope(command: Command, assignment_id: UUID) -> Assignment:
    """Return an assignment of a grid of one's scope, or raise AssignmentUnknown."""
    viewer = command.viewer
    found = await queries.assignment(command.db, district_code=viewer.district_code, assignment_id=assignment_id)
    if found is None or not viewer.covers(found.grid_code):
        raise AssignmentUnknown
    return found


def row(assignment: Assignment) -> dict[str, object]:
    """Return an assignment as it is read."""
    return {
        "id": assignment.id,
        "grid_code": assignment.grid_code,
        "worker_id": assignment.worker_id,
        "kind": assignment.kind,
        "starts_on": assignment.starts_on,
        "ends_on": assignment.ends_on,
    }
