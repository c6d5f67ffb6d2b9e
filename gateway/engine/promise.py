"""A future whose giver learns at once that nobody waits for it any more."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Receiver(Protocol[T_contra]):
    """Whoever takes an outcome: a promise, or the next layer. It is told once; its giver is told of nobody waiting."""

    giver: "Giver | None"

    def keep(self, value: T_contra) -> None:
        """Take a value."""

    def fail(self, error: BaseException) -> None:
        """Take a failure."""


class Giver(Protocol):
    """Whoever works for a receiver."""

    def given_up(self, receiver: Any) -> None:
        """Stop working: nobody waits any more."""


class Promise(asyncio.Future[T]):
    """A future whose giver is told in the moment of a cancellation, and one other in that of the outcome.

    A turn of the loop between a layer and the next would cost more than the layers do.
    """

    __slots__ = ("_then", "giver")
    giver: Giver | None
    _then: Callable[["asyncio.Future[T]"], None] | None

    def __init__(self, *, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self.giver = self._then = None

    def then(self, callback: Callable[["asyncio.Future[T]"], None]) -> None:
        """Call back in the moment of the outcome, or now."""
        if self.done():
            callback(self)
        else:
            self._then = callback

    def cancel(self, msg: Any | None = None) -> bool:
        """Cancel, and tell the giver."""
        if not super().cancel(msg):
            return False
        giver, self.giver = self.giver, None
        if giver is not None:
            giver.given_up(self)
        self._tell()
        return True

    def keep(self, value: T) -> None:
        """Set the result, unless nobody waits any more."""
        if not self.done():
            self.set_result(value)
            self._tell()

    def fail(self, error: BaseException) -> None:
        """Fail, unless nobody waits any more; that nobody looks at the failure is no fault."""
        if not self.done():
            self.set_exception(error)
            self.exception()
            self._tell()

    def _tell(self) -> None:
        self.giver = None  # no circle is left for the garbage collector
        callback, self._then = self._then, None
        if callback is not None:
            callback(self)


@dataclass(frozen=True, slots=True)
class Cancelling:
    """Gives a future up."""

    future: "asyncio.Future[Any]"

    def given_up(self, _receiver: object) -> None:
        """Cancel the future."""
        self.future.cancel()


def when_done(future: asyncio.Future[T], callback: Callable[[asyncio.Future[T]], None]) -> None:
    """Call back with a future's outcome: a promise's at once, any other's in the loop's next turn."""
    if isinstance(future, Promise):
        future.then(callback)
    else:
        future.add_done_callback(callback)
