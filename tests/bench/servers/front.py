"""What the Python servers share: a raw ASGI front under uvicorn, and how a server says where it listens."""

import asyncio
import gc
import json
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.onepiece import Http
from tests.bench.lines import tell

YOUNG_OBJECTS = 50_000  # one collection of the young every so many objects, for every server alike

Answer = Callable[[bytes], Awaitable[bytes]]
Make = Callable[[Mapping[str, str]], ASGIApp]


class Asked(msgspec.Struct, gc=False):
    """A GraphQL request."""

    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815 - the protocol's name


read = msgspec.json.Decoder(Asked).decode


class Front:
    """Reads a body, has it answered, sends the answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        message = await receive()
        body: bytes = message["body"]
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
        made = await self.answer(body)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(made))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": made})


def serve(make: Make) -> None:
    """Serve an application on a free port: the services' addresses are the first argument."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1_024)
    config = uvicorn.Config(
        lambda scope, receive, send: None,
        loop="uvloop",
        http=Http,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        date_header=False,
        lifespan="off",
    )
    urls: dict[str, str] = json.loads(sys.argv[1])

    async def run() -> None:
        config.app = make(urls)
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS, 50, 100)
        tell({"port": listener.getsockname()[1]})
        await uvicorn.Server(config).serve(sockets=[listener])

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(run())
