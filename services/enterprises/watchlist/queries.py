"""What the watchlist asks the database."""

from typing import Any

from chassis.database import Transaction
from chassis.sql import Statements
from services.enterprises.watchlist.model import RiskRegion, Watch

statements = Statements(__file__)


@statements.query
async def take_watchlist(db: Transaction, *, district_code: str) -> bool:
    """Hold a district's watchlist alone until the transaction ends: its copies are about to change."""


@statements.query
async def share_watchlist(db: Transaction, *, district_code: str) -> bool:
    """Hold a district's watchlist as it is until the transaction ends, beside others who read it."""


@statements.query
async def store_watches(db: Transaction, *, district_code: str, rows: list[dict[str, Any]]) -> list[str]:
    """Store standings that matter or are known, unless newer ones are; return the person keys stored."""


@statements.query
async def store_aliases(db: Transaction, *, district_code: str, rows: list[dict[str, Any]]) -> list[str]:
    """Store whom keys mean, unless newer versions are; return the lost keys stored."""


@statements.query
async def store_regions(db: Transaction, *, district_code: str, rows: list[dict[str, Any]]) -> list[str]:
    """Store risk regions, unless newer versions are; return the codes stored."""


@statements.query
async def watches_of(db: Transaction, *, district_code: str, person_keys: list[str]) -> list[Watch]:
    """Return what is known of people."""


@statements.query
async def risk_regions_of(db: Transaction, *, district_code: str) -> list[RiskRegion]:
    """Return the risk regions known to a district."""


statements.check()
