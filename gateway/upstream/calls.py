"""Calls to services on behalf of a caller: tokens, deadlines, traces, problems."""

import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from chassis.auth import INTERNAL_TOKEN_S, TokenSigner, claims_of
from chassis.errors import CONTENT_TYPE, DeadlineExceeded, ProblemDocument, Relayed, ServiceUnavailable
from chassis.telemetry import client_span, traceparent
from gateway.shared.problems import ServiceAnswerUnusable
from gateway.upstream.batching import Call
from gateway.upstream.context import Caller, Context
from gateway.upstream.declare import Kind
from gateway.upstream.exchange import Answer, ConnectionBroken, Content, Exchange, Outgoing

TOKEN_REST_S = 15
TOKENS_MAX = 10_000
DEADLINE_SHARE = 0.9
PATH_ID = re.compile(r"[0-9a-f-]{36}|\d{6,15}")

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
    """How long a service may take."""

    read_s: float = 2.5
    command_s: float = 6.0


@dataclass(slots=True)
class Mint:
    """Internal tokens: one per caller and service, kept while it lives."""

    signer: TokenSigner
    _kept: OrderedDict[tuple[str, str], tuple[float, str]] = field(default_factory=OrderedDict)

    def token(self, caller: Caller, service: str) -> str:
        """Return a token of this caller for one service only."""
        key, now = (caller.token_id, service), time.time()
        known = self._kept.get(key)
        if known is not None and known[0] > now:
            return known[1]
        made = self.signer.sign(claims_of(caller.viewer), audience=service, lifetime_s=INTERNAL_TOKEN_S)
        self._kept[key] = (now + INTERNAL_TOKEN_S - TOKEN_REST_S, made)
        self._kept.move_to_end(key)
        if len(self._kept) > TOKENS_MAX:
            self._kept.popitem(last=False)
        return made


@dataclass(slots=True)
class Calls:
    """The services, as the gateway calls them."""

    exchange: Exchange
    mint: Mint
    budgets: Budgets = Budgets()

    async def read(self, context: Context, call: Call, ids: list[str], fields: list[str]) -> list[Any]:
        """Carry out one batch read; a broken connection is tried once more."""
        endpoint = call.endpoint
        body: dict[str, Any] = {"ids": ids, "fields": fields}
        if call.arguments:
            body["arguments"] = dict(call.arguments)
        if endpoint.kind is Kind.PAGE:
            body |= {"limit": call.limit, "after": call.after, "before": call.before}
        headers = {"x-purpose": call.purpose} if call.purpose else {}
        ask = Ask(endpoint.service, endpoint.path, msgspec.json.encode(body), headers, self.budgets.read_s)
        with client_span(f"POST {endpoint.path}", keys=len(ids), **{"peer.service": endpoint.service}):
            try:
                answer = await self.attempt(context, ask)
            except ConnectionBroken:
                answer = await self.send(context, ask)
        return aligned(answer, len(ids), endpoint.service)

    async def command(
        self, context: Context, service: str, path: str, body: Mapping[str, Any], key: str
    ) -> dict[str, Any]:
        """Give a command, once; its key makes a client's retry safe."""
        ask = Ask(service, path, msgspec.json.encode(body), {"idempotency-key": key}, self.budgets.command_s)
        with client_span(f"POST {PATH_ID.sub('{id}', path)}", **{"peer.service": service}):
            answer = await self.send(context, ask)
        return decoded(answer, service, dict[str, Any])

    async def send(self, context: Context, ask: Ask) -> Answer:
        """Send without another try: a broken connection is ServiceUnavailable."""
        try:
            return await self.attempt(context, ask)
        except ConnectionBroken:
            raise ServiceUnavailable(service=ask.service) from None

    async def attempt(self, context: Context, ask: Ask) -> Answer:
        """Send one request as the caller, within the operation's deadline; a refusal is raised."""
        timeout_s = min(ask.budget_s, context.remaining_s() * DEADLINE_SHARE)
        if timeout_s <= 0:
            raise DeadlineExceeded(service=ask.service)
        headers = self.headers(context.caller, ask.service, timeout_s) | dict(ask.headers)
        answer = await self.exchange.exchange(
            Outgoing(ask.service, ask.method, ask.path, ask.body, headers, timeout_s, ask.query)
        )
        if answer.status >= 400:
            raise refusal(answer, ask.service)
        return answer

    def headers(self, caller: Caller, service: str, timeout_s: float) -> dict[str, str]:
        """Return what every request to a service carries."""
        headers = {
            "authorization": f"Bearer {self.mint.token(caller, service)}",
            "content-type": "application/json",
            "accept-language": caller.language,
            "x-deadline-ms": str(max(int(timeout_s * DEADLINE_SHARE * 1_000), 1)),
        }
        parent = traceparent()
        if parent:
            headers["traceparent"] = parent
        if caller.purpose:
            headers["x-purpose"] = caller.purpose
        return headers


def refusal(answer: Answer, service: str) -> Relayed | ServiceUnavailable:
    """Return the problem of an answer that is none; its facts name the service."""
    if answer.media_type.startswith(CONTENT_TYPE):
        try:
            relayed = Relayed(msgspec.json.decode(answer.body, type=ProblemDocument))
        except msgspec.DecodeError:
            return ServiceUnavailable(service=service)
        relayed.facts = {"service": service}
        return relayed
    return ServiceUnavailable(service=service)


def aligned(answer: Answer, count: int, service: str) -> list[Any]:
    """Return the rows of a batch read, one entry for each id."""
    rows = decoded(answer, service, list[Any])
    if len(rows) != count:
        raise ServiceAnswerUnusable(service=service)
    return rows


def decoded(answer: Answer, service: str, kind: type[T]) -> T:
    """Read an answer's JSON."""
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ServiceAnswerUnusable(service=service) from None
