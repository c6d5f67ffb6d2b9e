"""The hot transport against servers that do what servers should not, over real sockets."""

import asyncio
import time

import pytest

from chassis.errors import DeadlineExceeded
from gateway.engine.pool import Address
from gateway.engine.transport import Transport
from gateway.shared.problems import ServiceAnswerUnusable
from gateway.upstream.exchange import ConnectionBroken, Outgoing
from tests.component.gateway.wire_server import JSON_HEAD, Behaviour, Link, plain, serving, silence
from tests.component.gateway.wired import wired


async def closes(link: Link) -> None:
    """Close without an answer."""
    link.reset()


async def closes_within(link: Link) -> None:
    """Close within the body."""
    await link.send(JSON_HEAD + b"content-length: 100\r\n\r\n[1,2")
    link.writer.close()


async def closes_within_chunk(link: Link) -> None:
    """Close within a chunk."""
    await link.send(JSON_HEAD + b"transfer-encoding: chunked\r\n\r\n10\r\n[1,2")
    link.writer.close()


async def babbles(link: Link) -> None:
    """Send what is no HTTP."""
    await link.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


@pytest.mark.parametrize("behaviour", [closes, closes_within, closes_within_chunk, babbles])
async def test_answer_that_breaks_off_is_a_broken_connection(behaviour: Behaviour) -> None:
    """Whatever came before, the request failed, and the connection is not used again."""
    async with wired(behaviour) as wire:
        with pytest.raises(ConnectionBroken):
            await wire.body()

        assert not wire.transport.pools["s"].connections


async def test_nobody_listens() -> None:
    """A refused connection is a broken one: a read may be tried once more."""
    async with serving(plain) as server:
        port = server.port
    transport = Transport({"s": Address("127.0.0.1", port)})

    with pytest.raises(ConnectionBroken):
        await transport.begin(Outgoing("s", "GET", "/", timeout_s=5.0))

    await transport.close()


async def test_trickle_is_read_whole() -> None:
    """An answer may come byte by byte."""

    async def trickles(link: Link) -> None:
        for byte in JSON_HEAD + b"transfer-encoding: chunked\r\n\r\n3\r\n[1,\r\n3\r\n 2]\r\n0\r\n\r\n":
            await link.send(bytes([byte]))
            await asyncio.sleep(0)

    async with wired(trickles) as wire:
        assert [await wire.body() for _ in range(2)] == [b"[1, 2]"] * 2
        assert wire.server.accepted == 1


async def test_trickle_has_a_deadline() -> None:
    """Bytes that come in do not buy time."""

    async def trickles(link: Link) -> None:
        await link.send(JSON_HEAD + b"content-length: 9000\r\n\r\n")
        while not link.writer.is_closing():
            await link.send(b" ")
            await asyncio.sleep(0.01)

    async with wired(trickles) as wire:
        started = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            await wire.body(seconds=0.2)
        assert 0.2 <= time.monotonic() - started < 0.35


async def test_silence_ends_at_the_deadline() -> None:
    """Nobody waits more than 50 ms beyond the deadline, and the server sees the end of the connection."""
    async with wired(silence) as wire:
        started = asyncio.get_running_loop().time()
        with pytest.raises(DeadlineExceeded) as caught:
            await wire.body(seconds=0.3)
        late = asyncio.get_running_loop().time() - started - 0.3

        assert 0 <= late < 0.05
        assert caught.value.facts == {"service": "s"}
        await wire.server.until(lambda: wire.server.ended == 1)


async def test_body_longer_than_announced_ends_the_connection() -> None:
    """The answer is what was announced; what follows is no answer to the next request."""

    async def talks_on(link: Link) -> None:
        await link.send(JSON_HEAD + b"content-length: 2\r\n\r\n[]HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n666")

    async with wired(talks_on) as wire:
        bodies = [await wire.body() for _ in range(3)]

        assert bodies == [b"[]"] * 3
        assert wire.server.accepted == 3


async def test_early_bytes_end_the_connection() -> None:
    """Bytes on an idle connection are nobody's answer."""

    async def foretells(link: Link) -> None:
        await link.answer()
        await asyncio.sleep(0.02)
        await link.answer(b"[666]")

    async with wired(foretells) as wire:
        assert await wire.body() == b"[]"
        await wire.server.until(lambda: wire.server.ended == 1)
        assert await wire.body() == b"[]"


@pytest.mark.parametrize(
    "answer",
    [
        JSON_HEAD + b"x: " + b"x" * 3_000 + b"\r\ncontent-length: 2\r\n\r\n[]",
        JSON_HEAD + b"x: " + b"x" * 100_000,
        JSON_HEAD + b"content-length: 10001\r\n\r\n" + b"x" * 10_001,
        JSON_HEAD + b"transfer-encoding: chunked\r\n\r\n3e80\r\n" + b"x" * 16_000,
    ],
    ids=["head", "endless head", "body", "chunked body"],
)  # fmt: skip
async def test_answer_beyond_its_limits_is_unusable(answer: bytes) -> None:
    """Nothing is kept of it, and it is not asked for again."""

    async def exceeds(link: Link) -> None:
        await link.send(answer)

    async with wired(exceeds) as wire:
        with pytest.raises(ServiceAnswerUnusable):
            await wire.body()
        await wire.server.until(lambda: wire.server.ended == 1)
