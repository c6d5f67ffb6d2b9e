"""Calls to services on behalf of a caller: tokens, deadlines, traces, problems."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from chassis.errors import DeadlineExceeded
from chassis.telemetry import client_span, sampled, traceparent
from gateway.engine.promise import Cancelling, Promise, when_done
from gateway.engine.sharing import Sharing
from gateway.resilience.clock import Clock
from gateway.resilience.guard import Guards
from gateway.shared.problems import ServiceAnswerUnusable
from gateway.upstream.batching import Call
from gateway.upstream.context import Caller, Context
from gateway.upstream.declare import Endpoint, Kind
from gateway.upstream.exchange import Answer, Content, Exchange, Headers, Outgoing, header_block
from gateway.upstream.flight import Flight, Request
from gateway.upstream.headers import JSON, Mint
from gateway.upstream.metrics import shared_total, show_breaker

__all__ = ["Ask", "Budgets", "Calls", "Mint", "aligned", "decoded"]

DEADLINE_SHARE = 0.9
QUEUE_SWEEP_S = 0.025
PATH_ID = re.compile(r"[0-9a-f-]{36}|\d{6,15}")
LETTERHEAD = frozenset({"content-type", "x-purpose"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to a service, before it carries who asks."""

    service: str
    path: str
    body: Content
    headers: Mapping[str, str]
    budget_s: float
    method: str = "POST"
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Budgets:
    """How long a service may take; one that had less than its patience has not failed."""

    read_s: float = 2.5
    command_s: float = 6.0
    patience_s: float = 1.0


def open_guards() -> Guards:
    """Return guards of the usual rules, their breakers shown as metrics."""
    return Guards(time.monotonic, changed=show_breaker)


@dataclass(slots=True)
class Calls:
    """The services, as the gateway calls them."""

    exchange: Exchange
    mint: Mint
    budgets: Budgets = Budgets()
    clock: Clock = time.monotonic
    guards: Guards = field(default_factory=open_guards)
    reads: Sharing[bytes] = field(default_factory=Sharing)
    post: Callable[..., bool] | None = field(init=False)
    _watching: asyncio.TimerHandle | None = None
    _loop: asyncio.AbstractEventLoop | None = None

    def __post_init__(self) -> None:
        self.post = getattr(self.exchange, "post", None)  # a transport may have a shorter way

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Return the event loop; to ask for the running one is a system call in Python 3.11."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop

    def fetch(
        self, context: Context, endpoint: Endpoint, body: bytes, *, keys: int, purpose: str | None = None
    ) -> asyncio.Future[bytes]:
        """Start a batch read at once; the answer's bytes come, or a problem whose facts name the service.

        Identical reads under way are one call. A read with a purpose is not shared: each leaves its own
        row in the read log.
        """
        caller, service, loop, now = context.caller, endpoint.service, self.loop, self.clock()
        timeout_s = min(self.budgets.read_s, (context.ends_at - loop.time()) * DEADLINE_SHARE)
        if timeout_s <= 0:
            return failed(DeadlineExceeded(service=service))
        ends_at = now + timeout_s
        letterhead = self.mint.letterhead(caller, service, purpose)
        key = None
        if not (purpose or caller.purpose):
            key = (service, endpoint.path, letterhead.identity, body)
            known = self.reads.find(key, ends_at, now)
            if known is not None:
                shared_total.counts[service,] += 1
                promise = known.join(loop)
                context.follow(promise)
                return promise
        span = None
        if sampled():
            span = client_span(f"POST {endpoint.path}", keys=keys, **{"peer.service": service})
        flight = Flight(
            service, self._post, body_of, guard=self.guards.of(service), clock=self.clock, ends_at=ends_at,
            patience_s=self.budgets.patience_s, retriable=True, span=span,
        )  # fmt: skip
        parent = span.traceparent if span else traceparent()
        flight.request = Request("POST", endpoint.path, body, letterhead.block, parent, context.urgent)
        promise = flight.join(loop)
        if key is not None:
            self.reads.add(key, flight)
        self.start(flight)
        context.follow(promise)
        return promise

    async def read(self, context: Context, call: Call, ids: list[str], fields: list[str]) -> list[Any]:
        """Carry out one batch read; a broken connection is tried once more."""
        endpoint = call.endpoint
        body: dict[str, Any] = {"ids": ids, "fields": fields}
        if call.arguments:
            body["arguments"] = dict(call.arguments)
        if endpoint.kind is Kind.PAGE:
            body |= {"limit": call.limit, "after": call.after, "before": call.before}
        encoded = msgspec.json.encode(body)
        answer = await self.fetch(context, endpoint, encoded, keys=len(ids), purpose=call.purpose)
        return aligned(answer, len(ids), endpoint)

    async def command(
        self, context: Context, service: str, path: str, body: Mapping[str, Any], key: str
    ) -> dict[str, Any]:
        """Give a command, once; its key makes a client's retry safe."""
        ask = Ask(service, path, msgspec.json.encode(body), {"idempotency-key": key}, self.budgets.command_s)
        return decoded(await self.send(context, ask), service, dict[str, Any])

    async def send(self, context: Context, ask: Ask) -> Answer:
        """Send without another try: a broken connection is ServiceUnavailable."""
        service = ask.service
        timeout_s = min(ask.budget_s, context.remaining_s() * DEADLINE_SHARE)
        if timeout_s <= 0:
            raise DeadlineExceeded(service=service)
        span = None
        if sampled():
            span = client_span(f"{ask.method} {PATH_ID.sub('{id}', ask.path)}", **{"peer.service": service})
        flight = Flight(
            service, self._begin, same, guard=self.guards.of(service), clock=self.clock,
            ends_at=self.clock() + timeout_s, patience_s=self.budgets.patience_s, retriable=False, span=span,
        )  # fmt: skip
        parent = span.traceparent if span else traceparent()
        block = self.block(context.caller, ask)
        flight.request = Request(ask.method, ask.path, ask.body, block, parent, context.urgent, ask.query)
        promise = flight.join(self.loop)
        self.start(flight)
        return await promise

    def block(self, caller: Caller, ask: Ask) -> bytes:
        """Return the header lines of a request, its own after those that every request carries."""
        letterhead = self.mint.letterhead(
            caller, ask.service, ask.headers.get("x-purpose"), ask.headers.get("content-type", JSON)
        )
        others = LETTERHEAD | {"content-length"} if isinstance(ask.body, bytes) else LETTERHEAD
        own = ((name, value) for name, value in ask.headers.items() if name not in others)
        return letterhead.block + header_block(own)

    def start(self, flight: Flight[T]) -> None:
        """Let a call begin; one that queues for a place is watched."""
        if not flight.start() and self._watching is None:
            self._watch()

    def _post(self, flight: Flight[Any], seconds: float) -> None:
        """Send a read the shorter way, if the transport has one to this service."""
        request, post = flight.request, self.post
        block = request.block + lines(seconds, request.parent)
        if post is None or not post(
            flight.service, request.path, block, request.body, receiver=flight, timeout_s=seconds
        ):
            self._begin(flight, seconds)

    def _begin(self, flight: Flight[Any], seconds: float) -> None:
        """Send a call's request; what becomes of it is told to the call."""
        request = flight.request
        headers = Headers(request.block + lines(seconds, request.parent))
        future = self.exchange.begin(
            Outgoing(flight.service, request.method, request.path, request.body, headers, seconds, request.query or {})
        )
        flight.giver = Cancelling(future)
        when_done(future, flight.take)

    def _watch(self) -> None:
        self._watching = asyncio.get_running_loop().call_later(QUEUE_SWEEP_S, self._sweep)

    def _sweep(self) -> None:
        self._watching = None
        if self.guards.expire():
            self._watch()


