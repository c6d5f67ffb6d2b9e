"""Stand-ins for services, behind `Calls.fetch`: they hold rows, answer as services do, and note what is asked."""

import asyncio
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

from chassis.errors import Problem
from gateway.upstream.batching import Call
from gateway.upstream.calls import Calls
from gateway.upstream.context import Context
from gateway.upstream.declare import Endpoint, Kind

TOLD = ("kind",)  # rows of unions tell their type unasked


@dataclass(frozen=True, slots=True)
class Heard:
    """A call."""

    path: str
    body: dict[str, Any]
    purpose: str | None

    @property
    def ids(self) -> list[str]:
        """Return the ids asked for."""
        return list(self.body["ids"])

    @property
    def fields(self) -> list[str]:
        """Return the columns asked for, in order."""
        return sorted(self.body["fields"])


@dataclass(slots=True)
class Services:
    """The services: rows by path and key, what fails, what is answered whatever is asked, what is held back."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    failing: dict[str, Problem] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    held: dict[str, "asyncio.Event"] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)

    def fetch(
        self, context: Context, endpoint: Endpoint, body: bytes, *, keys: int, purpose: str | None = None
    ) -> "asyncio.Future[bytes]":
        """Begin to answer at once."""
        asked = msgspec.json.decode(body)
        assert keys == len(asked["ids"])
        self.heard.append(Heard(endpoint.path, asked, purpose))
        call = asyncio.ensure_future(self.answer(endpoint, asked))
        context.follow(call)
        return call

    async def read(self, context: Context, call: Call, ids: list[str], fields: list[str]) -> list[Any]:
        """Read for the reference executor, as the real calls do."""
        return await Calls.read(cast("Calls", self), context, call, ids, fields)

    async def answer(self, endpoint: Endpoint, asked: dict[str, Any]) -> bytes:
        """Return an answer's bytes, or fail."""
        path = endpoint.path
        none: Any = None if endpoint.kind is Kind.ONE else []
        if path in self.held:
            await self.held[path].wait()
        if path in self.failing:
            raise self.failing[path]
        if path in self.bodies:
            return self.bodies[path]
        known = self.rows.get(path, {})
        return msgspec.json.encode([answered(known.get(key, none), asked) for key in asked["ids"]])

    def copy(self) -> "Services":
        """Return services in the same state that have heard nothing."""
        return Services(deepcopy(self.rows), dict(self.failing), dict(self.bodies), dict(self.held))

    def paths(self) -> list[str]:
        """Return what was called, sorted."""
        return sorted(heard.path for heard in self.heard)

    def call(self, endpoint: Endpoint) -> Heard:
        """Return the only call of an endpoint."""
        [found] = [heard for heard in self.heard if heard.path == endpoint.path]
        return found


def answered(found: Any, asked: Mapping[str, Any]) -> Any:
    """Return what belongs to a key."""
    if "limit" in asked and isinstance(found, list):
        return [cut(row, asked) for row in page(found, asked)]
    if isinstance(found, list):
        return [cut(row, asked) for row in found]
    return cut(found, asked)


def cut(row: Any, asked: Mapping[str, Any]) -> Any:
    """Return the columns of a row that are asked for; what it lacks, it lacks."""
    if not isinstance(row, dict):
        return row
    if "as" in asked:
        return {name: row[column] for column, name in zip(asked["fields"], asked["as"], strict=True) if column in row}
    also = ("cursor", *TOLD) if "limit" in asked else TOLD
    return {name: row[name] for name in (*asked["fields"], *also) if name in row}


def page(rows: list[Any], asked: Mapping[str, Any]) -> list[Any]:
    """Return a page of rows; the cursor is the row's place."""
    places = [{**row, "cursor": str(i)} if isinstance(row, dict) else row for i, row in enumerate(rows)]
    if asked["before"] is not None:
        until = len(places) if asked["before"] == "" else int(asked["before"])
        return places[max(0, until - asked["limit"]) : until]
    start = 0 if asked["after"] is None else int(asked["after"]) + 1
    return places[start : start + asked["limit"]]
