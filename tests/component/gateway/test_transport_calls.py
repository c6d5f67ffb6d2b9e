"""Calls to a service over real sockets: what they carry, what is shared, what is given up."""

import asyncio
import json
from dataclasses import replace

import pytest

from chassis import spans
from gateway.upstream.calls import Ask
from gateway.upstream.context import Caller
from tests.component.gateway.calling import BODY, CALLER, ROWS, Gate, bench
from tests.component.gateway.wire_server import plain, silence


async def test_request_carries_who_asks_and_until_when() -> None:
    """A token for this service only, language, purpose, and less time than the caller has."""
    async with bench(plain) as desk:
        with spans.unrecorded() as here:
            await desk.fetch(caller=replace(CALLER, language="zh", purpose="AUDIT"), seconds=1.0)

        head = desk.server.heads[0].decode()
        lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        assert head.startswith("POST /rows:batch HTTP/1.1\r\n")
        assert lines["authorization"].startswith("Bearer ey")
        assert (lines["accept-language"], lines["x-purpose"]) == ("zh", "AUDIT")
        assert 700 < int(lines["x-deadline-ms"]) <= 810
        assert lines["traceparent"] == here.traceparent


async def test_identical_reads_are_one_call() -> None:
    """The same question of the same person, while it is under way; afterwards it is asked again."""
    gate = Gate()
    async with bench(gate) as desk:
        same = [desk.fetch() for _ in range(20)]
        gate.opened.set()
        assert await asyncio.gather(*same) == [BODY] * 20
        assert desk.server.requests == 1

        await desk.fetch()
        assert desk.server.requests == 2


VIEWER = CALLER.viewer


@pytest.mark.parametrize(
    "other",
    [
        replace(CALLER, token_id="t2", viewer=replace(VIEWER, subject="officer-2")),
        replace(CALLER, token_id="t2", viewer=replace(VIEWER, role="auditor")),
        replace(CALLER, token_id="t2", viewer=replace(VIEWER, district_code="330112")),
        replace(CALLER, token_id="t2", viewer=replace(VIEWER, grants={"scopes": ("330111004",)})),
        replace(CALLER, token_id="t2", viewer=replace(VIEWER, grants={**VIEWER.grants, "checkpoints": ("1",)})),
        replace(CALLER, language="zh"),
    ],
    ids=["subject", "role", "district", "scopes", "grants", "language"],
)
async def test_reads_of_others_are_calls_of_their_own(other: Caller) -> None:
    """Whatever an answer may depend on keeps two reads apart."""
    gate = Gate()
    async with bench(gate) as desk:
        reads = [desk.fetch(), desk.fetch(caller=other)]
        gate.opened.set()
        await asyncio.gather(*reads)
        assert desk.server.requests == 2


async def test_same_person_with_another_token_shares() -> None:
    """What a service learns is the same."""
    gate = Gate()
    async with bench(gate) as desk:
        reads = [desk.fetch(), desk.fetch(caller=replace(CALLER, token_id="t2"))]
        gate.opened.set()
        await asyncio.gather(*reads)
        assert desk.server.requests == 1


async def test_reads_with_a_purpose_are_never_shared() -> None:
    """Each leaves its own row in the read log."""
    gate = Gate()
    async with bench(gate) as desk:
        reads = [desk.fetch(purpose="GATE"), desk.fetch(purpose="GATE")]
        reads += [desk.fetch(caller=replace(CALLER, purpose="AUDIT")) for _ in range(2)]
        gate.opened.set()
        await asyncio.gather(*reads)
        assert desk.server.requests == 4


async def test_closing_an_operation_gives_up_what_only_it_waits_for() -> None:
    """Shared reads go on for the others; the last one's end closes the connection."""
    async with bench(silence) as desk:
        one, two = desk.context(), desk.context()
        shared = [desk.calls.fetch(context, ROWS, BODY, keys=1) for context in (one, two)]
        own = desk.calls.fetch(one, ROWS, b"{}", keys=1)
        await desk.server.until(lambda: desk.server.requests == 2)

        one.close()
        assert (shared[0].cancelled(), own.cancelled(), shared[1].done()) == (True, True, False)
        await desk.server.until(lambda: desk.server.open == 1)
        two.close()

        await desk.server.until(lambda: desk.server.open == 0)
        assert desk.calls.guards.of("s").limit.under_way == 0


async def test_recorded_call_has_a_span_and_others_have_none() -> None:
    """The service's span becomes a part of it."""
    ended: list[spans.Span] = []
    kept, spans.recording.on_end = spans.recording.on_end, ended.append
    try:
        async with bench(plain) as desk:
            with spans.Span("root", spans.SERVER, spans.new_trace_id(), None) as root:
                await desk.fetch()
            with spans.unrecorded():
                await desk.fetch(b"other")
    finally:
        spans.recording.on_end = kept

    [span] = [span for span in ended if span.kind == spans.CLIENT]
    assert (span.name, span.parent_id) == ("POST /rows:batch", root.span_id)
    assert span.attributes == {"keys": 1, "peer.service": "s"}
    assert span.traceparent.encode() in desk.server.heads[0]


async def test_path_and_headers_stay_on_their_lines() -> None:
    """What a client put into an id is data."""
    async with bench(plain) as desk:
        ask = Ask("s", "/a b\r\nx-evil: 1/富?q#f", b"", {}, 1.0, method="GET", query={"code": "a&b=c\r\n"})
        await desk.calls.send(desk.context(), ask)
        with pytest.raises(ValueError, match="idempotency-key"):
            await desk.calls.command(desk.context(), "s", "/orders", {}, "k\r\nx-evil: 1")

        assert json.dumps(desk.server.heads[0].decode()).count("evil") == 1
        assert desk.server.heads[0].startswith(
            b"GET /a%20b%0D%0Ax-evil:%201/%E5%AF%8C%3Fq%23f?code=a%26b%3Dc%0D%0A HTTP/1.1\r\n"
        )
