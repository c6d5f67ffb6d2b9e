"""The hot transport in the form that httpx takes: for code that is written for httpx and wants its pool and limits."""

import time
from dataclasses import dataclass, field

import httpx

from chassis.errors import DeadlineExceeded, ServiceUnavailable
from gateway.engine.pool import POOL_LIMITS, Address, Pool, PoolLimits
from gateway.engine.transport import BODILESS, Transport, first_lines
from gateway.engine.wire import ANSWER_LIMITS, AnswerLimits
from gateway.resilience.clock import Clock
from gateway.shared.problems import ServiceAnswerUnusable
from gateway.upstream.exchange import ConnectionBroken, Headers

ORIGINS_MAX = 100
TIMEOUT_S = 60.0
OWN = frozenset({b"host", b"content-length", b"transfer-encoding", b"connection", b"keep-alive"})


@dataclass(slots=True)
class HotTransport(httpx.AsyncBaseTransport):
    """Answers httpx's requests over http; bodies are read before they are sent, answers before they are given."""

    limits: PoolLimits = POOL_LIMITS
    answer_limits: AnswerLimits = ANSWER_LIMITS
    clock: Clock = time.monotonic
    transport: Transport = field(init=False)

    def __post_init__(self) -> None:
        self.transport = Transport({}, self.limits, self.answer_limits, self.clock)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request; its read time-out is the time for the whole answer."""
        pool = self.pool(request.url)
        body = await request.aread()
        head = first_lines(request.method, request.url.raw_path.decode("ascii"), pool.address)
        head += b"".join(
            b"%b: %b\r\n" % (name, value) for name, value in request.headers.raw if name.lower() not in OWN
        )
        if body or request.method not in BODILESS:
            head += b"content-length: %d\r\n" % len(body)
        timeout_s = request.extensions.get("timeout", {}).get("read") or TIMEOUT_S
        try:
            answer = await self.transport.carry(pool, head + b"\r\n" + body, timeout_s, request.method == "HEAD")
        except DeadlineExceeded:
            raise httpx.ReadTimeout("the answer did not come in time", request=request) from None
        except ServiceUnavailable:
            raise httpx.ConnectTimeout("there was no connection in time", request=request) from None
        except (ConnectionBroken, ServiceAnswerUnusable) as error:
            raise httpx.RemoteProtocolError(f"no whole answer came: {type(error).__name__}", request=request) from None
        assert isinstance(answer.headers, Headers)
        return httpx.Response(answer.status, headers=answer.headers.lines(), stream=httpx.ByteStream(answer.body))

    def pool(self, url: httpx.URL) -> Pool:
        """Return an origin's pool, made when it is first called."""
        if url.scheme != "http":
            raise httpx.UnsupportedProtocol("this transport speaks http only")
        address = Address(url.host, url.port or 80)
        name = f"{address.host}:{address.port}"
        if name not in self.transport.pools:
            if len(self.transport.pools) >= ORIGINS_MAX:
                raise httpx.PoolTimeout("too many origins")
            self.transport.pools[name] = Pool(name, address, self.clock, self.limits, self.answer_limits)
        return self.transport.pools[name]

    async def aclose(self) -> None:
        """Close the connections."""
        await self.transport.close()
