"""Operations: parsed and validated once, executed for a caller, answered with a trace id."""

import inspect
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    execute,
    get_operation_ast,
    parse,
    validate,
)
from msgspec import UNSET, UnsetType

from chassis.errors import DeadlineExceeded, Problem
from chassis.spans import NOTHING, Here
from chassis.telemetry import current_trace_id, inner_span, sampled
from gateway.engine.engine import Compiled, Engine
from gateway.engine.fallback import NotCompiled, count_fallback, count_fast
from gateway.errors import entry, field_error
from gateway.limits import ERRORS_MAX, TOKENS_MAX, rules
from gateway.shared.problems import DocumentInvalid, DocumentTooLarge, DocumentUnparsable, RequestMalformed
from gateway.ticks import Ticks
from gateway.traits import Priority, Traits, traits_of
from gateway.upstream.context import Context

DOCUMENTS_MAX = 500  # one with its code takes some 200 kB
DOCUMENT_CHARACTERS_KEPT = 20_000


class Response(msgspec.Struct, omit_defaults=True):
    """What an operation answers; whoever sends it encodes it, once."""

    errors: list[dict[str, Any]] | UnsetType = UNSET
    data: Any = UNSET
    extensions: dict[str, Any] | UnsetType = UNSET


class Request(msgspec.Struct, frozen=True):
    """What a client sends."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


class Prepared(msgspec.Struct, frozen=True):
    """An operation that is ready to run."""

    document: DocumentNode
    operation: OperationDefinitionNode
    variables: dict[str, Any] | None
    operation_name: str | None
    traits: Traits
    compiled: Compiled | None = None

    @property
    def kind(self) -> str:
        """Return query, mutation or subscription."""
        return self.traits.kind

    @property
    def name(self) -> str:
        """Return the operation's name for spans."""
        return self.traits.name


@dataclass(frozen=True, slots=True)
class Known:
    """A document that has been read and found valid, with its operations by the name asked for."""

    document: DocumentNode
    operations: dict[str | None, tuple[OperationDefinitionNode, Traits, Compiled | None]] = field(default_factory=dict)

    def operation(
        self, name: str | None, engine: Engine | None
    ) -> tuple[OperationDefinitionNode, Traits, Compiled | None]:
        """Return an operation; raise Refused if there is none of this name."""
        found = self.operations.get(name)
        if found is None:
            node = get_operation_ast(self.document, name)
            if node is None:
                raise Refused(
                    RequestMalformed(rule="the document has no such operation, or several and no operationName")
                )
            compiled = engine.compiled(self.document, node) if engine else None
            found = self.operations[name] = node, traits_of(self.document, node), compiled
        return found


class Refused(Exception):
    """A request that is not executed; its errors say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__()
        self.problems = problems


@dataclass(slots=True)
class Operations:
    """Runs operations on the schema: by the engine, and without one or where it must, by the reference executor."""

    schema: GraphQLSchema
    introspection: bool = True
    engine: Engine | None = None
    ticks: Ticks = field(default_factory=Ticks)
    _known: OrderedDict[str, Known] = field(default_factory=OrderedDict, repr=False)

    def prepare(self, request: Request) -> Prepared:
        """Parse and validate a request, once a document; raise Refused."""
        known = self._known.get(request.query)
        if known is None:
            known = Known(self.check(request.query))
            if len(request.query) <= DOCUMENT_CHARACTERS_KEPT:
                self._known[request.query] = known
                if len(self._known) > DOCUMENTS_MAX:
                    self._known.popitem(last=False)
        else:
            self._known.move_to_end(request.query)
        operation, traits, compiled = known.operation(request.operation_name, self.engine)
        return Prepared(known.document, operation, request.variables, request.operation_name, traits, compiled)

    def warm(self, texts: Iterable[str]) -> None:
        """Read and compile documents before somebody asks."""
        for text in texts:
            for node in self.check(text).definitions:
                if isinstance(node, OperationDefinitionNode) and node.name:
                    prepared = self.prepare(Request(text, None, node.name.value))
                    if prepared.compiled is not None:
                        prepared.compiled.warm()

    def priority(self, request: Request) -> Priority | None:
        """Return how urgent a request is; None if its document has not been read yet."""
        known = self._known.get(request.query)
        found = known.operations.get(request.operation_name) if known else None
        return found[1].priority if found else None

    def services(self, request: Request) -> frozenset[str]:
        """Return the services that a query is known to need: none before it was run."""
        known = self._known.get(request.query)
        found = known.operations.get(request.operation_name) if known else None
        compiled = found[2] if found else None
        return compiled.services if compiled else frozenset()

    def check(self, query: str) -> DocumentNode:
        """Return the document of a text, or raise Refused."""
        try:
            document = parse(query, max_tokens=TOKENS_MAX)
        except GraphQLSyntaxError as error:
            kind = DocumentTooLarge if "Document contains more" in error.message else DocumentUnparsable
            raise Refused(kind(rule=error.message)) from None
        errors = validate(self.schema, document, rules(introspection=self.introspection), max_errors=ERRORS_MAX)
        if errors:
            raise Refused(*(refusal(error) for error in errors))
        return document

    async def run(self, prepared: Prepared, context: Context, root: Any = None) -> Response:
        """Execute a query or a mutation and return its response; whoever calls holds the deadline."""
        with operation_span(prepared.traits):
            try:
                result = await self.executed(prepared, context, root)
            finally:
                context.close()
            return answer(result, context.caller.language)

    async def executed(self, prepared: Prepared, context: Context, root: Any) -> ExecutionResult:
        """Execute an operation once, by the executor that can."""
        hide_suggestions = not self.introspection
        if prepared.compiled is not None:
            try:
                result = await prepared.compiled.run(context, prepared.variables, hide_suggestions=hide_suggestions)
            except NotCompiled as left:
                count_fallback(left.reason)
            else:
                count_fast()
                return result
        found = execute(
            self.schema,
            prepared.document,
            root,
            context,
            prepared.variables,
            prepared.operation_name,
            hide_suggestions=hide_suggestions,
        )
        return await found if inspect.isawaitable(found) else found

    async def run_in_time(self, prepared: Prepared, context: Context, root: Any = None) -> Response:
        """Execute a query or a mutation, and answer that it took too long if it does."""
        try:
            with self.ticks.deadline(context.ends_at):
                return await self.run(prepared, context, root)
        except TimeoutError:
            return failure([DeadlineExceeded()], context.caller.language)


def operation_span(traits: Traits) -> Here:
    """Start the span of an operation, unless nobody records."""
    if not sampled():
        return NOTHING
    named = {"graphql.operation.name": traits.name, "graphql.operation.type": traits.kind}
    return inner_span(f"graphql {traits.kind} {traits.name}", named)


def refusal(error: GraphQLError) -> Problem:
    """Return a rule that a document breaks as a problem."""
    kind = DocumentTooLarge if (error.extensions or {}).get("limit") else DocumentInvalid
    return kind(rule=error.message)


def answer(result: ExecutionResult, language: str) -> Response:
    """Return an execution's result as it is sent."""
    errors = [field_error(error, language) for error in result.errors or ()]
    has_data = result.data is not None or not errors or any("path" in error for error in errors)
    return Response(errors or UNSET, result.data if has_data else UNSET, trace())


def failure(problems: list[Problem], language: str) -> Response:
    """Return a response without data."""
    return Response([entry(problem, language) for problem in problems], extensions=trace())


def trace() -> dict[str, Any] | UnsetType:
    """Return the extensions of every response: the trace's id."""
    trace_id = current_trace_id()
    return {"traceId": trace_id} if trace_id else UNSET
