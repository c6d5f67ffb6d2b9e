"""What stands in front of every process's routes: spans, deadlines, problems, metrics, health."""

import asyncio
import functools
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.errors import (
    CONTENT_TYPE,
    AnsweredBefore,
    DeadlineExceeded,
    FieldMalformed,
    FieldMissing,
    Problem,
    ProblemDocument,
    document,
)
from chassis.language import Said, language_of
from chassis.spans import Here
from chassis.telemetry import current_trace_id, server_span, traceparent

DEADLINE_MS_DEFAULT = 10_000
DEADLINE_MS_MAX = 60_000
CLIENT_GONE = 499  # nobody is there to see it but the metrics
EVENTS = b"text/event-stream"
UNTRACED = frozenset({"/livez", "/readyz", "/metrics"})

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False}

requests_total = Counter("http_requests_total", "Requests answered.", ["service", "route", "status"])
request_seconds = Histogram("http_request_duration_seconds", "Time to answer.", ["service", "route"])

log = structlog.get_logger()


@dataclass(slots=True)
class Front:
    """The outermost application of a process.

    `trusted` callers (the gateway, to a service) hand on their trace; a public caller's is linked. A
    request to one of the `unhurried` paths, or below one that ends with a slash, may take the longest deadline
    without asking for it. A stream of events has no deadline once it has begun.
    """

    app: ASGIApp
    service: str
    trusted: bool
    unhurried: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] in UNTRACED:
            await self.app(scope, receive, send)
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        method = scope["method"]
        with server_span(method, headers.get("traceparent"), trusted=self.trusted) as span:
            exchange = Exchange(send, headers)
            started = time.perf_counter()
            await self.answer(scope, receive, exchange)
            route = str(getattr(scope.get("route"), "path", scope["path"] if exchange.status < 404 else "unknown"))
            if span.recording:
                describe(span, scope, route, exchange.status)
            seconds = time.perf_counter() - started
            count(self.service, route, exchange.status, seconds)
            if exchange.status >= 500:
                await log.awarning(
                    "request", method=method, route=route, status=exchange.status, ms=round(seconds * 1e3, 1)
                )

    async def answer(self, scope: Scope, receive: Receive, exchange: "Exchange") -> None:
        """Run the application within the request's deadline; what it did not foresee is a bug: 500."""
        path: str = scope["path"]
        is_unhurried = path in self.unhurried or path[: path.rfind("/") + 1] in self.unhurried
        default_ms = DEADLINE_MS_MAX if is_unhurried else DEADLINE_MS_DEFAULT
        try:
            async with asyncio.timeout(deadline_ms(exchange.headers, default_ms) / 1_000) as exchange.deadline:
                await self.app(scope, receive, exchange.send)
        except TimeoutError:
            await exchange.fail(document(DeadlineExceeded(), language_of(exchange.headers.get("accept-language"))))
        except Exception as error:  # noqa: BLE001 - the one place where a bug is caught and masked
            await log.aerror("bug", error=type(error).__name__, frames=frames(error))
            await exchange.fail(bug(exchange.headers))


@dataclass(slots=True)
class Exchange:
    """One answer under way: its status, and the headers that every answer carries."""

    raw_send: Send
    headers: Mapping[str, str]
    status: int = 500
    started: bool = False
    deadline: asyncio.Timeout | None = None

    async def send(self, message: Message) -> None:
        """Send on, with the trace's id in the headers."""
        if message["type"] == "http.response.start":
            self.started, self.status = True, message["status"]
            if self.deadline and (b"content-type", EVENTS) in message.get("headers", []):
                self.deadline.reschedule(None)
            parent = traceparent()
            if parent:
                message["headers"] = [
                    *message.get("headers", []),
                    (b"traceresponse", parent.encode()),
                    (b"server-timing", f'traceparent;desc="{parent}"'.encode()),
                ]
        await self.raw_send(message)

    async def fail(self, problem: ProblemDocument) -> None:
        """Answer with a problem, unless part of another answer is on its way."""
        if not self.started:
            body = msgspec.json.encode(problem)
            start = {"type": "http.response.start", "status": problem.status, "headers": problem_headers(problem)}
            await self.send(start)
            await self.raw_send({"type": "http.response.body", "body": body})


def describe(span: Here, scope: Scope, route: str, status: int) -> None:
    """Say in a request's span what was asked and answered."""
    span.update_name(f"{scope['method']} {route}")
    span.set_attributes({
        "http.request.method": scope["method"],
        "url.scheme": scope["scheme"],
        "http.route": route,
        "http.response.status_code": status,
    })  # fmt: skip


def count(service: str, route: str, status: int, seconds: float) -> None:
    """Count a request in the metrics."""
    total, duration = measured(service, route, status)
    total.inc()
    duration.observe(seconds)


