"""Retries stay within their budget, in any stretch of time."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.resilience.budget import BudgetRules, RetryBudget
from tests.unit.gateway.test_resilience_breaker import Ticking

RULES = BudgetRules()

EVENTS = st.lists(st.one_of(st.just("call"), st.just("retry"), st.floats(0.001, 2.0)), max_size=300)


@settings(max_examples=200, deadline=None)
@given(events=EVENTS)
def test_budget_is_never_exceeded_in_any_window(events: list[str | float]) -> None:
    """At most a share of the calls, so many a second, and what was saved: from any moment to any other."""
    clock = Ticking()
    budget = RetryBudget(clock, RULES)
    history: list[tuple[float, int, int]] = []
    calls = retries = 0
    for event in events:
        history.append((clock.seconds, calls, retries))
        if event == "call":
            calls += 1
            budget.called()
        elif event == "retry":
            retries += budget.take()
        else:
            assert isinstance(event, float)
            clock.seconds += event
        for since, calls_then, retries_then in history:
            allowed = RULES.saved_max + RULES.per_s * (clock.seconds - since) + RULES.calls_share * (calls - calls_then)
            assert retries - retries_then <= allowed + 1e-6


def test_quiet_service_may_be_tried_again() -> None:
    """Ten retries a second are there whatever the number of calls."""
    clock = Ticking()
    budget = RetryBudget(clock)
    assert sum(budget.take() for _ in range(100)) == RULES.saved_max
    clock.seconds += 0.5
    assert sum(budget.take() for _ in range(100)) == RULES.per_s / 2


def test_fifth_of_the_calls_may_be_tried_again() -> None:
    """Beyond what time gives, calls pay for retries."""
    budget = RetryBudget(Ticking())
    while budget.take():
        pass
    taken = 0
    for _ in range(1_000):
        budget.called()
        taken += budget.take()
    assert 199 <= taken <= 200


def test_retries_do_not_come_together() -> None:
    """Their delays differ, within their bound (seed 3)."""
    budget = RetryBudget(Ticking(), chance=random.Random(3))
    delays = {budget.delay_s() for _ in range(100)}
    assert len(delays) > 90
    assert all(0 <= delay <= RULES.jitter_s for delay in delays)
