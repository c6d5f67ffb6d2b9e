"""An answer is the same however it is cut, and bytes that are none never become one."""

import asyncio
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.engine.pool import Address, Pool
from gateway.engine.promise import Promise
from gateway.engine.wire import Connection
from gateway.upstream.exchange import Answer, ConnectionBroken
from tests.unit.gateway.test_resilience_breaker import Ticking


class Socket:
    """Stands for a transport: remembers whether it was closed."""

    closed = False

    def write(self, data: bytes) -> None:
        """Send nothing."""

    def abort(self) -> None:
        """Close."""
        self.closed = True


def received(segments: list[bytes], *, end: bool = False) -> tuple[Answer | BaseException | None, bool]:
    """Return what becomes of these segments, and whether the connection may be used again."""
    loop = asyncio.new_event_loop()
    try:
        pool, socket = Pool("wire-test", Address("h", 1), Ticking()), Socket()
        connection = Connection(pool)
        connection.connection_made(socket)  # type: ignore[arg-type]
        promise: Promise[Answer] = Promise(loop=loop)
        pool.begin(b"", promise, 1_000.0)
        for segment in segments:
            if not socket.closed:
                connection.data_received(segment)
        if end and not socket.closed:
            connection.eof_received()
        outcome = (promise.exception() or promise.result()) if promise.done() else None
        promise.cancel()
        return outcome, bool(pool.idle)
    finally:
        loop.close()


BODIES = st.binary(max_size=300)
NAMES = st.sampled_from(["x-a", "Server-Timing", "traceresponse", "Content-Type", "date"])
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=6)


@st.composite
def answers(draw: st.DrawFn) -> tuple[bytes, int, bytes]:
    """Return an answer as it travels, its status and its body."""
    body, status = draw(BODIES), draw(st.sampled_from([200, 201, 404, 422, 503]))
    lines = "".join(f"{name}: {value}\r\n" for name, value in draw(HEADERS)).encode()
    head = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" * draw(st.integers(0, 2))
    head += b"HTTP/1.1 %d Said\r\n%b" % (status, lines)
    if draw(st.booleans()):
        name = draw(st.sampled_from([b"content-length", b"Content-Length", b"CONTENT-LENGTH"]))
        return head + b"%b: %d\r\n\r\n%b" % (name, len(body), body), status, body
    size = draw(st.integers(1, 100))
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n", status, body


def cut(raw: bytes, places: list[int]) -> list[bytes]:
    """Cut bytes at places."""
    marks = sorted({place % (len(raw) + 1) for place in places} | {0, len(raw)})
    return [raw[a:b] for a, b in pairwise(marks)]


@settings(max_examples=400, deadline=None)
@given(answer=answers(), places=st.lists(st.integers(0, 2_000), max_size=8))
def test_segments_do_not_matter(answer: tuple[bytes, int, bytes], places: list[int]) -> None:
    """In one segment or in many: the same status, body and headers, and a connection in step."""
    raw, status, body = answer

    whole, reusable = received([raw])
    parts, still = received(cut(raw, places))

    assert isinstance(whole, Answer)
    assert isinstance(parts, Answer)
    assert (whole.status, whole.body, reusable) == (status, body, True) == (parts.status, parts.body, still)
    assert whole.headers == parts.headers


@settings(max_examples=300, deadline=None)
@given(answer=answers(), surplus=st.binary(min_size=1, max_size=40), places=st.lists(st.integers(0, 2_000), max_size=5))
def test_surplus_is_never_an_answer(answer: tuple[bytes, int, bytes], surplus: bytes, places: list[int]) -> None:
    """The answer stands, and the connection is closed (line ends between answers are nothing)."""
    raw, status, body = answer

    outcome, reusable = received(cut(raw + surplus, places))

    assert isinstance(outcome, Answer)
    assert (outcome.status, outcome.body) == (status, body)
    assert not reusable or not surplus.strip(b"\r\n")


@settings(max_examples=300, deadline=None)
@given(answer=answers(), keep=st.integers(0, 2_000))
def test_part_of_an_answer_is_none(answer: tuple[bytes, int, bytes], keep: int) -> None:
    """A connection that ends within an answer is broken."""
    raw = answer[0]

    outcome, reusable = received([raw[: keep % len(raw)]], end=True)

    assert isinstance(outcome, ConnectionBroken)
    assert not reusable


@settings(max_examples=500, deadline=None)
@given(noise=st.lists(st.binary(max_size=60), max_size=5))
def test_noise_is_no_answer(noise: list[bytes]) -> None:
    """Whatever comes, nothing else is raised."""
    outcome, _ = received(noise, end=True)

    assert isinstance(outcome, ConnectionBroken | None)
