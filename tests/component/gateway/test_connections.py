"""Server-sent events and WebSocket over a real server."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from gateway.app import create_app
from tests.component.gateway.desk import Desk, open_desk, token_of
from tests.component.gateway.district import GRID, district
from tests.component.gateway.following import NOTICES, Events
from tests.support.servers import Infrastructure

PROTOCOL = Subprotocol("graphql-transport-ws")
VIEWER = "{ viewer { name } }"
WAIT_S = 10.0


class Server(uvicorn.Server):
    """Leaves signals alone: uvicorn would put back the handler of a task that has ended, for all later tests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


@asynccontextmanager
async def served(desk: Desk) -> AsyncIterator[str]:
    """Serve a gateway on a free port; yields host and port."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(desk.gateway), log_config=None, lifespan="on", ws="websockets-sansio")
    server = Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    address = "{}:{}".format(*listener.getsockname())
    try:
        async with asyncio.timeout(WAIT_S), httpx.AsyncClient() as http:
            while (await http.get(f"http://{address}/livez")).status_code != 200:
                pass
        yield address
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def address(infrastructure: Infrastructure) -> AsyncIterator[tuple[str, Desk]]:
    """Serve a gateway on the run's NATS."""
    desk = open_desk(district(3), nats_url=infrastructure.nats_url)
    async with desk.http, served(desk) as where:
        await desk.gateway.feed.connection.wait()
        yield where, desk


@asynccontextmanager
async def socket_to(where: str, token: str | None = None, **payload: str) -> AsyncIterator[ClientConnection]:
    """Open a connection and, with a token, initialize it."""
    async with connect(f"ws://{where}/graphql", subprotocols=[PROTOCOL]) as ws:
        if token is not None:
            await say(ws, type="connection_init", payload={"Authorization": f"Bearer {token}", **payload})
            assert await hear(ws) == {"type": "connection_ack"}
        yield ws


async def say(ws: ClientConnection, **message: Any) -> None:
    """Send a message."""
    await ws.send(json.dumps(message))


async def hear(ws: ClientConnection) -> Any:
    """Return the next message."""
    async with asyncio.timeout(WAIT_S):
        return json.loads(await ws.recv())


async def closed(ws: ClientConnection) -> tuple[int, str]:
    """Wait until the server closes; return code and reason."""
    async with asyncio.timeout(WAIT_S):
        await ws.wait_closed()
    return ws.close_code or 0, ws.close_reason or ""


async def test_query_over_websocket(address: tuple[str, Desk]) -> None:
    """Any operation may be sent; pings are answered; errors of a document end the operation only."""
    async with socket_to(address[0], token_of(), **{"accept-language": "zh"}) as ws:
        await say(ws, type="ping")
        assert await hear(ws) == {"type": "pong"}
        await say(ws, type="subscribe", id="1", payload={"query": VIEWER})
        answer, done = await hear(ws), await hear(ws)
        await say(ws, type="subscribe", id="2", payload={"query": "{ nothing }"})
        refused = await hear(ws)

    assert answer["payload"]["data"] == {"viewer": {"name": "沈国平"}}
    assert "traceId" in answer["payload"]["extensions"]
    assert done == {"type": "complete", "id": "1"}
    assert (refused["type"], refused["id"]) == ("error", "2")
    assert refused["payload"][0]["extensions"]["code"] == "DocumentInvalid"
    assert refused["payload"][0]["message"].startswith("GraphQL 文档与模式不符")


async def test_subscription_over_websocket(address: tuple[str, Desk]) -> None:
    """Payloads until the client has enough; the consumer goes with the last follower."""
    where, desk = address
    assert desk.gateway.feed.client is not None
    events = Events(desk, desk.gateway.feed.jetstream())
    async with socket_to(where, token_of("grid_worker", scopes=[GRID])) as ws:
        await say(ws, type="subscribe", id="n", payload={"query": NOTICES, "variables": {"scope": GRID}})
        await events.listening("residents.order_issued")
        await events.issue(1)
        payload = (await hear(ws))["payload"]["data"]["quarantineNoticeIssued"]
        await say(ws, type="complete", id="n")
        await say(ws, type="ping")
        assert await hear(ws) == {"type": "pong"}

    assert payload["quarantineOrder"]["resident"] == {"name": "居民1"}
    assert not desk.gateway.feed.families["residents.order_issued"].followers


