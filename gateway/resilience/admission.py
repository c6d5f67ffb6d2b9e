"""Who starts, who waits and who is refused when more is asked than can be done; pure rules under a clock.

An operation starts at once while there is room. Otherwise it waits, the most urgent first, for as long as
makes sense: a burst may wait for `wait_s`; once somebody has been waiting for `standing_after_s` without a
break, the queue only makes everybody late, and whoever would wait longer than `standing_wait_s` is refused.

Room is counted in two ways. No more than `under_way_max` operations are under way, of which the less
urgent ones may have a share. And no more start in one turn of the event loop than it can carry: nobody
starts once a turn has lasted for `turn_s`, and the pace, how many may start in a turn, falls by half when a
turn took longer than that and grows again when turns are short.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.resilience.clock import Clock
from gateway.traits import Priority

PACE_MAX = 64.0
PACE_MIN = 1 / 16
SHARES = {Priority.URGENT: 1.0, Priority.COMMAND: 0.9, Priority.ORDINARY: 0.75}


@dataclass(frozen=True, slots=True)
class AdmissionLimits:
    """How much may be under way and wait, and for how long."""

    under_way_max: int = 512
    waiting_max: int = 512
    wait_s: float = 0.1
    standing_after_s: float = 0.1
    standing_wait_s: float = 0.008
    urgent_wait_s: float = 1.0
    turn_s: float = 0.006


class Rejected(Exception):
    """There is no room, and no sense in waiting."""


@dataclass(slots=True, eq=False)
class Ticket:
    """An operation that waits: `start` is called once, with False when it is refused after all."""

    priority: Priority
    since: float
    start: Callable[[bool], None]
    waiting: bool = True


@dataclass(slots=True)
class Admission:
    """The operations under way and those that wait."""

    clock: Clock
    limits: AdmissionLimits = AdmissionLimits()
    under_way: int = 0
    pace: float = PACE_MAX
    credit: float = PACE_MAX
    turn_began: float | None = None
    idle_at: float = float("-inf")
    started_at: float = float("-inf")
    gap_s: float = 0.0
    ramp: int = 1
    queues: tuple[deque[Ticket], ...] = field(default_factory=lambda: tuple(deque() for _ in Priority))

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return sum(map(len, self.queues))

    def begin(self) -> None:
        """Begin a turn of the loop; `turn` ends it."""
        self.turn_began = self.clock()

    def enter(self, priority: Priority) -> bool:
        """Start at once and return True, if there is room and nobody as urgent waits."""
        if self.credit < 1 or not self.has_room(priority) or self.ahead(priority):
            return False
        if self.turn_began is not None and self.clock() - self.turn_began > self.limits.turn_s:
            return False
        self.credit -= 1
        self.under_way += 1
        return True

    def wait(self, priority: Priority, start: Callable[[bool], None]) -> Ticket:
        """Take a place in the queue; raise Rejected."""
        now = self.clock()
        if not self.waiting:
            self.idle_at = now
        if (self.ahead(priority) + 1) * self.gap_s > self.patience(priority, now):
            raise Rejected
        if self.waiting >= self.limits.waiting_max:
            self.displace(priority)
        ticket = Ticket(priority, now, start)
        self.queues[priority].append(ticket)
        return ticket

    def displace(self, priority: Priority) -> None:
        """Refuse the newest of the least urgent in favour of somebody more urgent; raise Rejected."""
        last = max(each for each in Priority if self.queues[each])
        if last <= priority:
            raise Rejected
        self.refuse(self.queues[last].pop())

    def leave(self) -> None:
        """End an operation."""
        self.under_way -= 1

    def give_up(self, ticket: Ticket) -> None:
        """Leave the queue: whoever waited has gone."""
        if ticket.waiting:
            ticket.waiting = False
            self.queues[ticket.priority].remove(ticket)

    def turn(self) -> None:
        """End a turn of the loop: learn from it, drop who waited too long, start whom there is room for."""
        now = self.clock()
        if self.turn_began is not None:
            self.adapt(now - self.turn_began)
            self.turn_began = None
        self.credit = min(self.credit + self.pace, max(self.pace, 1.0))
        self.expire()
        starting = 0
        for queue in self.queues:
            while queue and self.credit >= 1 and starting < self.ramp and self.has_room(queue[0].priority):
                starting += 1
                self.launch(queue.popleft(), now)
        self.ramp = min(self.ramp * 2, int(PACE_MAX)) if self.waiting else 1

    def may_start(self) -> bool:
        """Say whether somebody waits for no more than the loop's next turn."""
        return any(queue and self.has_room(queue[0].priority) for queue in self.queues)

    def expire(self) -> None:
        """Refuse those who have waited long enough."""
        now = self.clock()
        for queue in self.queues:
            while queue and now - queue[0].since > self.patience(queue[0].priority, now):
                self.refuse(queue.popleft())
        if not self.waiting:
            self.idle_at = now

    def adapt(self, lasted_s: float) -> None:
        """Start fewer in a turn when it takes too long, more when it does not."""
        if lasted_s > self.limits.turn_s:
            self.pace = max(self.pace / 2, PACE_MIN)
        elif lasted_s < self.limits.turn_s / 2:
            self.pace = min(self.pace * 1.25, PACE_MAX)

    def launch(self, ticket: Ticket, now: float) -> None:
        """Start one who waits."""
        self.gap_s = 0.9 * self.gap_s + 0.1 * min(now - max(self.started_at, self.idle_at), self.limits.wait_s)
        self.started_at = now
        ticket.waiting = False
        self.credit -= 1
        self.under_way += 1
        ticket.start(True)

    def refuse(self, ticket: Ticket) -> None:
        """Refuse one who waits."""
        ticket.waiting = False
        ticket.start(False)

    def has_room(self, priority: Priority) -> bool:
        """Say whether another operation may be under way."""
        return self.under_way < self.limits.under_way_max * SHARES[priority]

    def ahead(self, priority: Priority) -> int:
        """Return how many wait who are as urgent or more."""
        return sum(len(self.queues[each]) for each in range(priority + 1))

    def patience(self, priority: Priority, now: float) -> float:
        """Return for how long it makes sense to wait now."""
        if priority is Priority.URGENT:
            return self.limits.urgent_wait_s
        is_standing = now - self.idle_at > self.limits.standing_after_s
        return self.limits.standing_wait_s if is_standing else self.limits.wait_s
