"""Acts of the checkpoints domain."""

import strawberry

from gateway.checkpoints import acts, client
from gateway.upstream.commands import command


@strawberry.type
class CheckpointsMutation:
    """Each is one command of the service."""

    passage_record: acts.PassageRecordPayload | None = command(
        client.RECORD_PASSAGE, acts.PassageRecordInput, "passage", "Record a passage; the gate's table decides at once"
    )
    passage_batch_upload: acts.PassageBatchUploadPayload | None = command(
        client.UPLOAD_PASSAGES, acts.PassageBatchUploadInput, "batch", "Send what a device recorded while offline"
    )
    checkpoint_add: acts.CheckpointAddPayload | None = command(
        client.ADD_CHECKPOINT, acts.CheckpointAddInput, "checkpoint", "Set up a checkpoint, open from now on"
    )
    checkpoint_open: acts.CheckpointOpenPayload | None = command(
        client.OPEN_CHECKPOINT, acts.CheckpointOpenInput, "checkpoint", "Open a closed checkpoint"
    )
    checkpoint_close: acts.CheckpointClosePayload | None = command(
        client.CLOSE_CHECKPOINT, acts.CheckpointCloseInput, "checkpoint", "Close a checkpoint"
    )
    checkpoint_alarm_acknowledge: acts.CheckpointAlarmAcknowledgePayload | None = command(
        client.ACKNOWLEDGE_ALARM,
        acts.CheckpointAlarmAcknowledgeInput,
        "checkpoint_alarm",
        "Say that an alarm is being looked at",
    )
