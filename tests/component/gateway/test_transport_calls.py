"""Calls to a service over real sockets: what is shared, tried again, refused, given up, and left alone."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from joserfc.jwk import OKPKey

from chassis import spans
from chassis.auth import INTERNAL_ISSUER, TokenSigner, Viewer
from chassis.errors import DeadlineExceeded, Problem, ServiceUnavailable
from gateway.engine.pool import Address
from gateway.engine.transport import Transport
from gateway.resilience.breaker import State
from gateway.resilience.budget import BudgetRules
from gateway.resilience.guard import GuardRules, Guards
from gateway.resilience.limit import LimitRules
from gateway.upstream.calls import Ask, Calls, Mint
from gateway.upstream.context import Caller, Context
from gateway.upstream.declare import Endpoint, Kind
from tests.component.gateway.wire_server import Behaviour, Link, WireServer, plain, serving, silence

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


async def test_request_carries_who_asks_and_until_when() -> None:
    """A token for this service only, language, purpose, and less time than the caller has."""
    async with bench(plain) as desk:
        with spans.unrecorded() as here:
            await desk.fetch(caller=replace(CALLER, language="zh", purpose="AUDIT"), seconds=1.0)

        head = desk.server.heads[0].decode()
        lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        assert head.startswith("POST /rows:batch HTTP/1.1\r\n")
        assert lines["authorization"].startswith("Bearer ey")
        assert (lines["accept-language"], lines["x-purpose"]) == ("zh", "AUDIT")
        assert 700 < int(lines["x-deadline-ms"]) <= 810
        assert lines["traceparent"] == here.traceparent


async def test_identical_reads_are_one_call() -> None:
    """The same question of the same person, while it is under way; afterwards it is asked again."""
    gate = Gate()
    async with bench(gate) as desk:
        same = [desk.fetch() for _ in range(20)]
        gate.opened.set()
        assert await asyncio.gather(*same) == [BODY] * 20
        assert desk.server.requests == 1

        await desk.fetch()
        assert desk.server.requests == 2


VIEWER = CALLER.viewer


@pytest.mark.parametrize(
    "other",
    [
        replace(CALLER, token_id="t2", viewer=replace(VIEWER, subject="officer-2")),
        replace(CALLER, token_id="t2", viewer=replace(VIEWER, role="auditor")),
        replace(CALLER, token_id="t2", viewer=replace(VIEWER, district_code="330112")),
        replace(CALLER, token_id="t2", viewer=replace(VIEWER, grants={"scopes": ("330111004",)})),
        replace(CALLER, token_id="t2", viewer=replace(VIEWER, grants={**VIEWER.grants, "checkpoints": ("1",)})),
        replace(CALLER, language="zh"),
    ],
    ids=["subject", "role", "district", "scopes", "grants", "language"],
)
async def test_reads_of_others_are_calls_of_their_own(other: Caller) -> None:
    """Whatever an answer may depend on keeps two reads apart."""
    gate = Gate()
    async with bench(gate) as desk:
        reads = [desk.fetch(), desk.fetch(caller=other)]
        gate.opened.set()
        await asyncio.gather(*reads)
        assert desk.server.requests == 2


async def test_same_person_with_another_token_shares() -> None:
    """What a service learns is the same."""
    gate = Gate()
    async with bench(gate) as desk:
        reads = [desk.fetch(), desk.fetch(caller=replace(CALLER, token_id="t2"))]
        gate.opened.set()
        await asyncio.gather(*reads)
        assert desk.server.requests == 1


async def test_reads_with_a_purpose_are_never_shared() -> None:
    """Each leaves its own row in the read log."""
    gate = Gate()
    async with bench(gate) as desk:
        reads = [desk.fetch(purpose="GATE"), desk.fetch(purpose="GATE")]
        reads += [desk.fetch(caller=replace(CALLER, purpose="AUDIT")) for _ in range(2)]
        gate.opened.set()
        await asyncio.gather(*reads)
        assert desk.server.requests == 4


async def test_closing_an_operation_gives_up_what_only_it_waits_for() -> None:
    """Shared reads go on for the others; the last one's end closes the connection."""
    async with bench(silence) as desk:
        one, two = desk.context(), desk.context()
        shared = [desk.calls.fetch(context, ROWS, BODY, keys=1) for context in (one, two)]
        own = desk.calls.fetch(one, ROWS, b"{}", keys=1)
        await desk.server.until(lambda: desk.server.requests == 2)

        one.close()
        assert (shared[0].cancelled(), own.cancelled(), shared[1].done()) == (True, True, False)
        await desk.server.until(lambda: desk.server.open == 1)
        two.close()

        await desk.server.until(lambda: desk.server.open == 0)
        assert desk.calls.guards.of("s").limit.under_way == 0


