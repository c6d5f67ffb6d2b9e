"""Single flight: identical work that is under way is done once, for everybody who wants it."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from gateway.engine.promise import Promise, when_done
from gateway.resilience.clock import Clock

T = TypeVar("T")

DEADLINE_TOLERANCE = 0.1


@dataclass(slots=True, eq=False)
class Work(Generic[T]):
    """Work under way, and who waits for it."""

    sharing: "Sharing[T]"
    key: Hashable
    ends_at: float
    waiting: set[Promise[T]] = field(default_factory=set)
    future: asyncio.Future[T] | None = None

    def join(self, loop: asyncio.AbstractEventLoop) -> Promise[T]:
        """Wait for the work, too."""
        promise: Promise[T] = Promise(loop=loop)
        promise.giver = self
        self.waiting.add(promise)
        return promise

    def given_up(self, promise: Promise[Any]) -> None:
        """Let one leave; without anybody left the work is given up."""
        self.waiting.discard(promise)
        if not self.waiting:
            self.sharing.forget(self)
            if self.future is not None:
                self.future.cancel()

    def done(self, future: asyncio.Future[T]) -> None:
        """Hand the outcome to everybody, a failure as well."""
        self.sharing.forget(self)
        waiting, self.waiting = self.waiting, set()
        if future.cancelled():
            for promise in waiting:
                promise.cancel()
            return
        error = future.exception()
        for promise in waiting:
            if error is not None:
                promise.fail(error)
            else:
                promise.keep(future.result())


@dataclass(slots=True)
class Sharing(Generic[T]):
    """Work under way by key. Nothing is kept: what is done is forgotten in the same moment.

    The key holds everything that the outcome may depend on. Work is shared with those whose deadline is
    the work's own, give or take a tenth of the time they have left: nobody fails early because somebody
    else was in a hurry, and nobody waits beyond what they have. Everybody else starts anew; of two works
    with one key, the one that ends later is there to be shared.
    """

    clock: Clock
    shared: Callable[[], None] = lambda: None
    under_way: dict[Hashable, Work[T]] = field(default_factory=dict)

    def share(self, key: Hashable, start: Callable[[], asyncio.Future[T]], ends_at: float) -> Promise[T]:
        """Return a promise of the work's outcome; start it unless it is under way. Each may leave alone."""
        loop = asyncio.get_running_loop()
        known = self.under_way.get(key)
        if known is not None and abs(known.ends_at - ends_at) <= DEADLINE_TOLERANCE * (ends_at - self.clock()):
            self.shared()
            return known.join(loop)
        work: Work[T] = Work(self, key, ends_at)
        promise = work.join(loop)
        work.future = start()
        if known is None or known.ends_at < ends_at:
            self.under_way[key] = work
        when_done(work.future, work.done)
        return promise

    def forget(self, work: Work[T]) -> None:
        """Share the work with nobody any more."""
        if self.under_way.get(work.key) is work:
            del self.under_way[work.key]
