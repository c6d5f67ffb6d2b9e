"""The trace desk: spans of several processes, followed across facts."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from infra.tracedesk.__main__ import read_id
from infra.tracedesk.spans import find, latest
from infra.tracedesk.tree import draw

REQUEST, FACT, OTHER = "a" * 32, "b" * 32, "c" * 32


def span(trace_id: str, ids: str, name: str, service: str, start: int, *, caused_by: str = "") -> bytes:
    """Return a span's line as telemetry writes it (`ids` is its own and its parent's), perhaps caused by another."""
    span_id, _, parent_id = ids.partition("<")
    links = [{"trace_id": REQUEST, "span_id": caused_by}] if caused_by else []
    line = {
        "trace_id": trace_id,
        "span_id": span_id,
        "parent_id": parent_id or None,
        "name": name,
        "service": service,
        "start_ns": start * 1_000_000,
        "end_ns": (start + 5) * 1_000_000,
        "status": "UNSET",
        "attributes": {"keys": 2},
        "links": links,
    }
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return span files of three processes, one of them rotated, one cut off."""
    (tmp_path / "gateway.jsonl").write_bytes(
        span(REQUEST, "01", "mutation PassageRecord", "gateway", 0) + span(OTHER, "09", "query Viewer", "gateway", 50)
    )
    (tmp_path / "checkpoints.jsonl.1").write_bytes(span(REQUEST, "02<01", "POST /passages", "checkpoints", 1))
    (tmp_path / "checkpoints.jsonl").write_bytes(span(REQUEST, "03<02", "sql insert_passage", "checkpoints", 2))
    (tmp_path / "residents.jsonl").write_bytes(
        span(FACT, "04", "consume passage_recorded", "residents", 20, caused_by="02")
        + span(FACT, "05<04", "sql issue_order", "residents", 21)
        + b'{"trace_id":"aaaa'
    )
    return tmp_path


def test_trace_follows_the_fact(folder: Path) -> None:
    """What a request caused by a fact is drawn below the span that published it."""
    out = io.StringIO()

    Console(file=out, width=160).print(draw(find(folder, REQUEST), REQUEST))

    lines = [line.strip("│├└─ ") for line in out.getvalue().splitlines()]
    depth = [(len(line) - len(line.lstrip("│├└─ "))) // 4 for line in out.getvalue().splitlines()]
    assert [line.split("  ")[0] for line in lines[1:]] == [
        "gateway mutation PassageRecord",
        "checkpoints POST /passages",
        "checkpoints sql insert_passage",
        "residents consume passage_recorded",
        "residents sql issue_order",
    ]
    assert depth == [0, 1, 2, 3, 3, 4]


def test_other_requests_stay_out(folder: Path) -> None:
    """Only the trace asked for, and what it caused, is drawn."""
    assert {s.trace_id for s in find(folder, REQUEST).spans} == {REQUEST, FACT}
    assert find(folder, "d" * 32).spans == []


def test_latest_are_requests_newest_first(folder: Path) -> None:
    """Consumers' traces are found through their cause, not listed by themselves."""
    assert [s.name for s in latest(folder, 5)] == ["query Viewer", "mutation PassageRecord"]


@pytest.mark.parametrize(
    ("text", "trace_id"),
    [
        (REQUEST, REQUEST),
        (REQUEST.upper(), REQUEST),
        (f"00-{REQUEST}-00f067aa0ba902b7-01", REQUEST),
        ("xyz", None),
        ("", None),
    ],
)
def test_id_is_read_from_what_people_paste(text: str, trace_id: str | None) -> None:
    """A bare id and a traceparent are both taken."""
    assert read_id(text) == trace_id