async def test_broken_read_is_tried_once_more() -> None:
    """Once, not twice."""
    async with bench(first(1, Link.reset)) as desk:
        assert await desk.outcome() == "[]"
        assert desk.server.requests == 2
    async with bench(first(2, Link.reset)) as desk:
        assert await desk.outcome() == "ServiceUnavailable"
        assert desk.server.requests == 2


async def test_command_is_never_tried_again() -> None:
    """It may have had its effect."""
    async with bench(first(1, Link.reset)) as desk:
        with pytest.raises(ServiceUnavailable):
            await desk.calls.command(desk.context(), "s", "/orders", {}, "key-1")
        assert desk.server.requests == 1


async def test_retries_stay_within_their_budget() -> None:
    """When every connection breaks, a service is not called twice as often for it."""
    rules = GuardRules(budget=BudgetRules(per_s=0.0, saved_max=2.0))
    async with bench(first(1_000, Link.reset), rules) as desk:
        for number in range(3):
            await desk.outcome(b"%d" % number)
            desk.clock.ahead_s += 10
        assert desk.server.requests <= 3 + 2


@pytest.mark.parametrize("failing", [silence, first(10_000, Link.reset)], ids=["hangs", "resets"])
async def test_breaker_opens_and_heals(failing: Behaviour) -> None:
    """Open within 5 s of the first failure, healed within 10 s of the recovery, by the clock of the calls."""
    async with bench(failing) as desk:
        started, number = desk.clock(), 0
        while desk.state() is State.CLOSED:
            reads = [asyncio.ensure_future(desk.outcome(b"%d" % (number + n))) for n in range(3)]
            number += 3
            await desk.server.until(lambda: desk.server.requests >= 1)
            desk.clock.ahead_s += 2.6 if failing is silence else 0.0
            assert set(await asyncio.gather(*reads)) <= {"DeadlineExceeded", "ServiceUnavailable"}
        assert desk.clock() - started < 5.0

        asked = desk.server.requests
        assert await desk.outcome(b"refused") == "ServiceUnavailable"
        assert desk.server.requests == asked
        desk.server.behaviour = plain
        recovered = desk.clock()
        while desk.state() is not State.CLOSED:
            desk.clock.ahead_s += 0.5
            await desk.outcome(b"probe %d" % desk.server.requests)
        assert desk.clock() - recovered < 10.0


async def test_busy_for_one_command_is_no_failure_of_the_service() -> None:
    """A problem that the service itself states is an answer."""

    async def busy(link: Link) -> None:
        await link.answer(b'{"code":"QueueFull","status":503,"detail":"later"}', PROBLEM_HEAD)

    async with bench(busy) as desk:
        assert {await desk.outcome(b"%d" % n) for n in range(20)} == {"QueueFull"}
        assert desk.state() is State.CLOSED


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_failure_without_words_is_one_of_the_service(status: int) -> None:
    """What stands between may answer for a service that is away."""

    async def away(link: Link) -> None:
        await link.answer(b"<html>", b"HTTP/1.1 %d Away\r\ncontent-type: text/html\r\n" % status)

    async with bench(away) as desk:
        assert {await desk.outcome(b"%d" % n) for n in range(3)} == {"ServiceUnavailable"}
        assert desk.state() is State.OPEN


