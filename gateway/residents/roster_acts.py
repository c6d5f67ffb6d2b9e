"""Acts on the roster: inputs and payloads."""

from datetime import date
from enum import Enum

import strawberry

from gateway.residents import client
from gateway.residents.types import Resident, Sex
from gateway.shared.acts import Act, Payload
from gateway.shared.types import value
from gateway.upstream.commands import entry
from gateway.upstream.fields import answered


@strawberry.enum(description="What a member is to the head of the household (与户主关系)")
class HouseholdRelation(Enum):
    """Relations."""

    HEAD = value("HEAD", "The head 户主")
    SPOUSE = value("SPOUSE", "Spouse 配偶")
    CHILD = value("CHILD", "Child 子女")
    PARENT = value("PARENT", "Parent 父母")
    OTHER = value("OTHER", "Another 其他")


@strawberry.input(description="Register a person: at an address of a grid, or into a household (登记居民)")
class ResidentRegisterInput(Act):
    """Register."""

    name: str = entry("Name")
    document_kind: str | None = entry("NATIONAL_ID if absent, PASSPORT, TRAVEL_PERMIT, RESIDENCE_PERMIT", optional=True)
    document_number: str | None = entry("Number of the document", optional=True)
    phone: str | None = entry("Mobile number", optional=True)
    sex: Sex | None = entry("Sex, where no document says it", optional=True)
    birth_on: date | None = entry("Birth date, where no document says it", optional=True)
    guardian_id: strawberry.ID | None = entry("Who cares for a person without document", of="Resident", optional=True)
    relation: HouseholdRelation | None = entry("What the person is to the head", optional=True)
    household_id: strawberry.ID | None = entry("The household", of="Household", optional=True)
    grid_code: str | None = entry("Grid, 15 digits, for a household that is new", optional=True)
    address: str | None = entry("Address within the grid", optional=True)


@strawberry.type(description="What came of a registration (登记结果)")
class ResidentRegisterPayload(Payload):
    """Register."""

    resident: Resident | None = answered(client.RESIDENT_BY_ID, "resident", "The resident; null when refused")
