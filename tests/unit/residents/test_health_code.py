"""The health code's rules: which facts give which color, by which version."""

from datetime import date

import pytest

from chassis.ids import new_id
from services.residents.health_code.model import (
    VERSIONS,
    Color,
    Expected,
    OrderInForce,
    PersonFacts,
    Reason,
    Rule,
    RuleTable,
    decide,
    rules_on,
)

TODAY = date(2020, 1, 28)


def order(length_days: int, status: str = "ACTIVE") -> OrderInForce:
    """Return an order in force."""
    return OrderInForce(new_id(), status, "HOME", length_days, date(2020, 2, 11))


def expected(risk: str | None) -> Expected:
    """Return somebody on the way home."""
    return Expected(TODAY, "330302", risk)


@pytest.mark.parametrize(
    ("facts", "color", "reasons"),
    [
        (PersonFacts(None, None, False), Color.GREEN, ()),
        (PersonFacts(None, expected(None), False), Color.GREEN, ()),
        (PersonFacts(None, expected("LOW"), False), Color.GREEN, ()),
        (PersonFacts(None, expected("MEDIUM"), False), Color.YELLOW, (Reason.EXPECTED_FROM_RISK_REGION,)),
        (PersonFacts(None, expected("HIGH"), False), Color.YELLOW, (Reason.EXPECTED_FROM_RISK_REGION,)),
        (PersonFacts(order(7), None, False), Color.YELLOW, (Reason.SHORT_QUARANTINE,)),
        (PersonFacts(order(13), None, False), Color.YELLOW, (Reason.SHORT_QUARANTINE,)),
        (PersonFacts(order(14), None, False), Color.RED, (Reason.LONG_QUARANTINE,)),
        (PersonFacts(order(28), None, False), Color.RED, (Reason.LONG_QUARANTINE,)),
        (
            PersonFacts(order(14, "RELEASE_DUE"), None, False),
            Color.RED,
            (Reason.LONG_QUARANTINE, Reason.RELEASE_DUE),
        ),
        (PersonFacts(None, None, True), Color.RED, (Reason.HEALTH_CHECK_ABNORMAL,)),
        (
            PersonFacts(order(7), expected("HIGH"), True),
            Color.RED,
            (Reason.HEALTH_CHECK_ABNORMAL, Reason.SHORT_QUARANTINE, Reason.EXPECTED_FROM_RISK_REGION),
        ),
    ],
)
def test_color_and_reasons(facts: PersonFacts, color: Color, reasons: tuple[Reason, ...]) -> None:
    """The gravest color of the rules that apply, and the reason of each."""
    decision = decide(facts, TODAY)

    assert (decision.color, decision.reasons, decision.rule_version) == (color, reasons, 1)


def test_an_awaited_arrival_is_looked_at_again() -> None:
    """The fifteenth day after the day of arrival is the first on which nobody waits."""
    assert decide(PersonFacts(None, expected("HIGH"), False), TODAY).recheck_on == date(2020, 2, 12)
    assert decide(PersonFacts(order(14), None, True), TODAY).recheck_on is None


def test_a_version_is_valid_from_its_day_until_the_next() -> None:
    """Each day has one version; before the first there is the first."""
    first = RuleTable(1, date(2020, 1, 1), ())
    second = RuleTable(2, date(2020, 2, 1), (Rule(lambda _facts: True, Color.RED, Reason.LONG_QUARANTINE),))

    days = [date(2019, 12, 31), date(2020, 1, 31), date(2020, 2, 1), date(2020, 3, 1)]

    assert [rules_on(day, (first, second)).version for day in days] == [1, 1, 2, 2]


def test_versions_are_in_order() -> None:
    """Versions count upward, each valid from a later day than the one before."""
    assert [table.version for table in VERSIONS] == list(range(1, len(VERSIONS) + 1))
    assert sorted({table.valid_from for table in VERSIONS}) == [table.valid_from for table in VERSIONS]
