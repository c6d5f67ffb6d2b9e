"""Clients that go away: what is done for them is given up."""

import asyncio
from dataclasses import dataclass, field
from types import TracebackType

from starlette.types import Receive

from gateway.ticks import Ticks, Timer

PATIENCE_S = 0.03


class Left(Exception):
    """The client has gone; there is nobody to answer."""


@dataclass(slots=True)
class Leaving:
    """Ends the current task's block with Left when the client goes away: `with Leaving(ticks, receive): ...`.

    Nothing is watched before PATIENCE_S: most operations have answered by then, and a task for each would
    cost more than what the few that are left behind still do.
    """

    ticks: Ticks
    receive: Receive
    task: asyncio.Task[None] = field(init=False)
    timer: Timer = field(init=False)
    watching: asyncio.Task[None] | None = None
    left: bool = False
    cancelling: int = 0

    def __enter__(self) -> "Leaving":
        """Begin."""
        task = asyncio.current_task()
        assert task is not None, "a request has a task"
        self.task, self.cancelling = task, task.cancelling()
        self.timer = self.ticks.at(asyncio.get_running_loop().time() + PATIENCE_S, self.watch)
        return self

    def watch(self) -> None:
        """Begin to watch."""
        self.watching = asyncio.create_task(self.gone())

    async def gone(self) -> None:
        """Cancel the operation once the client has gone."""
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self.left = True
        self.task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; a cancellation of this watch's own becomes Left."""
        if self.watching is None:
            self.ticks.cancel(self.timer)
            return
        self.watching.cancel()
        if self.left and self.task.uncancel() <= self.cancelling and kind is asyncio.CancelledError:
            raise Left from error
