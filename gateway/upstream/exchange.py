"""One exchange with a service: what it is asked, what it answers, and who carries both."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import httpx
import msgspec

from chassis.errors import DeadlineExceeded, ServiceUnavailable

CONNECT_TIMEOUT_S = 0.5
BROKEN = (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, httpx.CloseError)

Content = bytes | AsyncIterator[bytes]


class Headers(Mapping[str, str]):
    """Headers as the lines they travel in, each with its line end; read as a mapping when somebody looks."""

    __slots__ = ("_read", "block")

    def __init__(self, block: bytes = b"") -> None:
        self.block = block
        self._read: dict[str, str] | None = None

    def lines(self) -> list[tuple[bytes, bytes]]:
        """Return names and values as they came, repeated ones too."""
        split = (line.partition(b":") for line in self.block.split(b"\r\n") if line)
        return [(name.strip(), value.strip(b" \t")) for name, _, value in split]

    def read(self) -> dict[str, str]:
        """Return the headers by their names in lower case; repeated ones are joined."""
        if self._read is None:
            found: dict[str, str] = {}
            for raw_name, raw_value in self.lines():
                name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
                found[name] = f"{found[name]}, {value}" if name in found else value
            self._read = found
        return self._read

    def __getitem__(self, name: str) -> str:
        return self.read()[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self.read())

    def __len__(self) -> int:
        return len(self.read())


class HeaderUnsendable(ValueError):
    """A header would end its line or is no header's name."""


def header_block(headers: Iterable[tuple[str, str]]) -> bytes:
    """Return headers as lines; raise HeaderUnsendable for what would break out of its line."""
    return b"".join(header_line(name, value) for name, value in headers)


@lru_cache(maxsize=1_000)
def header_line(name: str, value: str) -> bytes:
    """Return one header as a line."""
    if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
        raise HeaderUnsendable(name)
    if not value.isprintable() or not value.isascii():
        raise HeaderUnsendable(name)
    return f"{name}: {value}\r\n".encode("ascii")


class Answer(msgspec.Struct, frozen=True):
    """What a service answered."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = Headers()


class Outgoing(msgspec.Struct, frozen=True):
    """What a service is asked."""

    service: str
    method: str
    path: str
    body: Content = b""
    headers: Mapping[str, str] | None = None
    timeout_s: float = 5.0
    query: Mapping[str, str] = {}


class Exchange(Protocol):
    """Carries one request to a service and its answer back."""

    def begin(self, request: Outgoing) -> asyncio.Future[Answer]:
        """Send at once; the future fails with ConnectionBroken, ServiceUnavailable or DeadlineExceeded.

        Cancelling it gives the exchange up.
        """

    async def exchange(self, request: Outgoing) -> Answer:
        """Return the answer; raise ConnectionBroken, ServiceUnavailable or DeadlineExceeded."""

    async def close(self) -> None:
        """Close the connections."""


class ConnectionBroken(Exception):
    """The connection broke before an answer came; a read may be tried once more."""


@dataclass(slots=True)
class HttpxExchange:
    """The transport on httpx, for bodies that are streamed; tests give clients of their own."""

    clients: Mapping[str, httpx.AsyncClient]

    def begin(self, request: Outgoing) -> asyncio.Future[Answer]:
        """Send in a task of its own."""
        return asyncio.ensure_future(self.exchange(request))

    async def exchange(self, request: Outgoing) -> Answer:
        """Return the answer; raise ConnectionBroken, ServiceUnavailable or DeadlineExceeded."""
        client, headers = self.clients[request.service], dict(request.headers or {})
        timeout = httpx.Timeout(None, connect=min(CONNECT_TIMEOUT_S, request.timeout_s))
        try:
            async with asyncio.timeout(request.timeout_s):
                response = await client.request(
                    request.method,
                    request.path,
                    params=dict(request.query),
                    content=request.body,
                    headers=headers,
                    timeout=timeout,
                )
        except BROKEN:
            raise ConnectionBroken(request.service) from None
        except (httpx.ConnectTimeout, httpx.PoolTimeout):
            raise ServiceUnavailable(service=request.service) from None
        except (TimeoutError, httpx.TimeoutException):
            raise DeadlineExceeded(service=request.service) from None
        media_type = response.headers.get("content-type", "")
        return Answer(response.status_code, response.content, media_type, response.headers)

    async def close(self) -> None:
        """Close the connections."""
        for client in self.clients.values():
            await client.aclose()
