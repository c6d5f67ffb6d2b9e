"""The transport: one exchange with a service, over connections that are kept."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from chassis.errors import DeadlineExceeded, ServiceUnavailable

CONNECT_TIMEOUT_S = 0.5
CONNECTIONS_MAX = 64
KEEPALIVE_S = 30.0
BROKEN = (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, httpx.CloseError)

Content = bytes | AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a service is asked."""

    service: str
    method: str
    path: str
    body: Content = b""
    headers: Mapping[str, str] | None = None
    timeout_s: float = 5.0
    query: Mapping[str, str] = field(default_factory=dict)


class Exchange(Protocol):
    """Carries one request to a service and its answer back."""

    async def exchange(self, request: Outgoing) -> Answer:
        """Return the answer; raise ConnectionBroken, ServiceUnavailable or DeadlineExceeded."""

    async def close(self) -> None:
        """Close the connections."""


class ConnectionBroken(Exception):
    """The connection broke before an answer came; a read may be tried once more."""


@dataclass(slots=True)
class HttpxExchange:
    """The transport on httpx; tests give clients of their own."""

    clients: Mapping[str, httpx.AsyncClient]

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


def open_exchange(urls: Mapping[str, str]) -> HttpxExchange:
    """Return the transport to the services at these addresses."""
    limits = httpx.Limits(
        max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX, keepalive_expiry=KEEPALIVE_S
    )
    return HttpxExchange(
        {name: httpx.AsyncClient(base_url=url, limits=limits, trust_env=False) for name, url in urls.items()}
    )
