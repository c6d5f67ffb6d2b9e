"""Answers over HTTP: their form, what every one of them carries, and how they are counted."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
import structlog
from prometheus_client import Counter
from starlette.types import Send

from chassis.counting import Durations
from chassis.errors import Problem
from chassis.spans import Here
from chassis.web import CLIENT_GONE, frames, requests_total
from gateway.errors import BUG
from gateway.operations import Response, failure
from gateway.resilience.gate import retry_after_ms
from gateway.serving.callers import languages
from gateway.serving.messages import EVENTS, RESPONSE_JSON, status_of
from gateway.shared.problems import Overloaded
from gateway.traits import OTHER

ROUTE = "/graphql"
SERVICE = "gateway"

log = structlog.get_logger()
encode = msgspec.json.Encoder().encode

operation_seconds = Durations(
    "gateway_operation_duration_seconds", "Time to answer an operation over HTTP.", ["operation", "outcome"]
)


@dataclass(slots=True)
class Answer:
    """The answer to one request, from its arrival to its place in the metrics."""

    send: Send
    span: Here
    media_type: str = RESPONSE_JSON
    status: int = CLIENT_GONE
    label: str = OTHER
    outcome: str = "left"
    quiet: bool = False
    started: float = field(default_factory=time.perf_counter)

    async def give(self, response: Response) -> None:
        """Answer with what an operation returned."""
        self.outcome = "ok" if response.errors is msgspec.UNSET else "errors"
        await self.respond(response, status_of(response, self.media_type))

    async def refuse(self, problems: tuple[Problem, ...], headers: Mapping[str, str]) -> None:
        """Answer with the reasons why nothing was executed."""
        self.outcome = "refused"
        if self.media_type == EVENTS:
            self.media_type = RESPONSE_JSON
        response = failure(list(problems), languages(headers.get("accept-language")))
        status = status_of(response, self.media_type, problems)
        extra: list[tuple[bytes, bytes]] = []
        if status == 401:
            extra.append((b"www-authenticate", b"Bearer"))
        if status == 405:
            extra.append((b"allow", b"GET, POST"))
        if problems[0].retry_after_ms is not None:
            extra += again(problems[0].retry_after_ms)
        await self.respond(response, status, extra)

    async def turn_away(self, headers: Mapping[str, str]) -> None:
        """Answer that there is too much to do: with as little work as can be."""
        self.outcome, self.quiet = "overloaded", True
        retry_ms, trace_id = retry_after_ms(), self.span.trace_id
        extensions = {"code": Overloaded.__name__, "traceId": trace_id, "retryable": True, "retryAfterMs": retry_ms}
        said = overloaded(languages(headers.get("accept-language")))
        if self.media_type == EVENTS:
            self.media_type = RESPONSE_JSON
        response = Response([{"message": said, "extensions": extensions}], extensions={"traceId": trace_id})
        await self.respond(response, Overloaded.status, again(retry_ms))

    async def fail(self, error: Exception, headers: Mapping[str, str]) -> None:
        """Answer a bug: the client sees a trace id to quote, the log where it happened."""
        await log.aerror("bug", error=type(error).__name__, frames=frames(error))
        if self.status != CLIENT_GONE:
            return
        trace_id = self.span.trace_id
        said = BUG[languages(headers.get("accept-language"))].format(trace_id=trace_id)
        extensions = {"code": "InternalError", "traceId": trace_id}
        self.outcome = "failed"
        await self.respond(
            Response([{"message": said, "extensions": extensions}], extensions={"traceId": trace_id}), 500
        )

    async def respond(self, response: Response, status: int, extra: list[tuple[bytes, bytes]] | None = None) -> None:
        """Encode a response, once, and send it."""
        body = encode(response)
        headers = [*self.headers(), (b"content-length", b"%d" % len(body))]
        if extra:
            headers += extra
        self.status = status
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return what every answer carries: its form, and its trace's id."""
        parent = self.span.traceparent.encode()
        return [
            *form(self.media_type),
            (b"traceresponse", parent),
            (b"server-timing", b'traceparent;desc="' + parent + b'"'),
        ]

    async def end(self, method: str) -> None:
        """Count the answer."""
        seconds = time.perf_counter() - self.started
        answered(self.status).inc()
        operation_seconds.observe(seconds, self.label, self.outcome)
        if self.span.recording:
            self.span.set_attributes({
                "http.request.method": method,
                "http.route": ROUTE,
                "http.response.status_code": self.status,
            })  # fmt: skip
        if self.status >= 500 and not self.quiet:
            await log.awarning("request", method=method, route=ROUTE, status=self.status, ms=round(seconds * 1e3, 1))


def again(retry_ms: int) -> list[tuple[bytes, bytes]]:
    """Return the headers that say when to come back: in whole seconds, and exactly."""
    return [(b"retry-after", b"%d" % -(-retry_ms // 1_000)), (b"retry-after-ms", b"%d" % retry_ms)]


@lru_cache(8)
def overloaded(language: str) -> str:
    """Return what Overloaded says."""
    return Overloaded().message(language)


@lru_cache(16)
def form(media_type: str) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers of an answer in a form."""
    if media_type == EVENTS:
        return (b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")
    return (b"content-type", f"{media_type}; charset=utf-8".encode()), (b"cache-control", b"no-store")


@lru_cache(100)
def answered(status: int) -> Counter:
    """Return the counter of answers with a status."""
    return requests_total.labels(SERVICE, ROUTE, status)
