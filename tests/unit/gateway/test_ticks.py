"""Coarse timers under a clock of their own: nothing early, nothing much later, and nothing that was called off."""

import asyncio

import pytest

from gateway.ticks import TICK_S, Ticks
from tests.unit.gateway.virtual_time import VirtualLoop, run_on


def test_timers_come_due_in_time() -> None:
    """At most a tick late; one that was called off does not."""
    loop, ticks = VirtualLoop(), Ticks()
    rang: dict[str, float] = {}

    async def run() -> None:
        for after in (0.0, 0.05, 0.5):
            ticks.at(loop.time() + after, lambda after=after: rang.update({str(after): loop.time()}))  # type: ignore[misc]
        ticks.cancel(ticks.at(loop.time() + 0.1, lambda: rang.update(never=0.0)))
        await asyncio.sleep(1)

    run_on(loop, run())

    assert set(rang) == {"0.0", "0.05", "0.5"}
    assert all(float(after) <= at <= float(after) + TICK_S * 1.5 for after, at in rang.items())
    assert (ticks.pending, ticks.looking) == ({}, None)


def test_deadline_ends_what_takes_too_long() -> None:
    """With TimeoutError, once; what is in time is left alone."""
    loop, ticks = VirtualLoop(), Ticks()

    async def run() -> None:
        with ticks.deadline(loop.time() + 1):
            await asyncio.sleep(0.5)
        with pytest.raises(TimeoutError), ticks.deadline(loop.time() + 1):
            await asyncio.sleep(5)
        with pytest.raises(TimeoutError), ticks.deadline(loop.time() - 1):
            pytest.fail("there was no time")
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0
        assert loop.time() < 2

    run_on(loop, run())


def test_cancellation_from_outside_is_no_timeout() -> None:
    """It goes on as what it is."""
    loop, ticks = VirtualLoop(), Ticks()

    async def held() -> None:
        with ticks.deadline(loop.time() + 1):
            await asyncio.sleep(5)

    async def run() -> None:
        task = asyncio.create_task(held())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run_on(loop, run())
