"""Stand-ins for the three services: they hold rows, answer batches as the services do, and count calls."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chassis.errors import DeadlineExceeded, ServiceUnavailable
from gateway.upstream.exchange import Answer, ConnectionBroken, Outgoing

PROBLEM = "application/problem+json"

Rows = Mapping[str, Any]
Command = Callable[[dict[str, Any], Outgoing], Answer]


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as a stub got it."""

    service: str
    path: str
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def ids(self) -> list[str]:
        """Return the ids asked for."""
        return list(self.body["ids"])


@dataclass(slots=True)
class Stubs:
    """The services; `rows` maps a batch path of a service to what belongs to each key."""

    rows: dict[tuple[str, str], Rows | Callable[[str], Any]] = field(default_factory=dict)
    commands: dict[tuple[str, str], Command] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    breaking: dict[str, int] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)

    def begin(self, request: Outgoing) -> asyncio.Future[Answer]:
        """Answer one request in a task of its own."""
        return asyncio.ensure_future(self.exchange(request))

    async def exchange(self, request: Outgoing) -> Answer:
        """Answer one request."""
        sent = request.body if isinstance(request.body, bytes) else b"".join([part async for part in request.body])
        body: dict[str, Any] = msgspec.json.decode(sent) if sent[:1] == b"{" else {"text": sent.decode()}
        self.heard.append(Heard(request.service, request.path, body, request.headers or {}))
        await asyncio.sleep(0)
        self.trouble(request.service)
        command = self.commands.get((request.service, request.path))
        if command is not None:
            return command(body, request)
        known = self.rows[request.service, request.path]
        found = [known(i) if callable(known) else known.get(i) for i in body["ids"]]
        if "limit" in body:
            return Answer(200, msgspec.json.encode([page(rows or [], body) for rows in found]))
        return Answer(200, msgspec.json.encode([cut(row, body["fields"], body.get("as")) for row in found]))

    def trouble(self, service: str) -> None:
        """Fail as a service that is stopped, late, or breaks its connections for a while."""
        if service in self.stopped:
            raise ServiceUnavailable(service=service)
        if service in self.late:
            raise DeadlineExceeded(service=service)
        if self.breaking.get(service, 0) > 0:
            self.breaking[service] -= 1
            raise ConnectionBroken(service)

    async def close(self) -> None:
        """Have nothing to close."""

    def calls(self) -> list[tuple[str, str]]:
        """Return services and paths in the order they were called."""
        return [(heard.service, heard.path) for heard in self.heard]

    def call(self, path: str) -> Heard:
        """Return the only call of a path."""
        [found] = [heard for heard in self.heard if heard.path == path]
        return found


def cut(row: Any, fields: list[str], names: list[str] | None = None) -> Any:
    """Return a row, or each row of a list, with the fields asked for, under other names if they are given."""
    if isinstance(row, list):
        return [cut(one, fields, names) for one in row]
    return None if row is None else {name: row[field] for field, name in zip(fields, names or fields, strict=True)}


def page(rows: list[dict[str, Any]], body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a page of rows as chassis.batch makes it; the cursor is the row's place."""
    placed = [{**row, "cursor": str(place)} for place, row in enumerate(rows)]
    if body["before"] is not None:
        until = len(placed) if body["before"] == "" else int(body["before"])
        chosen = placed[max(0, until - body["limit"]) : until]
    else:
        start = 0 if body["after"] is None else int(body["after"]) + 1
        chosen = placed[start : start + body["limit"]]
    if body.get("as"):
        return [cut(row, body["fields"], body["as"]) for row in chosen]
    return [{**cut(row, body["fields"]), "cursor": row["cursor"]} for row in chosen]


def refusing(status: int, code: str, **rest: Any) -> Command:
    """Return a command that is refused; the detail tells the language it was asked in."""

    def refuse(_body: dict[str, Any], request: Outgoing) -> Answer:
        language = (request.headers or {}).get("accept-language", "")
        document = {"code": code, "status": status, "detail": f"{code} in {language}", **rest}
        return Answer(status, msgspec.json.encode(document), PROBLEM)

    return refuse


def answering(**row: Any) -> Command:
    """Return a command that is carried out."""
    return lambda _body, _request: Answer(200, msgspec.json.encode(row))
