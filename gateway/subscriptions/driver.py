"""Driving a subscription: facts heard, filtered by the token, shown as the subscriber may see them.

A fact counts as seen only after what it names was loaded: a service that restarts delays a payload and
never loses it. A payload whose nested fields fail is tried again for a while, then sent as it is.
"""

import asyncio
import contextlib
import inspect
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult, Executor, GraphQLNamedType, create_source_event_stream, get_named_type

from chassis.errors import Busy, Problem, Relayed, TokenExpired
from chassis.stream import Received
from chassis.telemetry import linked_span
from gateway.operations import Operations, Prepared, Response, answer, failure
from gateway.resilience.gate import Gate
from gateway.subscriptions import cursors
from gateway.subscriptions.declare import Watch, Watching, may_hear
from gateway.subscriptions.feed import Feed, Follower
from gateway.traits import Priority
from gateway.upstream import projection
from gateway.upstream.batching import Call
from gateway.upstream.context import Context
from gateway.upstream.declare import Row
from gateway.upstream.resolve import same

EVENT_S = 5.0
AGAIN_S = (0.1, 0.3, 1.0, 2.0)
WHOLE_WITHIN_S = 10.0
SETTLED_MAX = 1_000


@dataclass(slots=True)
class Driver:
    """Runs subscriptions of this process."""

    operations: Operations
    feed: Feed
    gate: Gate

    async def responses(self, prepared: Prepared, context: Context) -> AsyncGenerator[Response, None]:
        """Yield a response for each payload; the last one says why there are no more."""
        language = context.caller.language
        watching = await self.open(prepared, context)
        if not isinstance(watching, Watching):
            yield answer(watching, language)
            return
        try:
            async with contextlib.aclosing(self.follow(watching, prepared, context)) as payloads:
                async for response in payloads:
                    yield response
        except Problem as problem:
            yield failure([problem], language)

    async def open(self, prepared: Prepared, context: Context) -> Watching | ExecutionResult:
        """Read the subscription's arguments."""
        executor = Executor.build(
            self.operations.schema, prepared.document, None, context, prepared.variables, prepared.operation_name
        )
        if isinstance(executor, list):
            return ExecutionResult(None, errors=executor)
        stream: Any = create_source_event_stream(executor)
        found = await stream if inspect.isawaitable(stream) else stream
        assert isinstance(found, Watching | ExecutionResult), "a subscription field is declared with watch"
        return found

    async def follow(self, watching: Watching, prepared: Prepared, context: Context) -> AsyncGenerator[Response, None]:
        """Yield what the subscriber may see, until the token ends."""
        watch, arguments = watching.watch, watching.arguments
        watch.check(context.caller.viewer, arguments)
        streams = frozenset(family.split(".")[0] for family in watch.families)
        after = cursors.decode(arguments["after"], streams) if arguments.get("after") else None
        async with self.feed.follow(watch.families, after) as follower:
            while True:
                facts = await self.heard(watching, follower, context)
                if facts:
                    cursor = cursors.encode(follower.beyond(facts))
                    response = await self.shown(watching, prepared, context, facts[-1], cursor)
                    follower.seen = follower.beyond(facts)
                    if response is not None:
                        yield response

    async def heard(self, watching: Watching, follower: Follower, context: Context) -> list[Received]:
        """Return the facts of the next payload; raise TokenExpired at the token's end."""
        try:
            async with asyncio.timeout(context.caller.expires_at - time.time()):
                fact = await follower.next()
        except TimeoutError:
            raise TokenExpired from None
        if not self.concerns(watching, context, fact):
            return []
        facts = [fact]
        if watching.watch.settle_s:
            until = asyncio.get_running_loop().time() + watching.watch.settle_s
            try:
                async with asyncio.timeout_at(until):
                    while len(facts) < SETTLED_MAX:
                        facts.append(await follower.next())
            except TimeoutError:
                pass
        return facts

    def concerns(self, watching: Watching, context: Context, fact: Received) -> bool:
        """Say whether a fact is wanted, and within what the token grants."""
        return watching.watch.wanted(fact, watching.arguments) and may_hear(context.caller.viewer, fact)

    async def shown(
        self, watching: Watching, prepared: Prepared, context: Context, fact: Received, cursor: str
    ) -> Response | None:
        """Return the payload of a fact, tried until its object could be read; None if it is not to be seen."""
        started, tries = time.monotonic(), 0
        while True:
            fresh = context.again(EVENT_S)
            response: Response | None = None
            with linked_span(f"graphql subscription {prepared.name}", fact.traceparent):
                try:
                    event = await event_of(watching, fresh, fact, cursor)
                    if event is None:
                        return None
                    async with self.gate.place(Priority.ORDINARY):
                        response = await self.operations.run_in_time(prepared, fresh, event)
                except Busy:
                    pass
                except Relayed as problem:
                    if problem.document.status != Busy.status:
                        return None
            if response and (not unfinished(response) or time.monotonic() - started > WHOLE_WITHIN_S):
                return response
            if context.caller.expires_at < time.time():
                raise TokenExpired
            await asyncio.sleep(AGAIN_S[min(tries, len(AGAIN_S) - 1)])
            tries += 1


async def event_of(watching: Watching, context: Context, fact: Received, cursor: str) -> Row | None:
    """Return the root of a payload, its object loaded as the subscriber; None where there is nothing to see."""
    watch = watching.watch
    event = {"cursor": cursor, **watch.payload(fact, watching.arguments)}
    if watch.endpoint is None:
        return event
    key, fields = str(fact.body[watch.fact_key]), wanted_columns(watching, watch)
    row: Row | None = await context.batcher.load(Call(watch.endpoint), key, fields, same)
    if row is None:
        return None
    return {**event, watch.column: row} if watch.column else {**row, **event}


def wanted_columns(watching: Watching, watch: Watch) -> frozenset[str]:
    """Return the columns of the object that the subscriber selected."""
    info = watching.info
    payload: GraphQLNamedType = get_named_type(info.return_type)
    if watch.column is None:
        return frozenset(projection.row_columns(info, payload, info.field_nodes)) - {"cursor"} | {"id"}
    found = {"id"}
    for selected in projection.fields(info, payload, info.field_nodes):
        if selected.definition.python_name == watch.column:
            found.update(projection.row_columns(info, selected.type, [selected.node]))
    return frozenset(found)


def unfinished(response: Response) -> bool:
    """Say whether a part of a payload is missing that may come shortly."""
    return any(error["extensions"].get("retryable") for error in response.errors or ())
