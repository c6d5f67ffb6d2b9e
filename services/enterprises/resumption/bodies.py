"""The bodies of resumption's routes."""

from datetime import date

from chassis.routes import Body
from services.enterprises.resumption.form import Form, Worker
from services.enterprises.resumption.precheck import Room


class PersonInChargeBody(Body):
    """Who answers for the enterprise's prevention work."""

    name: str
    phone: str


class TransportBody(Body):
    """How a worker came back."""

    kind: str
    number: str | None = None


class RosterEntryBody(Body):
    """A worker of the roster."""

    name: str
    national_id: str
    phone: str | None = None
    origin_code: str
    returned_on: date | None = None
    transport: TransportBody | None = None
    dormitory_room: str | None = None


class SuppliesBody(Body):
    """What is in stock."""

    masks: int
    thermometers: int
    disinfectant_liters: float


class DormitoryBody(Body):
    """A room of the dormitory plan."""

    room: str
    beds: int
    area_square_meters: float


class ApplicationBody(Body):
    """A resumption application."""

    credit_code: str
    planned_on: date
    person_in_charge: PersonInChargeBody
    roster: list[RosterEntryBody]
    supplies: SuppliesBody
    isolation_rooms: int
    dormitories: tuple[DormitoryBody, ...] = ()
    canteen_plan: str | None = None
    undertaking_accepted: bool


class ApproveBody(Body):
    """An approval."""

    note: str | None = None


class ReasonBody(Body):
    """What must be mended, and where."""

    path: tuple[str, ...] = ()
    message: str


class ReturnBody(Body):
    """A return: what must be mended."""

    reasons: list[ReasonBody]


class RejectBody(Body):
    """A rejection."""

    reason: str


class NoteBody(Body):
    """A word along the way."""

    note: str | None = None


def form_of(body: ApplicationBody) -> Form:
    """Return the form in a body, as it was typed."""
    return Form(
        planned_on=body.planned_on,
        in_charge_name=body.person_in_charge.name,
        in_charge_phone=body.person_in_charge.phone,
        workers=tuple(worker_of(entry) for entry in body.roster),
        masks=body.supplies.masks,
        thermometers=body.supplies.thermometers,
        disinfectant_liters=body.supplies.disinfectant_liters,
        isolation_rooms=body.isolation_rooms,
        rooms=tuple(Room(d.room, d.beds, d.area_square_meters) for d in body.dormitories),
        canteen_plan=body.canteen_plan,
        undertaking_accepted=body.undertaking_accepted,
    )


def worker_of(entry: RosterEntryBody) -> Worker:
    """Return a worker as he was typed."""
    transport = entry.transport
    return Worker(
        name=entry.name,
        national_id=entry.national_id,
        phone=entry.phone,
        origin_code=entry.origin_code,
        returned_on=entry.returned_on,
        transport_kind=None if transport is None else transport.kind,
        transport_number=None if transport is None else transport.number,
        dormitory_room=entry.dormitory_room,
    )
