"""The hot transport keeps its bounds: connections, queues, deadlines, memory, whatever is cancelled."""

import asyncio
import gc
import tracemalloc

import pytest

from chassis.errors import DeadlineExceeded, ServiceUnavailable
from gateway.engine.pool import Address, PoolLimits
from gateway.engine.transport import Transport
from gateway.upstream.exchange import ConnectionBroken, Outgoing
from tests.component.gateway.wire_server import Link, plain, serving, silence
from tests.component.gateway.wired import Ticking, wired


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
        clock.seconds += 29.9
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
