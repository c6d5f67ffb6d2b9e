"""GraphQL over HTTP: reading requests, choosing the form of the answer."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec
from msgspec import UNSET
from starlette.types import Receive, Scope

from chassis.errors import Problem
from gateway.operations import Request, Response
from gateway.shared.problems import (
    MediaTypeUnknown,
    MethodMayNot,
    NothingAcceptable,
    PreflightRequired,
    RequestMalformed,
    RequestTooLarge,
)

BODY_BYTES_MAX = 1024 * 1024
KEPT_MAX = 256

RESPONSE_JSON = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
SIMPLE = frozenset({"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
PREFLIGHT_HEADERS = ("authorization", "graphql-require-preflight", "apollo-require-preflight")


Body = TypeVar("Body", bytes, bytearray)

HEADERS = {
    name.encode(): name
    for name in (
        *PREFLIGHT_HEADERS,
        "accept",
        "accept-language",
        "content-length",
        "content-type",
        "traceparent",
        "x-deadline-ms",
        "x-purpose",
    )
}


class Payload(msgspec.Struct):
    """A request as JSON."""

    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815 - the protocol's name
    extensions: dict[str, Any] | None = None


PAYLOAD = msgspec.json.Decoder(Payload)


class Gone(Exception):
    """The client went away before its request was whole."""


def headers_of(scope: Scope) -> dict[str, str]:
    """Return a request's headers that matter here."""
    found = {}
    for name, value in scope["headers"]:
        known = HEADERS.get(name)
        if known is not None:
            found[known] = value.decode("latin-1")
    return found


async def read_request(scope: Scope, receive: Receive, headers: Mapping[str, str]) -> Request:
    """Read a request; raise the problem that its form has."""
    method, media_type = scope["method"], media_type_of(headers.get("content-type", ""))
    if method == "GET":
        check_preflight(headers)
        return from_query(scope["query_string"])
    if method != "POST":
        raise MethodMayNot(kind="GraphQL request", method=method)
    if media_type != JSON:
        if media_type in SIMPLE:
            check_preflight(headers)
        raise MediaTypeUnknown
    return from_json(await read_body(receive, headers))


@lru_cache(KEPT_MAX)
def media_type_of(content_type: str) -> str:
    """Return the media type alone."""
    return content_type.split(";", maxsplit=1)[0].strip().lower()


def check_preflight(headers: Mapping[str, str]) -> None:
    """Raise unless a foreign page would have needed to ask for leave."""
    if not any(headers.get(name) for name in PREFLIGHT_HEADERS):
        raise PreflightRequired


async def read_body(receive: Receive, headers: Mapping[str, str]) -> bytes:
    """Read a body up to the limit."""
    announced = headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > BODY_BYTES_MAX:
        raise RequestTooLarge(limit=BODY_BYTES_MAX)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        whole: bytes = message.get("body", b"")
        return within_limit(whole)
    body = bytearray()
    while message["type"] != "http.disconnect":
        body += message.get("body", b"")
        within_limit(body)
        if not message.get("more_body"):
            return bytes(body)
        message = await receive()
    raise Gone


def within_limit(body: Body) -> Body:
    """Return a body that is not too large; raise RequestTooLarge."""
    if len(body) > BODY_BYTES_MAX:
        raise RequestTooLarge(limit=BODY_BYTES_MAX)
    return body


def from_json(body: bytes) -> Request:
    """Read a request from JSON."""
    try:
        sent = PAYLOAD.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RequestMalformed(rule=str(error)) from None
    return Request(sent.query, sent.variables, sent.operationName)


def from_query(text: bytes) -> Request:
    """Read a request from a query string."""
    try:
        given = {name: values[-1] for name, values in parse_qs(text.decode(), strict_parsing=True).items()}
        variables = msgspec.json.decode(given.get("variables") or "null", type=dict[str, Any] | None)
        return Request(given["query"], variables, given.get("operationName"))
    except KeyError:
        raise RequestMalformed(rule="the parameter query is missing") from None
    except (ValueError, msgspec.DecodeError) as error:
        raise RequestMalformed(rule=str(error)) from None


def accepted(headers: Mapping[str, str]) -> str:
    """Return the media type of the answer; raise NothingAcceptable."""
    chosen = choose(headers.get("accept") or "*/*")
    if chosen is None:
        raise NothingAcceptable
    return chosen


@lru_cache(KEPT_MAX)
def choose(wanted: str) -> str | None:
    """Return the first media type of an Accept header that we speak."""
    for part in wanted.split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        charset = next((p.removeprefix("charset=") for p in parameters if p.startswith("charset=")), "utf-8")
        if charset.strip('"') not in {"utf-8", "utf8"}:
            continue
        if media_type in {RESPONSE_JSON, "*/*", "application/*"}:
            return RESPONSE_JSON
        if media_type in {JSON, EVENTS}:
            return media_type
    return None


def status_of(response: Response, media_type: str, problems: tuple[Problem, ...] = ()) -> int:
    """Return the status of an answer: what cannot be executed is a client's error, unless it speaks plain JSON."""
    if (
        problems
        and media_type == JSON
        and all(type(p).__name__.startswith(("Document", "Variables")) for p in problems)
    ):
        return 200
    if problems:
        return problems[0].status
    if response.data is not UNSET or media_type == JSON:
        return 200
    return 400
