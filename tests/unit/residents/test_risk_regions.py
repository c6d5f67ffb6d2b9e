"""Risk regions: prefixes, levels on a day, and what a new declaration does to an older one."""

from datetime import date
from uuid import UUID

import pytest

from services.residents.risk_regions.model import (
    RiskLevel,
    RiskRegion,
    RiskRegionEndsBeforeItBegins,
    RiskRegionOverlaps,
    check_period,
    level_on,
    prefix_of,
    prefixes_of,
    superseded_until,
)

JANUARY = date(2020, 1, 20)
HIGH, MEDIUM, LOW = RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW


def region(code: str, level: RiskLevel = HIGH, since: date = JANUARY, until: date | None = None) -> RiskRegion:
    """Return a declaration."""
    return RiskRegion(UUID(int=1), code, prefix_of(code), level, since, until, version=1)


@pytest.mark.parametrize(
    ("code", "prefix"), [("330000", "33"), ("330300", "3303"), ("330327", "330327"), ("110100", "1101")]
)
def test_zeros_at_the_end_mean_the_whole_of_it(code: str, prefix: str) -> None:
    """A province has 2 significant digits, a prefecture 4, a county 6."""
    assert prefix_of(code) == prefix


def test_every_region_around_an_origin_is_looked_for() -> None:
    """The province's, the city's and the county's own."""
    assert prefixes_of("330327") == ["33", "3303", "330327"]


@pytest.mark.parametrize(
    ("origin", "on", "level"),
    [
        ("330300", JANUARY, HIGH),
        ("330327", date(2020, 3, 1), HIGH),
        ("330327", date(2020, 1, 19), None),
        ("330400", JANUARY, None),
        ("330000", JANUARY, None),
    ],
)
def test_a_region_covers_what_begins_with_its_prefix_from_its_first_day(
    origin: str, on: date, level: RiskLevel | None
) -> None:
    """Wenzhou covers its counties, not its province."""
    assert level_on([region("330300")], origin, on) is level


def test_both_days_count() -> None:
    """The last day is still of the region, the next is not."""
    until = region("330300", until=date(2020, 2, 10))

    assert level_on([until], "330300", date(2020, 2, 10)) is HIGH
    assert level_on([until], "330300", date(2020, 2, 11)) is None


@pytest.mark.parametrize("wide", [LOW, MEDIUM, HIGH])
@pytest.mark.parametrize("narrow", [LOW, MEDIUM, HIGH])
def test_of_several_regions_the_gravest_decides(wide: RiskLevel, narrow: RiskLevel) -> None:
    """A county within a graver city is not milder, nor a graver county within a mild one."""
    regions = [region("330300", wide), region("330327", narrow)]

    gravest = max(wide, narrow, key=[LOW, MEDIUM, HIGH].index)
    assert level_on(regions, "330327", JANUARY) is gravest
    assert level_on(reversed(regions), "330327", JANUARY) is gravest


def test_a_period_of_one_day_is_one() -> None:
    """First and last day may be the same, or the last open."""
    check_period(JANUARY, JANUARY)
    check_period(JANUARY, None)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    """It names the field and the first day."""
    with pytest.raises(RiskRegionEndsBeforeItBegins) as refused:
        check_period(JANUARY, date(2020, 1, 19))

    assert refused.value.path == ("valid_to",)
    assert "2020-01-20" in refused.value.message("zh")


def test_an_earlier_declaration_yields_from_the_day_before() -> None:
    """No day has two declarations of one code."""
    earlier = region("330300")

    cut, last_day = superseded_until([earlier], date(2020, 2, 10))

    assert (cut, last_day) == ([earlier], date(2020, 2, 9))


@pytest.mark.parametrize("since", [JANUARY, date(2020, 1, 19)])
def test_one_that_begins_that_day_or_later_is_not_erased(since: date) -> None:
    """It is refused, and names what stands in the way."""
    with pytest.raises(RiskRegionOverlaps) as refused:
        superseded_until([region("330300")], since)

    assert refused.value.message() == (
        "330300 is already declared HIGH from 2020-01-20 on; declare it until the day before, or from a later day."
    )
