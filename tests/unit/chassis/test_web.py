"""What stands in front of every process's routes."""

from collections.abc import Sequence

import structlog
from fastapi import FastAPI, Request
from starlette.types import Message, Scope

from chassis.web import CLIENT_GONE, Front, add_handlers

POST = {
    "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
    "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [],
    "server": ("127.0.0.1", 1), "client": ("127.0.0.1", 2),
}  # fmt: skip


async def answered(incoming: Sequence[Message]) -> tuple[list[Message], list[str]]:
    """Return what an application that reads its body sends to a client, and which lines it logs."""
    app = FastAPI()
    add_handlers(app)

    @app.post("/")
    async def read(request: Request) -> int:
        return len(await request.body())

    coming, sent = iter(incoming), list[Message]()

    async def receive() -> Message:
        return next(coming)

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = dict(POST)
    with structlog.testing.capture_logs() as lines:
        await Front(app, "service", trusted=True)(scope, receive, send)
    return sent, [line["event"] for line in lines]


async def test_client_that_goes_away_is_no_bug() -> None:
    """A gateway gives up calls whose time is over, also while it sends them."""
    sent, logged = await answered([
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ])  # fmt: skip

    assert sent[0]["status"] == CLIENT_GONE
    assert logged == []


async def test_client_that_stays_is_answered() -> None:
    """The same request, sent whole."""
    sent, _ = await answered([{"type": "http.request", "body": b"half", "more_body": False}])

    assert (sent[0]["status"], sent[1]["body"]) == (200, b"4")
