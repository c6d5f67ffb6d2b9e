"""Loads of one level that ask one endpoint the same thing go out as one call.

Branches reach a level at their own pace: whoever comes first waits for the others a little, and no
longer. A latecomer's call goes out by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

WAIT_S = 0.015

Send = Callable[[list[Any]], Awaitable[bytes]]
Joined = tuple[list[Any], bytes]


class Join:
    """One meeting point of an operation."""

    __slots__ = ("expected", "ids", "send", "timer", "waiting")

    def __init__(self, expected: int) -> None:
        self.expected = expected
        self.ids: dict[Any, None] = {}
        self.waiting: list[asyncio.Future[Joined]] = []
        self.send: Send | None = None
        self.timer: asyncio.TimerHandle | None = None

    def add(self, ids: list[Any], send: Send) -> Awaitable[Joined]:
        """Ask for ids; the answer comes with all the ids that it is for."""
        self.expected -= 1
        self.ids.update(dict.fromkeys(ids))
        self.send = send
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Joined] = loop.create_future()
        self.waiting.append(future)
        if self.expected <= 0:
            self.go()
        elif self.timer is None:
            self.timer = loop.call_later(WAIT_S, self.go)
        return future

    def leave(self) -> None:
        """Say that one of those expected will not come."""
        self.expected -= 1
        if self.expected <= 0 and self.waiting:
            self.go()

    def go(self) -> None:
        """Send what has come together."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        ids, waiting, send = list(self.ids), self.waiting, self.send
        self.ids, self.waiting = {}, []
        if waiting and send is not None:
            answer = asyncio.ensure_future(send(ids))
            answer.add_done_callback(lambda done: hand_out(done, ids, waiting))

    def close(self) -> None:
        """Wait for nobody any more."""
        if self.timer is not None:
            self.timer.cancel()


def hand_out(done: "asyncio.Future[bytes]", ids: list[Any], waiting: list[asyncio.Future[Joined]]) -> None:
    """Give an answer, or its failure, to everybody who waits."""
    for future in waiting:
        if future.done():
            continue
        if done.cancelled():
            future.cancel()
        elif (problem := done.exception()) is not None:
            future.set_exception(problem)
            future.exception()
        else:
            future.set_result((ids, done.result()))
