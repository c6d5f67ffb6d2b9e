"""A limit on the calls under way to a service; the next ones wait in their order, not many and not long."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Protocol

from gateway.resilience.clock import Clock

CROWDS = 8


class Entrant(Protocol):
    """A call that wants to get through; told by identity."""

    def enter(self) -> None:
        """Begin: a place is yours until you give it back."""

    def refuse(self) -> None:
        """End: there was no place in time."""


@dataclass(frozen=True, slots=True)
class LimitRules:
    """How many calls may be under way, how many may wait for a place, and how long.

    A `crowd` that has waited for `crowd_s` without a break, or one eight times as large, is no burst: nobody
    should come who need not.
    """

    under_way_max: int = 12
    waiting_max: int = 256
    wait_s: float = 0.5
    crowd: int = 6
    crowd_s: float = 0.03


@dataclass(slots=True)
class Limit:
    """Places for calls. Every entrant is let in, refused or has left: once, and only one of these."""

    clock: Clock
    rules: LimitRules = LimitRules()
    under_way: int = 0
    waiting: OrderedDict[Entrant, float] = field(default_factory=OrderedDict)
    queued_at: float = 0.0
    _letting_in: bool = False

    def take(self) -> bool:
        """Take a place, if one is free and nobody was here before."""
        if self.under_way >= self.rules.under_way_max or self.waiting:
            return False
        self.under_way += 1
        return True

    def wait(self, entrant: Entrant, seconds: float, *, urgent: bool = False) -> bool:
        """Queue for a place, for at most so long, the urgent in front; return False if too many wait already."""
        if len(self.waiting) >= self.rules.waiting_max and not urgent:
            return False
        now = self.clock()
        if not self.waiting:
            self.queued_at = now
        self.waiting[entrant] = now + min(seconds, self.rules.wait_s)
        if urgent:
            self.waiting.move_to_end(entrant, last=False)
        return True

    @property
    def is_crowded(self) -> bool:
        """Say whether more wait, and for longer, than a burst would have."""
        waiting, rules = len(self.waiting), self.rules
        if waiting < rules.crowd:
            return False
        return waiting >= CROWDS * rules.crowd or self.clock() - self.queued_at >= rules.crowd_s

    def leave(self, entrant: Entrant) -> bool:
        """Leave the queue; return False if one does not stand in it."""
        return self.waiting.pop(entrant, None) is not None

    def give_back(self) -> None:
        """Give a place back; whoever has waited longest gets it."""
        assert self.under_way > 0
        self.under_way -= 1
        if self._letting_in:
            return  # an entrant ended while it was let in: the loop below goes on
        self._letting_in = True
        try:
            while self.waiting and self.under_way < self.rules.under_way_max:
                entrant, _ = self.waiting.popitem(last=False)
                self.under_way += 1
                entrant.enter()
        finally:
            self._letting_in = False

    def expire(self) -> None:
        """Refuse those who have waited for too long."""
        now = self.clock()
        for entrant in [entrant for entrant, until in self.waiting.items() if until <= now]:
            if self.leave(entrant):
                entrant.refuse()
