"""One HTTP/1.1 connection to a service: a request goes out, its answer comes in, within limits."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, cast

import httptools
from httptools.parser.errors import HttpParserError, HttpParserUpgrade

from chassis.errors import DeadlineExceeded
from gateway.engine.promise import Receiver
from gateway.shared.problems import ServiceAnswerUnusable
from gateway.upstream.exchange import Answer, ConnectionBroken, Headers

HEAD_BYTES_MAX = 64 * 1024
BODY_BYTES_MAX = 32 * 1024 * 1024
BEGINNING = b"HTTP/"
HEAD_END = b"\r\n\r\n"
JSON_LINE = b"content-type: application/json\r\n"


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """How large an answer may be."""

    head_bytes_max: int = HEAD_BYTES_MAX
    body_bytes_max: int = BODY_BYTES_MAX


ANSWER_LIMITS = AnswerLimits()


class Keeper(Protocol):
    """Keeps connections of one service."""

    service: str
    answer_limits: AnswerLimits

    def opened(self, connection: "Connection") -> None:
        """Take a connection that can be used."""

    def free(self, connection: "Connection") -> None:
        """Take a connection back that can be used again."""

    def gone(self, connection: "Connection") -> None:
        """Forget a connection; it is or will be closed."""


class Connection(asyncio.Protocol):
    """A connection; at most one answer is expected on it at any time.

    Framing is the parser's business alone. Bytes that nobody asked for, an answer that breaks the
    protocol or a limit, and a promise that is given up all end the connection: what is handed back to
    the keeper is in step with the server. The parser calls lists directly where it can: a call of
    Python costs as much as the parsing.
    """

    __slots__ = (
        "_begun", "_body_parts", "_head", "_in_step", "_parser", "_parts", "_received", "_status", "bodiless", "due",
        "free_since", "keeper", "on_body", "on_message_begin", "promise", "transport",
    )  # fmt: skip
    transport: asyncio.Transport

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self.promise: Receiver[Answer] | None = None
        self.due = self.free_since = 0.0
        self.bodiless = False
        self._head = b""  # what came before the body began
        self._parts: list[bytes] = []
        self._begun: list[None] = []  # one entry for each answer that has begun
        self._received = 0
        self._status = 0  # of an answer that is whole
        self._body_parts = 0  # of an answer that is whole; parts after these are not its own
        self._in_step = False
        self.on_body = self._parts.append
        self.on_message_begin = partial(self._begun.append, None)
        self._parser: Any = httptools.HttpResponseParser(self)

    def send(self, data: bytes, promise: Receiver[Answer], due: float, bodiless: bool) -> None:
        """Send a request; the promise gets its answer. To HEAD comes an answer without its body."""
        self.promise, self.due, self.bodiless = promise, due, bodiless
        promise.giver = self
        self.transport.write(data)

    def given_up(self, _receiver: Any) -> None:
        """Close the connection under way: its answer would be taken for the next request's."""
        self.promise = None
        self._drop()

    def expire(self) -> None:
        """Fail the request under way: its time is over."""
        self._fail(DeadlineExceeded(service=self.keeper.service))

    def drop(self) -> None:
        """Close the connection; a request under way fails."""
        self._fail(ConnectionBroken(self.keeper.service))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Offer the connection to the keeper."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by its type
        self.keeper.opened(self)

    def data_received(self, data: bytes) -> None:
        """Take a segment of the answer."""
        if self.promise is None:
            self._drop()
            return
        if not self._parts:
            self._head = self._head + data if self._head else data
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self._in_step = False
            if not self._status:
                self.drop()
                return
        if self._status:
            self._finish()
        else:
            self._go_on(len(data))

    def eof_received(self) -> None:
        """Finish an answer that ends with its connection; without one, go silently."""
        if self.promise is not None and self._has_head() and self._ends_with_connection():
            self._end_here()
        else:
            self.drop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the answer under way; an idle connection goes silently."""
        self.drop()
        self._parser = None

    def on_message_complete(self) -> None:
        """Note that an answer is whole; an informational one is skipped."""
        status = self._parser.get_status_code()
        if status < 200:
            self._head = self._head[self._head.find(HEAD_END) + len(HEAD_END) :]
            self._begun.clear()
        elif not self._status:
            self._body_parts = len(self._parts)
            self._status, self._in_step = status, self._parser.should_keep_alive()

    def _go_on(self, received: int) -> None:
        """Look after an answer that is not whole yet."""
        limits = self.keeper.answer_limits
        self._received += received
        if self.bodiless and self._has_head():
            self._end_here()
        elif self._received > limits.body_bytes_max + limits.head_bytes_max or (
            not self._parts and self._head_end() > limits.head_bytes_max
        ):
            self._fail(ServiceAnswerUnusable(service=self.keeper.service))

    def _end_here(self) -> None:
        """Take the answer for whole, by what the parser does not know."""
        self._body_parts = len(self._parts)
        self._status, self._in_step = self._parser.get_status_code(), False
        self._finish()

    def _finish(self) -> None:
        head, parts, promise, status = self._head, self._parts, self.promise, self._status
        assert promise is not None
        body = parts[0] if self._body_parts == 1 else b"".join(parts[: self._body_parts])
        end, limits = head.find(HEAD_END), self.keeper.answer_limits
        if end > limits.head_bytes_max or len(body) > limits.body_bytes_max:
            self._fail(ServiceAnswerUnusable(service=self.keeper.service))
            return
        if not head.startswith(BEGINNING):
            self.drop()  # the parser passes over empty lines; nobody sends them who is in step
            return
        self.promise = None
        if self._in_step and len(self._begun) == 1:
            self._head, self._status, self._received = b"", 0, 0
            parts.clear()
            self._begun.clear()
            self.keeper.free(self)
        else:
            self._drop()
        headers = Headers(head[head.find(b"\r\n") + 2 : end + 2])
        promise.keep(Answer(status, body, media_type(headers), headers))

    def _fail(self, error: Exception) -> None:
        promise, self.promise = self.promise, None
        self._drop()
        if promise is not None:
            promise.fail(error)

    def _drop(self) -> None:
        self.transport.abort()
        self.keeper.gone(self)

    def _has_head(self) -> bool:
        return HEAD_END in self._head and self._head.startswith(BEGINNING)

    def _head_end(self) -> int:
        end = self._head.find(HEAD_END)
        return end if end >= 0 else len(self._head)

    def _ends_with_connection(self) -> bool:
        headers = Headers(self._head.partition(HEAD_END)[0].partition(b"\r\n")[2])
        return "content-length" not in headers and "transfer-encoding" not in headers


def media_type(headers: Headers) -> str:
    """Return the type of a body, without reading the other headers where it stands as services write it."""
    return "application/json" if JSON_LINE in headers.block else headers.get("content-type", "")
