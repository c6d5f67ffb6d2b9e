"""What the database answers about passages."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.checkpoints.passages.model import Direction, Outcome
from services.checkpoints.watchlist.model import Known

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ScanContext:
    """What is known about one scan: its checkpoint, its device, its person, and whether it came before."""

    division_code: str | None
    checkpoint_name: str | None
    closed_at: datetime | None
    device_checkpoint_id: UUID | None
    known: bool
    color: str | None
    home_division_code: str | None
    expected_arrival_on: date | None
    expected_origin_code: str | None
    order_status: str | None
    order_setting: str | None
    order_ends_on: date | None
    passage_id: UUID | None
    fingerprint: bytes | None

    def person(self) -> Known | None:
        """Return what the watchlist says of the person."""
        if not self.known:
            return None
        return Known(
            color=self.color,
            home_division_code=self.home_division_code,
            expected_arrival_on=self.expected_arrival_on,
            expected_origin_code=self.expected_origin_code,
            order_status=self.order_status,
            order_setting=self.order_setting,
            order_ends_on=self.order_ends_on,
        )


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as its scan is answered."""

    id: UUID
    checkpoint_id: UUID
    direction: Direction
    outcome: Outcome
    instruction_code: str
    instruction_en: str
    instruction_zh: str
    quarantine_days: int | None
    rule_version: str
    temperature_c: float
    occurred_at: datetime
    received_at: datetime
    person_key: str | None


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage (出入登记); `instruction` is in the caller's language."""

    id: UUID
    checkpoint_id: UUID
    direction: Direction
    outcome: Outcome
    instruction: str
    instruction_code: str
    quarantine_days: int | None
    rule_version: str
    temperature_c: float
    occurred_at: datetime
    received_at: datetime
    person_key: str | None
    person_name: str | None
    document_number_masked: str | None
    origin_code: str | None
    destination_division_code: str | None
    reason: str | None
    companions: int
    vehicle_plate: str | None
    division_code: str


@statements.query
async def scan_contexts(
    db: Transaction,
    *,
    district_codes: list[str],
    checkpoint_ids: list[UUID],
    device_ids: list[str],
    device_sequences: list[int],
    person_keys: list[str | None],
) -> list[ScanContext]:
    """Look up everything about many scans, in their order."""


@statements.query
async def store_passages(db: Transaction, *, rows: list[dict[str, object]]) -> list[StoredPassage]:
    """Store passages whose key is free, and return those."""


@statements.query
async def stored_passages(db: Transaction, *, district_codes: list[str], ids: list[UUID]) -> list[StoredPassage]:
    """Return passages as they were answered."""


@statements.query
async def forget_passage_keys(db: Transaction, *, before: datetime) -> int:
    """Forget keys that are too old to come again; return how many."""


NEWEST_FIRST = ("occurred_at timestamptz", "id uuid")

passages_by_id = statements.one_each("passages_by_id", PassageRow)
passages_of_checkpoint = statements.page_each("passages_of_checkpoint", PassageRow, order=NEWEST_FIRST, descending=True)
passages_of_person = statements.page_each(
    "passages_of_person", PassageRow, order=NEWEST_FIRST, descending=True, key="text"
)
statements.check()