async def test_subscription_over_websocket_ends_with_the_token(address: tuple[str, Desk]) -> None:
    """The last payload says why; then it is complete."""
    async with socket_to(address[0], token_of(exp=int(time.time()) + 2)) as ws:
        await say(ws, type="subscribe", id="n", payload={"query": NOTICES, "variables": {"scope": GRID}})
        last, done = await hear(ws), await hear(ws)

    assert last["payload"]["errors"][0]["extensions"]["code"] == "TokenExpired"
    assert done["type"] == "complete"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({}, "TokenMissing"),
        ({"Authorization": "Bearer x"}, "TokenInvalid"),
        ({"Authorization": f"Bearer {token_of(exp=1)}"}, "TokenExpired"),
    ],
)
async def test_unknown_caller_is_closed_out(address: tuple[str, Desk], payload: dict[str, str], reason: str) -> None:
    """4403 with the problem's code."""
    async with socket_to(address[0]) as ws:
        await say(ws, type="connection_init", payload=payload)
        assert await closed(ws) == (4403, reason)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ('{"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { name } }"}}', 4401),
        ("nonsense", 4400),
        ('{"type": "unknown"}', 4400),
        ('{"id": 1}', 4400),
    ],
)
async def test_protocol_is_kept(address: tuple[str, Desk], message: str, code: int) -> None:
    """A client that breaks it is closed with the protocol's code."""
    async with socket_to(address[0]) as ws:
        await ws.send(message)
        assert (await closed(ws))[0] == code


async def test_second_initialization_and_second_use_of_an_id(address: tuple[str, Desk]) -> None:
    """4429 and 4409."""
    async with socket_to(address[0], token_of()) as ws:
        await say(ws, type="connection_init", payload={"Authorization": f"Bearer {token_of()}"})
        first = await closed(ws)
    async with socket_to(address[0], token_of()) as ws:
        for _ in range(2):
            await say(ws, type="subscribe", id="n", payload={"query": NOTICES, "variables": {"scope": GRID}})
        second = await closed(ws)

    assert (first[0], second[0]) == (4429, 4409)


async def test_subscription_over_events(address: tuple[str, Desk]) -> None:
    """`next` events with payloads; leaving ends the subscription."""
    where, desk = address
    events = Events(desk, desk.gateway.feed.jetstream())
    after = await events.place("residents")
    await events.issue(2)
    headers = {"authorization": f"Bearer {token_of()}", "accept": "text/event-stream"}
    body = {"query": NOTICES, "variables": {"scope": GRID, "after": after}}

    async with (
        httpx.AsyncClient(timeout=WAIT_S) as http,
        http.stream("POST", f"http://{where}/graphql", json=body, headers=headers) as response,
    ):
        assert response.headers["content-type"] == "text/event-stream"
        lines = response.aiter_lines()
        while await anext(lines) != "event: next":
            pass
        payload = json.loads((await anext(lines)).removeprefix("data: "))

    assert payload["data"]["quarantineNoticeIssued"]["quarantineOrder"]["resident"] == {"name": "居民2"}


async def test_query_over_events_is_complete_at_once(address: tuple[str, Desk]) -> None:
    """One `next`, then `complete`; a refused document is no stream."""
    headers = {"authorization": f"Bearer {token_of()}", "accept": "text/event-stream"}
    async with httpx.AsyncClient(timeout=WAIT_S) as http:
        whole = await http.post(f"http://{address[0]}/graphql", json={"query": VIEWER}, headers=headers)
        refused = await http.post(f"http://{address[0]}/graphql", json={"query": "{"}, headers=headers)

    assert [line for line in whole.text.splitlines() if line.startswith("event")] == ["event: next", "event: complete"]
    assert refused.status_code == 400
    assert refused.headers["content-type"].startswith("application/graphql-response+json")


async def test_subscription_needs_a_stream(address: tuple[str, Desk]) -> None:
    """Over plain HTTP it is 406."""
    body = {"query": NOTICES, "variables": {"scope": GRID}}
    async with httpx.AsyncClient() as http:
        response = await http.post(
            f"http://{address[0]}/graphql", json=body, headers={"authorization": f"Bearer {token_of()}"}
        )

    assert response.status_code == 406
