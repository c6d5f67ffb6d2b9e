"""Traces, logs and metrics: what ops sees of a request, and nothing of a person.

Spans go to a Collector when OTEL_EXPORTER_OTLP_ENDPOINT is set, and to JSON lines in TRACE_FILE's folder
for `make trace`. Attributes that are not on the list below never leave the process.
"""

import contextlib
import logging
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Link, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

ALLOWED_ATTRIBUTES = frozenset({
    "http.request.method", "http.response.status_code", "http.route", "url.scheme", "server.address", "server.port",
    "db.system.name", "db.operation.name", "db.query.summary", "db.keys", "graphql.operation.name",
    "graphql.operation.type", "graphql.document.hash", "messaging.system", "messaging.destination.name",
    "messaging.operation.name", "error.type", "peer.service", "keys", "story.step", "import.rows", "job.rows",
})  # fmt: skip
TRACE_FILE_BYTES_MAX = 64 * 1024 * 1024
EXPORT_DELAY_MS = 200

tracer = trace.get_tracer("gridweave")
propagator = TraceContextTextMapPropagator()


class AllowList(SpanExporter):
    """Drops every attribute that is not on the list, events with it, before another exporter sees the span."""

    def __init__(self, inner: SpanExporter) -> None:
        self.inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export spans without what is not allowed."""
        return self.inner.export([stripped(span) for span in spans])

    def shutdown(self) -> None:
        """Shut the inner exporter down."""
        self.inner.shutdown()


class JsonLines(SpanExporter):
    """Writes one line a span; the file is rotated once so that it stays bounded."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Append the spans; a full disk loses traces, never a request."""
        try:
            if self.file.exists() and self.file.stat().st_size > TRACE_FILE_BYTES_MAX:
                self.file.replace(self.file.with_suffix(".jsonl.1"))
            with self.file.open("ab") as out:
                out.writelines(msgspec.json.encode(line(span)) + b"\n" for span in spans)
        except OSError:
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS


def stripped(span: ReadableSpan) -> ReadableSpan:
    """Return the span with allowed attributes only."""
    return ReadableSpan(
        name=span.name, context=span.context, parent=span.parent, resource=span.resource,
        attributes={k: v for k, v in (span.attributes or {}).items() if k in ALLOWED_ATTRIBUTES},
        links=span.links, kind=span.kind, instrumentation_scope=span.instrumentation_scope, status=span.status,
        start_time=span.start_time, end_time=span.end_time,
    )  # fmt: skip


def line(span: ReadableSpan) -> dict[str, Any]:
    """Return a span as `make trace` reads it."""
    assert span.context is not None
    return {
        "trace_id": f"{span.context.trace_id:032x}",
        "span_id": f"{span.context.span_id:016x}",
        "parent_id": f"{span.parent.span_id:016x}" if span.parent else None,
        "name": span.name,
        "service": span.resource.attributes.get("service.name"),
        "start_ns": span.start_time,
        "end_ns": span.end_time,
        "status": span.status.status_code.name,
        "attributes": dict(span.attributes or {}),
        "links": [
            {"trace_id": f"{i.context.trace_id:032x}", "span_id": f"{i.context.span_id:016x}"} for i in span.links
        ],
    }


def start(service: str, *, trace_folder: Path | None, otlp_endpoint: str | None, sample_ratio: float = 1.0) -> None:
    """Set up traces and logs of this process; call once."""
    provider = TracerProvider(
        resource=Resource.create({"service.name": service}),
        sampler=ParentBased(TraceIdRatioBased(sample_ratio)),
    )
    exporters: list[SpanExporter] = []
    if otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # slow to import

        exporters.append(OTLPSpanExporter())
    if trace_folder is not None:
        trace_folder.mkdir(parents=True, exist_ok=True)
        exporters.append(JsonLines(trace_folder / f"{service}.jsonl"))
    for exporter in exporters:
        provider.add_span_processor(BatchSpanProcessor(AllowList(exporter), schedule_delay_millis=EXPORT_DELAY_MS))
    trace.set_tracer_provider(provider)
    start_logs(service)


def start_logs(service: str) -> None:
    """Write logs as JSON lines with the trace's id, the standard library's as well."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
        with_trace_id,
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)


def with_trace_id(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add the current trace's id to a log line."""
    trace_id = current_trace_id()
    if trace_id:
        event["trace_id"] = trace_id
    return event


def current_trace_id() -> str | None:
    """Return the current trace's id, 32 hex digits, or None outside any."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def traceparent() -> str | None:
    """Return the current span as a W3C traceparent."""
    carrier: dict[str, str] = {}
    propagator.inject(carrier)
    return carrier.get("traceparent")


def context_of(header: str | None) -> SpanContext | None:
    """Read a W3C traceparent."""
    if not header:
        return None
    context = trace.get_current_span(propagator.extract({"traceparent": header})).get_span_context()
    return context if context.is_valid else None


@contextlib.contextmanager
def server_span(name: str, header: str | None, *, trusted: bool, **attributes: Any) -> Iterator[trace.Span]:
    """Start the span of a request: a child of a trusted caller's, linked to anybody else's."""
    parent = context_of(header)
    context = trace.set_span_in_context(trace.NonRecordingSpan(parent)) if parent and trusted else Context()
    links = [Link(parent)] if parent and not trusted else []
    with tracer.start_as_current_span(
        name,
        context=context,
        kind=SpanKind.SERVER,
        links=links,
        attributes=attributes,
        record_exception=False,
    ) as span:
        yield span


@contextlib.contextmanager
def linked_span(name: str, header: str | None, **attributes: Any) -> Iterator[trace.Span]:
    """Start a trace of its own, linked to the one that caused it."""
    cause = context_of(header)
    with tracer.start_as_current_span(
        name, context=Context(), kind=SpanKind.CONSUMER, links=[Link(cause)] if cause else [],
        attributes=attributes, record_exception=False,
    ) as span:  # fmt: skip
        yield span


@contextlib.contextmanager
def client_span(name: str, **attributes: Any) -> Iterator[trace.Span]:
    """Start the span of a call to another process."""
    with tracer.start_as_current_span(
        name, kind=SpanKind.CLIENT, attributes=attributes, record_exception=False
    ) as span:
        yield span


@contextlib.contextmanager
def statement_span(name: str, **attributes: int) -> Iterator[None]:
    """Start the span of a named statement, unless nobody records."""
    if not trace.get_current_span().is_recording():
        yield
        return
    described: Mapping[str, Any] = {
        "db.system.name": "postgresql",
        "db.query.summary": name,
        **attributes,
    }
    with tracer.start_as_current_span(
        f"sql {name}", kind=SpanKind.CLIENT, attributes=described, record_exception=False
    ):
        yield


def sampled() -> bool:
    """Say whether the current request is traced."""
    return bool(trace.get_current_span().get_span_context().trace_flags & TraceFlags.SAMPLED)


def flush() -> None:
    """Write out what is waiting, before the process ends."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.force_flush(2_000)
