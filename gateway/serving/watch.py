"""A request's watch: it ends with its deadline, or when its client goes away."""

import asyncio
from types import TracebackType

from starlette.types import Receive

from gateway.ticks import Ticks, Timer

PATIENCE_S = 0.03


class Left(Exception):
    """The client has gone; there is nobody to answer."""


class Watch:
    """Ends the current task's block with TimeoutError at its deadline, or with Left when the client has gone.

    Nothing is done before PATIENCE_S: most operations have answered by then, and a task for each would cost
    more than what the few that are left behind still do. The client is watched once `receive` is set: when
    the request has been read, and only if it may be given up.
    """

    __slots__ = ("cancelling", "ends_at", "left", "over", "receive", "task", "ticks", "timer", "watching")

    def __init__(self, ticks: Ticks, now: float, ends_at: float) -> None:
        task = asyncio.current_task()
        assert task is not None, "a request has a task"
        self.task, self.cancelling = task, task.cancelling()
        self.ticks, self.ends_at = ticks, ends_at
        self.receive: Receive | None = None
        self.watching: asyncio.Task[None] | None = None
        self.left = self.over = False
        self.timer = Timer(min(now + PATIENCE_S, ends_at), self.look)
        ticks.add(self.timer)

    def look(self) -> None:
        """End what is late; begin to watch the client of what is merely slow."""
        now = asyncio.get_running_loop().time()
        if now >= self.ends_at:
            self.over = True
            self.task.cancel()
            return
        if self.receive is not None and self.watching is None:
            self.watching = asyncio.create_task(self.gone(self.receive))
        self.timer.at = self.ends_at if self.watching else min(now + PATIENCE_S, self.ends_at)
        self.ticks.add(self.timer)

    async def gone(self, receive: Receive) -> None:
        """End the request once the client has gone."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left = True
        self.task.cancel()

    def __enter__(self) -> "Watch":
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; a cancellation of the watch's own becomes TimeoutError or Left."""
        self.ticks.cancel(self.timer)
        if self.watching is not None:
            self.watching.cancel()
        if not (self.over or self.left):
            return
        if self.task.uncancel() <= self.cancelling and kind is asyncio.CancelledError:
            raise (TimeoutError if self.over else Left) from error
