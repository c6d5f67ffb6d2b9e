"""The health code 健康码: a color with its reasons, decided by a versioned table of rules from facts.

A rule says which fact gives which color and why. The color is the gravest that any rule gives; the
reasons are those of every rule that applies. Versions have days of validity; a decision records its
version, so that it can be explained later.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

LONG_QUARANTINE_DAYS = 14
ARRIVAL_AWAITED_DAYS = 14


class Color(StrEnum):
    """GREEN may move freely, YELLOW and RED may not; RED is the graver."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"


GRAVITY = (Color.GREEN, Color.YELLOW, Color.RED)


class Reason(StrEnum):
    """Why a code is not green; its words are in queries.sql, in both languages."""

    HEALTH_CHECK_ABNORMAL = "HEALTH_CHECK_ABNORMAL"
    LONG_QUARANTINE = "LONG_QUARANTINE"
    SHORT_QUARANTINE = "SHORT_QUARANTINE"
    RELEASE_DUE = "RELEASE_DUE"
    EXPECTED_FROM_RISK_REGION = "EXPECTED_FROM_RISK_REGION"


@dataclass(frozen=True, slots=True)
class OrderInForce:
    """A person's quarantine order in force."""

    id: UUID
    status: str
    setting: str
    length_days: int
    ends_on: date


@dataclass(frozen=True, slots=True)
class Expected:
    """A person who is on the way home, from where, and how grave the risk there is (None: none)."""

    arrives_on: date
    origin_code: str
    risk: str | None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What a color is decided from."""

    order: OrderInForce | None
    expected: Expected | None
    health_check_abnormal: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """If the facts are so, the code has at least this color, for this reason."""

    applies: Callable[[PersonFacts], bool]
    color: Color
    reason: Reason


@dataclass(frozen=True, slots=True)
class RuleTable:
    """One version of the rules, valid from a day on until the next version is."""

    version: int
    valid_from: date
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A color, why, and by which version; `recheck_on` is the day on which a fact lapses by itself."""

    color: Color
    reasons: tuple[Reason, ...]
    rule_version: int
    recheck_on: date | None


def is_long_quarantine(facts: PersonFacts) -> bool:
    """Say whether an order of 14 days or more is in force."""
    return facts.order is not None and facts.order.length_days >= LONG_QUARANTINE_DAYS


def is_short_quarantine(facts: PersonFacts) -> bool:
    """Say whether an order of fewer than 14 days is in force."""
    return facts.order is not None and facts.order.length_days < LONG_QUARANTINE_DAYS


def is_release_due(facts: PersonFacts) -> bool:
    """Say whether an order has run its days and awaits its release."""
    return facts.order is not None and facts.order.status == "RELEASE_DUE"


def is_expected_from_risk(facts: PersonFacts) -> bool:
    """Say whether the person is coming home from a region of medium or high risk."""
    return facts.expected is not None and facts.expected.risk in ("MEDIUM", "HIGH")


VERSIONS = (
    RuleTable(
        version=1,
        valid_from=date(2020, 1, 1),
        rules=(
            Rule(lambda facts: facts.health_check_abnormal, Color.RED, Reason.HEALTH_CHECK_ABNORMAL),
            Rule(is_long_quarantine, Color.RED, Reason.LONG_QUARANTINE),
            Rule(is_short_quarantine, Color.YELLOW, Reason.SHORT_QUARANTINE),
            Rule(is_release_due, Color.YELLOW, Reason.RELEASE_DUE),
            Rule(is_expected_from_risk, Color.YELLOW, Reason.EXPECTED_FROM_RISK_REGION),
        ),
    ),
)


def rules_on(day: date, versions: Sequence[RuleTable] = VERSIONS) -> RuleTable:
    """Return the version that is valid on a day; the first one before any was."""
    valid = [table for table in versions if table.valid_from <= day]
    return valid[-1] if valid else versions[0]


def decide(facts: PersonFacts, today: date) -> Decision:
    """Decide a color by the rules of the day."""
    table = rules_on(today)
    applied = [rule for rule in table.rules if rule.applies(facts)]
    color = max((rule.color for rule in applied), key=GRAVITY.index, default=Color.GREEN)
    return Decision(color, tuple(rule.reason for rule in applied), table.version, recheck_day(facts))


def recheck_day(facts: PersonFacts) -> date | None:
    """Return the day on which an awaited arrival is no longer awaited."""
    if facts.expected is None:
        return None
    return facts.expected.arrives_on + timedelta(days=ARRIVAL_AWAITED_DAYS + 1)
