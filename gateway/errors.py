"""Errors as clients see them: a code, a sentence in their language, a trace id, and no secret."""

from typing import Any

import structlog
from graphql import GraphQLError

from chassis.errors import Busy, Problem, Relayed
from chassis.telemetry import current_trace_id
from chassis.web import frames
from gateway.shared.problems import VariablesInvalid

ARGUMENT = "Argument "  # how graphql-core begins to say that a value does not fit an argument at its place

log = structlog.get_logger()

BUG = {"en": "An internal error; quote the trace id {trace_id}", "zh": "系统内部错误，追踪编号 {trace_id}"}


def entry(problem: Problem, language: str) -> dict[str, Any]:
    """Return a problem as an entry of `errors`."""
    extensions: dict[str, Any] = {"code": problem.code, "traceId": current_trace_id()}
    service = problem.facts.get("service")
    if service:
        extensions |= {"service": service, "retryable": is_retryable(problem)}
    elif isinstance(problem, Busy):
        extensions["retryable"] = True
    if problem.retry_after_ms is not None:
        extensions["retryAfterMs"] = problem.retry_after_ms
    return {"message": problem.message(language), "extensions": extensions}


def field_error(error: GraphQLError, language: str) -> dict[str, Any]:
    """Return an error of an execution; what no one foresaw is masked, and logged."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, Problem):
        said = entry(cause, language)
    elif error.path is None or (isinstance(cause, GraphQLError) and cause.message.startswith(ARGUMENT)):
        said = entry(
            VariablesInvalid(rule=cause.message if isinstance(cause, GraphQLError) else error.message), language
        )
    else:
        said = bug(error, cause, language)
    if error.locations:
        said["locations"] = [location.formatted for location in error.locations]
    if error.path:
        said["path"] = error.path
    return said


def bug(error: GraphQLError, cause: BaseException | None, language: str) -> dict[str, Any]:
    """Return what a client sees of a bug."""
    at = cause or error
    log.error("bug", error=type(at).__name__, frames=frames(at))
    trace_id = current_trace_id()
    message = BUG[language].format(trace_id=trace_id or "-")
    return {"message": message, "extensions": {"code": "InternalError", "traceId": trace_id}}


def is_retryable(problem: Problem) -> bool:
    """Say whether the same request may succeed shortly."""
    if isinstance(problem, Relayed):
        return problem.document.status == Busy.status or problem.retry_after_ms is not None
    return isinstance(problem, Busy)
