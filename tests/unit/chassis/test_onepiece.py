"""An answer leaves in one piece; whatever else is written leaves at once, and in order."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

from chassis.onepiece import OnePiece

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


@dataclass
class Wire(asyncio.Transport):
    """Remembers what is sent, and how."""

    sent: list[bytes] = field(default_factory=list)
    closed: bool = False
    lost: bool = False
    protocol: Any = None

    def write(self, data: Any) -> None:
        """Send."""
        self.sent.append(bytes(data))

    def writelines(self, list_of_data: Any) -> None:
        """Send in one piece."""
        self.sent.append(b"".join(list_of_data))

    def close(self) -> None:
        """Close."""
        self.closed = True

    def is_closing(self) -> bool:
        """Say whether nothing can be sent any more."""
        return self.lost

    def pause_reading(self) -> None:
        """Read nothing."""

    def resume_reading(self) -> None:
        """Read on."""

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Let another take over."""
        self.protocol = protocol


def connected() -> tuple[Wire, OnePiece]:
    """Return a connection and what is below it."""
    wire = Wire()
    return wire, OnePiece(cast(asyncio.Transport, wire), asyncio.get_running_loop())


async def test_head_and_body_leave_together() -> None:
    """The usual answer, twice on one connection."""
    wire, connection = connected()

    for body in (b"one", b"two"):
        connection.write(HEAD)
        connection.write(body)
    await asyncio.sleep(0)

    assert wire.sent == [HEAD + b"one", HEAD + b"two"]


async def test_head_alone_leaves_within_the_turn() -> None:
    """A stream of events begins long before its first event."""
    wire, connection = connected()

    connection.write(HEAD)
    await asyncio.sleep(0)
    connection.write(b"data: 1\n\n")

    assert wire.sent == [HEAD, b"data: 1\n\n"]


async def test_closing_sends_what_was_written() -> None:
    """An answer without a body, on a connection that is not kept."""
    wire, connection = connected()

    connection.write(HEAD)
    connection.close()

    assert (wire.sent, wire.closed) == ([HEAD], True)


async def test_another_protocol_takes_over_after_the_head() -> None:
    """A websocket's handshake is on its way before the socket is somebody else's."""
    wire, connection = connected()

    connection.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
    connection.set_protocol(asyncio.Protocol())

    assert wire.sent == [b"HTTP/1.1 101 Switching Protocols\r\n\r\n"]
    assert wire.protocol is not None


async def test_lost_connection_takes_nothing() -> None:
    """The client went away between the head and the end of the turn."""
    wire, connection = connected()

    connection.write(HEAD)
    wire.lost = True
    await asyncio.sleep(0)

    assert wire.sent == []
