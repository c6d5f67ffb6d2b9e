"""What the gateway asks of the checkpoints service."""

from gateway.upstream.commands import Post
from gateway.upstream.declare import CHECKPOINTS, Endpoint, Kind

CHECKPOINT_BY_ID = Endpoint(CHECKPOINTS, "/checkpoints:batch", Kind.ONE)
CHECKPOINTS_OF_DIVISION = Endpoint(CHECKPOINTS, "/checkpoints/by-division:batch", Kind.PAGE)
DUTY_OF_CHECKPOINT = Endpoint(CHECKPOINTS, "/duty/by-checkpoint:batch", Kind.LIST)
PASSAGES = Endpoint(CHECKPOINTS, "/passages:batch", Kind.ONE)
PASSAGES_OF_CHECKPOINT = Endpoint(CHECKPOINTS, "/passages/by-checkpoint:batch", Kind.PAGE)
PASSAGES_OF_PERSON = Endpoint(CHECKPOINTS, "/passages/by-person-key:batch", Kind.PAGE)
ALARMS = Endpoint(CHECKPOINTS, "/alarms:batch", Kind.ONE)
ALARMS_OF_SCOPE = Endpoint(CHECKPOINTS, "/alarms/by-scope:batch", Kind.PAGE)
BATCHES = Endpoint(CHECKPOINTS, "/passage-batches:batch", Kind.ONE)
DIVISION_SUMMARIES = Endpoint(CHECKPOINTS, "/division-summaries:batch", Kind.ONE)

RECORD_PASSAGE = Post(CHECKPOINTS, "/passages")
UPLOAD_PASSAGES = Post(CHECKPOINTS, "/passage-batches")
ADD_CHECKPOINT = Post(CHECKPOINTS, "/checkpoints")
OPEN_CHECKPOINT = Post(CHECKPOINTS, "/checkpoints/{id}/open")
CLOSE_CHECKPOINT = Post(CHECKPOINTS, "/checkpoints/{id}/close")
ACKNOWLEDGE_ALARM = Post(CHECKPOINTS, "/alarms/{id}/acknowledge")
