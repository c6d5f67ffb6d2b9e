"""How households are registered, corrected and closed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis import history
from chassis.commands import Command
from chassis.errors import Problem
from chassis.history import Change
from chassis.routes import REFUSALS, Body, command_of
from services.residents.access import FIELD_STAFF
from services.residents.answers import answer_row
from services.residents.board.counters import count
from services.residents.divisions.places import find_grid
from services.residents.households import queries
from services.residents.households.model import (
    HeldHousehold,
    HouseholdAlreadyRegistered,
    check_address_change,
    check_closing,
)
from services.residents.roster import people
from services.residents.roster import queries as roster
from services.residents.roster.model import HouseholdUnknown, check_address
from services.residents.search import indexing

HOUSEHOLD = "household"

router = APIRouter(tags=["households"])


class HouseholdBody(Body):
    """Where a household is."""

    grid_code: str
    address: str


class AddressBody(Body):
    """The address as it should be."""

    address: str
    reason: str | None = None


class ClosingBody(Body):
    """Why a household is closed."""

    reason: str | None = None


@router.post("/households", status_code=201, responses=REFUSALS)
async def register(body: HouseholdBody, command: Annotated[Command, command_of("household_register")]) -> Response:
    """Register a household at an address of a grid."""
    command.viewer.require_role(*FIELD_STAFF)
    district_code, address = command.viewer.district_code, check_address(body.address)
    try:
        grid = await find_grid(command.db, district_code, body.grid_code, on=command.clock.today())
        command.viewer.require_scope(grid.code)
    except Problem as problem:
        raise problem.at("grid_code") from None
    home, added = await people.find_or_add_household(
        command.db, district_code=district_code, grid_code=grid.code, address=address, now=command.clock.now()
    )
    if not added:
        raise HouseholdAlreadyRegistered(path=("address",))
    await count(command.db, grid.code, households=1)
    return await answer_row(command, roster.households_by_id, home.id, 201)


@router.post("/households/{household_id}/change", responses=REFUSALS)
async def change(
    household_id: UUID, body: AddressBody, command: Annotated[Command, command_of("household_change")]
) -> Response:
    """Correct the address of a household; its members stay in it."""
    household = await hold(command, household_id)
    db, district_code, address = command.db, command.viewer.district_code, check_address(body.address)
    check_address_change(household, address)
    grid_code = household.division_code
    taken = await people.household_at(db, district_code=district_code, grid_code=grid_code, address=address)
    if taken is not None:
        raise HouseholdAlreadyRegistered(path=("address",))
    await queries.set_address(db, district_code=district_code, household_id=household_id, address=address)
    await indexing.index_household(db, district_code, household_id, grid_code)
    before, after = {"address": household.address}, {"address": address}
    await history.record(command, Change(HOUSEHOLD, household_id, grid_code, "CHANGED", before, after, body.reason))
    return await answer_row(command, roster.households_by_id, household_id)


@router.post("/households/{household_id}/close", responses=REFUSALS)
async def close(
    household_id: UUID, body: ClosingBody, command: Annotated[Command, command_of("household_close")]
) -> Response:
    """Close a household in which nobody is registered any more."""
    household = await hold(command, household_id)
    check_closing(household)
    today = command.clock.today()
    await queries.set_closed(
        command.db, district_code=command.viewer.district_code, household_id=household_id, closed_on=today
    )
    await count(command.db, household.division_code, households=-1)
    before, after = {"closed_on": None}, {"closed_on": today.isoformat()}
    entry = Change(HOUSEHOLD, household_id, household.division_code, "CLOSED", before, after, body.reason)
    await history.record(command, entry)
    return await answer_row(command, roster.households_by_id, household_id)


async def hold(command: Command, household_id: UUID) -> HeldHousehold:
    """Lock a household within scope; raise RoleMayNot or HouseholdUnknown."""
    command.viewer.require_role(*FIELD_STAFF)
    found = await queries.lock_household(
        command.db, district_code=command.viewer.district_code, household_id=household_id
    )
    if found is None:
        raise HouseholdUnknown
    return found
