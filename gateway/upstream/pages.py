"""Pages: Relay's arguments to a service's window, and a service's rows to a connection."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.errors import CursorUnknown, PageTooLong
from gateway.shared.problems import PageAmbiguous
from gateway.upstream.declare import Argument, Row

PAGE_SIZE_DEFAULT = 20
PAGE_SIZE_MAX = 100
CURSOR_CHARACTERS_MAX = 800
CURSORS = {"start_cursor": 0, "end_cursor": -1}

PAGE_ARGUMENTS = (
    Argument("first", int | None, f"How many rows from the start, 1 to {PAGE_SIZE_MAX}; {PAGE_SIZE_DEFAULT} if absent"),
    Argument("after", str | None, "Only rows after this cursor"),
    Argument("last", int | None, f"How many rows from the end, 1 to {PAGE_SIZE_MAX}"),
    Argument("before", str | None, "Only rows before this cursor"),
)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that is asked for; `before` is empty text for the end of the list."""

    size: int
    after: str | None = None
    before: str | None = None

    @property
    def limit(self) -> int:
        """Return how many rows to ask for: one more tells whether there are others."""
        return self.size + 1


def window(arguments: Mapping[str, Any]) -> Window:
    """Read Relay's arguments; raise PageTooLong, PageAmbiguous or CursorUnknown."""
    first, last = arguments.get("first"), arguments.get("last")
    after, before = arguments.get("after"), arguments.get("before")
    if (first is not None or after is not None) and (last is not None or before is not None):
        raise PageAmbiguous
    backward = last is not None or before is not None
    size = first if first is not None else last if last is not None else PAGE_SIZE_DEFAULT
    if not 1 <= size <= PAGE_SIZE_MAX:
        raise PageTooLong(limit=PAGE_SIZE_MAX, path=("last" if backward else "first",))
    if backward:
        return Window(size, before="" if before is None else plain_cursor(before))
    return Window(size, after=None if after is None else plain_cursor(after))


def connection(asked: Window, rows: Sequence[Row]) -> dict[str, Any]:
    """Return a connection: the rows without the extra one, and what lies around them."""
    more = len(rows) > asked.size
    if asked.before is None:
        kept = rows[: asked.size]
        following, preceding = more, asked.after is not None
    else:
        kept = rows[1:] if more else rows
        following, preceding = asked.before != "", more
    return {"nodes": kept, "page_info": PageInfo(kept, has_next_page=following, has_previous_page=preceding)}


class PageInfo(dict[str, Any]):
    """What lies around a page; cursors are made when they are asked for."""

    def __init__(self, rows: Sequence[Row], **values: bool) -> None:
        super().__init__(values)
        self.rows = rows

    def __missing__(self, name: str) -> str | None:
        if name not in CURSORS:
            raise KeyError(name)
        return cursor_of(self.rows[CURSORS[name]]) if self.rows else None


class Edge(dict[str, Any]):
    """A row with its cursor, which is made when it is asked for."""

    def __missing__(self, name: str) -> str:
        if name != "cursor":
            raise KeyError(name)
        return cursor_of(self["node"])


def edges(of: Mapping[str, Any]) -> list[Edge]:
    """Return the edges of a connection."""
    return [Edge(node=row) for row in of["nodes"]]


def cursor_of(row: Row) -> str:
    """Return a row's cursor as clients see it."""
    return opaque_cursor(row["cursor"])


def opaque_cursor(text: str) -> str:
    """Hide what a cursor is made of."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def plain_cursor(text: str) -> str:
    """Return the service's cursor, or raise CursorUnknown."""
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        plain = ""
    if not plain or len(text) > CURSOR_CHARACTERS_MAX:
        raise CursorUnknown(path=("cursor",))
    return plain
