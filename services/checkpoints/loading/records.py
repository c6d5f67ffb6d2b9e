"""The records of the stream: one line of JSON each, the kind under `record`."""

from datetime import datetime, time
from uuid import UUID

import msgspec

from services.checkpoints.sites.model import CheckpointKind, CheckpointStatus


class Record(msgspec.Struct, frozen=True, tag_field="record"):
    """A line of the stream."""


class Counts(Record, frozen=True, tag="counts"):
    """The first line: how many lines of each kind follow."""

    counts: dict[str, int]


class Organization(Record, frozen=True, tag="organization"):
    """Who sends people."""

    id: UUID
    name: str
    kind: str


class Checkpoint(Record, frozen=True, tag="checkpoint"):
    """A checkpoint."""

    id: UUID
    name: str
    kind: CheckpointKind
    division_code: str
    status: CheckpointStatus
    opens_at: time | None
    closes_at: time | None
    minimum_strength: int


class Device(Record, frozen=True, tag="device"):
    """A device at a checkpoint."""

    device_id: str
    checkpoint_id: UUID


class Staff(Record, frozen=True, tag="staff"):
    """Somebody who may stand guard."""

    id: UUID
    name: str
    organization_id: UUID


class DutyShift(Record, frozen=True, tag="duty_shift"):
    """A shift."""

    id: UUID
    checkpoint_id: UUID
    staff_id: UUID
    starts_at: datetime
    ends_at: datetime


AnyRecord = Counts | Organization | Checkpoint | Device | Staff | DutyShift
