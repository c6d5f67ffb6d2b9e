"""The gate in front of all operations: admission on the event loop, with its metrics."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog
from prometheus_client import Counter, Gauge

from gateway.resilience.admission import Admission, AdmissionLimits
from gateway.resilience.clock import Clock
from gateway.shared.problems import Overloaded
from gateway.traits import Priority

RETRY_MS_MIN, RETRY_MS_MAX = 500, 1_500
LOG_EVERY_S = 1.0
TURNS_APART_S = 0.001

log = structlog.get_logger()

under_way = Gauge("gateway_operations_under_way", "Operations that hold a place.")
waiting = Gauge("gateway_operations_waiting", "Operations that wait for a place.")
refused_total = Counter("gateway_operations_refused_total", "Operations refused for want of room.", ["priority"])
REFUSED = {priority: refused_total.labels(priority.name.lower()) for priority in Priority}


@dataclass(slots=True)
class Gate:
    """Lets operations in; `enter` and `leave` belong together."""

    limits: AdmissionLimits = field(default_factory=AdmissionLimits)
    clock: Clock = time.monotonic
    admission: Admission = field(init=False)
    is_turning: bool = False
    turned_at: float = 0.0
    alarm: asyncio.TimerHandle | None = None
    logged_at: float = 0.0

    def __post_init__(self) -> None:
        self.admission = Admission(self.clock, self.limits)
        under_way.set_function(lambda: self.admission.under_way)
        waiting.set_function(lambda: self.admission.waiting)

    def enter(self, priority: Priority) -> bool | asyncio.Future[bool]:
        """Let an operation in (True), refuse it (False), or say what will tell it."""
        if not self.is_turning and self.clock() - self.turned_at > TURNS_APART_S:
            self.schedule()
        if self.admission.enter(priority):
            return True
        if not self.is_turning:
            self.schedule()
        place = self.queue(priority)
        if place is None:
            self.count(priority)
            return False
        return place

    def queue(self, priority: Priority) -> asyncio.Future[bool] | None:
        """Take a place in the queue, if there is one."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def start(may: bool) -> None:
            if not future.done():
                future.set_result(may)
            elif may:
                self.leave()
            if not may:
                self.count(priority)

        ticket = self.admission.wait(priority, start)
        if ticket is None:
            return None
        future.add_done_callback(lambda done: self.admission.give_up(ticket) if done.cancelled() else None)
        if self.alarm is None:
            self.alarm = asyncio.get_running_loop().call_later(self.limits.standing_wait_s, self.ring)
        return future

    async def wait(self, place: asyncio.Future[bool]) -> bool:
        """Wait until one may start, or may not."""
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.result():
                self.leave()
            raise

    def leave(self) -> None:
        """Let an operation go; whoever waits may have its place."""
        self.admission.leave()
        if not self.is_turning and self.admission.waiting:
            self.schedule()

    def schedule(self) -> None:
        """Come back in the loop's next turn."""
        self.is_turning = True
        self.admission.begin()
        asyncio.get_running_loop().call_soon(self.turn)

    def turn(self) -> None:
        """End a turn of the loop, and begin another while somebody waits for no more than that."""
        self.is_turning = False
        self.turned_at = self.clock()
        self.admission.turn()
        if self.admission.may_start():
            self.schedule()

    def ring(self) -> None:
        """Look after those who wait, even if nobody comes or goes."""
        self.alarm = None
        self.admission.expire()
        if self.admission.waiting:
            self.alarm = asyncio.get_running_loop().call_later(self.limits.standing_wait_s, self.ring)

    @asynccontextmanager
    async def place(self, priority: Priority) -> AsyncIterator[None]:
        """Hold a place; raise Overloaded."""
        place = self.enter(priority)
        if not (place if isinstance(place, bool) else await self.wait(place)):
            raise Overloaded
        try:
            yield
        finally:
            self.leave()

    def count(self, priority: Priority) -> None:
        """Count a refusal; the log has a line a second at most."""
        REFUSED[priority].inc()
        now = self.clock()
        if now - self.logged_at > LOG_EVERY_S:
            self.logged_at = now
            log.warning("overloaded", under_way=self.admission.under_way, waiting=self.admission.waiting)


def retry_after_ms() -> int:
    """Return when to come back: not everybody at once."""
    return RETRY_MS_MIN + int(random.random() * (RETRY_MS_MAX - RETRY_MS_MIN))  # noqa: S311 - no secret
