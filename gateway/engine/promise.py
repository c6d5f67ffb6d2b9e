"""A future whose giver learns at once that nobody waits for it any more."""

import asyncio
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Giver(Protocol):
    """Whoever works for a promise."""

    def given_up(self, promise: "Promise[Any]") -> None:
        """Stop working: the promise was cancelled."""


class Promise(asyncio.Future[T]):
    """A future with a giver, told in the moment of the cancellation and not a turn of the loop later."""

    __slots__ = ("giver",)
    giver: Giver | None

    def cancel(self, msg: Any | None = None) -> bool:
        """Cancel, and tell the giver."""
        if not super().cancel(msg):
            return False
        giver, self.giver = getattr(self, "giver", None), None
        if giver is not None:
            giver.given_up(self)
        return True

    def keep(self, value: T) -> None:
        """Set the result, unless nobody waits any more."""
        if not self.done():
            self.set_result(value)

    def fail(self, error: BaseException) -> None:
        """Fail, unless nobody waits any more; that nobody looks at the failure is no fault."""
        if not self.done():
            self.set_exception(error)
            self.exception()
