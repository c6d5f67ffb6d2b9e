"""Calls to a server of a test, under a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from joserfc.jwk import OKPKey

from chassis.auth import INTERNAL_ISSUER, TokenSigner, Viewer
from chassis.errors import Problem
from gateway.engine.pool import Address
from gateway.engine.transport import Transport
from gateway.resilience.breaker import State
from gateway.resilience.guard import GuardRules, Guards
from gateway.upstream.calls import Calls, Mint
from gateway.upstream.context import Caller, Context
from gateway.upstream.declare import Endpoint, Kind
from tests.component.gateway.wire_server import Behaviour, Link, WireServer, plain, serving

ROWS = Endpoint("s", "/rows:batch", Kind.ONE)
SIGNER = TokenSigner(INTERNAL_ISSUER, OKPKey.generate_key("Ed25519", auto_kid=True))
CALLER = Caller(Viewer("officer-1", "沈", "officer", "330111", {"scopes": ("330111",)}), "token-1", 0)
BODY = b'{"ids":["1"],"fields":["id"]}'
PROBLEM_HEAD = b"HTTP/1.1 503 Busy\r\ncontent-type: application/problem+json\r\n"


@dataclass(slots=True)
class Ticking:
    """A clock that a test moves, and that moves by itself."""

    ahead_s: float = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return asyncio.get_running_loop().time() + self.ahead_s


@dataclass(slots=True)
class Bench:
    """Calls to one server."""

    server: WireServer
    calls: Calls
    clock: Ticking
    transport: Transport

    def context(self, caller: Caller = CALLER, seconds: float = 9.0) -> Context:
        """Return an operation of a caller."""
        return Context(caller, self.calls, asyncio.get_running_loop().time() + seconds)

    def fetch(
        self, body: bytes = BODY, *, caller: Caller = CALLER, seconds: float = 9.0, purpose: str | None = None
    ) -> asyncio.Future[bytes]:
        """Start a read in an operation of its own."""
        return self.calls.fetch(self.context(caller, seconds), ROWS, body, keys=1, purpose=purpose)

    async def outcome(self, body: bytes = BODY, **rest: float) -> str:
        """Read, and return the body or the problem's name."""
        [found] = await asyncio.gather(self.fetch(body, **rest), return_exceptions=True)  # type: ignore[arg-type]
        if isinstance(found, bytes):
            return found.decode()
        assert isinstance(found, Problem)
        assert found.facts == {"service": "s"}
        return found.code

    def state(self) -> State:
        """Return the breaker's state."""
        return self.calls.guards.of("s").breaker.state


@asynccontextmanager
async def bench(behaviour: Behaviour, rules: GuardRules | None = None) -> AsyncIterator[Bench]:
    """Run a server and calls to it."""
    clock = Ticking()
    async with serving(behaviour) as server:
        transport = Transport({"s": Address("127.0.0.1", server.port)}, clock=clock)
        calls = Calls(transport, Mint(SIGNER), clock=clock, guards=Guards(clock, rules or GuardRules()))
        try:
            yield Bench(server, calls, clock, transport)
        finally:
            await transport.close()


@dataclass(slots=True)
class Gate:
    """A server that answers when it is let."""

    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, link: Link) -> None:
        """Answer with the request's body."""
        await self.opened.wait()
        await link.answer(link.body)


def first(count: int, behaviour: Callable[[Link], object], then: Behaviour = plain) -> Behaviour:
    """Return a server that does one thing so many times, and another afterwards."""

    async def behave(link: Link) -> None:
        if link.number <= count:
            behaviour(link)
        else:
            await then(link)

    return behave
