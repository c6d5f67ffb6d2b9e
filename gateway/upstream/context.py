"""What one operation carries: who asks, until when, and the loads it has under way."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from chassis.auth import Viewer
from gateway.upstream.batching import Batcher, Call

if TYPE_CHECKING:
    from graphql import GraphQLResolveInfo

    from gateway.upstream.calls import Calls


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the token says it, and how."""

    viewer: Viewer
    token_id: str
    expires_at: int
    language: str = "en"
    purpose: str | None = None


@dataclass(slots=True)
class Context:
    """An operation under way; resolvers reach everything through it."""

    caller: Caller
    calls: "Calls"
    ends_at: float
    batcher: Batcher = field(init=False)
    projections: dict[Any, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.batcher = Batcher(self._read)

    async def _read(self, call: Call, ids: list[str], fields: list[str]) -> list[Any]:
        return await self.calls.read(self, call, ids, fields)

    def remaining_s(self) -> float:
        """Return how long the operation may still take."""
        return self.ends_at - asyncio.get_running_loop().time()

    def again(self, seconds: float) -> "Context":
        """Return a context for the same caller's next operation."""
        fresh = replace(self, ends_at=asyncio.get_running_loop().time() + seconds, projections={})
        fresh.batcher = Batcher(fresh._read)
        return fresh


Info: TypeAlias = "GraphQLResolveInfo[Context]"
