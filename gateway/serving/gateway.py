"""What a running gateway holds."""

import asyncio
from dataclasses import dataclass, field

from gateway.operations import Operations
from gateway.resilience.gate import Gate
from gateway.serving.callers import Callers
from gateway.subscriptions.driver import Driver
from gateway.subscriptions.feed import Feed
from gateway.upstream.calls import Calls
from gateway.upstream.context import Caller, Context


@dataclass(slots=True)
class Gateway:
    """Everything that a request needs."""

    callers: Callers
    calls: Calls
    operations: Operations
    feed: Feed
    operation_s: float = 9.0
    gate: Gate = field(default_factory=Gate)
    driver: Driver = field(init=False)

    def __post_init__(self) -> None:
        self.driver = Driver(self.operations, self.feed, self.gate)

    def context(self, caller: Caller, seconds: float | None = None) -> Context:
        """Return the context of one operation."""
        ends_at = asyncio.get_running_loop().time() + (seconds or self.operation_s)
        return Context(caller, self.calls, ends_at)

    async def ready(self) -> dict[str, bool]:
        """Say what the gateway needs to answer: the issuer's keys. Each service may be away by itself."""
        return {"issuer": await self.callers.ready()}
