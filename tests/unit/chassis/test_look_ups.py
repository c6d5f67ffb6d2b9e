"""Mass look-ups: where an alarm belongs, and what is refused until when."""

from datetime import datetime

import pytest

from chassis.auth import Viewer
from chassis.clock import DISTRICT_ZONE
from chassis.look_ups import DAY, HOUR, Limits, LookUpRules, Window, place_of, refusal

NOON = datetime(2020, 1, 28, 12, tzinfo=DISTRICT_ZONE)
LIMITS = Limits(10, 20, 30, 40)


@pytest.mark.parametrize(
    ("scopes", "place"),
    [
        ((), "330111"),
        (("330111",), "330111"),
        (("330111004",), "330111004"),
        (("330111004002001",), "330111004002001"),
        (("330111004002001", "330111004002002"), "330111004002"),
        (("330111004002001", "330111004003001"), "330111004"),
        (("330111004", "330111115"), "330111"),
        (("330111004", "330111004002001"), "330111004"),
    ],
)
def test_an_alarm_belongs_to_the_smallest_division_of_all_scopes(scopes: tuple[str, ...], place: str) -> None:
    """Whoever may see all of it hears of it."""
    assert place_of(Viewer("w", "", "grid_worker", "330111", {"scopes": scopes})) == place


@pytest.mark.parametrize(
    ("period", "look_ups", "seconds"),
    [(HOUR, 30, None), (HOUR, 31, 3_600), (DAY, 40, None), (DAY, 41, 12 * 3_600)],
)
def test_beyond_the_hard_limit_is_refused_until_the_window_ends(
    period: str, look_ups: int, seconds: int | None
) -> None:
    """The limit itself is still allowed."""
    starts_at = NOON if period == HOUR else NOON.replace(hour=0)

    problem = refusal([Window(period, starts_at, look_ups)], LIMITS, NOON)

    assert (problem and problem.retry_after_ms) == (seconds and seconds * 1_000)


def test_limits_are_by_role() -> None:
    """A role that is not listed has those of all others."""
    rules = LookUpRules({"reviewer": LIMITS})

    assert rules.of("reviewer").of(HOUR) == (10, 30)
    assert rules.of("auditor") == Limits()
