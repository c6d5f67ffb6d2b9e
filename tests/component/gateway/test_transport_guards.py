"""Calls to a service that is at fault, over real sockets: tried again, refused, left alone."""

import asyncio
import gc

import pytest

from chassis.errors import DeadlineExceeded, ServiceUnavailable
from gateway.resilience.breaker import State
from gateway.resilience.budget import BudgetRules
from gateway.resilience.guard import GuardRules
from gateway.resilience.limit import LimitRules
from tests.component.gateway.calling import PROBLEM_HEAD, ROWS, Gate, bench, first
from tests.component.gateway.wire_server import Behaviour, Link, plain, silence


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
        assert not desk.calls.reads.under_way
        pool = desk.transport.pools["s"]
        assert len(pool.connections) == len(pool.idle) <= pool.limits.connections_max
