"""A loop whose time passes only when something is due, or when somebody says that work took it."""

import asyncio
import random
import selectors
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from gateway.resilience.gate import Gate
from gateway.traits import Priority


class Selector(selectors.SelectSelector):
    """Waits by moving the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        """Let the time pass."""
        self.now += max(timeout or 0.0, 0.0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop on a clock of its own."""

    def __init__(self) -> None:
        self.clock = Selector()
        super().__init__(self.clock)

    def time(self) -> float:
        """Return the clock's time."""
        return self.clock.now

    def work(self, seconds: float) -> None:
        """Keep the one core busy."""
        self.clock.now += seconds


@dataclass(frozen=True, slots=True)
class Load:
    """Requests that arrive whether or not anybody answers, and what each costs the one core."""

    rate: float
    seconds: float = 4.0
    before_s: float = 0.0
    waits_s: float = 0.0
    after_s: float = 0.0
    front_s: float = 0.000_1
    scans: float = 0.1
    seed: int = 7


@dataclass(slots=True)
class Outcome:
    """What became of a load: when each request was answered, and how."""

    answered: list[tuple[Priority, float]] = field(default_factory=list)
    refused: list[tuple[Priority, float]] = field(default_factory=list)
    arrived: dict[Priority, int] = field(default_factory=lambda: dict.fromkeys(Priority, 0))
    seconds: float = 0.0

    def goodput(self) -> float:
        """Return answers a second."""
        return len(self.answered) / self.seconds

    def share(self, priority: Priority) -> float:
        """Return how much of a kind was answered."""
        return sum(kind is priority for kind, _ in self.answered) / max(self.arrived[priority], 1)

    def refused_within(self, quantile: float) -> float:
        """Return how long a refusal takes."""
        return sorted([took for _, took in self.refused] or [0.0])[int(len(self.refused) * quantile) - 1]


def drive(load: Load, gate_of: Any) -> Outcome:
    """Put a load on a gate, and see what becomes of it after the first second."""
    loop, outcome, rng = VirtualLoop(), Outcome(seconds=load.seconds), random.Random(load.seed)

    async def request(gate: Gate, priority: Priority, arrived: float) -> None:
        loop.work(load.front_s * 0.7)
        place = gate.enter(priority)
        may = place if isinstance(place, bool) else await gate.wait(place)
        if may:
            loop.work(load.before_s)
            if load.waits_s:
                await asyncio.sleep(load.waits_s)
            loop.work(load.after_s)
            gate.leave()
        loop.work(load.front_s * 0.3)
        if arrived > 1.0:
            (outcome.answered if may else outcome.refused).append((priority, loop.time() - arrived))

    async def run() -> None:
        gate, tasks, at = gate_of(loop), set(), 0.0

        def arrive(priority: Priority, arrived: float) -> None:
            outcome.arrived[priority] += arrived > 1.0
            task = loop.create_task(request(gate, priority, arrived))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        while (at := at + rng.expovariate(load.rate)) < load.seconds + 1.0:
            priority = Priority.URGENT if rng.random() < load.scans else Priority.ORDINARY
            loop.call_at(at, arrive, priority, at)
        await asyncio.sleep(load.seconds + 1.0)
        while tasks:
            await asyncio.wait(tasks)
        assert gate.admission.under_way == 0
        assert gate.admission.waiting == 0

    run_on(loop, run())
    return outcome


def run_on(loop: VirtualLoop, main: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end."""
    try:
        loop.run_until_complete(main)
    finally:
        loop.close()
