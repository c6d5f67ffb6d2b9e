"""The connections to one service: kept while they are used, opened when they are needed, never more than so many."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from chassis.errors import DeadlineExceeded, ServiceUnavailable
from gateway.engine.promise import Receiver
from gateway.engine.wire import ANSWER_LIMITS, AnswerLimits, Connection
from gateway.resilience.clock import Clock
from gateway.upstream.exchange import Answer, ConnectionBroken
from gateway.upstream.metrics import connections_open

RETRY_AFTER_MS = 1_000


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """How many connections a service gets, how many requests may wait for one, and for how long."""

    connections_max: int = 64
    waiting_max: int = 1_000
    connect_s: float = 0.5
    idle_s: float = 30.0  # below the 75 s after which services close, so that no request meets a closing connection


POOL_LIMITS = PoolLimits()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a service listens, and the path that stands before every request's."""

    host: str
    port: int
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for a connection."""

    data: bytes
    due: float
    bodiless: bool


@dataclass(slots=True)
class Pool:
    """The connections to one service.

    The one used last is used next, so that those not needed grow old and close. Requests that find none
    wait in their order; there are as many connections being opened as requests that wait for one.
    """

    service: str
    address: Address
    clock: Clock
    limits: PoolLimits = POOL_LIMITS
    answer_limits: AnswerLimits = ANSWER_LIMITS
    idle: list[Connection] = field(default_factory=list)
    connections: set[Connection] = field(default_factory=set)
    starts: dict[tuple[str, str], bytes] = field(default_factory=dict)
    waiting: OrderedDict[Receiver[Answer], Waiting] = field(default_factory=OrderedDict)
    opening: set[asyncio.Task[None]] = field(default_factory=set)
    closed: bool = False

    def begin(self, data: bytes, promise: Receiver[Answer], due: float, bodiless: bool = False) -> None:
        """Send a request as soon as there is a connection; the promise gets the answer."""
        if self.idle:
            self.idle.pop().send(data, promise, due, bodiless)
        elif self.closed or len(self.waiting) >= self.limits.waiting_max:
            promise.fail(self.unavailable())
        else:
            promise.giver = self
            self.waiting[promise] = Waiting(data, due, bodiless)
            self._open_more()

    def sweep(self, now: float) -> None:
        """End what is over: requests beyond their deadline, connections that were idle for too long."""
        for connection in [c for c in self.connections if c.promise is not None and c.due <= now]:
            connection.expire()
        for promise in [promise for promise, waiting in self.waiting.items() if waiting.due <= now]:
            self.waiting.pop(promise, None)
            promise.fail(DeadlineExceeded(service=self.service))
        while self.idle and self.idle[0].free_since + self.limits.idle_s <= now:
            self.idle[0].drop()

    @property
    def under_way(self) -> bool:
        """Say whether a request has a deadline to be watched."""
        return bool(self.waiting) or len(self.connections) > len(self.idle)

    def close(self) -> None:
        """Close every connection; requests under way fail."""
        self.closed = True
        for task in self.opening:
            task.cancel()
        while self.waiting:
            self.waiting.popitem(last=False)[0].fail(self.unavailable())
        for connection in tuple(self.connections):
            connection.drop()

    def opened(self, connection: Connection) -> None:
        """Take a connection that can be used."""
        self.connections.add(connection)
        connections_open.labels(self.service).inc()
        self.free(connection)

    def free(self, connection: Connection) -> None:
        """Give a connection to the request that has waited longest, or keep it."""
        if self.closed:
            connection.drop()
        elif self.waiting:
            promise, first = self.waiting.popitem(last=False)
            connection.send(first.data, promise, first.due, first.bodiless)
        else:
            connection.free_since = self.clock()
            self.idle.append(connection)

    def gone(self, connection: Connection) -> None:
        """Forget a connection; another is opened if a request waits."""
        if connection in self.connections:
            self.connections.discard(connection)
            connections_open.labels(self.service).dec()
            if connection in self.idle:
                self.idle.remove(connection)
            self._open_more()

    def given_up(self, promise: Any) -> None:
        """Forget a request that waits for a connection."""
        self.waiting.pop(promise, None)

    def unavailable(self) -> ServiceUnavailable:
        """Return the problem of a service that has no connection to give."""
        problem = ServiceUnavailable(service=self.service)
        problem.retry_after_ms = RETRY_AFTER_MS
        return problem

    def _open_more(self) -> None:
        while (
            not self.closed
            and len(self.opening) < len(self.waiting)
            and len(self.connections) + len(self.opening) < self.limits.connections_max
        ):
            task = asyncio.get_running_loop().create_task(self._open())
            self.opening.add(task)
            task.add_done_callback(self._opened)

    def _opened(self, task: asyncio.Task[None]) -> None:
        self.opening.discard(task)
        if not task.cancelled():
            task.result()
        self._open_more()

    async def _open(self) -> None:
        loop, address = asyncio.get_running_loop(), self.address
        try:
            async with asyncio.timeout(self.limits.connect_s):
                await loop.create_connection(lambda: Connection(self), address.host, address.port)
        except TimeoutError:
            self._fail_first(self.unavailable())
        except OSError:
            self._fail_first(ConnectionBroken(self.service))

    def _fail_first(self, error: Exception) -> None:
        if self.waiting:
            self.waiting.popitem(last=False)[0].fail(error)
