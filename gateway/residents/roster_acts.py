"""Acts on the roster: inputs and payloads."""

from datetime import date

import strawberry

from gateway.residents import client
from gateway.residents.statuses import HouseholdRelation
from gateway.residents.types import Household, Resident, Sex
from gateway.shared.acts import Act, Payload
from gateway.upstream.commands import entry
from gateway.upstream.fields import answered


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


RESIDENT = "The resident"
HOUSEHOLD = "The household"
REASON = "Why, as the history keeps it"


@strawberry.type(description="What came of an act on a resident's record (居民变更结果)")
class ResidentPayload(Payload):
    """A payload with a resident."""

    resident: Resident | None = answered(
        client.RESIDENT_BY_ID, "resident", "The resident as the record is now; null when the act was refused"
    )


@strawberry.type(description="What came of an act on a household (住户操作结果)")
class HouseholdPayload(Payload):
    """A payload with a household."""

    household: Household | None = answered(
        client.HOUSEHOLDS, "household", "The household as it is now; null when the act was refused"
    )


@strawberry.input(description="Correct a resident's record; what is left out stays as it is (变更居民信息)")
class ResidentChangeInput(Act):
    """Change."""

    id: strawberry.ID = entry(RESIDENT, of="Resident")
    name: str | None = entry("Name", optional=True)
    phone: str | None = entry("Mobile number", optional=True)
    phone_removed: bool | None = entry("True: the person has no phone any more", optional=True)
    sex: Sex | None = entry("Sex, where no national ID number says it", optional=True)
    relation: HouseholdRelation | None = entry("What the person is to the head", optional=True)
    guardian_id: strawberry.ID | None = entry("Who cares for the person", of="Resident", optional=True)
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of a change (变更结果)")
class ResidentChangePayload(ResidentPayload):
    """Change."""


@strawberry.input(description="Add the document that somebody without one was given (补登证件)")
class ResidentDocumentGiveInput(Act):
    """Give a document."""

    id: strawberry.ID = entry(RESIDENT, of="Resident")
    document_number: str = entry("Number of the document")
    document_kind: str | None = entry("NATIONAL_ID if absent, PASSPORT, TRAVEL_PERMIT, RESIDENCE_PERMIT", optional=True)


@strawberry.type(description="What came of adding a document (补登证件结果)")
class ResidentDocumentGivePayload(ResidentPayload):
    """Give a document."""


@strawberry.input(description="Move a person to another household, with all that is under way (居民迁移)")
class ResidentMoveInput(Act):
    """Move."""

    id: strawberry.ID = entry(RESIDENT, of="Resident")
    from_household_id: strawberry.ID = entry("The household that the person leaves", of="Household")
    household_id: strawberry.ID | None = entry("The household moved into", of="Household", optional=True)
    grid_code: str | None = entry("Or the grid moved to, 15 digits", optional=True)
    address: str | None = entry("And the address within it", optional=True)
    relation: HouseholdRelation | None = entry("What the person is to the new head; OTHER if absent", optional=True)
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of a move (迁移结果)")
class ResidentMovePayload(ResidentPayload):
    """Move."""


@strawberry.input(description="Record that a person left the district (登记迁出)")
class ResidentLeaveInput(Act):
    """Leave."""

    id: strawberry.ID = entry(RESIDENT, of="Resident")
    on: date | None = entry("On which day; today if absent", optional=True)
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of recording that somebody left (迁出登记结果)")
class ResidentLeavePayload(ResidentPayload):
    """Leave."""


@strawberry.input(description="Record that a person died (登记死亡)")
class ResidentDieInput(Act):
    """Die."""

    id: strawberry.ID = entry(RESIDENT, of="Resident")
    on: date | None = entry("On which day; today if absent", optional=True)
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of recording a death (死亡登记结果)")
class ResidentDiePayload(ResidentPayload):
    """Die."""


@strawberry.input(description="Let a resident or the grid worker report for a person (指定代报人)")
class ResidentProxySetInput(Act):
    """Set a proxy."""

    id: strawberry.ID = entry("For whom", of="Resident")
    proxy_id: strawberry.ID | None = entry("The resident who reports", of="Resident", optional=True)
    worker_id: str | None = entry("Or the worker of the person's grid, by their id", optional=True)
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of naming a proxy (指定代报人结果)")
class ResidentProxySetPayload(ResidentPayload):
    """Set a proxy."""


@strawberry.input(description="Let nobody report for a person any more (取消代报人)")
class ResidentProxyRemoveInput(Act):
    """Remove a proxy."""

    id: strawberry.ID = entry("For whom", of="Resident")
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of removing a proxy (取消代报人结果)")
class ResidentProxyRemovePayload(ResidentPayload):
    """Remove a proxy."""


@strawberry.input(description="Register a household at an address of a grid (登记住户)")
class HouseholdRegisterInput(Act):
    """Register a household."""

    grid_code: str = entry("Grid, 15 digits")
    address: str = entry("Address within the grid")


@strawberry.type(description="What came of registering a household (住户登记结果)")
class HouseholdRegisterPayload(HouseholdPayload):
    """Register a household."""


@strawberry.input(description="Correct the address of a household (更正住户地址)")
class HouseholdChangeInput(Act):
    """Change a household."""

    id: strawberry.ID = entry(HOUSEHOLD, of="Household")
    address: str = entry("Address within the grid")
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of correcting an address (地址更正结果)")
class HouseholdChangePayload(HouseholdPayload):
    """Change a household."""


@strawberry.input(description="Close a household in which nobody is registered any more (注销住户)")
class HouseholdCloseInput(Act):
    """Close a household."""

    id: strawberry.ID = entry(HOUSEHOLD, of="Household")
    reason: str | None = entry(REASON, optional=True)


@strawberry.type(description="What came of closing a household (住户注销结果)")
class HouseholdClosePayload(HouseholdPayload):
    """Close a household."""
