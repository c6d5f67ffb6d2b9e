"""What a gate decides from: what it sees, and what it was told ahead of people and regions."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.checkpoints.watchlist.model import IN_FORCE, LEVELS, RISKY, Known, RiskLevel, RiskRegion

FEVER_C = 37.3


class Direction(StrEnum):
    """Which way somebody passes."""

    ENTRY = "ENTRY"
    EXIT = "EXIT"


class Outcome(StrEnum):
    """What the gate does."""

    ADMITTED = "ADMITTED"
    ADMITTED_REGISTERED = "ADMITTED_REGISTERED"
    HELD = "HELD"
    TURNED_BACK = "TURNED_BACK"
    EMERGENCY_ADMITTED = "EMERGENCY_ADMITTED"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the guard and the device see."""

    direction: Direction
    day: date
    temperature_c: float
    recheck_temperature_c: float | None = None
    origin_code: str | None = None
    emergency: bool = False
    identified: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the table decides from; stored with the passage."""

    direction: Direction
    emergency: bool
    fever: bool
    rechecked: bool
    identified: bool
    origin_level: RiskLevel | None
    from_elsewhere: bool
    home_here: bool
    known: bool
    color: str | None
    order_in_force: bool
    order_setting: str | None
    order_ends_on: date | None

    @property
    def entering(self) -> bool:
        """Say whether the person comes in."""
        return self.direction is Direction.ENTRY

    @property
    def risky(self) -> bool:
        """Say whether the infection is to be feared."""
        return self.origin_level in RISKY or self.order_in_force or self.color == "RED"


def gather(seen: Seen, known: Known | None, regions: list[RiskRegion], district_code: str) -> Facts:
    """Put together what the table decides from; the riskier of the given and the expected origin counts."""
    person = known or Known()
    origins = [seen.origin_code]
    if person.expected(seen.day):
        origins.append(person.expected_origin_code)
    levels = [origin_level(code, regions, seen.day) for code in origins if code is not None]
    level = max(levels, key=LEVELS.index, default=None)
    last = seen.recheck_temperature_c if seen.recheck_temperature_c is not None else seen.temperature_c
    in_force = person.order_status in IN_FORCE
    return Facts(
        direction=seen.direction,
        emergency=seen.emergency,
        fever=last >= FEVER_C,
        rechecked=seen.recheck_temperature_c is not None,
        identified=seen.identified,
        origin_level=level,
        from_elsewhere=level is None and any(code and code[:6] != district_code for code in origins),
        home_here=person.home_division_code is not None,
        known=known is not None,
        color=person.color,
        order_in_force=in_force,
        order_setting=person.order_setting if in_force else None,
        order_ends_on=person.order_ends_on if in_force else None,
    )


def origin_level(code: str, regions: list[RiskRegion], day: date) -> RiskLevel | None:
    """Return the highest level declared for an origin on a day, or None where nothing was declared."""
    return max((r.level for r in regions if r.covers(code, day)), key=LEVELS.index, default=None)
