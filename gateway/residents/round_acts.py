"""Acts on rounds and contacts, and steps recorded without a connection: inputs and payloads."""

from datetime import date, datetime

import strawberry

from gateway.residents import client
from gateway.residents.contact_types import Contact
from gateway.residents.round_types import ScreeningRound
from gateway.residents.screening_statuses import (
    ContactHow,
    ContactOutcome,
    ContactReason,
    HouseholdNeed,
    ScreeningAct,
)
from gateway.residents.screening_types import ScreeningTaskBatch
from gateway.shared.acts import Act, Payload
from gateway.upstream.commands import entry
from gateway.upstream.fields import answered

ROUND = "The screening round"


@strawberry.input(description="What was found out about one person (人员排查情况)")
class ScreeningFindingInput:
    """A finding."""

    resident_id: strawberry.ID = entry("Who", of="Resident")
    is_here: bool = entry("Whether the person is here")
    symptoms: bool | None = entry("Whether the person has symptoms; no if absent", optional=True)
    since_on: date | None = entry("Since when, for somebody who came from elsewhere", optional=True)
    origin_code: str | None = entry("Where from, 6 digits", optional=True)


@strawberry.input(description="What was found out (排查结果)")
class ScreeningOutcomeInput:
    """An outcome."""

    people_here: int = entry("How many people are here")
    symptoms: bool | None = entry("Whether anybody has symptoms; no if absent", optional=True)
    needs: list[HouseholdNeed] | None = entry("What they need help with", optional=True)
    findings: list[ScreeningFindingInput] | None = entry(
        "What was found out about each person: who came from elsewhere, who is not here", optional=True
    )


@strawberry.input(description="A step recorded without a connection (离线排查步骤)")
class ScreeningStepInput:
    """A step."""

    key: str = entry("The device's own key of the step; sent again under it, the step is not taken again")
    task_id: strawberry.ID = entry("The task", of="ScreeningTask")
    act: ScreeningAct = entry("What was done")
    occurred_at: datetime = entry("When")
    note: str | None = entry("What there is to say about it", optional=True)
    how: ContactHow | None = entry("How somebody was contacted; at the door if absent", optional=True)
    asked_again_because: str | None = entry("Why they were asked although somebody had asked lately", optional=True)
    worker_id: strawberry.ID | None = entry("Who takes the task, by the worker's own id", optional=True)
    grid_code: str | None = entry("Where the task goes, 15 digits", optional=True)
    outcome: ScreeningOutcomeInput | None = entry("What was found out", optional=True)


@strawberry.input(description="Send steps recorded without a connection (离线排查补传)")
class ScreeningTaskBatchInput(Act):
    """Send."""

    steps: list[ScreeningStepInput] = entry("1 to 100 steps, in the order in which they were taken")


@strawberry.type(description="What came of a batch (补传结果)")
class ScreeningTaskBatchPayload(Payload):
    """Send."""

    batch: ScreeningTaskBatch | None = answered(client.TASK_BATCHES, "batch", "Every step accounted for")


@strawberry.input(description="Open a screening round (开启排查轮次)")
class ScreeningRoundOpenInput(Act):
    """Open."""

    scope: str = entry("Whose households are asked: a division of your own scope, 6 to 15 digits")
    title: str = entry("What it is called")
    reason: str = entry("Why it is done")
    due_at: datetime = entry("Until when everybody has been asked")
    question_set_version: int | None = entry("Version of the questions; 1 if absent", optional=True)


@strawberry.type
class RoundPayload(Payload):
    """A payload with a round."""

    screening_round: ScreeningRound | None = answered(
        client.ROUNDS, "screening_round", "The round as it is now; null when the act was refused"
    )


@strawberry.type(description="What came of opening a round (开启结果)")
class ScreeningRoundOpenPayload(RoundPayload):
    """Open."""


@strawberry.input(description="Close a round whose households are all verified (办结排查轮次)")
class ScreeningRoundCloseInput(Act):
    """Close."""

    id: strawberry.ID = entry(ROUND, of="ScreeningRound")


@strawberry.type(description="What came of closing a round (办结结果)")
class ScreeningRoundClosePayload(RoundPayload):
    """Close."""


@strawberry.input(description="Give a round up (取消排查轮次)")
class ScreeningRoundCancelInput(Act):
    """Cancel."""

    id: strawberry.ID = entry(ROUND, of="ScreeningRound")
    reason: str = entry("Why")


@strawberry.type(description="What came of giving a round up (取消结果)")
class ScreeningRoundCancelPayload(RoundPayload):
    """Cancel."""


@strawberry.input(description="Record that somebody was contacted (登记联系)")
class ContactRecordInput(Act):
    """Record."""

    resident_id: strawberry.ID | None = entry("Who was contacted", of="Resident", optional=True)
    household_id: strawberry.ID | None = entry("Or a household as a whole", of="Household", optional=True)
    how: ContactHow = entry("How")
    reason: ContactReason = entry("Why")
    outcome: ContactOutcome = entry("What came of it")
    made_at: datetime | None = entry("When; now if absent", optional=True)
    note: str | None = entry("What there is to say about it", optional=True)
    asked_again_because: str | None = entry("Why they were asked although somebody had asked lately", optional=True)


@strawberry.type(description="What came of recording a contact (登记结果)")
class ContactRecordPayload(Payload):
    """Record."""

    contact: Contact | None = answered(client.CONTACTS, "contact", "The contact; null when refused")
