"""Exported files: opened for whoever asked for them, and handed on piece by piece, never whole in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from gateway.serving.gateway import Gateway
from gateway.serving.routes import node_key
from gateway.upstream.calls import Ask, decoded
from gateway.upstream.context import Context
from gateway.upstream.declare import RESIDENTS

DOWNLOAD_S = 55.0
PIECE_S = 5.0
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Opened(msgspec.Struct, frozen=True):
    """A download that the service has logged and opened."""

    id: str
    file_name: str
    media_type: str
    content_bytes: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Downloads:
    """The route, carried out by residents for the caller."""

    gateway: Gateway

    async def download(self, export_id: str, request: Request) -> StreamingResponse:
        """Send an exported file to whoever asked for it; each time is logged before the first byte."""
        caller = await self.gateway.callers.of(request.headers)
        context = self.gateway.context(caller, DOWNLOAD_S)
        path = f"/form-exports/{node_key(export_id, 'FormExport', 'export_id')}/downloads"
        ask = Ask(RESIDENTS, path, b"{}", {"idempotency-key": str(uuid4())}, PIECE_S)
        opened = decoded(await self.gateway.calls.send(context, ask), RESIDENTS, Opened)
        first = await self.piece(context, path, opened, 0)
        headers = {
            **HEADERS,
            "Content-Disposition": disposition(opened.file_name),
            "Content-Length": str(opened.content_bytes),
        }
        return StreamingResponse(
            self.pieces(context, path, opened, first), headers=headers, media_type=opened.media_type
        )

    async def pieces(self, context: Context, path: str, opened: Opened, first: bytes) -> AsyncIterator[bytes]:
        """Yield a file; one that breaks off is shorter than announced, which every client notices."""
        yield first
        for position in range(1, opened.pieces):
            yield await self.piece(context, path, opened, position)

    async def piece(self, context: Context, path: str, opened: Opened, position: int) -> bytes:
        """Fetch one piece of a file."""
        ask = Ask(RESIDENTS, f"{path}/{opened.id}/pieces/{position}", b"", {}, PIECE_S, method="GET")
        return (await self.gateway.calls.send(context, ask)).body


def router(gateway: Gateway) -> APIRouter:
    """Return the route."""
    made = APIRouter()
    made.add_api_route("/exports/{export_id}", Downloads(gateway).download, methods=["GET"])
    return made


def disposition(name: str) -> str:
    """Return how a file is saved: under its own name (RFC 5987), and a plain one for old clients."""
    plain = "export." + name.rpartition(".")[2]
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
