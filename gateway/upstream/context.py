"""What one operation carries: who asks, until when, and the loads it has under way."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from chassis.auth import Viewer, claims_of
from gateway.upstream.batching import Batcher, Call

if TYPE_CHECKING:
    from graphql import GraphQLResolveInfo

    from gateway.upstream.calls import Calls

FOLLOWED_MAX = 32  # then those that are done are forgotten


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the token says it, and how."""

    viewer: Viewer
    token_id: str
    expires_at: int
    language: str = "en"
    purpose: str | None = None
    identity: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note everything that an answer may depend on: answers are shared where all of it is the same.

        The subject is part of it: policies and fields of the services ask who it is.
        """
        who = [claims_of(self.viewer), self.language, self.purpose]
        object.__setattr__(self, "identity", msgspec.json.encode(who, order="deterministic"))


@dataclass(slots=True)
class Context:
    """An operation under way; resolvers reach everything through it."""

    caller: Caller
    calls: "Calls"
    ends_at: float
    urgent: bool = False
    projections: dict[Any, frozenset[str]] = field(default_factory=dict)
    under_way: list[asyncio.Future[Any]] = field(init=False, default_factory=list)
    _batcher: Batcher | None = field(init=False, default=None)

    @property
    def batcher(self) -> Batcher:
        """Return the loads that the reference executor has under way."""
        if self._batcher is None:
            self._batcher = Batcher(self._read)
        return self._batcher

    async def _read(self, call: Call, ids: list[str], fields: list[str]) -> list[Any]:
        return await self.calls.read(self, call, ids, fields)

    def remaining_s(self) -> float:
        """Return how long the operation may still take."""
        return self.ends_at - asyncio.get_running_loop().time()

    def follow(self, call: asyncio.Future[Any]) -> None:
        """Remember a call that this operation waits for, until it is done or the operation is over."""
        if len(self.under_way) >= FOLLOWED_MAX and self.under_way[0].done():
            self.under_way = [other for other in self.under_way if not other.done()]
        self.under_way.append(call)

    def close(self) -> None:
        """Give up everything under way; what others wait for as well goes on for them."""
        if self._batcher is not None:
            self._batcher.close()
        for call in self.under_way:
            if not call.done():
                call.cancel()
        self.under_way.clear()

    def again(self, seconds: float) -> "Context":
        """Return a context for the same caller's next operation."""
        return replace(self, ends_at=asyncio.get_running_loop().time() + seconds, projections={})


Info: TypeAlias = "GraphQLResolveInfo[Context]"
