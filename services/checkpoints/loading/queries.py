"""How a district is written all at once. Not by COPY: it does not work under row level security."""

from collections.abc import Sequence
from datetime import datetime

from chassis.database import Transaction
from chassis.sql import Statements
from services.checkpoints.loading.records import Record

statements = Statements(__file__)


@statements.query
async def any_checkpoint(db: Transaction) -> bool:
    """Say whether anything was loaded before."""


@statements.query
async def allow_minutes(db: Transaction) -> bool:
    """Let the statements of this transaction take minutes."""


@statements.query
async def load_organizations(db: Transaction, *, district_code: str, rows: Sequence[Record]) -> None:
    """Write organizations."""


@statements.query
async def load_checkpoints(db: Transaction, *, district_code: str, rows: Sequence[Record], now: datetime) -> None:
    """Write checkpoints."""


@statements.query
async def load_devices(db: Transaction, *, district_code: str, rows: Sequence[Record]) -> None:
    """Write devices."""


@statements.query
async def load_staff(db: Transaction, *, district_code: str, rows: Sequence[Record]) -> None:
    """Write staff."""


@statements.query
async def load_shifts(db: Transaction, *, district_code: str, rows: Sequence[Record]) -> None:
    """Write shifts, each with its checkpoint's division."""


statements.check()
