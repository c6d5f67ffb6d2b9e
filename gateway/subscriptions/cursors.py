"""Cursors of subscriptions: how far a subscriber has come in the streams it draws on."""

import base64
import binascii
import time

import msgspec

from chassis.errors import CursorUnknown
from gateway.shared.problems import CursorExpired

KEPT_HOURS = 24
CURSOR_CHARACTERS_MAX = 400


class Cursor(msgspec.Struct, frozen=True):
    """The last sequence seen of each stream, and when that was."""

    at: int
    seen: dict[str, int]


def encode(seen: dict[str, int]) -> str:
    """Return a cursor for clients, opaque."""
    plain = msgspec.json.encode(Cursor(int(time.time()), seen))
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def decode(text: str, streams: frozenset[str]) -> dict[str, int]:
    """Return the sequences that a cursor holds; raise CursorUnknown or CursorExpired."""
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = msgspec.json.decode(plain, type=Cursor)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise CursorUnknown(path=("after",)) from None
    if len(text) > CURSOR_CHARACTERS_MAX or cursor.seen.keys() != streams:
        raise CursorUnknown(path=("after",))
    if cursor.at < time.time() - KEPT_HOURS * 3_600:
        raise CursorExpired(path=("after",), hours=KEPT_HOURS)
    return dict(cursor.seen)
