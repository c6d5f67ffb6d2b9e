"""Time as the rules of resilience see it."""

from typing import Protocol


class Clock(Protocol):
    """Tells monotonic seconds; `time.monotonic` is one, and so is a test's own."""

    def __call__(self) -> float:
        """Return the seconds since some fixed moment."""
