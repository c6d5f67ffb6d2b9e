"""What is known here of a person and of risk regions, and what it means for going to work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

RISK_DAYS = 14  # between coming back from a risk region and going to work
RISK_LEVELS = frozenset({"MEDIUM", "HIGH"})
ORDER_IN_FORCE = frozenset({"ISSUED", "DELIVERED", "ACTIVE", "RELEASE_DUE"})


class Restriction(StrEnum):
    """Why a worker may not go to work yet, the gravest first."""

    UNDER_QUARANTINE = "WorkerUnderQuarantine"
    NOT_GREEN = "WorkerNotGreen"
    EXPECTED_FROM_RISK_REGION = "WorkerExpectedFromRiskRegion"
    RETURNED_FROM_RISK_REGION = "WorkerReturnedFromRiskRegion"


@dataclass(frozen=True, slots=True)
class Watch:
    """One person of the watchlist: a copy of what residents last said."""

    person_key: str
    color: str
    expected_arrival_on: date | None
    expected_origin_code: str | None
    order_status: str | None


@dataclass(frozen=True, slots=True)
class RiskRegion:
    """A region from which people must wait, and when."""

    code: str
    level: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Journey:
    """Where a worker came from, and when (or when that is expected)."""

    origin_code: str
    returned_on: date | None


def matters(*, color: str, order_status: str | None, expected_arrival_on: date | None) -> bool:
    """Say whether a standing says more than that a person may go anywhere."""
    return color != "GREEN" or order_status in ORDER_IN_FORCE or expected_arrival_on is not None


def region_prefix(code: str) -> str:
    """Return the digits that codes within a region share: 330300 is all of 3303, 330000 all of 33."""
    if len(code) > 6:
        return code
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def is_risky(origin: str, regions: Iterable[RiskRegion], *, came_on: date, today: date) -> bool:
    """Say whether a place was, or by now is, in a risk region for somebody who came from it on a day.

    A region declared after the person came counts: that is how most were found.
    """
    return any(
        region.level in RISK_LEVELS
        and origin.startswith(region_prefix(region.code))
        and region.valid_from <= today
        and (region.valid_to is None or region.valid_to >= came_on)
        for region in regions
    )


def restriction(
    journey: Journey, watch: Watch | None, regions: Iterable[RiskRegion], *, today: date
) -> Restriction | None:
    """Return the gravest reason why a worker may not go to work as of a day, or None."""
    known = list(regions)
    if watch is not None:
        if watch.order_status in ORDER_IN_FORCE:
            return Restriction.UNDER_QUARANTINE
        if watch.color != "GREEN":
            return Restriction.NOT_GREEN
        if is_expected_from_risk(watch, known, today):
            return Restriction.EXPECTED_FROM_RISK_REGION
    came_on = journey.returned_on or today
    if is_recent(came_on, today) and is_risky(journey.origin_code, known, came_on=came_on, today=today):
        return Restriction.RETURNED_FROM_RISK_REGION
    return None


def is_expected_from_risk(watch: Watch, regions: Iterable[RiskRegion], today: date) -> bool:
    """Say whether a returnee list announces somebody from a risk region, or did so lately."""
    expected, origin = watch.expected_arrival_on, watch.expected_origin_code
    if expected is None or origin is None:
        return False
    return is_recent(expected, today) and is_risky(origin, regions, came_on=expected, today=today)


def is_recent(came_on: date, today: date) -> bool:
    """Say whether less than the waiting time has passed since a day, or the day is still to come."""
    return today - came_on < timedelta(days=RISK_DAYS)
