"""The hot transport: requests to services over kept connections, without a task or a timer for each."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

import httpx

from gateway.engine.pool import POOL_LIMITS, Address, Pool, PoolLimits
from gateway.engine.promise import Promise, Receiver
from gateway.engine.wire import ANSWER_LIMITS, AnswerLimits
from gateway.resilience.clock import Clock
from gateway.upstream.exchange import Answer, Exchange, Headers, HttpxExchange, Outgoing, header_block

SWEEP_S = 0.025
IDLE_SWEEP_S = 0.25
PATH_SAFE = "/:@!$&'()*+,;=~-._%"
STARTS_MAX = 2_000
BODILESS = frozenset({"GET", "HEAD"})
METHODS = BODILESS | {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class AddressUnusable(SystemExit):
    """A service's address is not one that the gateway can call: http or https, a host, no query."""

    def __init__(self, service: str) -> None:
        super().__init__(f"the address of {service} must be http(s)://host[:port][/prefix]")


@dataclass(slots=True)
class Transport:
    """Carries requests with bodies of bytes; one sweeper watches every deadline."""

    addresses: Mapping[str, Address]
    limits: PoolLimits = POOL_LIMITS
    answer_limits: AnswerLimits = ANSWER_LIMITS
    clock: Clock = time.monotonic
    pools: dict[str, Pool] = field(init=False)
    _sweeper: asyncio.TimerHandle | None = None
    _sweeping_fast: bool = False

    def __post_init__(self) -> None:
        self.pools = {
            name: Pool(name, address, self.clock, self.limits, self.answer_limits)
            for name, address in self.addresses.items()
        }

    def begin(self, request: Outgoing) -> Promise[Answer]:
        """Send at once where a connection is free; cancelling the promise closes the connection under way."""
        pool = self.pools[request.service]
        return self.carry(pool, encoded(request, pool), request.timeout_s, request.method == "HEAD")

    def post(
        self, service: str, path: str, block: bytes, body: bytes, *, receiver: Receiver[Answer], timeout_s: float
    ) -> bool:
        """Send a request with these header lines; the receiver, and no promise, is told what becomes of it."""
        pool = self.pools[service]
        start = pool.starts.get(("POST", path)) or start_of("POST", path, pool)
        data = b"%b%bcontent-length: %d\r\n\r\n%b" % (start, block, len(body), body)
        pool.begin(data, receiver, self.clock() + timeout_s)
        if not self._sweeping_fast:
            self._sweep_in(asyncio.get_running_loop(), SWEEP_S, fast=True)
        return True

    def carry(self, pool: Pool, data: bytes, timeout_s: float, bodiless: bool) -> Promise[Answer]:
        """Send a request that is encoded already."""
        loop = asyncio.get_running_loop()
        promise: Promise[Answer] = Promise(loop=loop)
        pool.begin(data, promise, self.clock() + timeout_s, bodiless)
        if not self._sweeping_fast:
            self._sweep_in(loop, SWEEP_S, fast=True)
        return promise

    async def exchange(self, request: Outgoing) -> Answer:
        """Return the answer; raise ConnectionBroken, ServiceUnavailable or DeadlineExceeded."""
        return await self.begin(request)

    async def close(self) -> None:
        """Close the connections."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        for pool in self.pools.values():
            pool.close()
            await asyncio.gather(*pool.opening, return_exceptions=True)

    def sweep(self) -> None:
        """End what is over by now."""
        now = self.clock()
        for pool in self.pools.values():
            pool.sweep(now)

    def _sweep_in(self, loop: asyncio.AbstractEventLoop, seconds: float, *, fast: bool) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
        self._sweeping_fast = fast
        self._sweeper = loop.call_later(seconds, self._swept, loop)

    def _swept(self, loop: asyncio.AbstractEventLoop) -> None:
        self._sweeper, self._sweeping_fast = None, False
        self.sweep()
        if any(pool.under_way for pool in self.pools.values()):
            self._sweep_in(loop, SWEEP_S, fast=True)
        elif any(pool.connections for pool in self.pools.values()):
            self._sweep_in(loop, IDLE_SWEEP_S, fast=False)


def encoded(request: Outgoing, pool: Pool) -> bytes:
    """Return a request as it travels."""
    headers, body, method = request.headers, request.body, request.method
    assert isinstance(body, bytes), "a streamed body goes another way"
    block = headers.block if isinstance(headers, Headers) else plain_block(headers or {})
    start = pool.starts.get((method, request.path)) or start_of(method, request.path, pool)
    if request.query:
        start = start.replace(b" HTTP/1.1\r\n", f"?{urlencode(request.query)} HTTP/1.1\r\n".encode("ascii"), 1)
    if not body and method in BODILESS:
        return b"%b%b\r\n" % (start, block)
    return b"%b%bcontent-length: %d\r\n\r\n%b" % (start, block, len(body), body)


def start_of(method: str, path: str, pool: Pool) -> bytes:
    """Return a request's first two lines, and keep them; a path's characters that would end it are escaped."""
    made = first_lines(method, quote(pool.address.prefix + path, safe=PATH_SAFE), pool.address)
    if len(pool.starts) >= STARTS_MAX:
        pool.starts.clear()
    pool.starts[method, path] = made
    return made


def first_lines(method: str, target: str, address: Address) -> bytes:
    """Return a request's first two lines."""
    assert method in METHODS
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"{method} {target} HTTP/1.1\r\nhost: {host}:{address.port}\r\n".encode("ascii")


