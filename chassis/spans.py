"""Spans: where a request is within its trace, at next to no cost unless somebody records it.

Whether a trace is recorded is decided before any span is made. What is not recorded has ids, so that a
client, a log line and the next process can name the trace; everything inside it costs nothing.
"""

import re
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from random import getrandbits, random
from types import TracebackType
from typing import Any, NamedTuple

SERVER, CLIENT, CONSUMER, INTERNAL = "SERVER", "CLIENT", "CONSUMER", "INTERNAL"
TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
RECORDED = 1  # the flag of a traceparent


class Place(NamedTuple):
    """A span of another process, as its traceparent names it."""

    trace_id: str
    span_id: str
    recorded: bool


class Here:
    """A span that is current between `with` and its end."""

    __slots__ = ("_outer", "traceparent")
    recording = False

    def __init__(self, traceparent: str) -> None:
        self.traceparent = traceparent

    @property
    def trace_id(self) -> str:
        """Return the trace's id, 32 hex digits."""
        return self.traceparent[3:35]

    @property
    def span_id(self) -> str:
        """Return the span's id, 16 hex digits."""
        return self.traceparent[36:52]

    def __enter__(self) -> "Here":
        """Make this span the current one."""
        self._outer: Token[Here | None] = current.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the span; the one around it is current again."""
        current.reset(self._outer)

    def end(self, *, failed: bool) -> None:
        """End a span that was never made the current one."""

    def update_name(self, name: str) -> None:
        """Name the span by what was learned since it began."""

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Describe the span."""


current: ContextVar[Here | None] = ContextVar("span", default=None)


class Span(Here):
    """A span that is recorded: handed on when it ends."""

    __slots__ = ("attributes", "ended_ns", "failed", "kind", "link", "name", "parent_id", "started_ns")
    recording = True

    def __init__(self, name: str, kind: str, trace_id: str, parent_id: str | None) -> None:
        super().__init__(f"00-{trace_id}-{getrandbits(64):016x}-01")
        self.name, self.kind, self.parent_id = name, kind, parent_id
        self.attributes: dict[str, Any] = {}
        self.link: Place | None = None
        self.failed = False
        self.started_ns = time.time_ns()
        self.ended_ns = 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the span and hand it on."""
        current.reset(self._outer)
        self.end(failed=isinstance(error, Exception))

    def end(self, *, failed: bool) -> None:
        """Hand the span on."""
        self.failed, self.ended_ns = failed, time.time_ns()
        recording.on_end(self)

    def update_name(self, name: str) -> None:
        """Name the span by what was learned since it began."""
        self.name = name

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Describe the span."""
        self.attributes.update(attributes)


class Nothing(Here):
    """What stands for a span inside of a trace that is not recorded."""

    __slots__ = ()

    def __enter__(self) -> Here:
        """Leave the current span as it is."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the current span as it is."""


class Recording:
    """What share of the traces of this process is recorded, and where ended spans go."""

    ratio: float = 0.0
    on_end: Callable[[Span], None] = staticmethod(lambda _span: None)


NOTHING = Nothing("")
recording = Recording()


def place_of(header: str | None) -> Place | None:
    """Read a W3C traceparent; None if it is none."""
    match = TRACEPARENT.fullmatch(header) if header else None
    return Place(match[1], match[2], bool(int(match[3], 16) & RECORDED)) if match else None


def root(name: str, kind: str) -> Here:
    """Begin a trace; chance decides whether it is recorded."""
    if recording.ratio and random() < recording.ratio:  # noqa: S311 - no secret
        return Span(name, kind, new_trace_id(), None)
    return unrecorded()


def new_trace_id() -> str:
    """Return an id that no other trace has."""
    return f"{getrandbits(128):032x}"


def unrecorded() -> Here:
    """Begin a trace that is not recorded."""
    digits = f"{getrandbits(192):048x}"
    return Here(f"00-{digits[:32]}-{digits[32:]}-00")


def joined(name: str, kind: str, place: Place) -> Here:
    """Go on with another process's trace; its flag says whether it is recorded."""
    if place.recorded:
        return Span(name, kind, place.trace_id, place.span_id)
    return Here(f"00-{place.trace_id}-{getrandbits(64):016x}-00")


def child(name: str, kind: str, attributes: Mapping[str, Any]) -> Here:
    """Begin a part of the current span, if that is recorded."""
    here = current.get()
    if here is None or not here.recording:
        return NOTHING
    span = Span(name, kind, here.trace_id, here.span_id)
    span.attributes.update(attributes)
    return span
