"""Spans leave the process: without what is not allowed, in batches, from a thread of their own."""

import atexit
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from prometheus_client import Counter

from chassis.spans import Place, Span

ALLOWED_ATTRIBUTES = frozenset({
    "http.request.method", "http.response.status_code", "http.route", "url.scheme", "server.address", "server.port",
    "db.system.name", "db.operation.name", "db.query.summary", "db.keys", "graphql.operation.name",
    "graphql.operation.type", "graphql.document.hash", "messaging.system", "messaging.destination.name",
    "messaging.operation.name", "error.type", "peer.service", "keys", "story.step", "import.rows", "job.rows",
})  # fmt: skip
TRACE_FILE_BYTES_MAX = 64 * 1024 * 1024
EXPORT_DELAY_S = 0.2
SPANS_WAITING_MAX = 8_192

Exporter = Callable[[Sequence[Span]], None]

spans_dropped = Counter("spans_dropped_total", "Spans lost because nobody took them in time.")


class Exporting:
    """Takes spans as they end and hands them to the exporters; a sink that is dead loses traces, no request."""

    def __init__(self, exporters: Sequence[Exporter]) -> None:
        self.exporters = exporters
        self.waiting: deque[Span] = deque()
        self.exporting = threading.Lock()
        self.pause = threading.Event()
        threading.Thread(target=self.run, name="spans", daemon=True).start()
        atexit.register(self.flush)

    def take(self, span: Span) -> None:
        """Take a span that has ended."""
        if len(self.waiting) < SPANS_WAITING_MAX:
            self.waiting.append(span)
        else:
            spans_dropped.inc()

    def run(self) -> None:
        """Export for ever."""
        while not self.pause.wait(EXPORT_DELAY_S):
            self.flush()

    def flush(self) -> None:
        """Export what is waiting."""
        with self.exporting:
            spans = [self.waiting.popleft() for _ in range(len(self.waiting))]
            if spans:
                for exporter in self.exporters:
                    exporter(spans)


def allowed(span: Span) -> dict[str, Any]:
    """Return the span's attributes that are on the list."""
    return {name: value for name, value in span.attributes.items() if name in ALLOWED_ATTRIBUTES}


def json_lines(file: Path, service: str) -> Exporter:
    """Return an exporter that writes one line a span; the file is rotated once so that it stays bounded."""
    file.parent.mkdir(parents=True, exist_ok=True)
    encoder = msgspec.json.Encoder()

    def export(spans: Sequence[Span]) -> None:
        try:
            if file.exists() and file.stat().st_size > TRACE_FILE_BYTES_MAX:
                file.replace(file.with_suffix(".jsonl.1"))
            with file.open("ab") as out:
                out.write(encoder.encode_lines([line(span, service) for span in spans]))
        except OSError:
            spans_dropped.inc(len(spans))

    return export


def line(span: Span, service: str) -> Mapping[str, Any]:
    """Return a span as `make trace` reads it."""
    return {
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "parent_id": span.parent_id,
        "name": span.name,
        "service": service,
        "start_ns": span.started_ns,
        "end_ns": span.ended_ns,
        "status": "ERROR" if span.failed else "UNSET",
        "attributes": allowed(span),
        "links": [{"trace_id": span.link.trace_id, "span_id": span.link.span_id}] if span.link else [],
    }


def collector(service: str) -> Exporter:
    """Return an exporter to the Collector that the OTEL_EXPORTER_OTLP_ variables name."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # slow to import
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

    exporter, resource = OTLPSpanExporter(), Resource.create({"service.name": service})

    def context(trace_id: str, span_id: str) -> SpanContext:
        return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=TraceFlags(1))

    def linked(place: Place | None) -> list[Link]:
        return [Link(context(place.trace_id, place.span_id))] if place else []

    def readable(span: Span) -> ReadableSpan:
        return ReadableSpan(
            name=span.name,
            context=context(span.trace_id, span.span_id),
            parent=context(span.trace_id, span.parent_id) if span.parent_id else None,
            resource=resource,
            attributes=allowed(span),
            links=linked(span.link),
            kind=SpanKind[span.kind],
            status=Status(StatusCode.ERROR if span.failed else StatusCode.UNSET),
            start_time=span.started_ns,
            end_time=span.ended_ns,
        )

    return lambda spans: void(exporter.export([readable(span) for span in spans]))


def void(_result: object) -> None:
    """Drop a result: the exporter has logged a failure."""
