"""/graphql: a raw ASGI application for queries, mutations, subscriptions."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from chassis.errors import DeadlineExceeded, Problem
from chassis.telemetry import server_span
from chassis.web import deadline_ms
from gateway.operations import Prepared, Refused, Request, Response
from gateway.serving.answers import ROUTE, Answer
from gateway.serving.callers import bearer
from gateway.serving.events import send_events
from gateway.serving.gateway import Gateway
from gateway.serving.leaving import Leaving, Left
from gateway.serving.messages import EVENTS, Gone, accepted, headers_of, read_request
from gateway.serving.websocket import Socket
from gateway.shared.problems import MethodMayNot, NothingAcceptable
from gateway.traits import Priority, may_be_urgent
from gateway.upstream.context import Context

DEADLINE_SHARE = 0.9
LOOKS_MAX, LOOKS_PER_S = 20.0, 20.0


@dataclass(slots=True)
class GraphQL:
    """The endpoint."""

    gateway: Gateway
    looks: float = LOOKS_MAX
    looked_at: float = field(default=0.0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hold a connection."""
        headers = headers_of(scope)
        if scope["type"] == "websocket":
            await Socket(self.gateway, headers, receive, send).run(scope)
            return
        method = scope["method"]
        with server_span(f"{method} {ROUTE}", headers.get("traceparent"), trusted=False) as span:
            answer = Answer(send, span)
            try:
                answer.media_type = accepted(headers)
                await self.answer(scope, receive, answer, headers)
            except Refused as refused:
                await answer.refuse(refused.problems, headers)
            except Problem as problem:
                await answer.refuse((problem,), headers)
            except (Gone, Left):
                pass
            except Exception as error:  # noqa: BLE001 - a bug is masked, whatever it is
                await answer.fail(error, headers)
            await answer.end(method)

    async def answer(self, scope: Scope, receive: Receive, answer: Answer, headers: Mapping[str, str]) -> None:
        """Let an operation in when there is room, run it, and answer in the form that was asked for."""
        bearer(headers)
        now, seconds = asyncio.get_running_loop().time(), self.seconds(headers)
        try:
            with self.gateway.operations.ticks.deadline(now + seconds):
                request = await read_request(scope, receive, headers)
        except TimeoutError:
            raise DeadlineExceeded from None
        gate, priority = self.gateway.gate, self.priority(request, now)
        place = gate.enter(priority)
        if place is not None:
            await gate.wait(place, priority)
        try:
            caller = self.gateway.callers.known(headers) or await self.gateway.callers.of(headers)
            prepared = self.gateway.operations.prepare(request)
            answer.label = prepared.traits.label
            check(prepared, scope["method"], answer.media_type)
            context = Context(caller, self.gateway.calls, now + seconds)
            if answer.media_type != EVENTS:
                await answer.give(await self.run(prepared, context, receive))
                return
        finally:
            gate.leave()
        answer.status, answer.outcome = 200, "ok"
        await send_events(self.gateway, prepared, context, receive, answer)

    async def run(self, prepared: Prepared, context: Context, receive: Receive) -> Response:
        """Run an operation for as long as the client is there; a command is carried through, whoever has gone."""
        if prepared.kind == "mutation":
            return await self.gateway.operations.run(prepared, context)
        with Leaving(self.gateway.operations.ticks, receive):
            return await self.gateway.operations.run(prepared, context)

    def priority(self, request: Request, now: float) -> Priority:
        """Return how urgent a request is; an unread document is ordinary, unless a look says otherwise.

        To look is to parse, which is work: there are only so many looks a second.
        """
        operations = self.gateway.operations
        known = operations.priority(request)
        if known is not None:
            return known
        self.looks = min(self.looks + (now - self.looked_at) * LOOKS_PER_S, LOOKS_MAX)
        self.looked_at = now
        if self.looks < 1 or not may_be_urgent(request.query):
            return Priority.ORDINARY
        self.looks -= 1
        return operations.prepare(request).traits.priority

    def seconds(self, headers: Mapping[str, str]) -> float:
        """Return how long an operation may take: less than the client waits."""
        return min(self.gateway.operation_s, deadline_ms(headers) / 1_000 * DEADLINE_SHARE)


def check(prepared: Prepared, method: str, media_type: str) -> None:
    """Raise MethodMayNot or NothingAcceptable if this is no way to send the operation."""
    if method == "GET" and prepared.kind == "mutation":
        raise MethodMayNot(kind="mutation", method="GET")
    if prepared.kind == "subscription" and media_type != EVENTS:
        raise NothingAcceptable
