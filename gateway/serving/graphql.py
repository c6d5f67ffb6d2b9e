"""/graphql: a raw ASGI application for queries, mutations, subscriptions."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from starlette.types import Receive, Scope, Send

from chassis.errors import Problem
from chassis.language import language_of
from chassis.web import deadline_ms
from gateway.operations import Refused, Request, Response, failure
from gateway.serving.events import send_events
from gateway.serving.gateway import Gateway
from gateway.serving.messages import EVENTS, RESPONSE_JSON, Gone, accepted, headers_of, read_request, status_of
from gateway.serving.websocket import Socket
from gateway.shared.problems import MethodMayNot, NothingAcceptable

DEADLINE_SHARE = 0.9
CHARSET = "; charset=utf-8"


@dataclass(slots=True)
class GraphQL:
    """The endpoint."""

    gateway: Gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hold a connection."""
        headers = headers_of(scope)
        if scope["type"] == "websocket":
            await Socket(self.gateway, headers, receive, send).run(scope)
            return
        media_type = RESPONSE_JSON
        try:
            media_type = accepted(headers)
            await self.answer(scope, receive, send, headers=headers, media_type=media_type)
        except Refused as refused:
            await refuse(send, refused.problems, headers, media_type)
        except Problem as problem:
            await refuse(send, (problem,), headers, media_type)
        except Gone:
            return

    async def answer(
        self, scope: Scope, receive: Receive, send: Send, *, headers: Mapping[str, str], media_type: str
    ) -> None:
        """Run an operation and answer in the form that was asked for."""
        caller = await self.gateway.callers.of(headers)
        request: Request = await read_request(scope, receive, headers)
        prepared = self.gateway.operations.prepare(request)
        if scope["method"] == "GET" and prepared.kind == "mutation":
            raise MethodMayNot(kind="mutation", method="GET")
        context = self.gateway.context(caller, self.seconds(headers))
        if media_type == EVENTS:
            await send_events(self.gateway, prepared, context, receive, send)
            return
        if prepared.kind == "subscription":
            raise NothingAcceptable
        response = await self.gateway.operations.run(prepared, context)
        await respond(send, response, status_of(response, media_type), media_type)

    def seconds(self, headers: Mapping[str, str]) -> float:
        """Return how long an operation may take: less than the client waits."""
        return min(self.gateway.operation_s, deadline_ms(headers) / 1_000 * DEADLINE_SHARE)


async def refuse(send: Send, problems: tuple[Problem, ...], headers: Mapping[str, str], media_type: str) -> None:
    """Answer with the reasons why nothing was executed."""
    language = language_of(headers.get("accept-language"))
    media_type = RESPONSE_JSON if media_type == EVENTS else media_type
    response = failure(list(problems), language)
    status = status_of(response, media_type, problems)
    extra: list[tuple[bytes, bytes]] = []
    if status == 401:
        extra.append((b"www-authenticate", b"Bearer"))
    if status == 405:
        extra.append((b"allow", b"GET, POST"))
    if problems[0].retry_after_ms is not None:
        extra.append((b"retry-after", str(-(-problems[0].retry_after_ms // 1_000)).encode()))
    await respond(send, response, status, media_type, extra)


async def respond(
    send: Send, response: Response, status: int, media_type: str, extra: list[tuple[bytes, bytes]] | None = None
) -> None:
    """Send a response."""
    body = msgspec.json.encode(response)
    headers = [
        (b"content-type", (media_type + CHARSET).encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *(extra or ()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
