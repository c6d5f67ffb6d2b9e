"""The records of the streams: one line of JSON each, the kind under `record`."""

from msgspec import Struct


class Record(Struct, frozen=True, tag_field="record"):
    """A line of a stream."""


class Counts(Record, frozen=True, tag="counts"):
    """The first line of every stream: how many lines of each kind follow."""

    counts: dict[str, int]


class Division(Record, frozen=True, tag="division"):
    """The district, a town, a village or a grid: 6, 9, 12 or 15 digits."""

    code: str
    name: str
    level: str
    kind: str
    parent_code: str | None
    code_system: str
    valid_from: str
    valid_to: str | None = None


class DivisionAlias(Record, frozen=True, tag="division_alias"):
    """A town's code in another code system."""

    code_system: str
    code: str
    division_code: str
    valid_from: str
    valid_to: str | None = None


class OriginDivision(Record, frozen=True, tag="origin_division"):
    """A province, prefecture or county of the country, 6 digits."""

    code: str
    name: str
    full_name: str
    level: str
    parent: str | None


class GridWorker(Record, frozen=True, tag="grid_worker"):
    """A grid worker, the village he or she belongs to, and the grids served from a day on."""

    id: str
    division_code: str
    name: str
    grid_codes: list[str]
    serves_from: str
    phone: str


class Household(Record, frozen=True, tag="household", gc=False):
    """A household at an address of a grid."""

    id: str
    grid_code: str
    address: str


class Resident(Record, frozen=True, tag="resident", gc=False):
    """A person of a household; the head comes before those in the head's care."""

    id: str
    household_id: str
    grid_code: str
    name: str
    sex: str
    birth_on: str
    document_kind: str | None
    national_id: str | None
    phone: str | None
    guardian_id: str | None
    relation: str


class Organization(Record, frozen=True, tag="organization"):
    """A district organ, enterprise or institution that sends people to checkpoints."""

    id: str
    name: str
    kind: str


class Checkpoint(Record, frozen=True, tag="checkpoint"):
    """A site where passages are recorded; without hours it is open round the clock."""

    id: str
    name: str
    kind: str
    division_code: str
    status: str
    opens_at: str | None
    closes_at: str | None
    minimum_strength: int


class Device(Record, frozen=True, tag="device"):
    """A scanner at a checkpoint."""

    device_id: str
    checkpoint_id: str


class Staff(Record, frozen=True, tag="staff"):
    """Somebody who stands guard for an organization."""

    id: str
    name: str
    organization_id: str


class DutyShift(Record, frozen=True, tag="duty_shift"):
    """One person's shift at a checkpoint."""

    id: str
    checkpoint_id: str
    staff_id: str
    starts_at: str
    ends_at: str


class Industry(Record, frozen=True, tag="industry"):
    """A section or division of GB/T 4754-2017."""

    code: str
    name: str
    level: str
    parent_code: str | None


class Contact(Struct, frozen=True):
    """Whom to call."""

    name: str
    phone: str


class LiaisonTeam(Record, frozen=True, tag="liaison_team"):
    """A team that answers for a set of enterprises of a town."""

    id: str
    name: str
    phone: str
    division_code: str
    leader_name: str


class Enterprise(Record, frozen=True, tag="enterprise"):
    """An enterprise or merchant of the register."""

    id: str
    credit_code: str
    name: str
    kind: str
    industry_code: str
    division_code: str
    size: str
    operation_status: str
    capacity_percent: int | None
    resumed_on: str | None
    address: str
    contact: Contact
    liaison_team_id: str | None


class Transport(Struct, frozen=True):
    """How a worker came back."""

    kind: str
    number: str | None


class RosterEntry(Struct, frozen=True):
    """A worker of an application's roster."""

    name: str
    national_id: str
    phone: str | None
    origin_code: str
    returned_on: str
    transport: Transport
    dormitory_room: str | None


class Supplies(Struct, frozen=True):
    """What an enterprise has in stock."""

    masks: int
    thermometers: int
    disinfectant_liters: int


class Dormitory(Struct, frozen=True):
    """A room of the dormitory plan."""

    room: str
    beds: int
    area_square_meters: float


class Application(Record, frozen=True, tag="application"):
    """A resumption application to submit through the service's own rules."""

    idempotency_key: str
    credit_code: str
    planned_on: str
    person_in_charge: Contact
    roster: list[RosterEntry]
    supplies: Supplies
    isolation_rooms: int
    dormitories: list[Dormitory]
    canteen_plan: str
    undertaking_accepted: bool


class Person(Struct, frozen=True):
    """The person a resident's token speaks for."""

    resident_id: str
    household_id: str
    person_key: str


class Persona(Struct, frozen=True):
    """Somebody the token issuer can be asked to speak for."""

    persona: str
    sub: str
    name: str
    role: str
    district_code: str = "330111"
    scopes: list[str] = []
    checkpoints: list[str] = []
    enterprises: list[str] = []
    person: Person | None = None
