"""Traces, logs and metrics: what ops sees of a request, and nothing of a person.

Spans go to a Collector when OTEL_EXPORTER_OTLP_ENDPOINT is set, and to JSON lines in TRACE_FILE's folder
for `make trace`. Attributes that are not on the list of `chassis/export.py` never leave the process.
"""

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog

from chassis import export, spans
from chassis.spans import CLIENT, CONSUMER, INTERNAL, NOTHING, SERVER, Here, Span

exporting: list[export.Exporting] = []


def start(service: str, *, trace_folder: Path | None, otlp_endpoint: str | None, sample_ratio: float = 1.0) -> None:
    """Set up traces and logs of this process; call once."""
    exporters: list[export.Exporter] = []
    if otlp_endpoint:
        exporters.append(export.collector(service))
    if trace_folder is not None:
        exporters.append(export.json_lines(trace_folder / f"{service}.jsonl", service))
    if exporters:
        exporting.append(export.Exporting(exporters))
        record(exporting[-1].take, sample_ratio)
    start_logs(service)


def record(on_end: Callable[[Span], None], ratio: float) -> None:
    """Record a share of the traces that begin here, and all that another process of ours records."""
    spans.recording.on_end, spans.recording.ratio = on_end, ratio


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
    here = spans.current.get()
    return here.trace_id if here else None


def traceparent() -> str | None:
    """Return the current span as a W3C traceparent."""
    here = spans.current.get()
    return here.traceparent if here else None


def sampled() -> bool:
    """Say whether the current trace is recorded."""
    here = spans.current.get()
    return here is not None and here.recording


def server_span(name: str, header: str | None, *, trusted: bool) -> Here:
    """Start the span of a request: a part of a trusted caller's trace, or linked to anybody else's."""
    if trusted:
        place = spans.place_of(header)
        return spans.joined(name, SERVER, place) if place else spans.root(name, SERVER)
    here = spans.root(name, SERVER)
    if isinstance(here, Span):
        here.link = spans.place_of(header)
    return here


def linked_span(name: str, header: str | None) -> Here:
    """Start a trace of its own, linked to the one of ours that caused it, and recorded if that is."""
    cause = spans.place_of(header)
    if cause is None:
        return spans.root(name, CONSUMER)
    if not cause.recorded:
        return spans.unrecorded()
    span = Span(name, CONSUMER, spans.new_trace_id(), None)
    span.link = cause
    return span


def work_span(name: str) -> Here:
    """Start the span of work that nobody asked for: a job. Inside of a trace it is a part of it."""
    return spans.child(name, INTERNAL, {}) if spans.current.get() else spans.root(name, INTERNAL)


def inner_span(name: str, attributes: Mapping[str, Any]) -> Here:
    """Start the span of a part of the work, unless nobody records."""
    return spans.child(name, INTERNAL, attributes)


def client_span(name: str, **attributes: Any) -> Here:
    """Start the span of a call to another process, unless nobody records."""
    return spans.child(name, CLIENT, attributes)


def statement_span(name: str, **attributes: int) -> Here:
    """Start the span of a named statement, unless nobody records."""
    if not sampled():
        return NOTHING
    described = {"db.system.name": "postgresql", "db.query.summary": name, **attributes}
    return spans.child(f"sql {name}", CLIENT, described)


def flush() -> None:
    """Write out what is waiting, before the process ends."""
    for each in exporting:
        each.flush()
