"""Enterprises: who may work again, and who helps them."""

from datetime import date, datetime

import strawberry
from strawberry.utils.str_converters import to_camel_case

from gateway.enterprises import client
from gateway.enterprises.statuses import (
    EnterpriseKind,
    OperationStatus,
    ProblemTicketStatus,
    ResumptionApplicationStatus,
    ResumptionMode,
    ReviewLevel,
    RosterStatus,
)
from gateway.residents import client as residents
from gateway.residents.division_types import Division
from gateway.residents.statuses import HealthCodeColor
from gateway.shared.types import Connection, Node
from gateway.upstream.declare import Argument, Row
from gateway.upstream.fields import column, derived, global_id, load_one, load_page, load_value, part

REVIEW = "RESUMPTION"


def camel_path(row: Row, _context: object) -> list[str]:
    """Return a path of the service's body as one of the input."""
    return [to_camel_case(part) for part in row["path"]]


@strawberry.type(description="A section or division of GB/T 4754-2017 (行业)")
class Industry:
    """An industry."""

    code: str = column("Code")
    name: str = column("Name")


@strawberry.type(description="Whether an enterprise works, and how much (经营情况)")
class Operation:
    """Operation."""

    status: OperationStatus = column("How far its work has come")
    capacity_percent: int | None = column("Share of its capacity in use")
    resumed_on: date | None = column("Since when it works again")


@strawberry.type(description="A team that answers for a set of enterprises (助企服务组)")
class LiaisonTeam:
    """A liaison team."""

    name: str = column("Name")
    phone: str | None = column("Phone")


@strawberry.type(description="Something the precheck found (预审问题)")
class PrecheckFinding:
    """A finding."""

    code: str = column("Stable name of the rule")
    message: str = column("Sentence for the enterprise, in the language of Accept-Language")
    path: list[str] = derived("Where in the application", camel_path, "path")


@strawberry.type(description="The rules, before a person looks at the application (预审)")
class Precheck:
    """A precheck."""

    passed: bool = column("Whether nothing was found")
    findings: list[PrecheckFinding] = column("Everything that was found, at once")


@strawberry.type(description="One step of an application (办理记录)")
class ResumptionStep:
    """A step."""

    at: datetime = column("When")
    status: ResumptionApplicationStatus = column("What it became")
    by: str | None = column("Who")
    note: str | None = column("What was said")


@strawberry.type(description="A worker on an application's roster (返岗人员)")
class RosterEntry:
    """What a reviewer may know of the worker, wherever the worker lives; nothing else."""

    name: str = column("Name")
    origin_code: str | None = column("Where the worker comes from, 6 digits")
    status: RosterStatus = column("How far the return has come")
    health_color: HealthCodeColor | None = load_value(
        residents.STANDINGS,
        key="person_key",
        column="color",
        purpose=REVIEW,
        description="Color of the worker's health code; null if unknown here",
    )
    quarantine_in_force: bool | None = load_value(
        residents.STANDINGS,
        key="person_key",
        column="quarantine_in_force",
        purpose=REVIEW,
        description="Whether a quarantine order is in force; null if the person is unknown here",
    )


@strawberry.type(description="An enterprise asks to work again (复工申请)")
class ResumptionApplication(Node):
    """An application."""

    id: strawberry.ID = global_id()
    status: ResumptionApplicationStatus = column("How far it has come")
    mode: ResumptionMode = column("How resumption was admitted when it was submitted")
    planned_on: date = column("Planned first day of work")
    submitted_at: datetime = column("When it was submitted")
    review_level: ReviewLevel = column("Who decides")
    due_at: datetime | None = column("Until when it is decided")
    precheck: Precheck | None = column("What the rules found")
    history: list[ResumptionStep] = column("Every step, the first one first")
    enterprise: "Enterprise | None" = load_one(client.ENTERPRISE_BY_ID, key="enterprise_id", description="Who asks")
    roster: Connection[RosterEntry] | None = load_page(
        client.ROSTER_OF_APPLICATION, key="id", description="Who would return to work"
    )


@strawberry.type(description="Who answers for a ticket (责任人)")
class TicketOwner:
    """One named person."""

    name: str = column("Name")


@strawberry.type(description="Something that troubles an enterprise (难题工单)")
class ProblemTicket(Node):
    """A ticket."""

    id: strawberry.ID = global_id()
    status: ProblemTicketStatus = column("How far it has come")
    subject: str = column("What it is about")
    owner: TicketOwner | None = part("The one person who answers for it", "owner_name", name="owner_name")


@strawberry.type(description="An enterprise of the register (企业)")
class Enterprise(Node):
    """Known by its unified social credit code."""

    id: strawberry.ID = global_id()
    name: str = column("Name")
    credit_code: str = column("Unified social credit code 统一社会信用代码, 18 characters")
    kind: EnterpriseKind = column("What it does")
    industry: Industry | None = load_one(client.INDUSTRIES, key="industry_code", description="Its industry")
    division: Division | None = load_one(residents.DIVISIONS, key="division_code", description="Where it is")
    operation: Operation = part(
        "Whether it works",
        status="operation_status",
        capacity_percent="capacity_percent",
        resumed_on="resumed_on",
    )
    liaison_team: LiaisonTeam | None = load_one(
        client.LIAISON_TEAMS, key="liaison_team_id", description="Who looks after it"
    )
    applications: Connection[ResumptionApplication] | None = load_page(
        client.APPLICATIONS_OF_ENTERPRISE,
        key="id",
        arguments=(
            Argument("status", list[ResumptionApplicationStatus] | None, "Only applications in one of these states"),
        ),
        description="Its resumption applications, the latest first",
    )
    problem_tickets: Connection[ProblemTicket] | None = load_page(
        client.TICKETS_OF_ENTERPRISE, key="id", description="Its problem tickets, the latest first"
    )


@strawberry.type(description="Where a person works, by a roster (就业情况)")
class Employment:
    """An employment."""

    on_post: bool = column("Whether the person is at work now")
    enterprise: Enterprise | None = load_one(client.ENTERPRISE_BY_ID, key="enterprise_id", description="Where")
