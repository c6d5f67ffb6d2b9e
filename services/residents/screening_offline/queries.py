"""Statements of steps that were taken without a connection."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ScreeningTaskBatchRow:
    """What came of a batch: sent = stored + refused."""

    id: UUID
    sent_at: datetime
    sent: int
    stored: int
    refused: int


@dataclass(frozen=True, slots=True)
class ScreeningTaskRefusalRow:
    """A step of a batch that was not stored; `place` counts from 0."""

    place: int
    step_key: str
    field: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class KnownStep:
    """A step that was sent before."""

    key: str
    fingerprint: bytes


screening_task_batches_by_id = statements.one_each("screening_task_batches_by_id", ScreeningTaskBatchRow)
screening_refusals_of_batches = statements.list_each("screening_refusals_of_batches", ScreeningTaskRefusalRow)


@statements.query
async def lock_offline_steps(db: Transaction, *, district_code: str, taken_by: str) -> None:
    """Let batches of one person follow each other."""


@statements.query
async def offline_steps_known(
    db: Transaction, *, district_code: str, taken_by: str, keys: list[str]
) -> list[KnownStep]:
    """Return those of the steps that were stored before."""


@statements.query
async def remember_offline_steps(
    db: Transaction,
    *,
    district_code: str,
    taken_by: str,
    keys: list[str],
    fingerprints: list[bytes],
    task_ids: list[UUID],
    now: datetime,
) -> None:
    """Remember the keys of steps that are stored."""


@statements.query
async def insert_batch(
    db: Transaction,
    *,
    district_code: str,
    id: UUID,  # noqa: A002
    sent_by: str,
    sent: int,
    stored: int,
    refused: int,
    now: datetime,
) -> None:
    """Write what came of a batch."""


@statements.query
async def insert_batch_refusals(
    db: Transaction,
    *,
    district_code: str,
    batch_id: UUID,
    places: list[int],
    step_keys: list[str],
    fields: list[str | None],
    codes: list[str],
    messages_en: list[str],
    messages_zh: list[str],
) -> None:
    """Write which steps were refused, and why."""


statements.check()
