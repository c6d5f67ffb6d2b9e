"""Acts on problem tickets: inputs and payloads."""

import strawberry

from gateway.enterprises import client
from gateway.enterprises.statuses import ProblemTicketChannel
from gateway.enterprises.types import ProblemTicket
from gateway.shared.acts import Act, Payload
from gateway.upstream.commands import entry
from gateway.upstream.fields import answered


@strawberry.input(description="Say what troubles an enterprise (登记难题)")
class ProblemTicketOpenInput(Act):
    """Open."""

    credit_code: str = entry("The enterprise")
    channel: ProblemTicketChannel = entry("How it came in")
    subject: str = entry("What it is about")
    description: str = entry("The whole of it")


@strawberry.type(description="What came of an act on a ticket (难题工单操作结果)")
class TicketPayload(Payload):
    """A payload with a ticket."""

    problem_ticket: ProblemTicket | None = answered(client.TICKETS, "problem_ticket", "The ticket; null when refused")


@strawberry.type(description="What came of opening a ticket (登记结果)")
class ProblemTicketOpenPayload(TicketPayload):
    """Open."""


@strawberry.input
class TicketStep(Act):
    """A step of a ticket."""

    id: strawberry.ID = entry("The ticket", of="ProblemTicket")
    note: str | None = entry("What there is to say about it", optional=True)


@strawberry.input(description="Give a ticket to one owner (派单)")
class ProblemTicketAssignInput(TicketStep):
    """Assign."""

    owner_name: str = entry("Who answers for it")


@strawberry.type(description="What came of an assignment (派单结果)")
class ProblemTicketAssignPayload(TicketPayload):
    """Assign."""


@strawberry.input(description="Look at a new ticket (分类)")
class ProblemTicketTriageInput(TicketStep):
    """Triage."""


@strawberry.type(description="What came of it (分类结果)")
class ProblemTicketTriagePayload(TicketPayload):
    """Triage."""


@strawberry.input(description="Begin to work on it (开始处理)")
class ProblemTicketStartInput(TicketStep):
    """Start."""


@strawberry.type(description="What came of it (开始处理结果)")
class ProblemTicketStartPayload(TicketPayload):
    """Start."""


@strawberry.input(description="Say that it is solved (解决)")
class ProblemTicketSolveInput(TicketStep):
    """Solve."""


@strawberry.type(description="What came of it (解决结果)")
class ProblemTicketSolvePayload(TicketPayload):
    """Solve."""


@strawberry.input(description="Confirm as the enterprise that it is solved (企业确认)")
class ProblemTicketConfirmInput(TicketStep):
    """Confirm."""


@strawberry.type(description="What came of it (企业确认结果)")
class ProblemTicketConfirmPayload(TicketPayload):
    """Confirm."""


@strawberry.input(description="Say that it is not solved after all (重新打开)")
class ProblemTicketReopenInput(TicketStep):
    """Reopen."""


@strawberry.type(description="What came of it (重新打开结果)")
class ProblemTicketReopenPayload(TicketPayload):
    """Reopen."""


@strawberry.input(description="Hand it up (上报)")
class ProblemTicketEscalateInput(TicketStep):
    """Escalate."""


@strawberry.type(description="What came of it (上报结果)")
class ProblemTicketEscalatePayload(TicketPayload):
    """Escalate."""


@strawberry.input(description="Close a confirmed ticket (办结)")
class ProblemTicketCloseInput(TicketStep):
    """Close."""


@strawberry.type(description="What came of it (办结结果)")
class ProblemTicketClosePayload(TicketPayload):
    """Close."""
