"""A client as the frontend teams have them: registered documents, one token, subscriptions over SSE."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from graphql import OperationDefinitionNode, parse, print_ast
from graphql.language import FragmentDefinitionNode, FragmentSpreadNode, Visitor, visit

DOCUMENTS = Path(__file__).parents[2] / "gateway" / "documents"


def documents() -> dict[str, str]:
    """Read the registered documents: each operation with the fragments it uses."""
    found: dict[str, str] = {}
    for file in sorted(DOCUMENTS.glob("*.graphql")):
        document = parse(file.read_text(encoding="utf-8"))
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode) and definition.name:
                used = [print_ast(fragments[name]) for name in sorted(fragments_of(definition, fragments))]
                found[definition.name.value] = "\n".join([print_ast(definition), *used])
    return found


def fragments_of(node: Any, fragments: Mapping[str, FragmentDefinitionNode]) -> set[str]:
    """Return the names of the fragments a definition uses, through others as well."""
    names: set[str] = set()

    class Collect(Visitor):
        def enter_fragment_spread(self, spread: FragmentSpreadNode, *_: Any) -> None:
            names.add(spread.name.value)

    visit(node, Collect())
    for name in list(names):
        names |= fragments_of(fragments[name], fragments)
    return names


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway answered, when it took how long, and the trace that ops finds it by."""

    data: dict[str, Any]
    errors: list[dict[str, Any]]
    trace_id: str
    ms: float
    status: int = 200


@dataclass(slots=True)
class Person:
    """Somebody at a client: a name to print, and a token."""

    name: str
    http: httpx.AsyncClient
    headers: dict[str, str]
    texts: Mapping[str, str] = field(default_factory=documents)

    async def do(self, operation: str, **variables: Any) -> Answer:
        """Send one registered operation."""
        return await self.send(self.texts[operation], operation, variables)

    async def send(self, text: str, operation: str | None = None, variables: Mapping[str, Any] | None = None) -> Answer:
        """Send a document."""
        body = {"query": text, "operationName": operation, "variables": dict(variables or {})}
        started = time.perf_counter()
        response = await self.http.post("/graphql", json=body, headers=self.headers)
        ms = (time.perf_counter() - started) * 1e3
        answered = response.json()
        trace_id = str((answered.get("extensions") or {}).get("traceId") or response.headers.get("traceresponse", "-"))
        return Answer(answered.get("data") or {}, answered.get("errors") or [], trace_id, ms, response.status_code)

    async def upload(self, content: str, key: str) -> Answer:
        """Upload a list of returnees."""
        headers = self.headers | {"Content-Type": "text/csv; charset=utf-8", "Idempotency-Key": key}
        started = time.perf_counter()
        response = await self.http.post("/imports/returnees", content=content.encode(), headers=headers)
        ms = (time.perf_counter() - started) * 1e3
        trace_id = response.headers.get("traceresponse", "--").split("-")[1]
        return Answer(response.json(), [], trace_id, ms, response.status_code)

    @asynccontextmanager
    async def listening(self, operation: str, **variables: Any) -> AsyncIterator["Listener"]:
        """Subscribe over SSE; what arrives waits in the listener."""
        listener = Listener()
        task = asyncio.create_task(self._listen(listener, operation, variables))
        try:
            await asyncio.wait_for(listener.open.wait(), 10)
            yield listener
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _listen(self, listener: "Listener", operation: str, variables: Mapping[str, Any]) -> None:
        body = {"query": self.texts[operation], "operationName": operation, "variables": dict(variables)}
        headers = self.headers | {"Accept": "text/event-stream"}
        async with self.http.stream("POST", "/graphql", json=body, headers=headers, timeout=None) as response:
            listener.status = response.status_code
            listener.open.set()
            async for line in response.aiter_lines():
                if line.startswith("data:") and line[5:].strip() not in ("", "null"):
                    listener.put(json.loads(line[5:]))


@dataclass(slots=True)
class Listener:
    """What a subscription has delivered, each with the moment it came."""

    arrived: "asyncio.Queue[tuple[float, dict[str, Any]]]" = field(default_factory=asyncio.Queue)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0

    def put(self, event: dict[str, Any]) -> None:
        """Keep an event."""
        self.arrived.put_nowait((time.perf_counter(), event))

    async def next(self, within_s: float) -> tuple[float, dict[str, Any]]:
        """Return the next event; raise TimeoutError when none comes in time."""
        return await asyncio.wait_for(self.arrived.get(), within_s)
