"""Single flight: identical work that is under way is done once, for everybody who wants it."""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from gateway.engine.promise import Promise

T = TypeVar("T")

DEADLINE_TOLERANCE = 0.1


class Work(Generic[T]):
    """Work under way until its end, and who waits for it: each a promise, and each may leave alone."""

    __slots__ = ("ends_at", "key", "sharing", "waiting")

    def __init__(self, ends_at: float) -> None:
        self.ends_at = ends_at
        self.sharing: Sharing[T] | None = None
        self.key: Hashable = None
        self.waiting: list[Promise[T]] = []

    def join(self, loop: asyncio.AbstractEventLoop) -> Promise[T]:
        """Wait for the work."""
        promise: Promise[T] = Promise(loop=loop)
        promise.giver = self
        self.waiting.append(promise)
        return promise

    def given_up(self, promise: Any) -> None:
        """Let one leave; without anybody left the work is given up."""
        if promise in self.waiting:
            self.waiting.remove(promise)
            if not self.waiting:
                self.forget()
                self.stop()

    def stop(self) -> None:
        """Stop working: nobody waits any more."""

    def succeed(self, value: T) -> None:
        """Hand the outcome to everybody."""
        self.forget()
        waiting, self.waiting = self.waiting, []
        for promise in waiting:
            promise.keep(value)

    def fail_all(self, error: BaseException) -> None:
        """Hand the failure to everybody."""
        self.forget()
        waiting, self.waiting = self.waiting, []
        for promise in waiting:
            promise.fail(error)

    def forget(self) -> None:
        """Share the work with nobody any more."""
        if self.sharing is not None:
            self.sharing.forget(self)


@dataclass(slots=True)
class Sharing(Generic[T]):
    """Work under way by key. Nothing is kept: what is done is forgotten in the same moment.

    The key holds everything that the outcome may depend on. Work is shared with those whose deadline is
    the work's own, give or take a tenth of the time they have left: nobody fails early because somebody
    else was in a hurry, and nobody waits beyond what they have. Everybody else starts anew; of two works
    with one key, the one that ends later is there to be shared.
    """

    under_way: dict[Hashable, Work[T]] = field(default_factory=dict)

    def find(self, key: Hashable, ends_at: float, now: float) -> Work[T] | None:
        """Return the work that somebody with this deadline can wait for."""
        known = self.under_way.get(key)
        if known is None or abs(known.ends_at - ends_at) > DEADLINE_TOLERANCE * (ends_at - now):
            return None
        return known

    def add(self, key: Hashable, work: Work[T]) -> None:
        """Offer work that begins to others."""
        known = self.under_way.get(key)
        if known is None or known.ends_at < work.ends_at:
            self.under_way[key] = work
            work.key, work.sharing = key, self

    def forget(self, work: Work[T]) -> None:
        """Share the work with nobody any more."""
        if self.under_way.get(work.key) is work:
            del self.under_way[work.key]
