"""What the gate is told ahead: risk regions, and of each person a color, a home, an order."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

EXPECTED_DAYS = 14  # whoever was expected longer ago has served the time wherever it was spent
IN_FORCE = frozenset({"ISSUED", "DELIVERED", "ACTIVE", "RELEASE_DUE"})
ENDED = frozenset({"RELEASED", "REVOKED", "MERGED", "TRANSFERRED_MEDICAL", "TRANSFERRED_FACILITY"})


class RiskLevel(StrEnum):
    """How risky a region was declared."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


RISKY = frozenset({RiskLevel.MEDIUM, RiskLevel.HIGH})
LEVELS = (None, *RiskLevel)


@dataclass(frozen=True, slots=True)
class RiskRegion:
    """A declared region: a code's prefix, a level, and the days it holds."""

    district_code: str
    code: str
    level: RiskLevel
    valid_from: date
    valid_to: date | None

    def covers(self, origin_code: str, day: date) -> bool:
        """Say whether somebody from there comes from this region: 330300 covers 330304."""
        prefix = self.code
        while len(prefix) <= 6 and len(prefix) > 2 and prefix.endswith("00"):
            prefix = prefix[:-2]
        held = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return held and origin_code.startswith(prefix)


@dataclass(frozen=True, slots=True)
class Known:
    """What the watchlist says of a person."""

    color: str | None = None
    home_division_code: str | None = None
    expected_arrival_on: date | None = None
    expected_origin_code: str | None = None
    order_status: str | None = None
    order_setting: str | None = None
    order_ends_on: date | None = None

    def expected(self, day: date) -> bool:
        """Say whether an arrival is still to come: not long past, and not served by an order that ended."""
        arrival = self.expected_arrival_on
        if arrival is None or day > arrival + timedelta(days=EXPECTED_DAYS):
            return False
        served = self.order_status in ENDED and self.order_ends_on is not None and self.order_ends_on >= arrival
        return not served
