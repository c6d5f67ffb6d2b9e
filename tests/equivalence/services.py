"""Stand-ins for the three services: they answer every batch endpoint of the schema out of a universe."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chassis.errors import CONTENT_TYPE
from gateway.upstream.declare import Kind
from gateway.upstream.exchange import Answer, Outgoing
from tests.equivalence.chance import happens, pick, roll
from tests.equivalence.faults import Fault, Faults
from tests.equivalence.shape import Rows, rows_of
from tests.equivalence.universe import Row, Universe, cursor_of
from tests.equivalence.values import MISSING

CURSOR = "cursor"
IDS_MAX = 1_000
NAMES_MAX = 500
NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,62}")
ROWS_SPOILT = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """A batch read as a service got it."""

    service: str
    path: str
    body: Mapping[str, Any]
    failed: bool

    @property
    def call(self) -> str:
        """Return what tells it from reads of other rows: everything but ids and columns."""
        rest = {n: v for n, v in self.body.items() if n not in ("ids", "fields", "as") and v not in (None, {})}
        return f"{self.service} {self.path} {json.dumps(rest, sort_keys=True, ensure_ascii=False)}"

    @property
    def columns(self) -> frozenset[str]:
        """Return the columns asked for; the cursor of a page's rows is part of the protocol."""
        return frozenset(self.body["fields"]) - {CURSOR}


@dataclass(slots=True)
class Services:
    """The services of one run of a case."""

    universe: Universe
    faults: Faults = field(default_factory=Faults)
    language: str = "en"
    asked: list[Asked] = field(default_factory=list)

    async def exchange(self, request: Outgoing) -> Answer:
        """Answer a request after a turn of the loop."""
        await asyncio.sleep(0)
        return self.answer(request)

    def begin(self, request: Outgoing) -> asyncio.Future[Answer]:
        """Start an exchange at once and return what will be its answer."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(self.settle, request, future)
        return future

    def settle(self, request: Outgoing, future: asyncio.Future[Answer]) -> None:
        """Answer a request that was begun."""
        if future.done():
            return
        try:
            future.set_result(self.answer(request))
        except Exception as error:  # noqa: BLE001 - whatever went wrong belongs to who waits
            future.set_exception(error)
            future.exception()

    async def close(self) -> None:
        """Have nothing to close."""

    def answer(self, request: Outgoing) -> Answer:
        """Answer a request, or fail as the faults have it."""
        assert isinstance(request.body, bytes)
        body: dict[str, Any] = msgspec.json.decode(request.body)
        failed = True
        try:
            instead = self.faults.instead(request, request.body)
            failed = instead is not None
        finally:
            self.asked.append(Asked(request.service, request.path, body, failed))
        if isinstance(instead, Answer):
            return instead
        batch = Batch(self.universe, rows_of()[request.service, request.path], body)
        batch.check()
        self.check(request, batch.rows)
        try:
            found = [batch.of(key) for key in body["ids"]]
        except ValueError:
            problem = {"code": "CursorUnknown", "status": 422, "detail": "no such cursor", "path": ["after"]}
            return Answer(422, msgspec.json.encode(problem), CONTENT_TYPE)
        if instead is Fault.SHORTER:
            found = found[1:]
        elif instead is Fault.LONGER:
            found.append(None)
        return Answer(200, self.written(found))

    def check(self, request: Outgoing, rows: Rows) -> None:
        """Refuse what a service refuses by its headers: a gateway that asks so has a bug."""
        headers = request.headers or {}
        assert headers.get("authorization", "").startswith("Bearer "), "who asks"
        assert headers.get("accept-language") == self.language, "in which language"
        assert headers.get("x-purpose") == rows.purpose, "what for"
        assert int(headers.get("x-deadline-ms", "0")) > 0, "until when"

    def written(self, found: list[Any]) -> bytes:
        """Write JSON as one of several writers does."""
        style = roll(self.universe.seed, "style") % 4
        if style == 0:
            return msgspec.json.encode(found)
        if style == 1:
            return json.dumps(found).encode()
        separators = (", ", " : ") if style == 2 else (",", ":")
        return json.dumps(found, ensure_ascii=False, separators=separators).replace("}, {", "}, \n {").encode()


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch read under way."""

    universe: Universe
    rows: Rows
    body: Mapping[str, Any]

    def check(self) -> None:
        """Refuse what chassis.batch refuses: a gateway that asks so has a bug."""
        ids, fields, names = self.body["ids"], self.body["fields"], self.body.get("as")
        is_page = self.rows.endpoint.kind is Kind.PAGE
        known = {*self.rows.columns, *([CURSOR] if is_page and names is not None else [])}
        assert len(ids) <= IDS_MAX, "too many ids"
        assert len(ids) == len(set(ids)), "an id twice in one call"
        assert set(fields) <= known, f"unknown columns {sorted(set(fields) - known)}"
        assert is_page == ("limit" in self.body), "limit is for pages"
        if names is not None:
            assert len(names) == len(fields) == len(set(names)) <= NAMES_MAX, "names and fields differ"
            assert all(NAME.fullmatch(name) for name in names), "names that are none"

    def of(self, key: str) -> Any:
        """Return what belongs to one key; a key that is no text finds nothing."""
        kind = self.rows.endpoint.kind
        if not isinstance(key, str):
            return None if kind is Kind.ONE else []
        if kind is Kind.ONE:
            row = self.universe.one(self.rows, key)
            return self.spoilt(None if row is None else self.cut(row, None), key)
        arguments = json.dumps(self.body.get("arguments") or {}, sort_keys=True)
        rows = self.universe.many(self.rows, key, arguments)
        if kind is Kind.LIST:
            return [self.spoilt(self.cut(row, None), key, n) for n, row in enumerate(rows)]
        return [self.spoilt(self.cut(rows[n], n), key, n) for n in self.window(len(rows))]

    def window(self, count: int) -> range:
        """Return the places of a page; raise ValueError if the cursor is none of ours."""
        limit, after, before = self.body["limit"], self.body.get("after"), self.body.get("before")
        if before is not None:
            until = count if before == "" else min(count, number_in(before))
            return range(max(0, until - limit), until)
        start = 0 if after is None else number_in(after) + 1
        return range(start, min(count, start + limit))

    def cut(self, row: Row, number: int | None) -> dict[str, Any]:
        """Return a row with what was asked for, under the names asked for."""
        names = self.body.get("as") or self.body["fields"]
        cut: dict[str, Any] = {} if names else {"nothing": 1}
        for name, column in zip(names, self.body["fields"], strict=True):
            is_cursor = column == CURSOR and number is not None
            value = cursor_of(number or 0) if is_cursor else row.column(column)
            if value is not MISSING:
                cut[name] = value
        if number is not None and "as" not in self.body:
            cut[CURSOR] = cursor_of(number)
        return cut

    def spoilt(self, row: Any, *about: object) -> Any:
        """Return a row, or what must not stand in its place when the universe is a spoilt one."""
        share, seed = self.universe.spoilt * ROWS_SPOILT, self.universe.seed
        if not share or self.rows.endpoint.vouched or not happens(share, seed, self.rows.endpoint.path, *about, "row"):
            return row
        return pick((None, None, [], "row", 5, {}), seed, self.rows.endpoint.path, *about, "instead")


def number_in(cursor: str) -> int:
    """Return the place that a cursor names."""
    found = json.loads(cursor)
    if not isinstance(found, list) or len(found) != 2 or not isinstance(found[1], int):
        raise ValueError(cursor)
    return found[1]
