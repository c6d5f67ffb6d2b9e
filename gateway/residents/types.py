"""People: residents, households, health codes."""

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Optional

import strawberry

from gateway.checkpoints import client as checkpoints
from gateway.enterprises import client as enterprises
from gateway.residents import client, merge_client
from gateway.residents.audit_types import HistoryEntry, ReadLogEntry
from gateway.residents.contact_types import Contact
from gateway.residents.division_types import Grid
from gateway.residents.quarantine_types import QuarantineOrder
from gateway.residents.statuses import HealthCodeColor, HouseholdRelation, QuarantineOrderStatus, ResidentStatus
from gateway.shared.types import Connection, Node, value
from gateway.upstream.declare import Argument
from gateway.upstream.fields import column, global_id, load_one, load_page

if TYPE_CHECKING:
    from gateway.checkpoints.types import Passage
    from gateway.enterprises.types import Employment
    from gateway.residents.merge_types import ResidentMerge

PassageLater = Annotated["Passage", strawberry.lazy("gateway.checkpoints.types")]
EmploymentLater = Annotated["Employment", strawberry.lazy("gateway.enterprises.types")]
MergeLater = Annotated["ResidentMerge", strawberry.lazy("gateway.residents.merge_types")]


@strawberry.enum(description="Sex as the document says (性别)")
class Sex(Enum):
    """Values."""

    MALE = value("MALE", "Male 男")
    FEMALE = value("FEMALE", "Female 女")
    UNKNOWN = value("UNKNOWN", "Not known 未知")


@strawberry.type(description="Why a health code is not green (健康码原因)")
class HealthCodeReason:
    """A reason for the holder."""

    code: str = column("Stable name of the reason")
    message: str = column("Sentence for the holder, in the language of Accept-Language")


@strawberry.type(description="Whether a person may move freely (健康码)")
class HealthCode:
    """Computed from facts by the active rules."""

    color: HealthCodeColor = column("The color")
    reasons: list[HealthCodeReason] = column("Why it is not green")
    decided_at: datetime = column("When it was last decided")


@strawberry.type(description="People who live together at an address (户)")
class Household(Node):
    """A household."""

    id: strawberry.ID = global_id()
    address: str = column("Address within the grid")
    grid: Grid | None = load_one(client.DIVISIONS, key="grid_code", description="The grid it lies in")
    closed_on: date | None = column("When it was closed; null while somebody may live here")
    head: Optional["Resident"] = load_one(
        client.HEAD_OF_HOUSEHOLD, key="id", description="The head 户主, if one is registered"
    )
    members: "Connection[Resident] | None" = load_page(
        client.RESIDENTS_OF_HOUSEHOLD, key="id", description="Who lives here"
    )
    last_contact: Contact | None = load_one(
        client.LAST_CONTACT_OF_HOUSEHOLD, key="id", description="Who contacted the household last"
    )
    contacts: Connection[Contact] | None = load_page(
        client.CONTACTS_OF_HOUSEHOLD, key="id", description="Who contacted the household, the latest first (联系台账)"
    )


@strawberry.type(description="A person of the district's roster (居民)")
class Resident(Node):
    """Numbers are masked; only who has the person in scope sees one at all."""

    id: strawberry.ID = global_id()
    name: str = column("Name")
    sex: Sex | None = column("Sex")
    birth_on: date | None = column("Birth date")
    status: ResidentStatus = column("Whether the person lives in the district")
    closed_on: date | None = column("Day of leaving or of death")
    relation: HouseholdRelation | None = column("What the person is to the head of the household")
    document_kind: str | None = column("Kind of the document; null for who has none")
    national_id_masked: str | None = column("Document number, its middle hidden")
    phone_masked: str | None = column("Phone number, its middle hidden")
    grid: Grid | None = load_one(client.DIVISIONS, key="grid_code", description="The grid of the person's home")
    household: Household | None = load_one(
        client.HOUSEHOLDS, key="household_id", description="The household the person belongs to"
    )
    guardian: Optional["Resident"] = load_one(
        client.RESIDENT_BY_ID, key="guardian_id", description="Who cares for a person without document 监护人"
    )
    proxy: Optional["Resident"] = load_one(
        client.RESIDENT_BY_ID, key="proxy_id", description="The resident within your scope who reports 代报人"
    )
    proxy_name: str | None = column("Name of who reports for the person, masked outside your scope")
    health_code: HealthCode | None = load_one(
        client.HEALTH_CODE_OF_RESIDENT, key="id", description="The person's health code"
    )
    quarantine_orders: Connection[QuarantineOrder] | None = load_page(
        client.ORDERS_OF_RESIDENT,
        key="id",
        arguments=(Argument("status", list[QuarantineOrderStatus] | None, "Only orders in one of these states"),),
        description="The person's quarantine orders, the latest first",
    )
    last_contact: Contact | None = load_one(
        client.LAST_CONTACT_OF_RESIDENT, key="id", description="Who contacted the person or the household last"
    )
    contacts: Connection[Contact] | None = load_page(
        client.CONTACTS_OF_RESIDENT,
        key="id",
        description="Who contacted the person or the household as a whole, the latest first (联系台账)",
    )
    history: Connection[HistoryEntry] | None = load_page(
        client.HISTORY_OF_RESIDENT,
        key="id",
        description="What was done to the record, the latest first; for auditors and officers (变更历史)",
    )
    read_log: Connection[ReadLogEntry] | None = load_page(
        client.READS_OF_RESIDENT,
        key="id",
        description="Who looked at the person's numbers, the latest first; for auditors and officers, with the "
        "purpose AUDIT (查阅日志)",
    )
    merges: Connection[MergeLater] | None = load_page(
        merge_client.MERGES_OF_RESIDENT,
        key="id",
        description="Merges of records of this person, undone ones among them, the latest first; for officers",
    )
    recent_passages: Connection[PassageLater] | None = load_page(
        checkpoints.PASSAGES_OF_PERSON, key="person_key", description="The person's passages, the latest first"
    )
    employment: Optional[EmploymentLater] = load_one(  # noqa: UP045
        enterprises.EMPLOYMENT_OF_PERSON, key="person_key", description="Where the person works, by a roster"
    )