def plain_block(headers: Mapping[str, str]) -> bytes:
    """Return headers as lines, without those that are the transport's own."""
    return header_block((n, v) for n, v in headers.items() if n.lower() not in {"host", "content-length"})


@dataclass(slots=True)
class Services:
    """The services: bodies of bytes over http go the hot way, streamed ones and https over httpx."""

    hot: Transport
    httpx: HttpxExchange

    def post(
        self, service: str, path: str, block: bytes, body: bytes, *, receiver: Receiver[Answer], timeout_s: float
    ) -> bool:
        """Send a request the hot way, if the service is reached by it."""
        if service not in self.hot.pools:
            return False
        return self.hot.post(service, path, block, body, receiver=receiver, timeout_s=timeout_s)

    def begin(self, request: Outgoing) -> asyncio.Future[Answer]:
        """Send at once; the future fails with ConnectionBroken, ServiceUnavailable or DeadlineExceeded."""
        if isinstance(request.body, bytes) and request.service in self.hot.pools:
            return self.hot.begin(request)
        return self.httpx.begin(request)

    async def exchange(self, request: Outgoing) -> Answer:
        """Return the answer; raise ConnectionBroken, ServiceUnavailable or DeadlineExceeded."""
        return await self.begin(request)

    async def close(self) -> None:
        """Close the connections."""
        await self.hot.close()
        await self.httpx.close()


def open_exchange(urls: Mapping[str, str], limits: PoolLimits = POOL_LIMITS) -> Exchange:
    """Return the transport to the services at these addresses; refuse an address that cannot be called."""
    addresses = {name: address_of(name, url) for name, url in urls.items()}
    plain = {name: address for name, address in addresses.items() if urls[name].startswith("http:")}
    kept = httpx.Limits(
        max_connections=limits.connections_max,
        max_keepalive_connections=limits.connections_max,
        keepalive_expiry=limits.idle_s,
    )
    clients = {name: httpx.AsyncClient(base_url=url, limits=kept, trust_env=False) for name, url in urls.items()}
    return Services(Transport(plain, limits), HttpxExchange(clients))


def address_of(service: str, url: str) -> Address:
    """Read a service's address; raise AddressUnusable."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        raise AddressUnusable(service) from None
    if not parts.hostname or parts.query or parts.fragment or parts.username or parts.password:
        raise AddressUnusable(service)
    return Address(parts.hostname, port, parts.path.rstrip("/"))
