"""The records of a district's stream: a line of JSON each, the kind under `record`."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from services.residents.roster.model import Relation, Sex


class Record(Struct, frozen=True, tag_field="record", gc=False):
    """A line of the stream."""


class CountsRecord(Record, frozen=True, tag="counts", gc=False):
    """The first line: how many lines of each kind follow."""

    counts: dict[str, int]


class DivisionRecord(Record, frozen=True, tag="division", gc=False):
    """A division, its parent before it."""

    code: str
    name: str
    level: str
    kind: str
    parent_code: str | None
    code_system: str
    valid_from: date
    valid_to: date | None = None


class DivisionAliasRecord(Record, frozen=True, tag="division_alias", gc=False):
    """A division's code in another code system."""

    code_system: str
    code: str
    division_code: str
    valid_from: date
    valid_to: date | None = None


class OriginDivisionRecord(Record, frozen=True, tag="origin_division", gc=False):
    """A province, prefecture or county."""

    code: str
    name: str
    full_name: str
    level: str
    parent: str | None


class GridWorkerRecord(Record, frozen=True, tag="grid_worker", gc=False):
    """A grid worker, the part of the district he or she belongs to, and the grids served from a day on."""

    id: UUID
    division_code: str
    name: str
    grid_codes: list[str]
    serves_from: date
    phone: str


class HouseholdRecord(Record, frozen=True, tag="household", gc=False):
    """A household, before its members."""

    id: UUID
    grid_code: str
    address: str


class ResidentRecord(Record, frozen=True, tag="resident", gc=False):
    """A resident, after the guardian."""

    id: UUID
    household_id: UUID
    grid_code: str
    name: str
    sex: Sex
    birth_on: date
    document_kind: str | None
    national_id: str | None
    phone: str | None
    guardian_id: UUID | None
    relation: Relation


AnyRecord = (
    CountsRecord
    | DivisionRecord
    | DivisionAliasRecord
    | OriginDivisionRecord
    | GridWorkerRecord
    | HouseholdRecord
    | ResidentRecord
)
