"""How a returnee is registered and read."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response

from chassis import standards
from chassis.auth import Viewer
from chassis.commands import Command
from chassis.database import Transaction
from chassis.errors import Problem
from chassis.routes import REFUSALS, Body, StateDep, add_batch, answer, work_command_of
from services.residents.access import FIELD_STAFF
from services.residents.divisions.places import find_grid, find_origin
from services.residents.returnees import queries
from services.residents.returnees.model import (
    AlreadyRegistered,
    Arrival,
    Registrar,
    check_arrival,
    check_identified,
    check_transport,
)
from services.residents.returnees.register import enter
from services.residents.roster.model import NATIONAL_ID, check_address, check_document, check_name, check_phone

router = APIRouter(tags=["returnees"])

add_batch(router, "/returnees:batch", queries.returnees_by_id)


class PersonBody(Body):
    """Who comes back; at least one of the numbers is given."""

    name: str
    document_kind: str = NATIONAL_ID
    national_id: str | None = None
    phone: str | None = None


class TransportBody(Body):
    """How the person travels."""

    kind: str
    number: str | None = None


class DestinationBody(Body):
    """Where the person goes."""

    grid_code: str
    address: str


class Registration(Body):
    """A return to register."""

    person: PersonBody
    origin_code: str
    arrives_on: date
    transport: TransportBody
    destination: DestinationBody


@router.post("/returnees", status_code=201, responses=REFUSALS)
async def register(
    body: Registration, state: StateDep, command: Annotated[Command, work_command_of("returnee_register")]
) -> Response:
    """Register a return; the same person and day again answers with the first (200)."""
    viewer = command.viewer
    viewer.require_role(*FIELD_STAFF)
    arrival = await check(command.db, command, body)
    registrar = Registrar(viewer.district_code, viewer.scopes, viewer.subject, command.clock.now())
    [entered] = await enter(command.db, state.keys, registrar, [arrival], into_roster=True)
    if not entered.agrees:
        raise AlreadyRegistered(path=("person",), arrives_on=arrival.arrives_on.isoformat())
    return await answer(
        command,
        201 if entered.is_new else 200,
        id=entered.returnee_id,
        origin_code=arrival.origin_code,
        arrives_on=arrival.arrives_on,
        resident_id=entered.resident_id,
        screening_task_id=entered.task_id,
    )


async def check(db: Transaction, command: Command, body: Registration) -> Arrival:
    """Return what was sent with every value checked, or raise the first rule it breaks, with its path."""
    today, person = command.clock.today(), body.person
    grid_code = await destination_grid(db, command.viewer, body.destination.grid_code, today)
    try:
        name = check_name(person.name)
        document = check_document(person.document_kind, person.national_id, today) if person.national_id else None
        phone = check_phone(person.phone) if person.phone else None
        check_identified(document, phone)
    except Problem as problem:
        raise problem.at("person") from None
    return Arrival(
        name=name,
        document=document,
        phone=phone,
        origin_code=await origin_code(db, body.origin_code),
        arrives_on=check_arrival(body.arrives_on, today),
        transport=check_transport(body.transport.kind, body.transport.number),
        grid_code=grid_code,
        address=destination_address(body.destination.address),
    )


async def destination_grid(db: Transaction, viewer: Viewer, text: str, today: date) -> str:
    """Return the destination's grid; one outside the viewer's scope is refused whether it exists or not."""
    try:
        code = standards.division_code(text)
        viewer.require_scope(code)
        return (await find_grid(db, viewer.district_code, code, on=today)).code
    except Problem as problem:
        raise problem.at("destination", "grid_code") from None


async def origin_code(db: Transaction, text: str) -> str:
    """Return an origin's code, or raise DivisionCodeMalformed or OriginUnknown."""
    try:
        return (await find_origin(db, text)).code
    except Problem as problem:
        raise problem.at("origin_code") from None


def destination_address(text: str) -> str:
    """Return the destination's address, or raise AddressMalformed."""
    try:
        return check_address(text)
    except Problem as problem:
        raise problem.at("destination") from None
