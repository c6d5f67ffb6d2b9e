"""The hot transport answers httpx as httpx's own does, against a real server."""

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.engine.httpx_transport import HotTransport
from tests.component.gateway.wire_server import JSON_HEAD, Behaviour, Link, WireServer, serving, silence

HINTS = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"
CHUNKS = JSON_HEAD + b"transfer-encoding: chunked\r\n\r\n"


def answers(raw: bytes, *, close: bool = False) -> Behaviour:
    """Return a server that sends these bytes."""

    async def behave(link: Link) -> None:
        await link.send(raw)
        if close:
            link.writer.close()

    return behave


async def mirrors(link: Link) -> None:
    """Answer with the first line, what matters of the headers, and the body; a length of none is no length."""
    lines = link.head.split(b"\r\n")
    wanted = [line for line in lines[1:] if line.lower().startswith((b"host", b"content-length", b"x-"))]
    wanted = [line if line.startswith(b"X-") else line.lower() for line in wanted if not line.endswith(b": 0")]
    body = b"|".join([lines[0], *sorted(wanted), link.body])
    if lines[0].startswith(b"HEAD"):
        await link.send(JSON_HEAD + b"content-length: %d\r\n\r\n" % len(body))
    else:
        await link.answer(body)


@pytest.fixture
async def mirror() -> AsyncIterator[WireServer]:
    """Run a server that says what it was asked."""
    async with serving(mirrors) as server:
        yield server


async def both(server: WireServer, method: str, path: str, **rest: object) -> tuple[httpx.Response, httpx.Response]:
    """Ask through httpx's own transport and through the hot one."""
    found = []
    for transport in (httpx.AsyncHTTPTransport(), HotTransport()):
        async with httpx.AsyncClient(transport=transport) as client:
            url = f"http://127.0.0.1:{server.port}{path}"
            found.append(await client.request(method, url, **rest))  # type: ignore[arg-type]
    return found[0], found[1]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("body", [b"", b'{"ids": []}', b"x" * 300_000], ids=["empty", "small", "large"])
async def test_request_arrives_the_same(mirror: WireServer, method: str, body: bytes) -> None:
    """Method, target, headers and body, whatever their size."""
    path = "/a%20b/~c;d=1?q=a+b&r=%E5%AF%8C#gone"

    own, hot = await both(mirror, method, path, content=body, headers={"X-Case": "Kept", "x-two": "2"})

    assert (hot.status_code, hot.content) == (own.status_code, own.content)
    assert (b"X-Case: Kept" in hot.content) is (method != "HEAD")


async def test_streamed_body_arrives_whole(mirror: WireServer) -> None:
    """It is read before it is sent, and has a length."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"one,"
        yield b"two"

    _, hot = await both(mirror, "POST", "/upload", content=b"one,two")
    async with httpx.AsyncClient(transport=HotTransport()) as client:
        streamed = await client.post(f"http://127.0.0.1:{mirror.port}/upload", content=parts())

    assert streamed.content == hot.content


@pytest.mark.parametrize(
    ("raw", "close"),
    [
        (JSON_HEAD + b"content-length: 0\r\n\r\n", False),
        (JSON_HEAD + b"Content-Length: 2\r\nX-A: 1\r\nx-a:  2 \r\nX-Empty:\r\n\r\n[]", False),
        (b"HTTP/1.1 204 No Content\r\nx-a: 1\r\n\r\n", False),
        (b"HTTP/1.1 304 Not Modified\r\ncontent-length: 20\r\n\r\n", False),
        (CHUNKS + b"2\r\n[]\r\n0\r\n\r\n", False),
        (CHUNKS + b"0\r\n\r\n", False),
        (CHUNKS + b"1;x=y\r\n[\r\n1\r\n]\r\n0\r\nx-trailer: 1\r\n\r\n", False),
        (JSON_HEAD + b"\r\n" + b"until the end", True),
        (b"HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\nold", True),
        (HINTS + JSON_HEAD + b"content-length: 2\r\n\r\n[]", False),
        (b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbug", True),
        (JSON_HEAD + b"content-length: 900000\r\n\r\n" + b"y" * 900_000, False),
    ],
    ids=["empty", "cases", "204", "304", "chunked", "no chunk", "trailer", "until close", "1.0", "1xx", "500", "large"],
)  # fmt: skip
async def test_answer_is_read_the_same(raw: bytes, close: bool) -> None:
    """Status, headers in their order and case, and body."""
    async with serving(answers(raw, close=close)) as server:
        own, hot = await both(server, "GET", "/")

    assert (hot.status_code, hot.content) == (own.status_code, own.content)
    assert hot.headers.multi_items() == own.headers.multi_items()


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        JSON_HEAD + b"content-length: 5\r\n\r\n[]",
        CHUNKS + b"zz\r\n",
        b"",
    ],
    ids=["no http", "short", "bad chunk", "nothing"],
)
async def test_answer_that_is_none_is_an_error_for_both(raw: bytes) -> None:
    """Neither makes an answer of it."""
    async with serving(answers(raw, close=True)) as server:
        for transport in (httpx.AsyncHTTPTransport(), HotTransport()):
            async with httpx.AsyncClient(transport=transport) as client:
                with pytest.raises(httpx.TransportError):
                    await client.get(f"http://127.0.0.1:{server.port}/")


async def test_time_out_and_refusal_have_httpx_names() -> None:
    """Code written for httpx catches what it always caught."""
    async with serving(silence) as server, httpx.AsyncClient(transport=HotTransport()) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get(f"http://127.0.0.1:{server.port}/", timeout=0.1)
        with pytest.raises(httpx.UnsupportedProtocol):
            await client.get("https://127.0.0.1/")
