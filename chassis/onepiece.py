"""An answer over HTTP leaves in one piece: its head waits for its body, within one turn of the loop.

uvicorn writes head and body one after the other, and uvloop sends each write at once: two system calls,
and two arrivals for whoever reads.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD = b"HTTP/1.1 "


class OnePiece:
    """A connection that holds the head of an answer back until more is written, but never beyond the loop's turn."""

    __slots__ = ("_held", "_loop", "_transport", "get_extra_info", "is_closing", "pause_reading", "resume_reading")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held = b""
        self.get_extra_info, self.is_closing = transport.get_extra_info, transport.is_closing
        self.pause_reading, self.resume_reading = transport.pause_reading, transport.resume_reading

    def write(self, data: bytes) -> None:
        """Write; a head waits."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.writelines((held, data))
        elif data.startswith(HEAD):
            self._held = data
            self._loop.call_soon(self.flush)
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Write a head that nothing followed; a connection that was lost meanwhile takes nothing."""
        held, self._held = self._held, b""
        if held and not self.is_closing():
            self._transport.write(held)

    def close(self) -> None:
        """Close after what was written has been sent."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        self.flush()
        return getattr(self._transport, name)


class Http(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, its answers in one piece."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with a connection."""
        plain = cast(asyncio.Transport, transport)
        super().connection_made(cast(asyncio.Transport, OnePiece(plain, self.loop)))
