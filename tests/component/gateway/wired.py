"""A transport and a server of a test, wired together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway.engine.pool import Address, PoolLimits
from gateway.engine.transport import Transport
from gateway.engine.wire import AnswerLimits
from gateway.upstream.exchange import Outgoing
from tests.component.gateway.wire_server import Behaviour, WireServer, serving

SMALL = AnswerLimits(head_bytes_max=2_000, body_bytes_max=10_000)


@dataclass(slots=True)
class Ticking:
    """A clock that a test moves."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.seconds


@dataclass(slots=True)
class Wired:
    """A transport and the server it calls."""

    transport: Transport
    server: WireServer

    def begin(self, *, seconds: float = 5.0, body: bytes = b"{}") -> asyncio.Future[object]:
        """Send a request."""
        return self.transport.begin(Outgoing("s", "POST", "/rows:batch", body, {"x-test": "1"}, seconds))  # type: ignore[return-value]

    async def body(self, **rest: float) -> bytes:
        """Send a request and return the answer's body."""
        return (await self.begin(**rest)).body  # type: ignore[attr-defined, arg-type, no-any-return]


@asynccontextmanager
async def wired(behaviour: Behaviour, limits: PoolLimits = PoolLimits()) -> AsyncIterator[Wired]:  # noqa: B008
    """Run a server, and a transport to it."""
    async with serving(behaviour) as server:
        transport = Transport({"s": Address("127.0.0.1", server.port)}, limits, SMALL)
        try:
            yield Wired(transport, server)
        finally:
            await transport.close()
