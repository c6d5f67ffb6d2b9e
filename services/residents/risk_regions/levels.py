"""The level of an origin on a day, as the district has declared it."""

from collections.abc import Iterable
from datetime import date

from chassis.database import Transaction
from services.residents.risk_regions import queries
from services.residents.risk_regions.model import RiskLevel, RiskRegion, level_on, prefixes_of


async def level_of(db: Transaction, district_code: str, origin_code: str, on: date) -> RiskLevel | None:
    """Return an origin's level on a day, None where no region is declared."""
    regions = await regions_around(db, district_code, [origin_code])
    return level_on(regions, origin_code, on)


async def regions_around(db: Transaction, district_code: str, origin_codes: Iterable[str]) -> list[RiskRegion]:
    """Return every region that may decide the level of these origins, on whatever day."""
    prefixes = sorted({prefix for code in origin_codes for prefix in prefixes_of(code)})
    return await queries.regions_around(db, district_code=district_code, prefixes=prefixes)