@functools.lru_cache(1_000)
def measured(service: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Return the metrics with these labels: looking them up each time costs more than counting."""
    return requests_total.labels(service, route, status), request_seconds.labels(service, route)


def frames(error: BaseException) -> list[str]:
    """Return where an error came from: places only, since messages and locals may name a person."""
    chain, found = error, []
    while chain is not None:
        found += [
            f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(chain.__traceback__)[-6:]
        ]
        found.append(type(chain).__name__)
        chain = chain.__cause__ or chain.__context__  # type: ignore[assignment]
    return found


def deadline_ms(headers: Mapping[str, str], default_ms: int = DEADLINE_MS_DEFAULT) -> int:
    """Return the time a caller still has, from X-Deadline-Ms."""
    text = headers.get("x-deadline-ms", "")
    return min(max(int(text), 1), DEADLINE_MS_MAX) if text.isdigit() and len(text) < 9 else default_ms


def bug(headers: Mapping[str, str]) -> ProblemDocument:
    """Return what a client sees of a bug: a trace id to quote, and nothing else."""
    chinese = language_of(headers.get("accept-language")) == "zh"
    said = "系统内部错误，追踪编号 " if chinese else "An internal error; quote the trace id "
    return ProblemDocument(
        code="InternalError", status=500, title="InternalError", detail=said + (current_trace_id() or "-")
    )


def problem_headers(problem: ProblemDocument) -> list[tuple[bytes, bytes]]:
    """Return a problem's headers; Retry-After in whole seconds, and the exact time beside it."""
    headers = [(b"content-type", CONTENT_TYPE.encode())]
    if problem.retry_after_ms is not None:
        headers.append((b"retry-after", str(-(-problem.retry_after_ms // 1_000)).encode()))
        headers.append((b"retry-after-ms", str(problem.retry_after_ms).encode()))
    if problem.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    return headers


def problem_response(problem: Problem, request: Request) -> Response:
    """Answer a problem in the caller's language."""
    said = document(problem, language_of(request.headers.get("accept-language")))
    headers = {k.decode(): v.decode() for k, v in problem_headers(said) if k != b"content-type"}
    return Response(msgspec.json.encode(said), said.status, headers, CONTENT_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Answer problems, invalid bodies and repeated commands in one form."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return problem_response(error, request)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem_response(first_fault(error.errors()), request)

    async def on_answered(_request: Request, error: Exception) -> Response:
        assert isinstance(error, AnsweredBefore)
        return Response(error.answer, error.status, media_type="application/json")

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        said = ProblemDocument(code=f"Http{error.status_code}", status=error.status_code, detail=str(error.detail))
        return Response(msgspec.json.encode(said), error.status_code, dict(error.headers or {}), CONTENT_TYPE)

    async def on_gone(_request: Request, _error: Exception) -> Response:
        return Response(status_code=CLIENT_GONE)

    async def on_bug(request: Request, _error: Exception) -> Response:
        said = bug(request.headers)
        return Response(msgspec.json.encode(said), said.status, media_type=CONTENT_TYPE)

    app.add_exception_handler(Exception, on_bug)
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(AnsweredBefore, on_answered)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(ClientDisconnect, on_gone)


RULES = {
    "extra_forbidden": Said("no such field", "没有此字段"),
    "string_too_short": Said("it may not be that short", "长度不足"),
    "string_too_long": Said("it may not be that long", "长度超限"),
    "too_short": Said("it needs more entries", "条目不足"),
    "too_long": Said("it has too many entries", "条目过多"),
    "greater_than_equal": Said("it is below the least value", "小于最小值"),
    "less_than_equal": Said("it is above the greatest value", "大于最大值"),
    "json_invalid": Said("it is no JSON", "不是有效的 JSON"),
    "enum": Said("it is none of the values of a closed list", "不在允许的取值范围内"),
    "literal_error": Said("it is none of the values of a closed list", "不在允许的取值范围内"),
    "timezone_aware": Said("an instant needs a time zone", "时间须带时区"),
    "text_unstorable": Said("it holds characters that no text has", "含有无法保存的字符"),
}
KINDS = {
    "string": Said("a text", "应为文本"),
    "int": Said("a whole number", "应为整数"),
    "float": Said("a number", "应为数字"),
    "bool": Said("true or false", "应为布尔值"),
    "date": Said("a date as 2020-01-28", "应为日期，如 2020-01-28"),
    "datetime": Said("an instant as 2020-01-28T15:04:05+08:00", "应为时间，如 2020-01-28T15:04:05+08:00"),
    "uuid": Said("an id", "应为编号"),
    "list": Said("a list", "应为列表"),
    "model": Said("an object", "应为对象"),
    "dict": Said("an object", "应为对象"),
}
ANY_RULE = Said("not the form that it takes", "不符合要求的格式")


def first_fault(errors: Any) -> Problem:
    """Turn the first fault of an invalid request into a problem that names field and rule."""
    fault = errors[0]
    path = tuple(str(part) for part in fault["loc"][1:]) or tuple(str(part) for part in fault["loc"])
    field = ".".join(path)
    if fault["type"] == "missing":
        return FieldMissing(path=path, field=field)
    rule = RULES.get(fault["type"]) or KINDS.get(fault["type"].split("_")[0], ANY_RULE)
    return FieldMalformed(path=path, field=field, rule=rule)


Ready = Callable[[], Awaitable[Mapping[str, bool]]]


def add_health(app: FastAPI, ready: Ready) -> None:
    """Add /livez, /readyz and /metrics."""

    @app.get("/livez", include_in_schema=False)
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> Response:
        parts = await ready()
        status = 200 if all(parts.values()) else 503
        return Response(msgspec.json.encode(parts), status, media_type="application/json")

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
