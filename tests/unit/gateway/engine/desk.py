"""Both executors on the museum's schema, each with services of its own, and what each of them did."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from graphql import OperationDefinitionNode, get_operation_ast, parse, validate

from chassis.auth import Viewer
from gateway.engine.engine import Compiled, Engine, Variant
from gateway.engine.fallback import FAST, executions
from gateway.operations import Operations, Request
from gateway.upstream.calls import Calls
from gateway.upstream.context import Caller, Context
from tests.unit.gateway.engine.museum import SCHEMA
from tests.unit.gateway.engine.rows import collection
from tests.unit.gateway.engine.services import Heard, Services

OPERATION_S = 5.0
VIEWER = Viewer("visitor-1", "Ada", "district_officer", "330111", {"scopes": ("330111",)})
ENGINE = Engine(SCHEMA)


@dataclass(frozen=True, slots=True)
class Told:
    """What an executor answered, and what it asked."""

    response: dict[str, Any]
    heard: list[Heard]

    @property
    def data(self) -> Any:
        """Return the data of an operation that succeeded."""
        assert "errors" not in self.response, self.response["errors"]
        return self.response["data"]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return the errors as path and code, sorted."""
        found = self.response.get("errors", ())
        return sorted((".".join(map(str, e.get("path", ()))), e["extensions"]["code"]) for e in found)

    @property
    def paths(self) -> list[str]:
        """Return what was called, sorted."""
        return sorted(heard.path for heard in self.heard)


def context_of(services: Services, *, viewer: Viewer = VIEWER, purpose: str | None = None) -> Context:
    """Return an operation's context."""
    caller = Caller(viewer, "token-1", 2**31, purpose=purpose)
    return Context(caller, cast("Calls", services), asyncio.get_running_loop().time() + OPERATION_S)


async def told(
    operations: Operations, query: str, variables: Mapping[str, Any] | None = None, services: Services | None = None
) -> Told:
    """Run an operation and return what came of it."""
    own = collection() if services is None else services.copy()
    prepared = operations.prepare(Request(query, dict(variables) if variables is not None else None))
    response = await operations.run(prepared, context_of(own))
    return Told(msgspec.json.decode(msgspec.json.encode(response)), own.heard)


async def reference(query: str, variables: Mapping[str, Any] | None = None, services: Services | None = None) -> Told:
    """Run an operation on the reference executor."""
    return await told(Operations(SCHEMA), query, variables, services)


async def both(query: str, variables: Mapping[str, Any] | None = None, services: Services | None = None) -> Told:
    """Run an operation on both executors, expect the same answer, and return what the engine did."""
    expected = await reference(query, variables, services)
    before = executions.counts[FAST]
    found = await told(Operations(SCHEMA, engine=ENGINE), query, variables, services)
    assert executions.counts[FAST] == before + 1, "left to the reference executor"
    assert comparable(found.response) == comparable(expected.response)
    return found


def comparable(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return a response whose errors have an order."""
    errors = sorted(response.get("errors", ()), key=lambda error: [str(step) for step in error.get("path", ())])
    return {**response, "errors": errors, "keys": list(response)}


def compiled(query: str) -> Compiled:
    """Return a document's only operation, not compiled yet."""
    document = parse(query)
    assert not validate(SCHEMA, document)
    operation = get_operation_ast(document)
    assert isinstance(operation, OperationDefinitionNode)
    return ENGINE.compiled(document, operation)


def variant(query: str, **values: Any) -> Variant:
    """Return the code of a document's only operation."""
    return compiled(query).variant(values)
