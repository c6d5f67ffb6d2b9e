"""What the database answers about checkpoints."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.checkpoints.sites.model import CheckpointKind, CheckpointStatus, Site

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A checkpoint (卡口); `watchlist_as_of` is how far its knowledge of people reaches."""

    id: UUID
    name: str
    kind: CheckpointKind
    status: CheckpointStatus
    division_code: str
    minimum_strength: int
    opens_at: time | None
    closes_at: time | None
    watchlist_as_of: datetime | None


@statements.query
async def insert_checkpoint(
    db: Transaction,
    *,
    district_code: str,
    id: UUID,  # noqa: A002 - the column's name
    division_code: str,
    name: str,
    kind: CheckpointKind,
    opens_at: time | None,
    closes_at: time | None,
    minimum_strength: int,
) -> None:
    """Add an open checkpoint."""


@statements.query
async def insert_devices(db: Transaction, *, district_code: str, ids: list[str], checkpoint_id: UUID) -> None:
    """Put devices at a checkpoint."""


@statements.query
async def lock_checkpoint(db: Transaction, *, district_code: str, id: UUID) -> Site | None:  # noqa: A002
    """Lock a checkpoint within one's scope."""


@statements.query
async def open_checkpoint(db: Transaction, *, district_code: str, id: UUID) -> None:  # noqa: A002
    """Open a checkpoint."""


@statements.query
async def close_checkpoint(db: Transaction, *, district_code: str, id: UUID, closed_at: datetime) -> None:  # noqa: A002
    """Close a checkpoint."""


checkpoints_by_id = statements.one_each("checkpoints_by_id", CheckpointRow)
checkpoints_of_division = statements.page_each(
    "checkpoints_of_division", CheckpointRow, order=("division_code text", "id uuid"), key="text"
)
statements.check()