def lines(seconds: float, parent: str | None) -> bytes:
    """Return the header lines that differ from request to request."""
    deadline_ms = max(int(seconds * DEADLINE_SHARE * 1_000), 1)
    if parent:
        return b"x-deadline-ms: %d\r\ntraceparent: %b\r\n" % (deadline_ms, parent.encode("ascii"))
    return b"x-deadline-ms: %d\r\n" % deadline_ms


def failed(problem: Exception) -> Promise[Any]:
    """Return a promise that is broken already."""
    promise: Promise[Any] = Promise(loop=asyncio.get_running_loop())
    promise.fail(problem)
    return promise


def body_of(answer: Answer) -> bytes:
    """Return the bytes of a read's answer."""
    if answer.status != 200:
        raise ServiceAnswerUnusable
    return answer.body


def same(answer: Answer) -> Answer:
    """Return the answer as it is."""
    return answer


def aligned(body: bytes, count: int, endpoint: Endpoint) -> list[Any]:
    """Return the rows of a batch read, one entry for each id; a row is an object or null."""
    rows = json_of(body, endpoint.service, list[Any])
    lists = [rows] if endpoint.kind is Kind.ONE else [entry for entry in rows if entry is not None]
    if len(rows) != count or not all(are_rows(entry) for entry in lists):
        raise ServiceAnswerUnusable(service=endpoint.service)
    return rows


def are_rows(rows: object) -> bool:
    """Say whether a value is a list of objects and nulls."""
    return isinstance(rows, list) and all(row is None or isinstance(row, dict) for row in rows)


def decoded(answer: Answer, service: str, kind: type[T]) -> T:
    """Read an answer's JSON."""
    return json_of(answer.body, service, kind)


def json_of(body: bytes, service: str, kind: type[T]) -> T:
    """Read JSON."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ServiceAnswerUnusable(service=service) from None
