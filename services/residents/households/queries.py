"""Statements of households that change."""

from datetime import date
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.households.model import HeldHousehold

statements = Statements(__file__)


@statements.query
async def lock_address(db: Transaction, *, place: str) -> str:
    """Wait for whoever registers a household at the same place."""


@statements.query
async def lock_household(db: Transaction, *, district_code: str, household_id: UUID) -> HeldHousehold | None:
    """Hold a household, to change it."""


@statements.query
async def share_household(db: Transaction, *, district_code: str, household_id: UUID) -> HeldHousehold | None:
    """Hold a household, so that nobody closes it."""


@statements.query
async def set_address(db: Transaction, *, district_code: str, household_id: UUID, address: str) -> None:
    """Correct a household's address."""


@statements.query
async def set_closed(db: Transaction, *, district_code: str, household_id: UUID, closed_on: date) -> None:
    """Close a household."""


statements.check()
