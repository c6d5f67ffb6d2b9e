"""A limit lets so many through, the next ones in their order, and loses no place."""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.resilience.limit import Limit, LimitRules
from tests.unit.gateway.test_resilience_breaker import Ticking

RULES = LimitRules(under_way_max=3, waiting_max=4, wait_s=1.0)


@dataclass(eq=False)
class Caller:
    """A call that wants through; a hasty one ends as soon as it is let in."""

    limit: Limit
    hasty: bool = False
    history: list[str] = field(default_factory=list)
    entered: list["Caller"] = field(default_factory=list)

    def enter(self) -> None:
        """Begin."""
        self.history.append("in")
        self.entered.append(self)
        if self.hasty:
            self.history.append("out")
            self.limit.give_back()

    def refuse(self) -> None:
        """End without a place."""
        self.history.append("refused")


class Crowd(RuleBasedStateMachine):
    """Callers come, go, give up and wait, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Ticking()
        self.limit = Limit(self.clock, RULES)
        self.inside: list[Caller] = []
        self.queue: list[tuple[Caller, float]] = []
        self.entered: list[Caller] = []

    @rule(hasty=st.booleans(), patience=st.floats(0.01, 3.0))
    def come(self, hasty: bool, patience: float) -> None:
        """Take a place, or queue, or be turned away."""
        caller = Caller(self.limit, hasty, entered=self.entered)
        free = self.limit.under_way < RULES.under_way_max and not self.queue
        if self.limit.take():
            assert free
            self.inside.append(caller)
        elif self.limit.wait(caller, patience):
            assert not free
            self.queue.append((caller, self.clock.seconds + min(patience, RULES.wait_s)))
        else:
            assert len(self.queue) == RULES.waiting_max

    @precondition(lambda self: self.inside)
    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        """Give a place back: those who waited longest come in, in their order."""
        self.inside.pop(data.draw(st.integers(0, len(self.inside) - 1)))
        self.entered.clear()
        self.limit.give_back()
        expected = [caller for caller, _ in self.queue[: len(self.entered)]]
        assert self.entered == expected
        del self.queue[: len(self.entered)]
        self.inside += [caller for caller in self.entered if not caller.hasty]

    @precondition(lambda self: self.queue)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        """Leave the queue; nobody is let in who has left."""
        caller, _ = self.queue.pop(data.draw(st.integers(0, len(self.queue) - 1)))
        assert self.limit.leave(caller)
        assert not self.limit.leave(caller)
        assert caller.history == []

    @rule(seconds=st.floats(0, 2))
    def wait(self, seconds: float) -> None:
        """Let time pass: who has waited for too long is refused, once."""
        self.clock.seconds += seconds
        self.limit.expire()
        late = [caller for caller, until in self.queue if until <= self.clock.seconds]
        self.queue = [(caller, until) for caller, until in self.queue if until > self.clock.seconds]
        assert all(caller.history == ["refused"] for caller in late)

    @invariant()
    def no_place_lost(self) -> None:
        """Places are held by those inside, never more than there are; nobody waits beside a free one."""
        assert self.limit.under_way == len(self.inside) <= RULES.under_way_max
        assert list(self.limit.waiting) == [caller for caller, _ in self.queue]
        assert not self.queue or self.limit.under_way == RULES.under_way_max


TestCrowd = Crowd.TestCase
TestCrowd.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)


def test_thousand_hasty_callers_do_not_pile_up() -> None:
    """Each ends while it is let in, and the stack stays flat."""
    limit = Limit(Ticking(), LimitRules(under_way_max=1, waiting_max=5_000))
    assert limit.take()
    callers = [Caller(limit, hasty=True) for _ in range(5_000)]
    assert all(limit.wait(caller, 1.0) for caller in callers)

    limit.give_back()

    assert all(caller.history == ["in", "out"] for caller in callers)
    assert limit.under_way == 0


def test_burst_is_no_crowd() -> None:
    """Many who came at once are let in soon; who still waits after 30 ms, or 48 of them, is a crowd."""
    clock = Ticking()
    limit = Limit(clock, LimitRules(under_way_max=1))
    assert limit.take()
    callers = [Caller(limit) for _ in range(48)]

    for caller in callers[:47]:
        limit.wait(caller, 1.0)
    assert not limit.is_crowded
    limit.wait(callers[47], 1.0)
    assert limit.is_crowded

    for caller in callers[6:]:
        limit.leave(caller)
    assert not limit.is_crowded
    clock.seconds += 0.03
    assert limit.is_crowded
    limit.leave(callers[0])
    assert not limit.is_crowded


def test_urgent_calls_go_first() -> None:
    """A gate waits with a person in front of it."""
    limit = Limit(Ticking(), LimitRules(under_way_max=1, waiting_max=1))
    first, ordinary, urgent = Caller(limit), Caller(limit), Caller(limit)
    assert limit.take()

    assert limit.wait(ordinary, 1.0)
    assert not limit.wait(first, 1.0)
    assert limit.wait(urgent, 1.0, urgent=True)

    assert list(limit.waiting) == [urgent, ordinary]
