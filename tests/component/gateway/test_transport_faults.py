"""The hot transport against servers that do what servers should not, over real sockets."""

import asyncio
import gc
import time
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from chassis.errors import DeadlineExceeded, ServiceUnavailable
from gateway.engine.pool import Address, PoolLimits
from gateway.engine.transport import Transport
from gateway.engine.wire import AnswerLimits
from gateway.shared.problems import ServiceAnswerUnusable
from gateway.upstream.exchange import ConnectionBroken, Outgoing
from tests.component.gateway.wire_server import JSON_HEAD, Behaviour, Link, WireServer, plain, serving, silence

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


async def closes(link: Link) -> None:
    """Close without an answer."""
    link.reset()


async def closes_within(link: Link) -> None:
    """Close within the body."""
    await link.send(JSON_HEAD + b"content-length: 100\r\n\r\n[1,2")
    link.writer.close()


async def closes_within_chunk(link: Link) -> None:
    """Close within a chunk."""
    await link.send(JSON_HEAD + b"transfer-encoding: chunked\r\n\r\n10\r\n[1,2")
    link.writer.close()


async def babbles(link: Link) -> None:
    """Send what is no HTTP."""
    await link.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


@pytest.mark.parametrize("behaviour", [closes, closes_within, closes_within_chunk, babbles])
async def test_answer_that_breaks_off_is_a_broken_connection(behaviour: Behaviour) -> None:
    """Whatever came before, the request failed, and the connection is not used again."""
    async with wired(behaviour) as wire:
        with pytest.raises(ConnectionBroken):
            await wire.body()

        assert not wire.transport.pools["s"].connections


async def test_nobody_listens() -> None:
    """A refused connection is a broken one: a read may be tried once more."""
    async with serving(plain) as server:
        port = server.port
    transport = Transport({"s": Address("127.0.0.1", port)})

    with pytest.raises(ConnectionBroken):
        await transport.begin(Outgoing("s", "GET", "/", timeout_s=5.0))

    await transport.close()


async def test_trickle_is_read_whole() -> None:
    """An answer may come byte by byte."""

    async def trickles(link: Link) -> None:
        for byte in JSON_HEAD + b"transfer-encoding: chunked\r\n\r\n3\r\n[1,\r\n3\r\n 2]\r\n0\r\n\r\n":
            await link.send(bytes([byte]))
            await asyncio.sleep(0)

    async with wired(trickles) as wire:
        assert [await wire.body() for _ in range(2)] == [b"[1, 2]"] * 2
        assert wire.server.accepted == 1


async def test_trickle_has_a_deadline() -> None:
    """Bytes that come in do not buy time."""

    async def trickles(link: Link) -> None:
        await link.send(JSON_HEAD + b"content-length: 9000\r\n\r\n")
        while not link.writer.is_closing():
            await link.send(b" ")
            await asyncio.sleep(0.01)

    async with wired(trickles) as wire:
        started = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            await wire.body(seconds=0.2)
        assert 0.2 <= time.monotonic() - started < 0.35


async def test_silence_ends_at_the_deadline() -> None:
    """Nobody waits more than 50 ms beyond the deadline, and the server sees the end of the connection."""
    async with wired(silence) as wire:
        started = asyncio.get_running_loop().time()
        with pytest.raises(DeadlineExceeded) as caught:
            await wire.body(seconds=0.3)
        late = asyncio.get_running_loop().time() - started - 0.3

        assert 0 <= late < 0.05
        assert caught.value.facts == {"service": "s"}
        await wire.server.until(lambda: wire.server.ended == 1)


async def test_body_longer_than_announced_ends_the_connection() -> None:
    """The answer is what was announced; what follows is no answer to the next request."""

    async def talks_on(link: Link) -> None:
        await link.send(JSON_HEAD + b"content-length: 2\r\n\r\n[]HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n666")

    async with wired(talks_on) as wire:
        bodies = [await wire.body() for _ in range(3)]

        assert bodies == [b"[]"] * 3
        assert wire.server.accepted == 3


async def test_early_bytes_end_the_connection() -> None:
    """Bytes on an idle connection are nobody's answer."""

    async def foretells(link: Link) -> None:
        await link.answer()
        await asyncio.sleep(0.02)
        await link.answer(b"[666]")

    async with wired(foretells) as wire:
        assert await wire.body() == b"[]"
        await wire.server.until(lambda: wire.server.ended == 1)
        assert await wire.body() == b"[]"


@pytest.mark.parametrize(
    "answer",
    [
        JSON_HEAD + b"x: " + b"x" * 3_000 + b"\r\ncontent-length: 2\r\n\r\n[]",
        JSON_HEAD + b"x: " + b"x" * 100_000,
        JSON_HEAD + b"content-length: 10001\r\n\r\n" + b"x" * 10_001,
        JSON_HEAD + b"transfer-encoding: chunked\r\n\r\n3e80\r\n" + b"x" * 16_000,
    ],
    ids=["head", "endless head", "body", "chunked body"],
)  # fmt: skip
async def test_answer_beyond_its_limits_is_unusable(answer: bytes) -> None:
    """Nothing is kept of it, and it is not asked for again."""

    async def exceeds(link: Link) -> None:
        await link.send(answer)

    async with wired(exceeds) as wire:
        with pytest.raises(ServiceAnswerUnusable):
            await wire.body()
        await wire.server.until(lambda: wire.server.ended == 1)


