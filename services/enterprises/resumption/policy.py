"""How resumption is admitted, by area, kind of enterprise and day: a versioned table.

The days are those of Hangzhou in 2020: nobody before 10 February but who is needed, then approval,
filing, a pledge, and from the ninth of March no permission at all. Outside the table's days the
default holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.enterprises.register.model import EnterpriseKind

VERSION = "fuyang-2020-1"


class Mode(StrEnum):
    """How resumption is admitted."""

    CLOSED = "CLOSED"
    APPROVAL = "APPROVAL"
    FILING = "FILING"
    PLEDGE = "PLEDGE"
    NONE = "NONE"


DEFAULT = Mode.APPROVAL
ALL_KINDS = frozenset(EnterpriseKind)
LIGHT_KINDS = frozenset({EnterpriseKind.MERCHANT, EnterpriseKind.AGRICULTURE})
HEAVY_KINDS = ALL_KINDS - LIGHT_KINDS

# Needed in any case: farming, food, medicine, retail of daily goods, haulage, sanitation, health.
WHITE_LIST = frozenset({"01", "03", "14", "27", "52", "54", "78", "84"})
# Not by a pledge alone: places where strangers sit together.
NEGATIVE_LIST = frozenset({"61", "62", "87", "88", "89", "90"})


@dataclass(frozen=True, slots=True)
class Period:
    """A mode for the enterprises of an area, from the first to the last of its days."""

    area: str
    kinds: frozenset[EnterpriseKind]
    first: date
    last: date
    mode: Mode


TIMELINE: Sequence[Period] = (
    Period("330111", ALL_KINDS, date(2020, 1, 27), date(2020, 2, 9), Mode.CLOSED),
    Period("330111", HEAVY_KINDS, date(2020, 2, 10), date(2020, 2, 21), Mode.APPROVAL),
    Period("330111", LIGHT_KINDS, date(2020, 2, 10), date(2020, 2, 16), Mode.APPROVAL),
    Period("330111", LIGHT_KINDS, date(2020, 2, 17), date(2020, 2, 21), Mode.FILING),
    Period("330111", ALL_KINDS, date(2020, 2, 22), date(2020, 2, 29), Mode.FILING),
    Period("330111", ALL_KINDS, date(2020, 3, 1), date(2020, 3, 8), Mode.PLEDGE),
    Period("330111", ALL_KINDS, date(2020, 3, 9), date(2020, 12, 31), Mode.NONE),
)


@dataclass(frozen=True, slots=True)
class Procedure:
    """What a mode asks: how early to file, when an answer is due, and whether one is needed at all."""

    lead_days: int
    answer_within: timedelta | None
    decides_itself: bool


PROCEDURES: dict[Mode, Procedure] = {
    Mode.CLOSED: Procedure(3, timedelta(days=3), decides_itself=False),
    Mode.APPROVAL: Procedure(3, timedelta(days=2), decides_itself=False),
    Mode.FILING: Procedure(0, timedelta(days=1), decides_itself=True),
    Mode.PLEDGE: Procedure(0, timedelta(days=1), decides_itself=True),
    Mode.NONE: Procedure(0, None, decides_itself=True),
}


def mode_for(division_code: str, kind: EnterpriseKind, industry_code: str, planned_on: date) -> Mode:
    """Return the mode in force where and when an enterprise means to resume."""
    found = DEFAULT
    for period in TIMELINE:
        covered = division_code.startswith(period.area) and kind in period.kinds
        if covered and period.first <= planned_on <= period.last:
            found = period.mode
    if found is Mode.CLOSED and industry_code in WHITE_LIST:
        return Mode.APPROVAL
    if found is Mode.PLEDGE and industry_code in NEGATIVE_LIST:
        return Mode.APPROVAL
    return found


def due_at(mode: Mode, submitted_at: datetime) -> datetime | None:
    """Return until when the applicant is owed an answer."""
    within = PROCEDURES[mode].answer_within
    return None if within is None else submitted_at + within
