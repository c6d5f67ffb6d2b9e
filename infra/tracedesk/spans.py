"""Reading span files: JSON lines, rotated, written by processes that may die in the middle of a line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec


class Link(msgspec.Struct, frozen=True):
    """The span that caused this one from another trace."""

    trace_id: str
    span_id: str


class Span(msgspec.Struct, frozen=True):
    """One piece of work of one process."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    service: str
    start_ns: int
    end_ns: int
    status: str = "UNSET"
    attributes: dict[str, msgspec.Raw] = {}
    links: list[Link] = []

    @property
    def duration_ms(self) -> float:
        """Return how long it took."""
        return (self.end_ns - self.start_ns) / 1e6


@dataclass(frozen=True, slots=True)
class Found:
    """Spans of the traces asked for, and of those that they caused."""

    spans: list[Span]

    @property
    def trace_ids(self) -> list[str]:
        """Return the traces in the order they began."""
        return list(dict.fromkeys(span.trace_id for span in sorted(self.spans, key=lambda span: span.start_ns)))


NOT_REQUESTS = ("/livez", "/readyz", "/metrics")
LINE = msgspec.json.Decoder(Span)


def read_lines(folder: Path) -> Iterator[bytes]:
    """Return the lines of all span files, rotated ones first."""
    for file in sorted(folder.glob("*.jsonl*"), key=lambda found: found.stat().st_mtime):
        with file.open("rb") as lines:
            yield from lines


def decode(lines: Iterable[bytes]) -> Iterator[Span]:
    """Return the spans of lines; half a line, of a process that was killed, is passed over."""
    for line in lines:
        try:
            yield LINE.decode(line)
        except msgspec.DecodeError:
            continue


def find(folder: Path, trace_id: str) -> Found:
    """Return the spans of a trace and, link by link, of every trace that it caused."""
    wanted, known = {trace_id}, dict[str, Span]()
    while True:
        needles = [wanted_id.encode() for wanted_id in wanted]
        for span in decode(line for line in read_lines(folder) if any(needle in line for needle in needles)):
            if span.trace_id in wanted or any(link.trace_id in wanted for link in span.links):
                known[span.span_id] = span
        found = {span.trace_id for span in known.values()}
        if found <= wanted:
            return Found(list(known.values()))
        wanted |= found


def latest(folder: Path, count: int) -> list[Span]:
    """Return the first spans of the latest traces, newest first."""
    roots = [
        span
        for span in decode(line for line in read_lines(folder) if b'"parent_id":null' in line)
        if not span.links and not span.name.endswith(NOT_REQUESTS)
    ]
    return sorted(roots, key=lambda span: span.start_ns, reverse=True)[:count]
