"""What the database answers about the local copy of people and regions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.checkpoints.watchlist.model import RiskLevel, RiskRegion

statements = Statements(__file__)

INCOMING_COLUMNS = (
    "district_code",
    "person_key",
    "version",
    "color",
    "home_division_code",
    "expected_arrival_on",
    "expected_origin_code",
    "order_id",
    "order_status",
    "order_setting",
    "order_ends_on",
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many entries a rebuild brings, and how many there are of the same districts."""

    incoming: int
    known: int


@statements.query
async def take_in_standing(
    db: Transaction,
    *,
    district_code: str,
    person_key: str,
    version: int,
    color: str | None,
    home_division_code: str | None,
    expected_arrival_on: date | None,
    expected_origin_code: str | None,
    order_id: UUID | None,
    order_status: str | None,
    order_setting: str | None,
    order_ends_on: date | None,
    taken_in_at: datetime,
) -> None:
    """Keep a person's standing unless a newer one is kept."""


@statements.query
async def take_in_alias(
    db: Transaction,
    *,
    district_code: str,
    lost_person_key: str,
    survivor_person_key: str | None,
    version: int,
    taken_in_at: datetime,
) -> None:
    """Keep whom a key means unless something newer is kept."""


@statements.query
async def take_in_risk_region(
    db: Transaction,
    *,
    district_code: str,
    risk_region_id: UUID,
    version: int,
    code: str,
    level: RiskLevel,
    valid_from: date,
    valid_to: date | None,
) -> None:
    """Keep a risk region unless a newer version is kept."""


@statements.query
async def note_taken_in(db: Transaction, *, district_code: str, taken_in_at: datetime) -> None:
    """Remember when the last fact was taken in."""


@statements.query
async def risk_regions_of(db: Transaction, *, district_codes: list[str]) -> list[RiskRegion]:
    """Return the risk regions that districts declared."""


@statements.query
async def allow_minutes(db: Transaction) -> bool:
    """Let the statements of this transaction take minutes."""


@statements.query
async def lock_rebuild(db: Transaction) -> bool:
    """Let one rebuild go on at a time."""


@statements.query
async def incoming_and_known(db: Transaction) -> Sizes:
    """Count what comes and what is there."""


@statements.query
async def forget_replaced(db: Transaction, *, before: datetime) -> None:
    """Forget what the incoming rows replace."""


@statements.query
async def forget_replaced_aliases(db: Transaction, *, before: datetime) -> None:
    """Forget aliases that the snapshot of these districts did not bring."""


@statements.query
async def merge_incoming(db: Transaction, *, taken_in_at: datetime) -> None:
    """Take the incoming rows into the watchlist."""


@statements.query
async def districts_taken_in(db: Transaction, *, taken_in_at: datetime) -> None:
    """Remember when the districts of the incoming rows were taken in."""


@statements.query
async def clear_incoming(db: Transaction) -> None:
    """Empty the table of incoming rows."""


async def copy_incoming(db: Transaction, rows: Iterable[tuple[object, ...]]) -> None:
    """COPY rows into the table of incoming rows."""
    await db.connection.copy_records_to_table("watchlist_incoming", records=rows, columns=INCOMING_COLUMNS)


statements.check()
