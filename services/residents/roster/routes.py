"""How people are read and registered."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.commands import Command
from chassis.errors import FieldMissing, Problem
from chassis.routes import REFUSALS, Body, StateDep, ViewerDep, add_batch, answer, command_of
from services.residents.access import FIELD_STAFF
from services.residents.divisions.places import find_grid
from services.residents.roster import across, people, queries
from services.residents.roster.model import NATIONAL_ID, Relation, Sex, check_person

router = APIRouter(tags=["roster"])

add_batch(router, "/residents:batch", queries.residents_by_id)
add_batch(router, "/residents/by-person-key:batch", queries.residents_by_person_key)
add_batch(router, "/residents/by-household:batch", queries.residents_of_households)
add_batch(router, "/residents/heads-by-household:batch", queries.heads_of_households)
add_batch(router, "/households:batch", queries.households_by_id)


class ResidentBody(Body):
    """A person to register: at an address of a grid, or into a household that is there."""

    name: str
    national_id: str | None = None
    document_kind: str = NATIONAL_ID
    document_number: str | None = None
    phone: str | None = None
    sex: Sex | None = None
    birth_on: date | None = None
    guardian_id: UUID | None = None
    relation: Relation = Relation.OTHER
    household_id: UUID | None = None
    grid_code: str | None = None
    address: str | None = None


class ResidentRegistered(Body):
    """A resident just registered."""

    id: UUID
    household_id: UUID
    grid_code: str


@router.post("/residents", status_code=201, responses={201: {"model": ResidentRegistered}, **REFUSALS})
async def register(
    body: ResidentBody, state: StateDep, command: Annotated[Command, command_of("resident_register")]
) -> Response:
    """Register a person within one's scope."""
    command.viewer.require_role(*FIELD_STAFF)
    person = check_person(
        name=body.name,
        today=command.clock.today(),
        document_kind=NATIONAL_ID if body.national_id else body.document_kind,
        document_number=body.national_id or body.document_number,
        phone=body.phone,
        sex=body.sex,
        birth_on=body.birth_on,
        guardian_id=body.guardian_id,
        relation=body.relation,
    )
    made = await people.register(
        command.db,
        state.keys,
        district_code=command.viewer.district_code,
        person=person,
        household=await home_of(command, body),
        now=command.clock.now(),
    )
    return await answer(
        command, 201, id=str(made.id), household_id=str(made.household_id), grid_code=made.division_code
    )


async def home_of(command: Command, body: ResidentBody) -> queries.Household:
    """Return the household that a person is registered into; raise OutOfScope beyond one's scope."""
    district_code = command.viewer.district_code
    if body.household_id is not None:
        return await people.find_household(command.db, district_code, body.household_id)
    for field in ("grid_code", "address"):
        if getattr(body, field) is None:
            raise FieldMissing(path=(field,), field=field)
    assert body.grid_code is not None
    assert body.address is not None
    try:
        grid = await find_grid(command.db, district_code, body.grid_code, on=command.clock.today())
        command.viewer.require_scope(grid.code)
    except Problem as problem:
        raise problem.at("grid_code") from None
    return await people.household_for(
        command.db,
        district_code=district_code,
        grid_code=grid.code,
        address=body.address,
        now=command.clock.now(),
    )


@router.post(
    "/standings/by-person-key:batch",
    operation_id="standings_by_person_key",
    responses={200: {"model": across.ANSWER}, **REFUSALS},
    openapi_extra=across.REQUEST,
)
async def standings_across_scopes(request: Request, state: StateDep, viewer: ViewerDep) -> Response:
    """Answer the color of people wherever they live, and whether an order is in force; each look is logged."""
    answered = await across.look_up(state, viewer, await request.body())
    return Response(answered, media_type="application/json")
