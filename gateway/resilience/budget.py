"""A budget of retries: a service that breaks connections is not called twice as often for it."""

import random
from dataclasses import dataclass, field

from gateway.resilience.clock import Clock


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """How many retries there may be: a share of the calls, and so many a second besides."""

    calls_share: float = 0.2
    per_s: float = 10.0
    saved_max: float = 10.0
    jitter_s: float = 0.02


@dataclass(slots=True)
class RetryBudget:
    """A bucket of tokens, one for each retry; calls and time fill it, up to what may be saved.

    In any stretch of time there are at most `saved_max` + `per_s` for each second + `calls_share` for
    each call.
    """

    clock: Clock
    rules: BudgetRules = BudgetRules()
    chance: random.Random = field(default_factory=random.Random)
    _tokens: float = field(init=False)
    _filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens, self._filled_at = self.rules.saved_max, self.clock()

    def called(self) -> None:
        """Count a call."""
        self._tokens = min(self.rules.saved_max, self._tokens + self.rules.calls_share)

    def take(self) -> bool:
        """Take a token for a retry, if there is one."""
        now = self.clock()
        self._tokens = min(self.rules.saved_max, self._tokens + max(0.0, now - self._filled_at) * self.rules.per_s)
        self._filled_at = max(now, self._filled_at)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def delay_s(self) -> float:
        """Return how long to wait before a retry, so that those of one accident do not come together."""
        return self.chance.uniform(0, self.rules.jitter_s)
