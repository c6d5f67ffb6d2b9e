"""A breaker opens when a service fails, tries it with a few calls, and closes when it answers."""

from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.resilience.breaker import Breaker, BreakerRules, State

RULES = BreakerRules()


@dataclass(slots=True)
class Ticking:
    """A clock that a test moves."""

    seconds: float = 100.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.seconds


@pytest.fixture
def clock() -> Ticking:
    """Return a clock."""
    return Ticking()


def open_breaker(clock: Ticking) -> Breaker:
    """Return a breaker that has just opened."""
    breaker = Breaker(clock)
    for _ in range(RULES.failures_alone_min):
        breaker.failed(breaker.enter())
    assert breaker.state is State.OPEN
    return breaker


@pytest.mark.parametrize("calls_per_s", [1, 10, 1_000])
def test_hanging_service_is_left_alone_within_5_s(clock: Ticking, calls_per_s: int) -> None:
    """It answered well until it hung; its calls time out 2.5 s later, 64 of them under way at most."""
    breaker, hung_at_ms, timeout_ms, now_ms = Breaker(clock), 10_000, 2_500, 0
    under_way: list[tuple[int, int]] = []
    while breaker.state is State.CLOSED:
        clock.seconds = 100 + now_ms / 1_000
        while under_way and under_way[0][0] + timeout_ms <= now_ms:
            breaker.failed(under_way.pop(0)[1])
        if now_ms % (1_000 // calls_per_s) == 0 and now_ms < hung_at_ms:
            breaker.succeeded(breaker.enter())
        elif now_ms % (1_000 // calls_per_s) == 0 and len(under_way) < 64:
            under_way.append((now_ms, breaker.enter()))
        now_ms += 1
    assert now_ms - hung_at_ms < 5_000


@pytest.mark.parametrize("calls_per_s", [1, 10, 1_000])
def test_resetting_service_is_left_alone_within_5_s(clock: Ticking, calls_per_s: int) -> None:
    """Connections that break or are refused are known at once."""
    breaker, broke_at = Breaker(clock), 110.0
    while breaker.state is State.CLOSED:
        (breaker.succeeded if clock.seconds < broke_at else breaker.failed)(breaker.enter())
        clock.seconds += 1 / calls_per_s
    assert clock.seconds - broke_at < 5.0


def test_fifth_of_failures_is_borne(clock: Ticking) -> None:
    """Retries make up for them; leaving the service alone would not."""
    breaker = Breaker(clock)
    for number in range(10_000):
        (breaker.failed if number % 5 == 4 else breaker.succeeded)(breaker.enter())
        clock.seconds += 0.01
    assert breaker.state is State.CLOSED


def test_recovered_service_is_called_again_within_10_s(clock: Ticking) -> None:
    """The last probe before the recovery may have taken a command's whole time."""
    breaker = open_breaker(clock)
    clock.seconds += RULES.open_s
    hanging = breaker.enter()
    recovered_at = clock.seconds
    clock.seconds += 6.0
    breaker.failed(hanging)
    while breaker.state is not State.CLOSED:
        ticket = breaker.enter()
        if ticket:
            breaker.succeeded(ticket)
        clock.seconds += 0.1
    assert clock.seconds - recovered_at < 10.0


def test_cancelled_probe_gives_its_place_to_another(clock: Ticking) -> None:
    """Cancelled calls say nothing, and take nothing away."""
    breaker = open_breaker(clock)
    clock.seconds += RULES.open_s
    for _ in range(10 * RULES.probes_max):
        ticket = breaker.enter()
        assert ticket
        breaker.abandoned(ticket)
    assert breaker.state is State.HALF_OPEN


def test_answers_from_before_say_nothing_of_now(clock: Ticking) -> None:
    """A call that began before the breaker opened neither closes it nor opens it again."""
    breaker = Breaker(clock)
    early = [breaker.enter() for _ in range(10)]
    for _ in range(RULES.failures_alone_min):
        breaker.failed(breaker.enter())
    clock.seconds += RULES.open_s
    probe = breaker.enter()

    for ticket in early:
        breaker.succeeded(ticket)
        breaker.failed(ticket)
        breaker.abandoned(ticket)
    assert (breaker.state, breaker.probes) == (State.HALF_OPEN, 1)

    breaker.succeeded(probe)
    assert breaker.state is State.CLOSED


def test_open_breaker_says_when_to_try_again(clock: Ticking) -> None:
    """The wait gets shorter as time goes by."""
    breaker = open_breaker(clock)
    clock.seconds += 0.4
    assert breaker.enter() == 0
    assert breaker.retry_after_s() == pytest.approx(RULES.open_s - 0.4)


class Calling(RuleBasedStateMachine):
    """Calls in any order, with any outcome, at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Ticking()
        self.told: list[State] = []
        self.breaker = Breaker(self.clock, changed=self.told.append)
        self.tickets: list[int] = []
        self.probing: set[int] = set()
        self.opened_at = 0.0

    @rule()
    def enter(self) -> None:
        """Begin a call; an open breaker lets none through before its time."""
        was, since = self.breaker.state, self.clock.seconds - self.opened_at
        ticket = self.breaker.enter()
        if was is State.OPEN and since < RULES.open_s:
            assert not ticket
        if was is State.CLOSED:
            assert ticket
        if ticket:
            self.tickets.append(ticket)

    @precondition(lambda self: self.tickets)
    @rule(data=st.data(), outcome=st.sampled_from(["succeeded", "failed", "abandoned"]))
    def settle(self, data: st.DataObject, outcome: str) -> None:
        """End a call."""
        ticket = self.tickets.pop(data.draw(st.integers(0, len(self.tickets) - 1)))
        was = self.breaker.state
        getattr(self.breaker, outcome)(ticket)
        if self.breaker.state is State.OPEN and was is not State.OPEN:
            assert outcome == "failed"
            self.opened_at = self.clock.seconds
        if self.breaker.state is State.CLOSED and was is not State.CLOSED:
            assert outcome == "succeeded"
            assert was is State.HALF_OPEN

    @rule(seconds=st.floats(0, 3))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.seconds += seconds

    @invariant()
    def few_probes(self) -> None:
        """While the service is tried, a bounded number of calls is under way, each accounted for."""
        current = [ticket for ticket in self.tickets if ticket == self.breaker._ticket]
        assert 0 <= self.breaker.probes <= RULES.probes_max
        if self.breaker.state is State.HALF_OPEN:
            assert len(current) == self.breaker.probes
        assert min(self.breaker._good + self.breaker._bad) >= 0
        assert not self.told or self.told[-1] is self.breaker.state


TestCalling = Calling.TestCase
TestCalling.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