async def test_client_in_a_hurry_opens_no_breaker() -> None:
    """A service that had no time to answer has not failed."""
    async with bench(silence) as desk:
        assert {await desk.outcome(b"%d" % n, seconds=0.05) for n in range(10)} == {"DeadlineExceeded"}
        assert desk.state() is State.CLOSED


async def test_operation_without_time_calls_nobody() -> None:
    """And says so without a warning, whether or not somebody looks."""
    async with bench(plain) as desk:
        desk.fetch(seconds=-1.0)
        gc.collect()
        with pytest.raises(DeadlineExceeded):
            await desk.fetch(seconds=0.0)
        assert desk.server.requests == 0


async def test_calls_beyond_the_limit_wait_their_turn_and_not_for_long() -> None:
    """The next in line goes on when one ends; the queue and the wait are bounded."""
    rules = GuardRules(limit=LimitRules(under_way_max=2, waiting_max=2, wait_s=0.1))
    gate = Gate()
    async with bench(gate, rules) as desk:
        reads = [desk.fetch(b"%d" % n) for n in range(5)]
        with pytest.raises(ServiceUnavailable) as caught:
            await reads[4]
        assert caught.value.retry_after_ms is not None
        gate.opened.set()
        assert await asyncio.gather(*reads[:4]) == [b"0", b"1", b"2", b"3"]

        gate.opened.clear()
        reads = [desk.fetch(b"again %d" % n) for n in range(3)]
        with pytest.raises(ServiceUnavailable):
            await reads[2]
        assert desk.calls.guards.of("s").limit.under_way == 2
        for read in reads:
            read.cancel()
        assert desk.calls.guards.of("s").limit.under_way == 0


async def test_thousand_cancelled_calls_leave_nothing() -> None:
    """No place of the limit, no work to share, no connection."""
    async with bench(silence) as desk:
        for _ in range(20):
            context = desk.context()
            for number in range(50):
                desk.calls.fetch(context, ROWS, b"%d" % number, keys=1)
            seen = desk.server.requests
            await desk.server.until(lambda seen=seen: desk.server.requests > seen)  # type: ignore[misc]
            context.close()
        guard = desk.calls.guards.of("s")
        assert (guard.limit.under_way, len(guard.limit.waiting), guard.breaker.state) == (0, 0, State.CLOSED)
        assert not desk.calls.sharing("s").under_way
        pool = desk.transport.pools["s"]
        assert len(pool.connections) == len(pool.idle) <= pool.limits.connections_max


async def test_recorded_call_has_a_span_and_others_have_none() -> None:
    """The service's span becomes a part of it."""
    ended: list[spans.Span] = []
    kept, spans.recording.on_end = spans.recording.on_end, ended.append
    try:
        async with bench(plain) as desk:
            with spans.Span("root", spans.SERVER, spans.new_trace_id(), None) as root:
                await desk.fetch()
            with spans.unrecorded():
                await desk.fetch(b"other")
    finally:
        spans.recording.on_end = kept

    [span] = [span for span in ended if span.kind == spans.CLIENT]
    assert (span.name, span.parent_id) == ("POST /rows:batch", root.span_id)
    assert span.attributes == {"keys": 1, "peer.service": "s"}
    assert span.traceparent.encode() in desk.server.heads[0]


async def test_path_and_headers_stay_on_their_lines() -> None:
    """What a client put into an id is data."""
    async with bench(plain) as desk:
        ask = Ask("s", "/a b\r\nx-evil: 1/富?q#f", b"", {}, 1.0, method="GET", query={"code": "a&b=c\r\n"})
        await desk.calls.send(desk.context(), ask)
        with pytest.raises(ValueError, match="idempotency-key"):
            await desk.calls.command(desk.context(), "s", "/orders", {}, "k\r\nx-evil: 1")

        assert json.dumps(desk.server.heads[0].decode()).count("evil") == 1
        assert desk.server.heads[0].startswith(
            b"GET /a%20b%0D%0Ax-evil:%201/%E5%AF%8C%3Fq%23f?code=a%26b%3Dc%0D%0A HTTP/1.1\r\n"
        )
