"""The stub services: whole requests are answered, by the protocol of the real ones."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.bench.documents import registered
from tests.bench.stubs import Connection, Stub, answer

GRIDS = "/bench/grids:batch"
BODY = b'{"ids":["330111000001001","330111000001002"],"fields":["code","name"]}'


def request(body: bytes, path: str = GRIDS) -> bytes:
    """Return a request on the wire."""
    return b"POST %b HTTP/1.1\r\ncontent-length: %d\r\n\r\n%b" % (path.encode(), len(body), body)


@pytest.fixture
async def wire() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect to a stub of the residents service."""
    stub = Stub("residents")
    server = await asyncio.get_running_loop().create_server(lambda: Connection(stub), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    yield reader, writer
    writer.close()
    await writer.wait_closed()
    server.close()


async def response(reader: asyncio.StreamReader) -> Any:
    """Read one response's JSON."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return json.loads(await reader.readexactly(length))


def test_rows_are_aligned_with_ids_and_cut_to_fields() -> None:
    """As the services do it."""
    rows = json.loads(answer("residents", GRIDS, BODY) or b"")

    assert [row["code"] for row in rows] == ["330111000001001", "330111000001002"]
    assert list(rows[0]) == ["code", "name"]


def test_columns_come_under_the_names_asked_for_in_their_order() -> None:
    """`as` is aligned with `fields`; nothing else is in the row, and a column may come twice."""
    asked = b'{"ids":["1"],"fields":["worker_name","code","code"],"as":["workerName","code","again"]}'

    [row] = json.loads(answer("residents", GRIDS, asked) or b"")

    assert list(row) == ["workerName", "code", "again"]


def test_pages_hold_their_cursors() -> None:
    """The registered documents' lists are pages."""
    asked = {"ids": ["330111004002001"], "fields": ["id"], "limit": 3, "after": None, "before": None, "arguments": {}}

    [rows] = json.loads(answer("residents", "/screening-tasks/by-grid:batch", json.dumps(asked).encode()) or b"")

    assert [sorted(row) for row in rows] == [["cursor", "id"]] * 3


def test_other_keys_have_other_rows() -> None:
    """No two variants share what they find, so that sharing work in flight gives no advantage."""
    path = "/screening-tasks/by-grid:batch"
    asked = {"ids": ["330111000000001", "330111000000002"], "fields": ["resident_id"], "limit": 2}

    first, second = json.loads(answer("residents", path, json.dumps(asked).encode()) or b"")

    assert {row["resident_id"] for row in first}.isdisjoint(row["resident_id"] for row in second)


def test_every_registered_query_has_variables() -> None:
    """A new query must be given variables here, or the bench would leave it out."""
    assert {"GridRound", "ResidentCard", "DistrictBoard"} <= {shape.name for shape in registered()}


@pytest.mark.parametrize("size", [1, 7, 1_000])
async def test_requests_are_answered_however_they_arrive(
    wire: tuple[asyncio.StreamReader, asyncio.StreamWriter], size: int
) -> None:
    """Cut anywhere, known or not yet."""
    reader, writer = wire
    for _ in range(2):
        sent = request(BODY)
        for start in range(0, len(sent), size):
            writer.write(sent[start : start + size])
            await writer.drain()

        assert len(await response(reader)) == 2


async def test_chunked_requests_are_answered(wire: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
    """Some clients send bodies in chunks."""
    reader, writer = wire
    head = f"POST {GRIDS} HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n".encode()

    writer.write(b"%b%x\r\n%b\r\n0\r\n\r\n" % (head, len(BODY), BODY))

    assert len(await response(reader)) == 2
