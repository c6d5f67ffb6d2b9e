"""Calls of a level meet: the last one who comes sends them, or the end of a short wait. Time is the test's own."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from chassis.errors import ServiceUnavailable
from gateway.engine.joining import WAIT_S, Join, Joined
from tests.unit.gateway.virtual_time import VirtualLoop, run_on


@dataclass(slots=True)
class Service:
    """Notes what is sent, and when; answers when it is told to."""

    sent: list[tuple[float, list[Any]]] = field(default_factory=list)
    answers: list["asyncio.Future[bytes]"] = field(default_factory=list)

    def send(self, ids: list[Any]) -> "asyncio.Future[bytes]":
        """Send a call."""
        loop = asyncio.get_running_loop()
        self.sent.append((loop.time(), ids))
        self.answers.append(loop.create_future())
        return self.answers[-1]


def on_virtual_time(main: Coroutine[Any, Any, None]) -> None:
    """Run a test on a loop whose time passes only when something is due."""
    run_on(VirtualLoop(), main)


async def turns(count: int = 5) -> None:
    """Let the loop go round; no time passes."""
    for _ in range(count):
        await asyncio.sleep(0)


async def joined(future: Any) -> Joined:
    """Return what somebody waits for."""
    found: Joined = await future
    return found


def test_last_one_expected_sends_the_call() -> None:
    """At once, with every id once, in the order they came; everybody gets all of the answer."""

    async def run() -> None:
        service, join = Service(), Join(2)
        first = join.add(["a", "b"], service.send)
        assert service.sent == []
        second = join.add(["b", "c"], service.send)
        service.answers[0].set_result(b"[]")

        assert await joined(first) == await joined(second) == (["a", "b", "c"], b"[]")
        assert service.sent == [(0.0, ["a", "b", "c"])]

    on_virtual_time(run())


def test_nobody_waits_longer_than_a_moment() -> None:
    """Who comes first waits WAIT_S for the others; a latecomer's call goes out by itself."""

    async def run() -> None:
        service, join = Service(), Join(3)
        first, second = join.add(["a"], service.send), join.add(["b"], service.send)
        await asyncio.sleep(WAIT_S * 2)
        late = join.add(["c"], service.send)
        for answer, body in zip(service.answers, (b"1", b"2"), strict=True):
            answer.set_result(body)

        assert service.sent == [(WAIT_S, ["a", "b"]), (WAIT_S * 2, ["c"])]
        assert await joined(first) == await joined(second) == (["a", "b"], b"1")
        assert await joined(late) == (["c"], b"2")

    on_virtual_time(run())


def test_who_leaves_is_waited_for_no_more() -> None:
    """The last one expected may be one who does not come."""

    async def run() -> None:
        service, join = Service(), Join(3)
        join.add(["a"], service.send)
        join.leave()
        assert service.sent == []
        join.add(["b"], service.send)
        assert service.sent == [(0.0, ["a", "b"])]

        other = Join(2)
        other.add(["a"], service.send)
        other.leave()
        assert service.sent[1:] == [(0.0, ["a"])]

    on_virtual_time(run())


def test_nothing_is_sent_for_nobody() -> None:
    """If all leave, or the operation ends."""

    async def run() -> None:
        service, left, closed = Service(), Join(2), Join(2)
        left.leave()
        left.leave()
        closed.add(["a"], service.send)
        closed.close()
        await asyncio.sleep(WAIT_S * 2)

        assert service.sent == []

    on_virtual_time(run())


def test_failure_is_everybodys() -> None:
    """And nobody is warned of one that nobody looked at."""

    async def run() -> None:
        service, join = Service(), Join(3)
        first, second, _unwatched = (join.add([name], service.send) for name in "abc")
        service.answers[0].set_exception(ServiceUnavailable(service="x"))
        await turns()

        for future in (first, second):
            with pytest.raises(ServiceUnavailable):
                await joined(future)

    on_virtual_time(run())


def test_who_gives_up_does_not_take_the_others_along() -> None:
    """The call goes on for those who still wait."""

    async def run() -> None:
        service, join = Service(), Join(2)
        first = asyncio.ensure_future(joined(join.add(["a"], service.send)))
        second = asyncio.ensure_future(joined(join.add(["b"], service.send)))
        await turns()
        first.cancel()
        await turns()
        service.answers[0].set_result(b"[]")

        assert await second == (["a", "b"], b"[]")
        assert first.cancelled()

    on_virtual_time(run())


def test_call_that_is_cancelled_is_cancelled_for_all() -> None:
    """There will be no answer."""

    async def run() -> None:
        service, join = Service(), Join(2)
        waiting = [join.add([name], service.send) for name in "ab"]
        service.answers[0].cancel()
        await turns()

        assert all(asyncio.ensure_future(future).cancelled() for future in waiting)

    on_virtual_time(run())
