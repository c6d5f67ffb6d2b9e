"""Standings and risk regions as residents tells them: by fact, or in bulk by a snapshot."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from chassis.database import Transaction
from services.enterprises.watchlist import queries
from services.enterprises.watchlist.model import RiskRegion, Watch, matters


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What residents says of a person."""

    person_key: str
    version: int
    color: str
    home_division_code: str | None = None
    expected_arrival_on: date | None = None
    expected_origin_code: str | None = None
    order_id: UUID | None = None
    order_status: str | None = None
    order_setting: str | None = None
    order_ends_on: date | None = None

    @property
    def is_noted(self) -> bool:
        """Say whether the standing is worth a row.

        A later version of somebody unremarkable is: an earlier, graver one may still be on its way.
        """
        return self.version > 1 or self.matters

    @property
    def matters(self) -> bool:
        """Say whether the standing keeps somebody from work, or may."""
        return matters(color=self.color, order_status=self.order_status, expected_arrival_on=self.expected_arrival_on)


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """What residents says of a risk region."""

    risk_region_id: UUID
    version: int
    code: str
    level: str
    valid_from: date
    valid_to: date | None = None


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """What residents says of a key: whose it is since a merge, or nobody else's since its undoing."""

    lost_person_key: str
    version: int


class Merged(Alias, frozen=True, kw_only=True):
    """A key that means another person's record."""

    survivor_person_key: str


async def store_aliases(db: Transaction, aliases: Sequence[Alias], *, district_code: str) -> list[str]:
    """Store whom keys mean; return the lost keys of those that changed."""
    rows: list[dict[str, Any]] = [
        {
            "lost_person_key": alias.lost_person_key,
            "survivor_person_key": alias.survivor_person_key if isinstance(alias, Merged) else None,
            "version": alias.version,
        }
        for alias in aliases
    ]
    return await queries.store_aliases(db, district_code=district_code, rows=rows)


async def store_standings(
    db: Transaction, standings: Sequence[tuple[Standing, bool]], *, district_code: str
) -> list[str]:
    """Store standings, each with whether it is worth a row of its own; return whose changed."""
    rows: list[dict[str, Any]] = [msgspec.to_builtins(s) | {"matters": noted} for s, noted in standings]
    return await queries.store_watches(db, district_code=district_code, rows=rows)


async def store_regions(db: Transaction, regions: Sequence[Region], *, district_code: str) -> list[str]:
    """Store risk regions; return the codes of those that changed."""
    rows: list[dict[str, Any]] = [msgspec.to_builtins(region) for region in regions]
    return await queries.store_regions(db, district_code=district_code, rows=rows)


async def known_of(
    db: Transaction, person_keys: Sequence[str], *, district_code: str
) -> tuple[dict[str, Watch], list[RiskRegion]]:
    """Return what is known of people, and the risk regions."""
    watches = await queries.watches_of(db, district_code=district_code, person_keys=list(person_keys))
    regions = await queries.risk_regions_of(db, district_code=district_code)
    return {watch.person_key: watch for watch in watches}, regions
