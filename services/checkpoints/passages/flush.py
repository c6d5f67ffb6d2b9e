"""Group commit: requests queue while the previous flush runs and go together in the next.

There is no timer: alone, a request is flushed at once; under load, a flush holds what came meanwhile.
A failed flush is split in halves, so that one bad row refuses one caller. What ails the database ails
everybody: nothing is split then, and all are told to try again.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from chassis.errors import Busy, Problem

ROWS_MAX = 500
QUEUE_MAX = 5_000

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class Waiting(Generic[T, R]):
    """A row with its caller, who waits, and the caller's context (its trace)."""

    row: T
    answer: "asyncio.Future[R]"
    context: contextvars.Context = field(default_factory=contextvars.copy_context)


@dataclass(slots=True)
class GroupCommit(Generic[T, R]):
    """`flush` stores rows in one transaction and answers each with a result or a refusal, in their order."""

    flush: Callable[[Sequence[T]], Awaitable[Sequence[R | Problem]]]
    rows_max: int = ROWS_MAX
    queue_max: int = QUEUE_MAX
    _queue: deque[Waiting[T, R]] = field(default_factory=deque)
    _draining: "asyncio.Task[None] | None" = None

    async def submit(self, row: T) -> R:
        """Return the row's result once it is committed; raises its refusal, and Busy when too many wait."""
        if len(self._queue) >= self.queue_max:
            raise Busy
        waiting: Waiting[T, R] = Waiting(row, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain(), context=contextvars.Context())
        return await waiting.answer

    async def _drain(self) -> None:
        """Flush until nobody waits."""
        while self._queue:
            count = min(len(self._queue), self.rows_max)
            await self._settle([self._queue.popleft() for _ in range(count)])

    async def _settle(self, group: list[Waiting[T, R]]) -> None:
        """Flush a group in the first caller's trace, and tell everybody."""
        task = asyncio.create_task(self._run(group), context=group[0].context)
        await asyncio.wait({task})
        error = task.exception()
        if error is None:
            for waiting, result in zip(group, task.result(), strict=True):
                tell(waiting, result)
        elif isinstance(error, Busy) or len(group) == 1:
            for waiting in group:
                tell(waiting, error)
        else:
            middle = len(group) // 2
            await self._settle(group[:middle])
            await self._settle(group[middle:])

    async def _run(self, group: list[Waiting[T, R]]) -> Sequence[R | Problem]:
        return await self.flush([waiting.row for waiting in group])


def tell(waiting: Waiting[T, R], result: R | BaseException) -> None:
    """Answer a caller, unless it has gone away."""
    if waiting.answer.done():
        return
    if isinstance(result, BaseException):
        waiting.answer.set_exception(result)
    else:
        waiting.answer.set_result(result)
