"""How divisions, grid workers and origins are read by everybody signed in; grids are added and closed by officers."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response

from chassis import standards
from chassis.commands import Command
from chassis.database import refusing
from chassis.errors import Problem
from chassis.history import Change, record
from chassis.routes import REFUSALS, Body, add_batch, answer, work_command_of
from services.residents.coverage.notice import notice
from services.residents.divisions import queries
from services.residents.divisions.model import (
    CodeSystem,
    DivisionCodeTaken,
    DivisionKind,
    DivisionUnknown,
    Level,
    OnlyGridsChange,
    check_closable,
    check_grid_name,
    check_new_grid,
    check_not_past,
    check_open,
    record_id,
)
from services.residents.divisions.places import find_division
from services.residents.divisions.queries import DivisionRow
from services.residents.grid_workers import queries as grid_workers
from services.residents.grid_workers.changes import change_assignments
from services.residents.grid_workers.model import DAY, check_reason

router = APIRouter(tags=["divisions"])

add_batch(router, "/divisions:batch", queries.divisions_by_code)
add_batch(router, "/divisions/by-parent:batch", queries.divisions_of_parents)
add_batch(router, "/division-aliases/by-division:batch", queries.aliases_of_divisions)
add_batch(router, "/grid-workers/by-grid:batch", queries.workers_of_grids)
add_batch(router, "/origin-divisions:batch", queries.origins_by_code)

GRID = "grid"


class NewGrid(Body):
    """A grid to add under a village: the village's code and a serial of three digits."""

    code: str
    name: str
    valid_from: date | None = None
    reason: str | None = None


class Closing(Body):
    """A grid to close, and its last day: today if left out."""

    code: str
    valid_to: date | None = None
    reason: str | None = None


@router.post("/divisions", status_code=201, responses=REFUSALS)
async def add(body: NewGrid, command: Annotated[Command, work_command_of("division_add")]) -> Response:
    """Add a grid; until somebody is assigned it is uncovered.

    The list of divisions is the worker's to write: who may and where is checked here.
    """
    viewer, today = command.viewer, command.clock.today()
    viewer.require_role("district_officer")
    reason, name = check_reason(body.reason), check_grid_name(body.name)
    valid_from = check_not_past(body.valid_from or today, today, "valid_from")
    village = await village_of(command, body.code, valid_from)
    code = standards.division_code(body.code)
    grid = DivisionRow(
        code=code,
        name=name,
        name_path=village.name_path + name,
        level=Level.GRID,
        kind=DivisionKind.GRID,
        parent_code=village.code,
        code_system=CodeSystem.STATISTICAL,
        valid_from=valid_from,
        valid_to=None,
    )
    await write(command, grid)
    added = Change(GRID, record_id(code), code, "ADDED", None, told(grid), reason)
    noticed = await notice(command.db, viewer.district_code, command.clock.now(), grid_codes=[code])
    await record(command, added, *noticed)
    return await answer(command, 201, **row(grid))


async def write(command: Command, grid: DivisionRow) -> None:
    """Write a new grid, or raise DivisionCodeTaken."""
    assert grid.parent_code is not None
    try:
        with refusing({"divisions_pkey": DivisionCodeTaken}):
            await queries.add_grid(
                command.db,
                district_code=command.viewer.district_code,
                code=grid.code,
                name=grid.name,
                name_path=grid.name_path,
                parent_code=grid.parent_code,
                valid_from=grid.valid_from,
            )
    except Problem as problem:
        raise problem.at("code") from None


async def village_of(command: Command, text: str, day: date) -> DivisionRow:
    """Return the village that a new grid lies in, valid on the grid's first day; raise what is wrong with its code."""
    try:
        code = standards.division_code(text)
    except Problem as problem:
        raise problem.at("code") from None
    village_code = check_new_grid(code)
    try:
        command.viewer.require_scope(code)
        village = await find_division(command.db, command.viewer.district_code, village_code)
        check_open(village.code, village.valid_from, village.valid_to, day)
    except Problem as problem:
        raise problem.at("code") from None
    return village


@router.post("/divisions/close", responses=REFUSALS)
async def close(body: Closing, command: Annotated[Command, work_command_of("division_close")]) -> Response:
    """Close a grid to which nothing belongs; its assignments end with it."""
    db, viewer, today = command.db, command.viewer, command.clock.today()
    viewer.require_role("district_officer")
    reason, valid_to = check_reason(body.reason), check_not_past(body.valid_to or today, today, "valid_to")
    grid = await hold_grid(command, body.code)
    belongings = await queries.belongings(db, district_code=viewer.district_code, code=grid.code)
    check_closable(grid.code, grid.valid_to, belongings)
    valid_to = max(valid_to, grid.valid_from)
    await queries.close_division(db, district_code=viewer.district_code, code=grid.code, valid_to=valid_to)
    before, after = {"valid_to": None}, {"valid_to": valid_to.isoformat()}
    await record(command, Change(GRID, record_id(grid.code), grid.code, "CLOSED", before, after, reason))
    await grid_workers.lock_grids(db, district_code=viewer.district_code, grid_codes=[grid.code])
    longer = await grid_workers.assignments_from(
        db, district_code=viewer.district_code, grid_codes=[grid.code], day=valid_to + DAY
    )
    await change_assignments(command, [(a, a.ended(valid_to)) for a in longer], reason=reason)
    return await answer(command, **row(grid) | {"valid_to": valid_to})


async def hold_grid(command: Command, text: str) -> DivisionRow:
    """Lock a grid of one's scope; raise DivisionCodeMalformed, OutOfScope, DivisionUnknown or OnlyGridsChange."""
    viewer = command.viewer
    try:
        code = standards.division_code(text)
        viewer.require_scope(code)
    except Problem as problem:
        raise problem.at("code") from None
    found = await queries.lock_division(command.db, district_code=viewer.district_code, code=code)
    if found is None:
        raise DivisionUnknown(path=("code",), code=code)
    if found.level is not Level.GRID:
        raise OnlyGridsChange(path=("code",), code=code)
    return found


def told(grid: DivisionRow) -> dict[str, object]:
    """Return what history says of a new grid."""
    return {"name": grid.name, "parent_code": grid.parent_code, "valid_from": grid.valid_from.isoformat()}


def row(grid: DivisionRow) -> dict[str, object]:
    """Return a grid as it is read; its code is its id."""
    return {
        "id": grid.code,
        "code": grid.code,
        "name": grid.name,
        "level": grid.level,
        "kind": grid.kind,
        "parent_code": grid.parent_code,
        "code_system": grid.code_system,
        "valid_from": grid.valid_from,
        "valid_to": grid.valid_to,
    }
