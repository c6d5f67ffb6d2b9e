"""A server whose every byte a test decides, and what it saw of its connections."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

JSON_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"

Behaviour = Callable[["Link"], Awaitable[None]]


@dataclass(slots=True)
class Link:
    """One request on a connection."""

    head: bytes
    body: bytes
    number: int
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Send bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, body: bytes = b"[]", head: bytes = JSON_HEAD) -> None:
        """Send a whole answer."""
        await self.send(b"%bcontent-length: %d\r\n\r\n%b" % (head, len(body), body))

    def reset(self) -> None:
        """Close at once."""
        self.writer.transport.abort()


@dataclass(slots=True)
class WireServer:
    """Answers requests as it is told to."""

    behaviour: Behaviour
    port: int = 0
    requests: int = 0
    accepted: int = 0
    ended: int = 0
    open_max: int = 0
    heads: list[bytes] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def open(self) -> int:
        """Return how many connections are open."""
        return self.accepted - self.ended

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds of the connections."""
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(holds)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until the client closes it."""
        self.accepted += 1
        self.open_max = max(self.open_max, self.open)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                body = await reader.readexactly(length[0]) if length else b""
                self.requests += 1
                self.heads.append(head)
                await self.tell()
                working = asyncio.ensure_future(self.behaviour(Link(head, body, self.requests, writer)))
                ending = asyncio.ensure_future(reader.read(1))
                await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
                if not working.done():
                    working.cancel()
                    await asyncio.gather(working, ending, return_exceptions=True)
                    return
                ending.cancel()
                await asyncio.gather(ending, return_exceptions=True)
                await working
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.ended += 1
            writer.close()
            await self.tell()

    async def tell(self) -> None:
        """Tell those who wait for something to hold."""
        async with self.changed:
            self.changed.notify_all()


async def silence(_link: Link) -> None:
    """Never answer."""
    await asyncio.Event().wait()


async def plain(link: Link) -> None:
    """Answer with an empty list."""
    await link.answer()


@asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncIterator[WireServer]:
    """Run a server on a free port."""
    server = WireServer(behaviour)
    running = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=1 << 20, backlog=1_000)
    server.port = running.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        running.close()
        await server.until(lambda: server.open == 0)
        await running.wait_closed()
