"""Acts of enterprises and of those who review them: inputs and payloads."""

from datetime import date

import strawberry

from gateway.enterprises import client
from gateway.enterprises.statuses import CanteenPlan, EnterpriseKind, EnterpriseSize
from gateway.enterprises.types import Enterprise, ResumptionApplication
from gateway.residents.screening_acts import TransportInput
from gateway.shared.acts import Act, Payload
from gateway.upstream.commands import entry
from gateway.upstream.fields import answered

APPLICATION = "The application"


@strawberry.input(description="Whom to call (联系人)")
class ContactInput:
    """A contact."""

    name: str = entry("Name")
    phone: str = entry("Mobile number")


@strawberry.input(description="Register an enterprise (登记企业)")
class EnterpriseRegisterInput(Act):
    """Register."""

    credit_code: str = entry("Unified social credit code, 18 characters")
    name: str = entry("Name")
    kind: EnterpriseKind = entry("What it does")
    size: EnterpriseSize = entry("Statistical class")
    industry_code: str = entry("Section or division of GB/T 4754-2017")
    division_code: str = entry("Grid, 15 digits")
    address: str = entry("Address")
    contact: ContactInput = entry("Whom to call")


@strawberry.type(description="What came of a registration (登记结果)")
class EnterpriseRegisterPayload(Payload):
    """Register."""

    enterprise: Enterprise | None = answered(client.ENTERPRISE_BY_ID, "enterprise", "The enterprise; null when refused")


@strawberry.input(description="A worker to return (返岗人员)")
class RosterEntryInput:
    """A row of the roster."""

    name: str = entry("Name")
    national_id: str = entry("National ID number")
    phone: str | None = entry("Mobile number", optional=True)
    origin_code: str = entry("Where the worker comes from, 6 digits")
    returned_on: date | None = entry("Day of return", optional=True)
    transport: TransportInput | None = entry("How the worker came back", optional=True)
    dormitory_room: str | None = entry("Room of the dormitory plan", optional=True)


@strawberry.input(description="What is in stock (防疫物资)")
class SuppliesInput:
    """Supplies."""

    masks: int = entry("Masks")
    thermometers: int = entry("Thermometers")
    disinfectant_liters: float = entry("Disinfectant, liters")


@strawberry.input(description="A room of the dormitory plan (宿舍)")
class DormitoryInput:
    """A room."""

    room: str = entry("Its name")
    beds: int = entry("Beds")
    area_square_meters: float = entry("Floor area, square meters")


@strawberry.input(description="Ask to work again, or ask anew after a return (提交复工申请)")
class ResumptionApplicationSubmitInput(Act):
    """Submit."""

    credit_code: str = entry("The enterprise")
    planned_on: date = entry("Planned first day of work")
    person_in_charge: ContactInput = entry("Who answers for prevention")
    roster: list[RosterEntryInput] = entry("Who would return to work")
    supplies: SuppliesInput = entry("What is in stock")
    isolation_rooms: int = entry("Rooms to isolate somebody in")
    dormitories: list[DormitoryInput] | None = entry("The dormitory plan", optional=True)
    canteen_plan: CanteenPlan | None = entry("How meals are taken apart", optional=True)
    undertaking_accepted: bool = entry("Whether the undertaking 承诺书 is accepted")


@strawberry.type(description="What came of an act on an application (复工申请操作结果)")
class ApplicationPayload(Payload):
    """A payload with an application."""

    resumption_application: ResumptionApplication | None = answered(
        client.APPLICATIONS, "resumption_application", "The application as it is now; null when refused"
    )


@strawberry.type(description="What came of a submission (提交结果)")
class ResumptionApplicationSubmitPayload(ApplicationPayload):
    """Submit."""


@strawberry.input
class Decision(Act):
    """A decision on an application."""

    id: strawberry.ID = entry(APPLICATION, of="ResumptionApplication")
    note: str | None = entry("What there is to say about it", optional=True)


@strawberry.input(description="Let an enterprise work again (批准复工)")
class ResumptionApplicationApproveInput(Decision):
    """Approve."""


@strawberry.type(description="What came of an approval (批准结果)")
class ResumptionApplicationApprovePayload(ApplicationPayload):
    """Approve."""


@strawberry.input(description="What must be mended (补正事项)")
class ReturnReasonInput:
    """A reason."""

    path: list[str] = entry("Where in the application")
    message: str = entry("What is missing")


@strawberry.input(description="Return an application to be mended (退回补正)")
class ResumptionApplicationReturnInput(Act):
    """Return."""

    id: strawberry.ID = entry(APPLICATION, of="ResumptionApplication")
    reasons: list[ReturnReasonInput] = entry("Everything that must be mended")


@strawberry.type(description="What came of a return (退回结果)")
class ResumptionApplicationReturnPayload(ApplicationPayload):
    """Return."""


@strawberry.input(description="Refuse an application (驳回)")
class ResumptionApplicationRejectInput(Act):
    """Reject."""

    id: strawberry.ID = entry(APPLICATION, of="ResumptionApplication")
    reason: str = entry("Why")


@strawberry.type(description="What came of a rejection (驳回结果)")
class ResumptionApplicationRejectPayload(ApplicationPayload):
    """Reject."""


@strawberry.input(description="Take one's own application back (撤回)")
class ResumptionApplicationWithdrawInput(Decision):
    """Withdraw."""


@strawberry.type(description="What came of a withdrawal (撤回结果)")
class ResumptionApplicationWithdrawPayload(ApplicationPayload):
    """Withdraw."""


@strawberry.input(description="Send somebody to look (现场核查)")
class ResumptionApplicationInspectInput(Decision):
    """Inspect."""


@strawberry.type(description="What came of it (核查结果)")
class ResumptionApplicationInspectPayload(ApplicationPayload):
    """Inspect."""


@strawberry.input(description="Report that an approved enterprise works again (报告复工)")
class ResumptionApplicationResumeInput(Decision):
    """Resume."""


@strawberry.type(description="What came of it (复工结果)")
class ResumptionApplicationResumePayload(ApplicationPayload):
    """Resume."""
