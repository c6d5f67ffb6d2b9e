"""A TCP proxy between the gateway and a service that delays, breaks, swallows or refuses what passes through."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from infra.addresses import LOOPBACK, Address

ANY_PORT = Address(LOOPBACK, 0)
CHUNK_BYTES = 64 * 1024
CONNECT_TIMEOUT_S = 2.0
RESET = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # struct linger { on, 0 s }: close sends RST


class Mode(StrEnum):
    """What the proxy does to a connection."""

    PASS = "pass"
    REFUSE = "refuse"
    DELAY = "delay"
    RESET_AT_ACCEPT = "reset at accept"
    RESET_MID_ANSWER = "reset mid-answer"
    BLACK_HOLE = "black hole"


@dataclass(frozen=True, slots=True)
class Fault:
    """A mode with its measure: `delay_s` before each answer, `share` of the connections or answers reset."""

    mode: Mode = Mode.PASS
    delay_s: float = 0.0
    share: float = 0.0


HEALTHY = Fault()


@dataclass(slots=True)
class FaultProxy:
    """One proxy; `upstream` may be up or down, and `draws` decides which connections are hit."""

    upstream: Address
    draws: random.Random
    address: Address = ANY_PORT
    fault: Fault = HEALTHY
    accepted: int = 0
    reset: int = 0
    _server: asyncio.Server | None = None
    _carrying: set["asyncio.Task[None]"] = field(default_factory=set)

    async def open(self) -> None:
        """Listen; the port that was found the first time is kept."""
        self._server = await asyncio.start_server(self._serve, self.address.host, self.address.port, backlog=1_024)
        self.address = Address(LOOPBACK, self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening, and break what is open."""
        if self._server is not None:
            self._server.close()
        self._server = None
        await self.drop()

    async def drop(self) -> None:
        """Break every open connection."""
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def set(self, fault: Fault) -> None:
        """Take on a fault; connections that are open are broken where a closed port would have broken them."""
        before, self.fault = self.fault, fault
        if fault.mode is Mode.REFUSE:
            await self.close()
        elif before.mode is Mode.REFUSE:
            await self.open()
        elif fault.mode is Mode.RESET_AT_ACCEPT:
            await self.drop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        self.accepted += 1
        try:
            await self._carry(reader, writer)
        except (OSError, TimeoutError):
            self._break(writer)
        except asyncio.CancelledError:
            self._break(writer)
        finally:
            self._carrying.discard(task)
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.fault.mode is Mode.RESET_AT_ACCEPT and self._hit():
            self._break(writer)
            return
        connecting = asyncio.open_connection(self.upstream.host, self.upstream.port)
        up_reader, up_writer = await asyncio.wait_for(connecting, CONNECT_TIMEOUT_S)
        link = Link(reader, writer, up_reader, up_writer)
        asking = asyncio.create_task(self._ask(link))
        try:
            await self._answer(link)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            up_writer.close()

    async def _ask(self, link: "Link") -> None:
        while chunk := await link.reader.read(CHUNK_BYTES):
            if self.fault.mode is not Mode.BLACK_HOLE:
                link.answer_begins = True
                link.up_writer.write(chunk)
                await link.up_writer.drain()
        link.up_writer.close()

    async def _answer(self, link: "Link") -> None:
        while chunk := await link.up_reader.read(CHUNK_BYTES):
            begins, link.answer_begins = link.answer_begins, False
            if self.fault.mode is Mode.DELAY and begins:
                await asyncio.sleep(self.fault.delay_s)
            if self.fault.mode is Mode.RESET_MID_ANSWER and begins and self._hit():
                link.writer.write(chunk[: len(chunk) // 2])
                await link.writer.drain()
                self._break(link.writer)
                return
            if self.fault.mode is not Mode.BLACK_HOLE:
                link.writer.write(chunk)
                await link.writer.drain()

    def _hit(self) -> bool:
        hit = self.draws.random() < self.fault.share
        self.reset += hit
        return hit

    def _break(self, writer: asyncio.StreamWriter) -> None:
        held: socket.socket | None = writer.get_extra_info("socket")
        if held is not None and not writer.transport.is_closing():
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


@dataclass(slots=True)
class Link:
    """Both ends of a connection that passes through."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    up_reader: asyncio.StreamReader
    up_writer: asyncio.StreamWriter
    answer_begins: bool = False


@asynccontextmanager
async def open_proxy(upstream: Address, seed: int) -> AsyncIterator[FaultProxy]:
    """Run a proxy in front of an address."""
    proxy = FaultProxy(upstream, random.Random(seed))
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()
