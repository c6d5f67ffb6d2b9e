"""Acts at checkpoints: inputs and payloads."""

from datetime import datetime

import strawberry

from gateway.checkpoints import client
from gateway.checkpoints.types import (
    Checkpoint,
    CheckpointAlarm,
    CheckpointKind,
    Passage,
    PassageBatch,
    PassageDirection,
)
from gateway.shared.acts import Act, Payload
from gateway.upstream.commands import entry
from gateway.upstream.fields import answered


@strawberry.input(description="The person before the gate: exactly one document or token (通行人员)")
class PassagePersonInput:
    """A person."""

    national_id: str | None = entry("National ID number", optional=True)
    document_kind: str | None = entry("PASSPORT, TRAVEL_PERMIT or RESIDENCE_PERMIT", optional=True)
    document_number: str | None = entry("Number of that document", optional=True)
    pass_token: str | None = entry("The signed pass that the person shows", optional=True)
    name: str | None = entry("Name as the document has it", optional=True)


@strawberry.input
class Scan:
    """One scan."""

    checkpoint_id: strawberry.ID = entry("Where", of="Checkpoint")
    device_sequence: int = entry("The device's number of this scan; with the device it makes the scan unique")
    direction: PassageDirection = entry("Which way")
    occurred_at: datetime = entry("When")
    temperature_c: float = entry("Body temperature, degrees Celsius, one decimal")
    person: PassagePersonInput = entry("Who")
    recheck_temperature_c: float | None = entry("The second reading, if one was taken", optional=True)
    origin_code: str | None = entry("Where the person comes from, 6 digits", optional=True)
    destination_division_code: str | None = entry("Where the person goes", optional=True)
    reason: str | None = entry("What for", optional=True)
    companions: int | None = entry("How many people come along", optional=True)
    vehicle_plate: str | None = entry("Plate of the vehicle", optional=True)
    emergency: bool | None = entry("Care comes first", optional=True)


@strawberry.input(description="Record a passage (登记出入)")
class PassageRecordInput(Scan, Act):
    """Record."""

    device_id: str = entry("The device that scanned")


@strawberry.type(description="What came of a scan (登记结果)")
class PassageRecordPayload(Payload):
    """Record."""

    passage: Passage | None = answered(client.PASSAGES, "passage", "The passage, decided; null when refused")


@strawberry.input(description="A scan made while the device was offline (离线登记)")
class OfflinePassageInput(Scan):
    """An offline scan."""


@strawberry.input(description="Send what a device recorded while it was offline (离线补传)")
class PassageBatchUploadInput(Act):
    """Upload."""

    device_id: str = entry("The device")
    passages: list[OfflinePassageInput] = entry("Its scans")


@strawberry.type(description="What came of an upload (补传结果)")
class PassageBatchUploadPayload(Payload):
    """Upload."""

    batch: PassageBatch | None = answered(client.BATCHES, "batch", "Every scan accounted for; null when refused")


@strawberry.input(description="Set up a checkpoint (设立卡口)")
class CheckpointAddInput(Act):
    """Add."""

    name: str = entry("Name")
    kind: CheckpointKind = entry("What kind of site")
    division_code: str = entry("The grid it lies in, or a village as a whole")
    minimum_strength: int = entry("How many people must be on duty")
    opens_at: str | None = entry("From when in the day, as in 06:00; round the clock if absent", optional=True)
    closes_at: str | None = entry("Until when in the day", optional=True)
    device_ids: list[str] | None = entry("Its scanners", optional=True)


@strawberry.type(description="What came of an act on a checkpoint (卡口操作结果)")
class CheckpointPayload(Payload):
    """A payload with a checkpoint."""

    checkpoint: Checkpoint | None = answered(
        client.CHECKPOINT_BY_ID, "checkpoint", "The checkpoint as it is now; null when refused"
    )


@strawberry.type(description="What came of setting up a checkpoint (设立结果)")
class CheckpointAddPayload(CheckpointPayload):
    """Add."""


@strawberry.input(description="Open a closed checkpoint (开放卡口)")
class CheckpointOpenInput(Act):
    """Open."""

    id: strawberry.ID = entry("The checkpoint", of="Checkpoint")


@strawberry.type(description="What came of opening (开放结果)")
class CheckpointOpenPayload(CheckpointPayload):
    """Open."""


@strawberry.input(description="Close a checkpoint (关闭卡口)")
class CheckpointCloseInput(Act):
    """Close."""

    id: strawberry.ID = entry("The checkpoint", of="Checkpoint")


@strawberry.type(description="What came of closing (关闭结果)")
class CheckpointClosePayload(CheckpointPayload):
    """Close."""


@strawberry.input(description="Say that an alarm is being looked at (确认告警)")
class CheckpointAlarmAcknowledgeInput(Act):
    """Acknowledge."""

    id: strawberry.ID = entry("The alarm", of="CheckpointAlarm")


@strawberry.type(description="What came of acknowledging (确认结果)")
class CheckpointAlarmAcknowledgePayload(Payload):
    """Acknowledge."""

    checkpoint_alarm: CheckpointAlarm | None = answered(
        client.ALARMS, "checkpoint_alarm", "The alarm; null when refused"
    )
