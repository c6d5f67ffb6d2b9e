"""One operation of the engine under way: its calls, their failures, and values completed by their types."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from graphql import GraphQLList, GraphQLNonNull

from chassis.errors import Problem
from gateway.engine.arguments import Asked
from gateway.engine.joining import Join, Joined
from gateway.engine.plan import Fetch
from gateway.engine.runtime import Failed, FailedRows
from gateway.engine.trust import trust_in
from gateway.shared.problems import ServiceAnswerUnusable
from gateway.upstream.batching import IDS_PER_CALL_MAX
from gateway.upstream.context import Context

encode = msgspec.json.encode


class Code(Protocol):
    """The compiled code of a plan."""

    @property
    def fetches(self) -> Sequence[Fetch]:
        """Return the fetches of the plan."""

    def careful(self, index: int) -> Callable[["Running", bytes, list[Any], list[Any]], Awaitable[Any]]:
        """Return the function of a fetch for an answer of which anything may be wrong."""

    def joins(self) -> list[Join]:
        """Return what lets the fetches of a level go out as one call."""


class Running:
    """What generated code knows as `op`."""

    __slots__ = ("asked", "code", "context", "fetches", "joins", "tasks", "troubled")

    def __init__(self, code: Code, asked: list[Asked], context: Context) -> None:
        self.code, self.asked, self.context = code, asked, context
        self.fetches = code.fetches
        self.joins = code.joins()
        self.tasks: list[asyncio.Task[Any]] = []
        self.troubled = False

    # calls

    def root_ids(self, index: int) -> list[str]:
        """Return the key that an argument holds, as a list: empty without one."""
        key = self.asked[index].key
        return [] if key is None else [key]

    def meet(self, index: int, ids: list[Any]) -> Awaitable[Joined]:
        """Send a call together with the others of its level; the answer comes with all the ids it is for."""
        return self.joins[self.fetches[index].join or 0].add(ids, lambda together: self.send(index, together))

    def stay_away(self, index: int) -> None:
        """Let no join wait for a fetch that asks nothing."""
        self.joins[self.fetches[index].join or 0].leave()

    def send(self, index: int, ids: list[Any]) -> Awaitable[bytes]:
        """Send a call at once; the answer's bytes come, or a problem. A service takes a limited number of ids."""
        asked, fetch, context = self.asked[index], self.fetches[index], self.context
        if len(ids) > IDS_PER_CALL_MAX:
            return self.task(self.send_parts(index, ids))
        body = asked.head + encode(ids) + b"}"
        return context.calls.fetch(context, fetch.endpoint, body, keys=len(ids), purpose=fetch.load.purpose)

    async def send_parts(self, index: int, ids: list[Any]) -> bytes:
        """Send several calls, and put their answers together."""
        parts = [self.send(index, ids[i : i + IDS_PER_CALL_MAX]) for i in range(0, len(ids), IDS_PER_CALL_MAX)]
        bodies = [(await part).strip()[1:-1] for part in parts]
        return b"[" + b",".join(bodies) + b"]"

    def task(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Let a branch go on by itself."""
        made = asyncio.get_running_loop().create_task(work)
        self.tasks.append(made)
        return made

    def close(self) -> None:
        """Give up what nobody waits for any more."""
        for task in self.tasks:
            task.cancel()
        for join in self.joins:
            join.close()

    # failures

    def failed(self, index: int, problem: Problem, nothing: Sequence[Mapping[Any, Any]] | None = None) -> Any:
        """Return the answers of a load that failed; loads beneath it will not be asked for."""
        self.troubled = True
        self.leave(self.fetches[index])
        uses = max(len(self.fetches[index].uses), 1)
        found = tuple(FailedRows(problem, nothing[use] if nothing else None) for use in range(uses))
        return found if uses > 1 else found[0]

    def leave(self, fetch: Fetch) -> None:
        """Let no join wait for the loads beneath a fetch."""
        for inner in fetch.rows.fetches:
            if inner.join is not None:
                self.joins[inner.join].leave()
            self.leave(inner)

    def unusable(self, index: int) -> Problem:
        """Return the problem of an answer that is none."""
        return ServiceAnswerUnusable(service=self.fetches[index].endpoint.service)

    def careful(self, index: int, body: bytes, ids: list[Any], own: list[Any]) -> Awaitable[Any]:
        """Read an answer again, of which something is not as it should be; of a joint call, one's own rows."""
        self.troubled = True
        trust_in(self.fetches[index].endpoint).withdraw()
        return self.code.careful(index)(self, body, ids, own)

    # values

    def required(self, value: Any) -> Any:
        """Return a value that may not be null; that it is will be found when failures are settled."""
        if value is None:
            self.troubled = True
        return value

    def complete(self, kind: Any, value: Any) -> Any:
        """Return a leaf as its type writes it; what the type refuses is a failure."""
        if value is None or isinstance(value, Failed):
            self.troubled = self.troubled or value is not None or isinstance(kind, GraphQLNonNull)
            return value
        if isinstance(kind, GraphQLNonNull):
            return self.required(self.complete(kind.of_type, value))
        if isinstance(kind, GraphQLList):
            return self.each(value, lambda item: self.complete(kind.of_type, item))
        try:
            return kind.serialize(value)
        except Exception as bug:  # noqa: BLE001 - a type may raise anything; it fails its own field only
            return self.failure(bug)

    def inside(self, kind: Any, value: Any, make: Callable[[Any], Any]) -> Any:
        """Return the objects within a value, in lists as their type says."""
        if value is None or isinstance(value, Failed):
            self.troubled = self.troubled or value is not None or isinstance(kind, GraphQLNonNull)
            return value
        if isinstance(kind, GraphQLNonNull):
            return self.inside(kind.of_type, value, make)
        if isinstance(kind, GraphQLList):
            return self.each(value, lambda item: self.inside(kind.of_type, item, make))
        return make(value)

    def each(self, value: Any, make: Callable[[Any], Any]) -> Any:
        """Return what is made of each item of a list; anything else is a failure."""
        if not isinstance(value, list | tuple):
            return self.failure(TypeError("a list was expected"))
        return [make(item) for item in value]

    def made(self, compute: Callable[[Any, Any], Any], columns: Mapping[str, Any]) -> Any:
        """Return what a function of the gateway makes of columns."""
        failed = next((value for value in columns.values() if isinstance(value, Failed)), None)
        if failed is not None:
            return failed
        try:
            return compute(columns, self.context)
        except Exception as bug:  # noqa: BLE001 - as above
            return self.failure(bug)

    def unknown(self, name: Any) -> Any:
        """Return the failure of a row of a type that the schema does not have."""
        return name if isinstance(name, Failed) else self.failure(TypeError("a row of an unknown type"))

    def failure(self, bug: Exception) -> Failed:
        """Return a failure."""
        self.troubled = True
        return Failed(bug)
