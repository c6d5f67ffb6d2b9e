"""Identical work under way is done once; each who waits may leave alone; nothing is kept."""

import asyncio
import gc
from dataclasses import dataclass, field

import pytest

from gateway.engine.promise import Promise
from gateway.engine.sharing import Sharing, Work
from tests.unit.gateway.test_resilience_breaker import Ticking


class Job(Work[str]):
    """Work that a test ends."""

    stopped = False

    def stop(self) -> None:
        """Note that nobody waits any more."""
        self.stopped = True


@dataclass(slots=True)
class Desk:
    """Asks for work, and shares it."""

    clock: Ticking = field(default_factory=Ticking)
    started: list[Job] = field(default_factory=list)
    sharing: Sharing[str] = field(default_factory=Sharing)

    def ask(self, key: str = "k", seconds: float = 1.0) -> Promise[str]:
        """Ask for work."""
        loop, ends_at = asyncio.get_running_loop(), self.clock.seconds + seconds
        known = self.sharing.find(key, ends_at, self.clock.seconds)
        if known is None:
            known = Job(ends_at)
            self.started.append(known)
            self.sharing.add(key, known)
        return known.join(loop)


async def test_identical_work_is_done_once() -> None:
    """Everybody gets the outcome; what is done is forgotten."""
    desk = Desk()
    asked = [desk.ask() for _ in range(5)]
    other = desk.ask("other")

    desk.started[0].succeed("done")

    assert await asyncio.gather(*asked) == ["done"] * 5
    assert len(desk.started) == 2
    assert not other.done()
    assert set(desk.sharing.under_way) == {"other"}
    again = desk.ask()
    assert not again.done()
    assert len(desk.started) == 3


async def test_failure_is_everybodys() -> None:
    """And nobody is warned of the one that nobody looked at."""
    desk = Desk()
    asked = [desk.ask() for _ in range(3)]

    desk.started[0].fail_all(ValueError("broken"))

    for promise in asked[:2]:
        with pytest.raises(ValueError, match="broken"):
            await promise
    del asked, promise
    gc.collect()


async def test_each_leaves_alone_and_the_last_ends_the_work() -> None:
    """Cancelling one's own wait is nobody else's business."""
    desk = Desk()
    first, second, third = desk.ask(), desk.ask(), desk.ask()

    first.cancel()
    third.cancel()
    assert not desk.started[0].stopped
    assert not second.done()

    second.cancel()
    assert desk.started[0].stopped
    assert not desk.sharing.under_way
    await asyncio.sleep(0)
    assert not desk.ask().done()


async def test_task_that_is_cancelled_leaves() -> None:
    """A waiting task's cancellation reaches the work in the same turn."""
    desk = Desk()

    async def wait() -> str:
        return await desk.ask()

    task = asyncio.ensure_future(wait())
    await asyncio.sleep(0)
    task.cancel()

    assert desk.started[0].stopped
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_has_more_time_starts_anew() -> None:
    """Nobody fails early because somebody else was in a hurry; the longer work is there to be shared."""
    desk = Desk()
    hasty, patient, third = desk.ask(seconds=0.5), desk.ask(seconds=2.0), desk.ask(seconds=2.1)
    desk.started[0].fail_all(TimeoutError())
    desk.started[1].succeed("done")

    with pytest.raises(TimeoutError):
        await hasty
    assert (await patient, await third, len(desk.started)) == ("done", "done", 2)


async def test_who_has_less_time_starts_its_own() -> None:
    """And does not take the longer work's place."""
    desk = Desk()
    patient, hasty, third = desk.ask(seconds=2.0), desk.ask(seconds=0.5), desk.ask(seconds=2.0)

    assert len(desk.started) == 2
    for promise in (patient, hasty, third):
        promise.cancel()
    assert not desk.sharing.under_way


async def test_tolerance_is_a_tenth_of_the_time_left() -> None:
    """2.5 s: those who come within a quarter of a second share."""
    desk = Desk()
    asked = [desk.ask(seconds=2.5)]
    desk.clock.seconds += 0.24
    asked.append(desk.ask(seconds=2.5))
    assert len(desk.started) == 1
    desk.clock.seconds += 0.02
    asked.append(desk.ask(seconds=2.5))
    assert len(desk.started) == 2
    for promise in asked:
        promise.cancel()
