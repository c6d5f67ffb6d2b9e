"""Stub services that cost little: an answer is made once and kept by the request's path and body.

`python -m tests.bench.stubs` listens on a free port for each service and one for an issuer's keys,
says which on standard output, and runs until it is ended.
"""

import asyncio
import sys
from dataclasses import dataclass, field
from typing import Any

import msgspec
import uvloop

from gateway.upstream.declare import SERVICES
from tests.bench.data import ROWS
from tests.bench.documents import KEYS, district_rows
from tests.bench.lines import tell

ANSWERS_MAX = 300_000
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
MISSING = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
END = b"\r\n\r\n"


def answer(service: str, path: str, body: bytes) -> bytes | None:
    """Return a batch read's answer as the services give it, or None where there is no such path."""
    asked: dict[str, Any] = msgspec.json.decode(body)
    rows = ROWS.get((service, path))
    if rows is not None:
        found = [rows(key, asked.get("arguments") or {}) for key in asked["ids"]]
    elif (made := district_rows(service, path, asked)) is not None:
        found = made
    else:
        return None
    fields = asked["fields"]
    names = asked.get("as") or fields
    return msgspec.json.encode([cut(row, fields, names) for row in found])


def cut(row: Any, fields: list[str], names: list[str]) -> Any:
    """Return a row, or each row of a list, with the fields asked for under the names asked for."""
    if isinstance(row, list):
        return [cut(one, fields, names) for one in row]
    if row is None:
        return None
    kept = {name: row[field] for name, field in zip(names, fields, strict=True)}
    if "cursor" in row and names is fields:
        kept.setdefault("cursor", row["cursor"])
    return kept


@dataclass(slots=True)
class Stub:
    """One service and the answers it has given."""

    service: str
    known: dict[bytes, bytes] = field(default_factory=dict)

    def respond(self, line: bytes, body: bytes) -> bytes:
        """Return the response to a request that is not known yet."""
        path = line.split(b" ")[1].decode()
        made = KEYS if self.service == "issuer" else answer(self.service, path, body)
        if made is None:
            return MISSING
        response = HEAD % (len(made), made)
        if len(self.known) < ANSWERS_MAX:
            self.known[line + body] = response
        return response


class Connection(asyncio.Protocol):
    """A connection; a whole request that is known is answered with one look-up."""

    __slots__ = ("buffer", "known", "stub", "transport")

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        self.known = stub.known
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer what is whole."""
        if self.buffer:
            data = self.buffer + data
        end = data.find(END)
        known = self.known.get(data[: data.find(b"\r\n")] + data[end + 4 :])
        if known is not None:
            self.buffer = b""
            self.transport.write(known)  # type: ignore[attr-defined]
            return
        self.buffer = data
        while (request := whole(self.buffer)) is not None:
            line, body, size = request
            self.buffer = self.buffer[size:]
            self.transport.write(self.known.get(line + body) or self.stub.respond(line, body))  # type: ignore[attr-defined]


def whole(data: bytes) -> tuple[bytes, bytes, int] | None:
    """Return the first request's line, its body and its size on the wire, or None if it is not all there."""
    end = data.find(END)
    if end < 0:
        return None
    line, *headers = data[:end].split(b"\r\n")
    named = {name.lower(): value.strip() for name, _, value in (header.partition(b":") for header in headers)}
    if named.get(b"transfer-encoding") == b"chunked":
        return dechunked(line, data, end + 4)
    size = end + 4 + int(named.get(b"content-length", b"0"))
    return None if len(data) < size else (line, data[end + 4 : size], size)


def dechunked(line: bytes, data: bytes, at: int) -> tuple[bytes, bytes, int] | None:
    """Return a request whose body came in chunks, or None if it is not all there."""
    body = b""
    while (end := data.find(b"\r\n", at)) >= 0:
        size = int(data[at:end], 16)
        at = end + 2 + size + 2
        if len(data) < at:
            return None
        if size == 0:
            return line, body, at
        body += data[end + 2 : at - 2]
    return None


async def serve() -> None:
    """Listen, say where, and run."""
    loop = asyncio.get_running_loop()
    ports: dict[str, int] = {}
    for name in (*SERVICES, "issuer"):
        stub = Stub(name)
        server = await loop.create_server(lambda stub=stub: Connection(stub), "127.0.0.1", 0)  # type: ignore[misc]
        ports[name] = server.sockets[0].getsockname()[1]
    tell({"ports": ports})
    await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(uvloop.run(serve()))