async def test_storm_is_bounded_by_the_pool() -> None:
    """500 requests at once share 20 connections, and each gets its own answer."""

    async def echoes(link: Link) -> None:
        await link.answer(link.body)

    async with wired(echoes, PoolLimits(connections_max=20)) as wire:
        asked = [b'{"n": %d}' % n for n in range(500)]
        answers = await asyncio.gather(*(wire.begin(body=body) for body in asked))

        assert [answer.body for answer in answers] == asked  # type: ignore[attr-defined]
        assert wire.server.open_max <= 20


async def test_queue_for_connections_is_bounded() -> None:
    """Who does not find a place in the queue is told so at once, and when to try again."""
    async with wired(silence, PoolLimits(connections_max=1, waiting_max=3)) as wire:
        begun = [wire.begin() for _ in range(4)]
        with pytest.raises(ServiceUnavailable) as caught:
            await begun[3]
        assert caught.value.retry_after_ms is not None
        for future in begun:
            future.cancel()


async def test_cancelled_request_closes_its_connection() -> None:
    """The server sees the end; the next request is not given the old one's answer."""
    async with wired(silence) as wire:
        future = wire.begin()
        await wire.server.until(lambda: wire.server.requests == 1)

        future.cancel()

        assert not wire.transport.pools["s"].connections
        await wire.server.until(lambda: wire.server.ended == 1)


async def test_cancelled_requests_leave_nothing() -> None:
    """After 1,000 cancelled requests there are no sockets, no queue, and no memory more than before."""
    async with wired(silence, PoolLimits(connections_max=20)) as wire:
        pool = wire.transport.pools["s"]

        async def storm(count: int) -> None:
            for _ in range(count // 50):
                begun = [wire.begin() for _ in range(50)]
                seen = wire.server.requests
                await wire.server.until(lambda seen=seen: wire.server.requests > seen)  # type: ignore[misc]
                for future in begun:
                    future.cancel()
            while pool.opening:
                await asyncio.gather(*pool.opening)
            for connection in tuple(pool.connections):
                connection.drop()
            await wire.server.until(lambda: wire.server.open == 0)

        await storm(200)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        await storm(1_000)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()

        assert (pool.connections, pool.idle, len(pool.waiting), pool.opening) == (set(), [], 0, set())
        assert grown < 500_000


async def test_memory_is_flat() -> None:
    """Many answers leave nothing behind."""
    async with wired(plain) as wire:
        for _ in range(300):
            await wire.body()
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(1_000):
            await wire.body()
        wire.server.heads.clear()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()

        assert grown < 100_000
        assert wire.server.accepted == 1


async def test_idle_connection_closes_in_time() -> None:
    """Before the server would close it, by the transport's own clock."""
    clock = Ticking()
    async with serving(plain) as server:
        transport = Transport({"s": Address("127.0.0.1", server.port)}, clock=clock)
        await transport.begin(Outgoing("s", "GET", "/", timeout_s=5.0))
        clock.seconds += 3.9
        transport.sweep()
        assert server.open == 1

        clock.seconds += 0.2
        transport.sweep()

        await server.until(lambda: server.open == 0)
        await transport.close()


async def test_deadline_is_the_clocks() -> None:
    """A request ends when the clock says so, in the queue as well as under way."""
    clock = Ticking()
    async with serving(silence) as server:
        transport = Transport({"s": Address("127.0.0.1", server.port)}, PoolLimits(connections_max=1), clock=clock)
        begun = [transport.begin(Outgoing("s", "GET", "/", timeout_s=seconds)) for seconds in (5.0, 3.0)]
        await server.until(lambda: server.requests == 1)

        clock.seconds += 3.0
        transport.sweep()
        assert [future.done() for future in begun] == [False, True]
        clock.seconds += 2.0
        transport.sweep()

        for future in begun:
            assert isinstance(future.exception(), DeadlineExceeded)
        await transport.close()


async def test_connection_used_last_is_used_next() -> None:
    """So that those not needed grow old."""
    async with wired(plain) as wire:
        await asyncio.gather(*(wire.begin() for _ in range(5)))
        last = wire.transport.pools["s"].idle[-1]

        await wire.body()

        assert wire.transport.pools["s"].idle[-1] is last


async def test_stale_connection_is_broken_not_wrong() -> None:
    """A server that closes after its answer breaks the next request at most, never answers it wrongly."""

    async def closes_after(link: Link) -> None:
        await link.answer()
        link.writer.close()

    async with wired(closes_after) as wire:
        for _ in range(20):
            try:
                assert await wire.body() == b"[]"
            except ConnectionBroken:
                continue


async def test_close_ends_everything() -> None:
    """Requests under way and in the queue fail; no socket stays."""
    async with wired(silence, PoolLimits(connections_max=1)) as wire:
        begun = [wire.begin(), wire.begin()]
        await wire.server.until(lambda: wire.server.requests == 1)

        await wire.transport.close()

        assert isinstance(begun[0].exception(), ConnectionBroken)
        assert isinstance(begun[1].exception(), ServiceUnavailable)
        with pytest.raises(ServiceUnavailable):
            await wire.begin()
