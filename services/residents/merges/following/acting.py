"""A merge or its undoing under way: who acts, and what is counted, told and remembered at its end."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.facts import Fact, publish
from services.residents.board.counters import Change, count_many
from services.residents.merges.model import Move


@dataclass(slots=True)
class Acting:
    """One transaction that moves things between two records; counters are changed once, at the end."""

    db: Transaction
    district_code: str
    subject: str
    now: datetime
    merge_id: UUID
    moves: list[Move] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    counted: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def count(self, division_code: str, number: str, change: int) -> None:
        """Remember a change of a grid's number."""
        self.counted[division_code][number] += change

    async def finish(self) -> None:
        """Change the counters of all grids in one order, and tell what happened."""
        changes = {code: Change(**numbers) for code, numbers in self.counted.items() if any(numbers.values())}
        await count_many(self.db, self.district_code, changes)
        await publish(self.db, "residents", *self.facts)
