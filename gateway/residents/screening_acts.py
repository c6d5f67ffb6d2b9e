"""Acts on screening tasks, returnees and risk regions: inputs and payloads."""

from datetime import date

import strawberry

from gateway.residents import client
from gateway.residents.round_acts import ScreeningOutcomeInput
from gateway.residents.screening_statuses import ContactHow
from gateway.residents.screening_types import Returnee, RiskRegion, ScreeningTask
from gateway.residents.statuses import RiskLevel, TransportKind
from gateway.shared.acts import Act, Payload
from gateway.upstream.commands import entry
from gateway.upstream.fields import answered

TASK = "The screening task"


@strawberry.input(description="Declare a risk region (宣布风险地区)")
class RiskRegionDeclareInput(Act):
    """Declare."""

    code: str = entry("Province, prefecture or county, 6 digits")
    level: RiskLevel = entry("How risky")
    valid_from: date = entry("First day")
    valid_to: date | None = entry("Last day; open if absent", optional=True)


@strawberry.type(description="What came of a declaration (宣布结果)")
class RiskRegionDeclarePayload(Payload):
    """Declare."""

    risk_region: RiskRegion | None = answered(client.RISK_REGIONS, "risk_region", "The region; null when refused")


@strawberry.input(description="Who comes back (返回人员身份)")
class ReturneePersonInput:
    """A person."""

    name: str = entry("Name")
    national_id: str | None = entry("National ID number, or the number of another document", optional=True)
    phone: str | None = entry("Mobile number", optional=True)


@strawberry.input(description="How somebody travels (交通)")
class TransportInput:
    """Transport."""

    kind: TransportKind = entry("By what")
    number: str | None = entry("Number of the train, flight or vehicle", optional=True)


@strawberry.input(description="Where somebody goes (目的地)")
class DestinationInput:
    """Destination."""

    grid_code: str = entry("Grid, 15 digits")
    address: str = entry("Address within the grid")


@strawberry.input(description="Register somebody who comes back (登记返回人员)")
class ReturneeRegisterInput(Act):
    """Register."""

    person: ReturneePersonInput = entry("Who")
    origin_code: str = entry("Where from, 6 digits")
    arrives_on: date = entry("Day of arrival")
    transport: TransportInput = entry("How")
    destination: DestinationInput = entry("Where to")


@strawberry.type(description="What came of a registration (登记结果)")
class ReturneeRegisterPayload(Payload):
    """Register."""

    returnee: Returnee | None = answered(client.RETURNEES, "returnee", "The returnee; null when refused")


@strawberry.type(description="What came of an act on a screening task (排查操作结果)")
class TaskPayload(Payload):
    """A payload with a task."""

    screening_task: ScreeningTask | None = answered(
        client.TASKS, "screening_task", "The task as it is now; null when the act was refused"
    )


@strawberry.input
class TaskStep(Act):
    """A step of a task."""

    id: strawberry.ID = entry(TASK, of="ScreeningTask")
    note: str | None = entry("What there is to say about it", optional=True)


@strawberry.input
class TaskAttempt(TaskStep):
    """A step that is an attempt to reach somebody."""

    how: ContactHow | None = entry("How it was tried; by telephone if absent", optional=True)


@strawberry.input(description="Give a task to a grid worker (指派排查任务)")
class ScreeningTaskAssignInput(TaskStep):
    """Assign."""

    worker_id: strawberry.ID | None = entry(
        "Who takes it, by the worker's own id; the grid's worker if absent", optional=True
    )


@strawberry.input(description="Let another worker go on with a task (交接排查任务)")
class ScreeningTaskHandOverInput(TaskStep):
    """Hand over."""

    worker_id: strawberry.ID | None = entry(
        "Who goes on with it, by the worker's own id; the grid's worker if absent", optional=True
    )


@strawberry.type(description="What came of a hand-over (交接结果)")
class ScreeningTaskHandOverPayload(TaskPayload):
    """Hand over."""


@strawberry.type(description="What came of an assignment (指派结果)")
class ScreeningTaskAssignPayload(TaskPayload):
    """Assign."""


@strawberry.input(description="The person was reached (已联系)")
class ScreeningTaskContactInput(TaskAttempt):
    """Contact."""

    asked_again_because: str | None = entry(
        "Why they are asked although somebody asked the same in the last 12 hours", optional=True
    )


@strawberry.type(description="What came of it (联系结果)")
class ScreeningTaskContactPayload(TaskPayload):
    """Contact."""


@strawberry.input(description="Nobody answered (无应答)")
class ScreeningTaskNoAnswerInput(TaskAttempt):
    """No answer."""


@strawberry.type(description="What came of it (无应答结果)")
class ScreeningTaskNoAnswerPayload(TaskPayload):
    """No answer."""


@strawberry.input(description="The person is not in this grid (不在本网格)")
class ScreeningTaskNotHereInput(TaskAttempt):
    """Not here."""


@strawberry.type(description="What came of it (不在本网格结果)")
class ScreeningTaskNotHerePayload(TaskPayload):
    """Not here."""


@strawberry.input(description="Hand a task to another grid (移交其他网格)")
class ScreeningTaskTransferInput(TaskStep):
    """Transfer."""

    grid_code: str = entry("The grid where the person is, 15 digits")


@strawberry.type(description="What came of a transfer (移交结果)")
class ScreeningTaskTransferPayload(TaskPayload):
    """Transfer."""


@strawberry.input(description="The person refused to answer (拒绝配合)")
class ScreeningTaskRefuseInput(TaskAttempt):
    """Refuse."""


@strawberry.type(description="What came of it (拒绝配合结果)")
class ScreeningTaskRefusePayload(TaskPayload):
    """Refuse."""


@strawberry.input(description="Everything is known (核实)")
class ScreeningTaskVerifyInput(TaskStep):
    """Verify."""

    outcome: ScreeningOutcomeInput | None = entry(
        "What was found out; a household of a round is not verified without", optional=True
    )


@strawberry.type(description="What came of it (核实结果)")
class ScreeningTaskVerifyPayload(TaskPayload):
    """Verify."""


@strawberry.input(description="Close a verified task (关闭)")
class ScreeningTaskCloseInput(TaskStep):
    """Close."""


@strawberry.type(description="What came of it (关闭结果)")
class ScreeningTaskClosePayload(TaskPayload):
    """Close."""
