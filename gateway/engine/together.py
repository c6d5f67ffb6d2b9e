"""Whole queries that are under way and alike are answered once.

Whoever comes first does the work, in its own task; the others wait for what it returns. Should the first
leave, or fail, one of those who wait does the work anew: reads may be done again. Nothing is kept.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, ParamSpec, TypeVar

from chassis.counting import Tally

T = TypeVar("T")
P = ParamSpec("P")

DEADLINE_TOLERANCE_S = 0.5

shared = Tally("gateway_queries_shared", "Queries answered by an equal one under way.", ())


@dataclass(slots=True, eq=False)
class Leader(Generic[T]):
    """Whoever does the work, until when, and who waits for it: an outcome, or None if there is none."""

    ends_at: float
    waiting: list["asyncio.Future[tuple[T] | None]"] = field(default_factory=list)

    def tell(self, outcome: tuple[T] | None) -> None:
        """Tell everybody who waits."""
        for future in self.waiting:
            if not future.done():
                future.set_result(outcome)


@dataclass(slots=True)
class Together(Generic[T]):
    """The queries under way by everything that their answers depend on.

    Nobody waits for a query that ends before its own deadline, give or take a moment: its answer may lack
    what there was no time for.
    """

    under_way: dict[Hashable, Leader[T]] = field(default_factory=dict)

    async def run(
        self, key: Hashable, ends_at: float, work: Callable[P, Awaitable[T]], /, *of: P.args, **by: P.kwargs
    ) -> T:
        """Return the outcome of the work under a key, done by oneself or by an equal query."""
        while (leader := self.under_way.get(key)) is not None and leader.ends_at >= ends_at - DEADLINE_TOLERANCE_S:
            future: asyncio.Future[tuple[T] | None] = asyncio.get_running_loop().create_future()
            leader.waiting.append(future)
            outcome = await future
            if outcome is not None:
                shared.counts[()] += 1
                return outcome[0]
        leader = self.under_way[key] = Leader(ends_at)
        made: tuple[T] | None = None
        try:
            made = (await work(*of, **by),)
            return made[0]
        finally:
            if self.under_way.get(key) is leader:
                del self.under_way[key]
            leader.tell(made)
