"""What clients ask of the checkpoints domain."""

import strawberry

from gateway.checkpoints import client
from gateway.checkpoints.types import Checkpoint, CheckpointAlarm
from gateway.shared.types import SCOPE, Connection
from gateway.upstream.declare import Argument
from gateway.upstream.fields import load_one, load_page


@strawberry.type
class CheckpointsQuery:
    """Each is one load."""

    checkpoint: Checkpoint | None = load_one(
        client.CHECKPOINT_BY_ID,
        key=Argument("id", strawberry.ID, "Global id of a Checkpoint", of="Checkpoint"),
        description="A checkpoint within your scope",
    )
    checkpoints: Connection[Checkpoint] | None = load_page(
        client.CHECKPOINTS_OF_DIVISION,
        key=Argument("scope", str, SCOPE),
        description="Checkpoints of a part of the district",
    )
    checkpoint_alarms: Connection[CheckpointAlarm] | None = load_page(
        client.ALARMS_OF_SCOPE, key=Argument("scope", str, SCOPE), description="Alarms, the latest first"
    )
