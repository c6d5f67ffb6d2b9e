"""Who starts, who waits and who is refused when more is asked than can be done; pure rules under a clock.

An operation starts at once while there is room. Otherwise it waits, the most urgent first, for as long as
makes sense: a burst may wait for `wait_s`; once somebody has been waiting for `standing_after_s` without a
break, the queue only makes everybody late, and whoever would wait longer than `standing_wait_s` is refused,
until nobody has been refused for as long.

How much room there is, the event loop says. A turn of it that takes longer than `turn_s` has too much to do:
nobody else starts in it, and there is room for a tenth less. While turns are short and somebody waits, there is
room for more, up to `under_way_max`. The less urgent may fill a share of that only, so that what waits for a slow
service does not shut the others out.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.resilience.clock import Clock
from gateway.traits import Priority

ROOM_MIN = 1.0
ROOM_SLACK = 4
SMALLER, LARGER = 0.9, 0.1
STARTS_MAX = 64
STREAK = 10
SHARES = {Priority.URGENT: 1.0, Priority.COMMAND: 0.9, Priority.ORDINARY: 0.75}


@dataclass(frozen=True, slots=True)
class AdmissionLimits:
    """How much may be under way and wait, and for how long."""

    under_way_max: int = 512
    waiting_max: int = 512
    wait_s: float = 0.1
    standing_after_s: float = 0.1
    standing_wait_s: float = 0.006
    urgent_wait_s: float = 1.0
    turn_s: float = 0.004


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
    room: float = field(init=False)
    turn_began: float | None = None
    idle_at: float = float("-inf")
    started_at: float = float("-inf")
    refused_at: float = float("-inf")
    gap_s: float = 0.0
    ramp: int = 1
    streak: int = 0
    waiting: int = 0
    rooms: tuple[float, ...] = ()
    queues: tuple[deque[Ticket], ...] = field(default_factory=lambda: tuple(deque() for _ in Priority))

    def __post_init__(self) -> None:
        self.room = float(self.limits.under_way_max)
        self.rooms = tuple(max(self.limits.under_way_max * SHARES[each], 1) for each in Priority)

    def begin(self) -> None:
        """Begin a turn of the loop; `turn` ends it."""
        self.turn_began = self.clock()

    def enter(self, priority: Priority) -> bool:
        """Start at once and return True, if there is room and nobody as urgent waits."""
        if not self.has_room(priority) or (self.waiting and self.ahead(priority)):
            return False
        if self.turn_began is not None and self.clock() - self.turn_began > self.limits.turn_s:
            return False
        self.under_way += 1
        return True

    def wait(self, priority: Priority, start: Callable[[bool], None]) -> Ticket | None:
        """Take a place in the queue; None if there is none, or no sense in waiting."""
        now = self.clock()
        if not self.waiting:
            self.idle_at = now
        is_late = (self.ahead(priority) + 1) * self.gap_s > self.patience(priority, now)
        if is_late or (self.waiting >= self.limits.waiting_max and not self.displace(priority)):
            self.refused_at = now
            return None
        ticket = Ticket(priority, now, start)
        self.queues[priority].append(ticket)
        self.waiting += 1
        return ticket

    def displace(self, priority: Priority) -> bool:
        """Refuse the newest of the least urgent in favour of somebody more urgent, if there is such a one."""
        last = max((each for each in Priority if self.queues[each]), default=priority)
        if last <= priority:
            return False
        self.refuse(self.queues[last].pop())
        return True

    def leave(self) -> None:
        """End an operation."""
        self.under_way -= 1

    def give_up(self, ticket: Ticket) -> None:
        """Leave the queue: whoever waited has gone."""
        if ticket.waiting:
            ticket.waiting = False
            self.waiting -= 1
            self.queues[ticket.priority].remove(ticket)

    def turn(self) -> None:
        """End a turn of the loop: learn from it, drop who waited too long, start whom there is room for."""
        now = self.clock()
        if self.turn_began is not None:
            self.adapt(now - self.turn_began)
            self.turn_began = None
        self.expire()
        starting = 0
        for queue in self.queues:
            while queue and starting < self.ramp and self.has_room(queue[0].priority):
                starting += 1
                self.launch(queue.popleft(), now)
        self.ramp = min(self.ramp * 2, STARTS_MAX) if self.waiting else 1

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
        """Have room for fewer when turns take too long, and for more when they do not and somebody waits.

        One long turn may be a pause of the process and says little; a row of short ones says that it is over.
        """
        if lasted_s > self.limits.turn_s:
            if self.streak < 0:
                self.room = min(self.room, 2.0 * self.under_way + ROOM_SLACK)
            self.room = max(self.room * SMALLER, ROOM_MIN)
            self.streak = min(self.streak, 0) - 1
        elif lasted_s < self.limits.turn_s / 2:
            self.streak = max(self.streak, 0) + 1
            if self.waiting:
                self.room = min(self.room + LARGER * (1 + self.streak / STREAK), float(self.limits.under_way_max))

    def launch(self, ticket: Ticket, now: float) -> None:
        """Start one who waits."""
        self.gap_s = 0.9 * self.gap_s + 0.1 * min(now - max(self.started_at, self.idle_at), self.limits.wait_s)
        self.started_at = now
        ticket.waiting = False
        self.waiting -= 1
        self.under_way += 1
        ticket.start(True)

    def refuse(self, ticket: Ticket) -> None:
        """Refuse one who waits."""
        self.refused_at = self.clock()
        ticket.waiting = False
        self.waiting -= 1
        ticket.start(False)

    def has_room(self, priority: Priority) -> bool:
        """Say whether another operation may be under way."""
        return self.under_way < self.room and self.under_way < self.rooms[priority]

    def ahead(self, priority: Priority) -> int:
        """Return how many wait who are as urgent or more."""
        return sum(len(self.queues[each]) for each in range(priority + 1))

    def patience(self, priority: Priority, now: float) -> float:
        """Return for how long it makes sense to wait now."""
        if priority is Priority.URGENT:
            return self.limits.urgent_wait_s
        is_standing = (
            now - self.idle_at > self.limits.standing_after_s or now - self.refused_at < self.limits.standing_after_s
        )
        return self.limits.standing_wait_s if is_standing else self.limits.wait_s
