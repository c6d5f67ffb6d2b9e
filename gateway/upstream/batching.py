"""Loads gathered by level: one call per endpoint and arguments, whatever the number of rows.

All loads that become known while no call is under way go out together; loads that become known while
calls are under way wait until the last of them has answered. So a query costs at most one call per
endpoint, arguments and level, and never one per row.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from chassis.errors import Problem
from gateway.upstream.declare import Endpoint, Kind, Row

IDS_PER_CALL_MAX = 1_000
SETTLING_TICKS = 3  # an answered load reaches its children within two turns of the loop

Shape = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Call:
    """What tells two loads of one level apart: they are one call unless one of these differs."""

    endpoint: Endpoint
    arguments: tuple[tuple[str, Any], ...] = ()
    limit: int | None = None
    after: str | None = None
    before: str | None = None
    purpose: str | None = None


class Reader(Protocol):
    """Carries out one call."""

    def __call__(self, call: Call, ids: list[str], fields: list[str]) -> Awaitable[list[Any]]:
        """Return the answer, aligned with the ids."""


@dataclass(slots=True)
class Group:
    """The loads of one call: who waits for which key, and every field that one of them needs."""

    waiting: dict[str, list[tuple[asyncio.Future[Any], Shape]]] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Batcher:
    """The loads of one operation."""

    reader: Reader
    _groups: dict[Call, Group] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _scheduled: bool = False

    def load(self, call: Call, key: str, fields: frozenset[str], shape: Shape) -> asyncio.Future[Any]:
        """Return what will be the shaped answer for one key."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        group = self._groups.setdefault(call, Group())
        group.waiting.setdefault(key, []).append((future, shape))
        group.fields |= fields
        self._schedule()
        return future

    def close(self) -> None:
        """Give up what is under way: nobody waits for it any more."""
        for group in self._groups.values():
            for future, _ in futures(group.waiting):
                future.cancel()
        self._groups.clear()
        for task in self._tasks:
            task.cancel()

    def _schedule(self) -> None:
        if not self._scheduled and not self._tasks and self._groups:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._settle, SETTLING_TICKS)

    def _settle(self, ticks: int) -> None:
        if ticks:
            asyncio.get_running_loop().call_soon(self._settle, ticks - 1)
            return
        self._scheduled = False
        groups, self._groups = self._groups, {}
        for call, group in groups.items():
            for waiting in chunks(group.waiting):
                task = asyncio.ensure_future(self._answer(call, waiting, sorted(group.fields)))
                self._tasks.add(task)
                task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()
        self._schedule()

    async def _answer(
        self, call: Call, waiting: Mapping[str, list[tuple[asyncio.Future[Any], Shape]]], fields: list[str]
    ) -> None:
        try:
            answers = await self.reader(call, list(waiting), fields)
        except Problem as problem:
            for future, _ in futures(waiting):
                fail(future, problem)
            return
        except BaseException as bug:
            for future, _ in futures(waiting):
                fail(future, bug)
            if not isinstance(bug, Exception):
                raise
            return
        for key, answer in zip(waiting, answers, strict=True):
            for future, shape in waiting[key]:
                give(future, shape, answer)


def chunks(waiting: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Cut the keys of a call into what a service takes at once."""
    items = iter(waiting.items())
    while part := dict(islice(items, IDS_PER_CALL_MAX)):
        yield part


def futures(
    waiting: Mapping[str, list[tuple[asyncio.Future[Any], Shape]]],
) -> Iterator[tuple[asyncio.Future[Any], Shape]]:
    """Yield everybody who waits."""
    for those in waiting.values():
        yield from those


def give(future: asyncio.Future[Any], shape: Shape, answer: Any) -> None:
    """Answer a load; an answer of no possible shape fails it, and no other."""
    if future.done():
        return
    try:
        future.set_result(shape(answer))
    except (AttributeError, LookupError, TypeError) as bug:
        fail(future, bug)


def fail(future: asyncio.Future[Any], error: BaseException) -> None:
    """Fail a load; that nobody may be waiting for it any more is no fault."""
    if not future.done():
        future.set_exception(error)
        future.exception()


def nothing(kind: Kind) -> list[Row] | None:
    """Return the answer for a key that is null."""
    return None if kind is Kind.ONE else []
