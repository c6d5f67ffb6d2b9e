"""A breaker per service: a service that fails is left alone for a moment, then tried with a few calls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from gateway.resilience.clock import Clock

BUCKETS = 10


class State(IntEnum):
    """What a breaker lets through, as its metric shows it."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When a breaker opens, for how long, and how many calls try a service that has failed.

    The window is no longer than a read may take: when a service hangs, its last good answers have left
    the window by the time the first call gives up, so the first few time-outs open the breaker.
    """

    window_s: float = 2.5
    failures_min: int = 5
    failures_alone_min: int = 3
    failures_share: float = 0.5
    open_s: float = 1.0
    probes_max: int = 3


@dataclass(slots=True)
class Breaker:
    """Counts what became of calls in a sliding window; state changes are told.

    A call is let through with a ticket, handed back with what became of it. Tickets of an earlier state
    count for nothing: what began before the breaker opened says nothing about now.
    """

    clock: Clock
    rules: BreakerRules = BreakerRules()
    changed: Callable[[State], None] = lambda state: None
    state: State = State.CLOSED
    probes: int = 0
    _ticket: int = 1
    _opened_at: float = 0.0
    _bucket: int = 0
    _good: list[int] = field(default_factory=lambda: [0] * BUCKETS)
    _bad: list[int] = field(default_factory=lambda: [0] * BUCKETS)

    def enter(self) -> int:
        """Return a ticket for one call, or 0: the service is left alone."""
        if self.state is State.CLOSED:
            return self._ticket
        if self.state is State.OPEN and self.clock() >= self._opened_at + self.rules.open_s:
            self._become(State.HALF_OPEN)
        if self.state is State.HALF_OPEN and self.probes < self.rules.probes_max:
            self.probes += 1
            return self._ticket
        return 0

    def succeeded(self, ticket: int) -> None:
        """Count an answer; one that answers a probe closes the breaker."""
        if ticket != self._ticket:
            return
        if self.state is State.HALF_OPEN:
            self._become(State.CLOSED)
            return
        self._good[self._now()] += 1

    def failed(self, ticket: int) -> None:
        """Count a failure; one of a probe opens the breaker again."""
        if ticket != self._ticket:
            return
        if self.state is State.HALF_OPEN:
            self._become(State.OPEN)
            return
        self._bad[self._now()] += 1
        bad, good = sum(self._bad), sum(self._good)
        rules = self.rules
        if (bad >= rules.failures_min and bad >= rules.failures_share * (bad + good)) or (
            bad >= rules.failures_alone_min and not good
        ):
            self._become(State.OPEN)

    def abandoned(self, ticket: int) -> None:
        """Forget a call that says nothing of the service: it was cancelled, or had no time."""
        if ticket == self._ticket and self.state is State.HALF_OPEN:
            self.probes -= 1

    def retry_after_s(self) -> float:
        """Return when the service will be tried again."""
        return max(0.0, self._opened_at + self.rules.open_s - self.clock()) if self.state is State.OPEN else 0.0

    def _become(self, state: State) -> None:
        self.state, self.probes = state, 0
        self._ticket += 1
        if state is State.OPEN:
            self._opened_at = self.clock()
        if state is State.CLOSED:
            self._good, self._bad = [0] * BUCKETS, [0] * BUCKETS
        self.changed(state)

    def _now(self) -> int:
        """Return the place of the bucket of this moment; those that have left the window are emptied."""
        bucket = int(self.clock() / self.rules.window_s * BUCKETS)
        if bucket > self._bucket:
            for old in range(self._bucket + 1, min(bucket, self._bucket + BUCKETS) + 1):
                self._good[old % BUCKETS] = self._bad[old % BUCKETS] = 0
            self._bucket = bucket
        return self._bucket % BUCKETS
