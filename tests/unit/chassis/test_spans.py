"""Spans: recorded or not is decided once, at the beginning; what is not recorded still has its ids."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import spans, telemetry
from chassis.spans import Span

RECORDED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNRECORDED = RECORDED[:-1] + "0"
TRACE_ID, SPAN_ID = RECORDED.split("-")[1:3]


@pytest.fixture
def ended() -> Iterator[list[Span]]:
    """Record everything that begins here."""
    before = spans.recording.on_end, spans.recording.ratio
    taken: list[Span] = []
    telemetry.record(taken.append, 1.0)
    yield taken
    telemetry.record(*before)


def test_parts_of_a_recorded_trace_are_its_children(ended: list[Span]) -> None:
    """The inner one ends first; both are of one trace."""
    with telemetry.server_span("POST", None, trusted=False) as outer:
        with telemetry.client_span("POST /rows", keys=3) as inner:
            assert telemetry.traceparent() == inner.traceparent
        assert telemetry.traceparent() == outer.traceparent

    assert [span.name for span in ended] == ["POST /rows", "POST"]
    assert (ended[0].parent_id, ended[0].trace_id) == (outer.span_id, outer.trace_id)
    assert (ended[0].attributes, ended[0].kind) == ({"keys": 3}, "CLIENT")
    assert ended[0].ended_ns >= ended[0].started_ns
    assert telemetry.current_trace_id() is None


def test_unrecorded_trace_has_ids_and_no_spans(ended: list[Span]) -> None:
    """A client, a log line and a service can name it; its parts cost nothing."""
    telemetry.record(ended.append, 0.0)
    with telemetry.server_span("POST", None, trusted=False) as outer:
        with telemetry.client_span("POST /rows") as inner, telemetry.statement_span("rows", keys=1):
            assert inner is spans.NOTHING
            assert telemetry.traceparent() == outer.traceparent
        assert telemetry.current_trace_id() == outer.trace_id
        assert not telemetry.sampled()

    assert outer.traceparent.endswith("-00")
    assert spans.place_of(outer.traceparent) == (outer.trace_id, outer.span_id, False)
    assert ended == []


@pytest.mark.parametrize(("header", "recorded"), [(RECORDED, True), (UNRECORDED, False)])
@pytest.mark.parametrize("ratio", [0.0, 1.0])
def test_between_our_processes_the_flag_decides(
    ended: list[Span], header: str, ratio: float, *, recorded: bool
) -> None:
    """Whatever share this process would choose by itself."""
    telemetry.record(ended.append, ratio)
    with telemetry.server_span("POST", header, trusted=True) as span:
        assert span.trace_id == TRACE_ID
        assert span.span_id != SPAN_ID
    with telemetry.linked_span("consume", header) as follower:
        assert follower.trace_id != TRACE_ID

    assert [(each.parent_id, each.link and each.link.span_id) for each in ended] == (
        [(SPAN_ID, None), (None, SPAN_ID)] if recorded else []
    )


def test_public_callers_trace_is_linked(ended: list[Span]) -> None:
    """Nobody outside chooses our trace ids, nor what is recorded."""
    with telemetry.server_span("POST", RECORDED, trusted=False) as span:
        assert span.trace_id != TRACE_ID
    telemetry.record(ended.append, 0.0)
    with telemetry.server_span("POST", RECORDED, trusted=False):
        pass

    assert [each.link and each.link.trace_id for each in ended] == [TRACE_ID]


def test_error_marks_the_span(ended: list[Span]) -> None:
    """The span says that it failed, and nothing of the error."""
    with pytest.raises(ValueError, match="secret"), telemetry.work_span("job"):
        raise ValueError("secret")

    assert ended[0].failed
    assert "secret" not in repr(ended[0].attributes)


def test_share_is_kept(ended: list[Span]) -> None:
    """One trace in ten, give or take."""
    telemetry.record(ended.append, 0.1)
    for _ in range(2_000):
        with telemetry.server_span("POST", None, trusted=False):
            pass

    assert 100 < len(ended) < 320


@given(st.text(max_size=60) | st.from_regex(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", fullmatch=True))
def test_any_header_is_a_place_or_none(header: str) -> None:
    """Nothing else happens; an id of zeros is none."""
    place = spans.place_of(header)

    assert place is None or header.startswith(f"00-{place.trace_id}-{place.span_id}-")
    assert place is None or int(place.trace_id, 16) > 0 < int(place.span_id, 16)
