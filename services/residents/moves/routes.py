"""How a person moves to another household; the worker carries it out, since the new home may lie in another scope."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis import history
from chassis.commands import Command
from chassis.database import refusing
from chassis.errors import FieldMissing, Problem
from chassis.history import Change
from chassis.routes import REFUSALS, Body, work_command_of
from services.residents.answers import answer_row
from services.residents.changes import queries as changes
from services.residents.changes.routes import RESIDENT, hold
from services.residents.divisions.places import find_grid
from services.residents.moves import queries
from services.residents.moves.following import follow
from services.residents.moves.model import Home, Move, check_leaves, check_move
from services.residents.roster import people
from services.residents.roster import queries as roster
from services.residents.roster.model import Relation, check_address

router = APIRouter(tags=["moves"])


class MoveBody(Body):
    """From where to where: a household that is there, or an address of a grid."""

    from_household_id: UUID
    household_id: UUID | None = None
    grid_code: str | None = None
    address: str | None = None
    relation: Relation = Relation.OTHER
    reason: str | None = None


@router.post("/residents/{resident_id}/move", responses=REFUSALS)
async def move(
    resident_id: UUID, body: MoveBody, command: Annotated[Command, work_command_of("resident_move")]
) -> Response:
    """Move a person who lives within one's scope to another home of the district, with all that is under way."""
    resident = await hold(command, resident_id)
    check_leaves(resident, body.from_household_id)
    moved = check_move(resident, await home_of(command, body), body.relation)
    db, viewer = command.db, command.viewer
    keeps_worker = resident.proxy_worker_id is not None and await changes.serves_grid(
        db,
        district_code=viewer.district_code,
        grid_code=moved.home.division_code,
        worker_id=resident.proxy_worker_id,
        on=command.clock.today(),
    )
    with refusing(people.ONE_RECORD_A_PERSON):
        await queries.set_home(
            db,
            district_code=viewer.district_code,
            resident_id=resident.id,
            household_id=moved.home.household_id,
            division_code=moved.home.division_code,
            relation=moved.relation,
            keeps_worker=keeps_worker,
        )
    await follow(db, viewer.district_code, moved, moved_by=viewer.subject, now=command.clock.now())
    await history.record(command, *entries(moved, body.reason))
    return await answer_row(command, roster.residents_by_id, resident.id)


async def home_of(command: Command, body: MoveBody) -> Home:
    """Return where the person will live, anywhere in the district; a household there is made if there is none."""
    db, district_code = command.db, command.viewer.district_code
    if body.household_id is not None:
        household = await people.find_household(db, district_code, body.household_id)
        return Home(household.id, household.division_code, household.address)
    for field in ("grid_code", "address"):
        if getattr(body, field) is None:
            raise FieldMissing(path=(field,), field=field)
    assert body.grid_code is not None
    assert body.address is not None
    try:
        grid = await find_grid(db, district_code, body.grid_code, on=command.clock.today())
    except Problem as problem:
        raise problem.at("grid_code") from None
    address, now = check_address(body.address), command.clock.now()
    household, added = await people.find_or_add_household(
        db, district_code=district_code, grid_code=grid.code, address=address, now=now
    )
    return Home(household.id, grid.code, household.address, added)


def entries(move: Move, reason: str | None) -> list[Change]:
    """Return the history of a move: one entry, or one in each of two grids."""
    resident, home = move.resident, move.home
    before = {"household_id": str(resident.household_id), "division_code": resident.division_code}
    after = {"household_id": str(home.household_id), "division_code": home.division_code}
    if move.is_return:
        before["status"], after["status"] = resident.status.value, "REGISTERED"
    if not move.crosses:
        return [Change(RESIDENT, resident.id, home.division_code, "MOVED", before, after, reason)]
    return [
        Change(RESIDENT, resident.id, resident.division_code, "MOVED_OUT", before, after, reason),
        Change(RESIDENT, resident.id, home.division_code, "MOVED_IN", before, after, reason),
    ]
