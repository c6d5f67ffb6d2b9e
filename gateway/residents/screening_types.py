"""Screening tasks, returnees and their lists, risk regions."""

from datetime import date, datetime

import strawberry

from gateway.residents import client
from gateway.residents.contact_types import Contact
from gateway.residents.division_types import Grid
from gateway.residents.quarantine_types import QuarantineOrder
from gateway.residents.round_types import ScreeningRound
from gateway.residents.screening_statuses import HouseholdNeed
from gateway.residents.statuses import (
    ReturneeMatch,
    ReturneeMatchedBy,
    RiskLevel,
    ScreeningTaskReason,
    ScreeningTaskStatus,
)
from gateway.residents.types import Household, Resident
from gateway.shared.ids import encode
from gateway.shared.types import Connection, Node
from gateway.upstream.fields import column, derived, global_id, load_list, load_one, load_page


@strawberry.type(description="A region from which infection is feared (风险地区)")
class RiskRegion(Node):
    """Declared for the whole district."""

    id: strawberry.ID = global_id()
    code: str = column("Province, prefecture or county, 6 digits")
    level: RiskLevel = column("How risky")
    valid_from: date = column("First day")
    valid_to: date | None = column("Last day; null while open")


@strawberry.type(description="A step of a screening task (排查步骤)")
class ScreeningStep:
    """Rows are only ever added."""

    from_status: ScreeningTaskStatus | None = column("Where the task stood; null for its first step")
    status: ScreeningTaskStatus = column("Where it stands since")
    note: str | None = column("What there was to say about it")
    taken_at: datetime = column("When it was taken")
    recorded_at: datetime | None = column("When it was recorded, if it was taken without a connection")
    grid: Grid | None = load_one(client.DIVISIONS, key="division_code", description="Whose task it is since")


@strawberry.type(description="What was found out about one person (人员排查情况)")
class ScreeningFinding:
    """A finding."""

    is_here: bool = column("Whether the person is here")
    since_on: date | None = column("Since when, for somebody who came from elsewhere")
    origin_code: str | None = column("Where from, 6 digits")
    symptoms: bool = column("Whether the person has symptoms")
    risk_level: RiskLevel | None = column("How risky it is there, by the regions declared then")
    resident: Resident | None = load_one(client.RESIDENT_BY_ID, key="resident_id", description="Who")
    quarantine_order: QuarantineOrder | None = load_one(
        client.ORDERS, key="order_id", description="The order that was drafted for it"
    )


@strawberry.type(description="What was found out when a task was verified (排查结果)")
class ScreeningOutcome:
    """An outcome."""

    people_here: int = column("How many people are here 在家人数")
    symptoms: bool = column("Whether anybody has symptoms")
    needs: list[HouseholdNeed] = column("What they need help with")
    verified_at: datetime = column("When it was found out")
    findings: list[ScreeningFinding] | None = load_list(
        client.FINDINGS_OF_OUTCOME, key="id", description="What was found out about each person"
    )


@strawberry.type(description="Something to find out about one person or household (排查任务)")
class ScreeningTask(Node):
    """The grid worker's work."""

    id: strawberry.ID = global_id()
    status: ScreeningTaskStatus = column("Where it stands")
    reason: ScreeningTaskReason = column("Why")
    due_at: datetime = column("Until when; when to try again, if nobody answered")
    attempts: int = column("How often nobody answered")
    grid: Grid | None = load_one(client.DIVISIONS, key="division_code", description="Whose task it is")
    household: Household | None = load_one(
        client.HOUSEHOLDS, key="household_id", description="The household, for a task of a round"
    )
    round: ScreeningRound | None = load_one(
        client.ROUNDS, key="round_id", description="The round it belongs to, if any"
    )
    outcome: ScreeningOutcome | None = load_one(
        client.OUTCOME_OF_TASK, key="id", description="What was found out last; null before it is verified"
    )
    steps: Connection[ScreeningStep] | None = load_page(
        client.STEPS_OF_TASK, key="id", description="What has been done, in its order"
    )
    last_contact: Contact | None = load_one(
        client.LAST_CONTACT_OF_TASK, key="id", description="Who contacted these people last"
    )
    contacts: Connection[Contact] | None = load_page(
        client.CONTACTS_OF_TASK, key="id", description="Who contacted these people, the latest first (联系台账)"
    )
    resident: Resident | None = load_one(
        client.RESIDENT_BY_ID, key="resident_id", description="Whom it is about, when known in the roster"
    )
    returnee: "Returnee | None" = load_one(client.RETURNEES, key="returnee_id", description="The return that caused it")


@strawberry.type(description="Somebody of the roster who may be a returnee (候选人员)")
class ReturneeCandidate:
    """Outside the viewer's scope with a masked name."""

    resident_id: strawberry.ID = derived(
        "Global id of the resident, for the decision",
        lambda row, _context: encode("Resident", row["resident_id"]),
        "resident_id",
    )
    name: str = column("Name; masked outside your scope")
    national_id_masked: str | None = column("Number of the document, masked; null outside your scope")
    phone_masked: str | None = column("Mobile number, masked")
    division_code: str = column("Grid of the home, 15 digits; the town's 9 digits outside your scope")
    is_within_scope: bool = column("Whether the person lives within your scope")


@strawberry.type(description="Somebody who comes back from elsewhere (返回人员)")
class Returnee(Node):
    """A return."""

    id: strawberry.ID = global_id()
    name: str = column("Name as registered")
    national_id_masked: str | None = column("Number of the document, masked")
    phone_masked: str | None = column("Mobile number, masked")
    origin_code: str = column("Where from, 6 digits")
    arrives_on: date = column("Day of arrival")
    destination_grid_code: str = column("Grid of the destination, 15 digits")
    address: str = column("Address of the destination")
    match: ReturneeMatch = column("Whether this is somebody of the roster")
    matched_by: ReturneeMatchedBy | None = column("By what it was matched; null while it is not")
    candidates: list[ReturneeCandidate] | None = load_list(
        client.CANDIDATES_OF_RETURNEE, key="id", description="Whom of the roster a probable match may be"
    )
    resident: Resident | None = load_one(
        client.RESIDENT_BY_ID, key="resident_id", description="Who it is, when matched with the roster"
    )
    screening_task: ScreeningTask | None = load_one(
        client.TASKS, key="screening_task_id", description="The task it led to"
    )


@strawberry.type(description="A step of a batch that was not stored (未入库步骤)")
class ScreeningStepRefusal:
    """Which and why."""

    place: int = column("Which step of the batch, counted from 0")
    step_key: str = column("The device's key of the step")
    field: str | None = column("The field that breaks the rule; null for the whole step")
    code: str = column("Stable name of the reason")
    message: str = column("Sentence for the person")


@strawberry.type(description="Steps that a device recorded without a connection (离线排查批次)")
class ScreeningTaskBatch(Node):
    """Sent = stored + refused."""

    id: strawberry.ID = global_id()
    sent: int = column("Steps sent")
    stored: int = column("Steps stored, now or before")
    refused: int = column("Steps refused")
    refusals: list[ScreeningStepRefusal] | None = load_list(
        client.REFUSALS_OF_TASK_BATCH, key="id", description="The refused steps, in their order"
    )
