"""What the database answers about uploads of offline devices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class DevicePlace:
    """Where a device stands."""

    id: UUID
    division_code: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """An upload of an offline device; `refused` lists device_sequence, code and message."""

    id: UUID
    checkpoint_id: UUID
    device_id: str
    sent: int
    stored: int
    duplicates: int
    refused: list[dict[str, object]]
    received_at: datetime


@statements.query
async def checkpoint_of_device(db: Transaction, *, district_code: str, device_id: str) -> DevicePlace | None:
    """Find the checkpoint at which a device stands."""


@statements.query
async def insert_batch(
    db: Transaction,
    *,
    district_code: str,
    id: UUID,  # noqa: A002 - the column's name
    division_code: str,
    checkpoint_id: UUID,
    device_id: str,
    sent: int,
    stored: int,
    duplicates: int,
    refused: list[dict[str, object]],
    received_at: datetime,
    uploaded_by: str,
) -> None:
    """Keep what became of an upload."""


batches_by_id = statements.one_each("batches_by_id", BatchRow)
statements.check()
