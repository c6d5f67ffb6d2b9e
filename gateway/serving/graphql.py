"""/graphql: a raw ASGI application for queries, mutations, subscriptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from chassis.errors import DeadlineExceeded, Problem
from chassis.telemetry import server_span
from chassis.web import deadline_ms
from gateway.operations import Prepared, Refused, Request
from gateway.serving.answers import ROUTE, Answer
from gateway.serving.callers import bearer
from gateway.serving.events import send_events
from gateway.serving.gateway import Gateway
from gateway.serving.messages import EVENTS, Gone, accepted, headers_of, read_request
from gateway.serving.watch import Left, Watch
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
            except TimeoutError:
                await answer.refuse((DeadlineExceeded(),), headers)
            except (Gone, Left):
                pass
            except Exception as error:  # noqa: BLE001 - a bug is masked, whatever it is
                await answer.fail(error, headers)
            await answer.end(method)

    async def answer(self, scope: Scope, receive: Receive, answer: Answer, headers: Mapping[str, str]) -> None:
        """Let an operation in when there is room, run it, and answer in the form that was asked for."""
        bearer(headers)
        gateway, ticks = self.gateway, self.gateway.operations.ticks
        now = gateway.calls.loop.time()
        with Watch(ticks, now, now + self.seconds(headers)) as watch:
            request = await read_request(scope, receive, headers)
            priority = self.priority(request, now)
            if priority is Priority.ORDINARY and gateway.calls.guards.are_crowded(gateway.operations.services(request)):
                gateway.gate.count(priority)
                await answer.turn_away(headers)
                return
            place = gateway.gate.enter(priority)
            if place is not True and (place is False or not await gateway.gate.wait(place)):
                await answer.turn_away(headers)
                return
            try:
                caller = gateway.callers.known(headers) or await gateway.callers.of(headers)
                prepared = gateway.operations.prepare(request)
                answer.label = prepared.traits.label
                check(prepared, scope["method"], answer.media_type)
                context = Context(caller, gateway.calls, watch.ends_at, priority is Priority.URGENT)
                if answer.media_type != EVENTS:
                    watch.receive = receive if prepared.kind == "query" else None
                    await answer.give(await gateway.operations.run(prepared, context))
                    return
            finally:
                gateway.gate.leave()
        answer.status, answer.outcome = 200, "ok"
        await send_events(gateway, prepared, context, receive, answer)

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
