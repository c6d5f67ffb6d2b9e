"""Coarse timers and deadlines: for what hardly ever comes due and must cost next to nothing when it does not."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

TICK_S = 0.02


@dataclass(slots=True, eq=False)
class Timer:
    """Something to do at a time of the loop."""

    at: float
    act: Callable[[], None]


@dataclass(slots=True)
class Ticks:
    """The timers of a process, looked through once a tick while there are any."""

    pending: dict[Timer, None] = field(default_factory=dict)
    looking: asyncio.TimerHandle | None = None

    def at(self, when: float, act: Callable[[], None]) -> Timer:
        """Do something at a time of the loop, at most a tick later."""
        timer = Timer(when, act)
        self.add(timer)
        return timer

    def add(self, timer: Timer) -> None:
        """Wait for a timer."""
        self.pending[timer] = None
        if self.looking is None:
            self.looking = asyncio.get_running_loop().call_later(TICK_S, self.look)

    def cancel(self, timer: Timer) -> None:
        """Do not do it after all."""
        self.pending.pop(timer, None)

    def look(self) -> None:
        """Do what is due."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self.looking = loop.call_later(TICK_S, self.look) if self.pending else None
        for timer in [timer for timer in self.pending if timer.at <= now]:
            del self.pending[timer]
            timer.act()

    def deadline(self, when: float) -> "Deadline":
        """Return a deadline for the current task: `with ticks.deadline(loop_time): ...`."""
        return Deadline(self, when)


class Deadline:
    """Ends what its task waits for inside of the block with TimeoutError, as asyncio.timeout does."""

    __slots__ = ("cancelling", "expired", "task", "ticks", "timer", "when")

    def __init__(self, ticks: Ticks, when: float) -> None:
        self.ticks, self.when, self.expired = ticks, when, False

    def __enter__(self) -> "Deadline":
        """Begin; raise TimeoutError if it is over."""
        task = asyncio.current_task()
        assert task is not None, "a deadline is a task's"
        if self.when <= asyncio.get_running_loop().time():
            raise TimeoutError
        self.task, self.cancelling = task, task.cancelling()
        self.timer = self.ticks.at(self.when, self.expire)
        return self

    def expire(self) -> None:
        """Cancel the task."""
        self.expired = True
        self.task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; a cancellation of this deadline's own becomes TimeoutError."""
        self.ticks.cancel(self.timer)
        if self.expired and self.task.uncancel() <= self.cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error
