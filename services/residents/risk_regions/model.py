"""Risk regions 风险地区: an origin, its level, and from when to when it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import BadInput, Conflict


class RiskLevel(StrEnum):
    """The three levels 低 中 高."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


GRAVITY = (RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH)


class RiskRegionEndsBeforeItBegins(BadInput):
    """The last day must not be before the first, {valid_from}.
    截止日期不能早于起始日期 {valid_from}。
    """


class RiskRegionOverlaps(Conflict):
    """{code} is already declared {level} from {valid_from} on; declare it until the day before, or from a later day.
    {code} 自 {valid_from} 起已公布为 {level}；请公布至前一日为止，或从更晚的日期开始。
    """


@dataclass(frozen=True, slots=True)
class RiskRegion:
    """A declaration: `code` is an origin, `prefix` its significant digits; both days count."""

    id: UUID
    code: str
    prefix: str
    level: RiskLevel
    valid_from: date
    valid_to: date | None
    version: int

    def covers(self, origin_code: str, on: date) -> bool:
        """Say whether somebody from an origin comes from this region on a day."""
        within = origin_code.startswith(self.prefix)
        return within and self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def prefix_of(code: str) -> str:
    """Return an origin's significant digits: 330000 is 33, 330300 is 3303, 330327 is itself."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def prefixes_of(origin_code: str) -> list[str]:
    """Return the prefixes under which a region around an origin may have been declared."""
    return [origin_code[:2], origin_code[:4], origin_code]


def level_on(regions: Iterable[RiskRegion], origin_code: str, on: date) -> RiskLevel | None:
    """Return an origin's level on a day, None without one: of several regions around it the gravest decides."""
    covering = [region.level for region in regions if region.covers(origin_code, on)]
    return max(covering, key=GRAVITY.index, default=None)


def check_period(valid_from: date, valid_to: date | None) -> None:
    """Raise unless the period holds a day."""
    if valid_to is not None and valid_to < valid_from:
        raise RiskRegionEndsBeforeItBegins(path=("valid_to",), valid_from=valid_from.isoformat())


def superseded_until(overlapping: Iterable[RiskRegion], valid_from: date) -> tuple[list[RiskRegion], date]:
    """Return what a new declaration of the same code cuts short, and the last day left to it.

    Earlier declarations yield from the new one's first day on. One that begins that day or later is
    not erased in passing: RiskRegionOverlaps.
    """
    earlier = []
    for region in overlapping:
        if region.valid_from >= valid_from:
            raise RiskRegionOverlaps(
                path=("valid_from",), code=region.code, level=region.level, valid_from=region.valid_from.isoformat()
            )
        earlier.append(region)
    return earlier, valid_from - timedelta(days=1)
