"""Server-sent events: GraphQL over SSE, distinct connections mode."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import msgspec
from starlette.types import Receive

from gateway.operations import Prepared, Response
from gateway.serving.answers import Answer
from gateway.serving.gateway import Gateway
from gateway.upstream.context import Context

KEEPALIVE_S = 12.0
WAITING_MAX = 16


async def responses(gateway: Gateway, prepared: Prepared, context: Context) -> AsyncGenerator[Response, None]:
    """Yield everything that an operation answers."""
    if prepared.kind == "subscription":
        async with contextlib.aclosing(gateway.driver.responses(prepared, context)) as payloads:
            async for response in payloads:
                yield response
    else:
        async with gateway.gate.place(prepared.traits.priority):
            response = await gateway.operations.run_in_time(prepared, context)
        yield response


async def send_events(gateway: Gateway, prepared: Prepared, context: Context, receive: Receive, answer: Answer) -> None:
    """Stream an operation's answers until it ends or the client goes away."""
    send = answer.send
    await send({"type": "http.response.start", "status": 200, "headers": answer.headers()})
    await send({"type": "http.response.body", "body": b":\n\n", "more_body": True})
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING_MAX)
    producing = asyncio.create_task(produce(responses(gateway, prepared, context), waiting))
    leaving = asyncio.create_task(gone(receive))
    leaving.add_done_callback(lambda _: producing.cancel())
    producing.add_done_callback(lambda _: waiting.put_nowait(None) if not waiting.full() else None)
    try:
        while not leaving.done():
            event = await next_event(waiting, producing)
            if event is None:
                break
            await send({"type": "http.response.body", "body": event, "more_body": True})
        if not leaving.done():
            if not producing.cancelled():
                producing.result()
            await send({"type": "http.response.body", "body": b"event: complete\ndata:\n\n", "more_body": True})
            await send({"type": "http.response.body", "body": b""})
    finally:
        producing.cancel()
        leaving.cancel()
        await asyncio.gather(producing, leaving, return_exceptions=True)


async def produce(source: AsyncGenerator[Response, None], waiting: asyncio.Queue[bytes | None]) -> None:
    """Put an operation's answers into the queue; a slow client holds the operation up."""
    async with contextlib.aclosing(source) as answers:
        async for response in answers:
            await waiting.put(b"event: next\ndata: " + msgspec.json.encode(response) + b"\n\n")


async def next_event(waiting: asyncio.Queue[bytes | None], producing: asyncio.Task[None]) -> bytes | None:
    """Return the next event, a sign of life when there is none for a while, or None at the end."""
    if producing.done() and waiting.empty():
        return None
    try:
        async with asyncio.timeout(KEEPALIVE_S):
            return await waiting.get()
    except TimeoutError:
        return b":\n\n"


async def gone(receive: Receive) -> None:
    """Wait until the client goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
