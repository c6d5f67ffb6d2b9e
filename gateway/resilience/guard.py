"""What guards one service: its breaker, its budget of retries, its limit of calls under way."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gateway.resilience.breaker import Breaker, BreakerRules, State
from gateway.resilience.budget import BudgetRules, RetryBudget
from gateway.resilience.clock import Clock
from gateway.resilience.limit import Limit, LimitRules


@dataclass(frozen=True, slots=True)
class GuardRules:
    """How every service is guarded."""

    breaker: BreakerRules = field(default_factory=BreakerRules)
    budget: BudgetRules = field(default_factory=BudgetRules)
    limit: LimitRules = field(default_factory=LimitRules)


@dataclass(frozen=True, slots=True)
class Guard:
    """The guards of one service."""

    breaker: Breaker
    budget: RetryBudget
    limit: Limit


@dataclass(slots=True)
class Guards:
    """The guards of all services, made when a service is first called."""

    clock: Clock
    rules: GuardRules = field(default_factory=GuardRules)
    changed: Callable[[str, State], None] = lambda service, state: None
    services: dict[str, Guard] = field(default_factory=dict)

    def of(self, service: str) -> Guard:
        """Return a service's guards."""
        found = self.services.get(service)
        return self._made(service) if found is None else found

    def are_crowded(self, services: Iterable[str]) -> bool:
        """Say whether many calls wait for one of some services."""
        return any(service in self.services and self.services[service].limit.is_crowded for service in services)

    def expire(self) -> bool:
        """Refuse calls that have waited for too long; say whether others still wait."""
        for guard in self.services.values():
            guard.limit.expire()
        return any(guard.limit.waiting for guard in self.services.values())

    def _made(self, service: str) -> Guard:
        def told(state: State) -> None:
            self.changed(service, state)

        made = self.services[service] = Guard(
            Breaker(self.clock, self.rules.breaker, told),
            RetryBudget(self.clock, self.rules.budget),
            Limit(self.clock, self.rules.limit),
        )
        return made
