"""The records of the stream that `load` reads: one line of JSON each, the kind under `record`."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from services.enterprises.resumption.form import Form, Worker
from services.enterprises.resumption.precheck import Room


class Record(Struct, frozen=True, tag_field="record"):
    """A line of the stream."""


class CountsRecord(Record, frozen=True, tag="counts"):
    """The first line: how many records of each kind follow."""

    counts: dict[str, int]


class IndustryRecord(Record, frozen=True, tag="industry"):
    """A section or division of GB/T 4754-2017."""

    code: str
    name: str
    level: str
    parent_code: str | None


class LiaisonTeamRecord(Record, frozen=True, tag="liaison_team"):
    """A team that answers for a set of enterprises."""

    id: UUID
    name: str
    phone: str
    division_code: str
    leader_name: str


class ContactRecord(Struct, frozen=True):
    """Whom to call."""

    name: str
    phone: str


class EnterpriseRecord(Record, frozen=True, tag="enterprise"):
    """An enterprise of the register."""

    id: UUID
    credit_code: str
    name: str
    kind: str
    industry_code: str
    division_code: str
    size: str
    operation_status: str
    capacity_percent: int | None
    resumed_on: date | None
    address: str
    contact: ContactRecord
    liaison_team_id: UUID | None


class TransportRecord(Struct, frozen=True):
    """How a worker came back."""

    kind: str
    number: str | None


class RosterEntryRecord(Struct, frozen=True):
    """A worker of an application's roster."""

    name: str
    national_id: str
    phone: str | None
    origin_code: str
    returned_on: date | None
    transport: TransportRecord
    dormitory_room: str | None


class SuppliesRecord(Struct, frozen=True):
    """What is in stock."""

    masks: int
    thermometers: int
    disinfectant_liters: float


class DormitoryRecord(Struct, frozen=True):
    """A room of the dormitory plan."""

    room: str
    beds: int
    area_square_meters: float


class ApplicationRecord(Record, frozen=True, tag="application"):
    """An application to submit by the service's own rules."""

    idempotency_key: str
    credit_code: str
    planned_on: date
    person_in_charge: ContactRecord
    roster: list[RosterEntryRecord]
    supplies: SuppliesRecord
    isolation_rooms: int
    dormitories: list[DormitoryRecord]
    canteen_plan: str | None
    undertaking_accepted: bool

    @property
    def form(self) -> Form:
        """Return the form as it would have been typed."""
        return Form(
            planned_on=self.planned_on,
            in_charge_name=self.person_in_charge.name,
            in_charge_phone=self.person_in_charge.phone,
            workers=tuple(worker_of(entry) for entry in self.roster),
            masks=self.supplies.masks,
            thermometers=self.supplies.thermometers,
            disinfectant_liters=self.supplies.disinfectant_liters,
            isolation_rooms=self.isolation_rooms,
            rooms=tuple(Room(d.room, d.beds, d.area_square_meters) for d in self.dormitories),
            canteen_plan=self.canteen_plan,
            undertaking_accepted=self.undertaking_accepted,
        )


AnyRecord = CountsRecord | IndustryRecord | LiaisonTeamRecord | EnterpriseRecord | ApplicationRecord


def worker_of(entry: RosterEntryRecord) -> Worker:
    """Return a worker as he would have been typed."""
    return Worker(
        name=entry.name,
        national_id=entry.national_id,
        phone=entry.phone,
        origin_code=entry.origin_code,
        returned_on=entry.returned_on,
        transport_kind=entry.transport.kind,
        transport_number=entry.transport.number,
        dormitory_room=entry.dormitory_room,
    )
