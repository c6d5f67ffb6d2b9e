"""Admission under a clock of its own: what always holds, and what becomes of five times too much."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.resilience.admission import Admission, AdmissionLimits, Ticket
from gateway.resilience.gate import Gate
from gateway.traits import Priority
from tests.unit.gateway.virtual_time import Load, Outcome, VirtualLoop, drive

LIMITS = AdmissionLimits(under_way_max=8, waiting_max=5)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Leave out what ops would read."""
    with structlog.testing.capture_logs():
        yield


class Front(RuleBasedStateMachine):
    """Operations come, wait, start, end and go away, in any order and at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.admission = Admission(lambda: self.now, LIMITS)
        self.running = 0
        self.tickets: list[Ticket] = []
        self.told: dict[int, list[bool]] = {}

    @rule(priority=st.sampled_from(Priority))
    def come(self, priority: Priority) -> None:
        """An operation starts, waits, or is refused."""
        if self.admission.enter(priority):
            self.running += 1
            return
        told: list[bool] = []
        lower_before = sum(len(self.admission.queues[p]) for p in Priority if p > priority)
        ticket = self.admission.wait(priority, told.append)
        if ticket is not None:
            self.tickets.append(ticket)
            self.told[id(ticket)] = told
        elif priority is Priority.URGENT and self.admission.gap_s == 0:
            assert lower_before == 0, "nobody less urgent keeps a place that an urgent one wants"

    @precondition(lambda self: self.running)
    @rule()
    def end(self) -> None:
        """An operation ends."""
        self.admission.leave()
        self.running -= 1

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def go_away(self, data: st.DataObject) -> None:
        """Somebody who waits has gone."""
        ticket = data.draw(st.sampled_from(self.tickets))
        if not self.told[id(ticket)]:
            self.admission.give_up(ticket)
            self.tickets.remove(ticket)

    @rule(seconds=st.floats(0, 0.2))
    def turn(self, seconds: float) -> None:
        """A turn of the loop passes."""
        self.admission.begin()
        self.now += seconds
        self.admission.turn()
        for ticket in [ticket for ticket in self.tickets if self.told[id(ticket)]]:
            self.running += self.told[id(ticket)][0]
            self.tickets.remove(ticket)
            assert len(self.told[id(ticket)]) == 1, "one answer each"

    @invariant()
    def bounds_hold(self) -> None:
        """No more are under way or wait than may; nobody is lost."""
        told = sum(told[0] for told in (self.told[id(t)] for t in self.tickets) if told)
        assert self.admission.under_way == self.running + told
        assert 0 <= self.admission.under_way <= LIMITS.under_way_max
        assert self.admission.waiting == sum(map(len, self.admission.queues)) <= LIMITS.waiting_max

    @invariant()
    def nobody_starves(self) -> None:
        """There is always room for one: with nothing under way, whoever waits starts in the next turn."""
        assert self.admission.room >= 1


TestFront = Front.TestCase
TestFront.settings = settings(max_examples=100, stateful_step_count=60, deadline=None)


@given(st.lists(st.sampled_from(Priority), min_size=1, max_size=40))
def test_most_urgent_start_first(arrivals: list[Priority]) -> None:
    """Within one urgency, whoever came first."""
    admission, started = Admission(lambda: 0.0, AdmissionLimits(under_way_max=100)), []
    admission.room = 0.0
    for number, priority in enumerate(arrivals):

        def start(may: bool, entry: tuple[Priority, int] = (priority, number)) -> None:
            started.append((may, *entry))

        admission.wait(priority, start)
    admission.room = 100.0
    while admission.waiting:
        admission.turn()

    assert started == sorted(started)
    assert all(may for may, _, _ in started)
    assert len(started) == len(arrivals)


def test_less_urgent_may_not_fill_the_place() -> None:
    """When everything waits for a slow service, a gate's scan still starts."""
    admission = Admission(lambda: 0.0, AdmissionLimits(under_way_max=100))

    ordinary = sum(admission.enter(Priority.ORDINARY) for _ in range(200))
    commands = sum(admission.enter(Priority.COMMAND) for _ in range(200))
    urgent = sum(admission.enter(Priority.URGENT) for _ in range(200))

    assert (ordinary, commands, urgent) == (75, 15, 10)


def test_pause_of_the_process_is_forgotten() -> None:
    """One long turn, and a hundred short ones later there is room as before for what is asked."""
    now = [0.0]
    admission = Admission(lambda: now[0], AdmissionLimits())
    for lasted in (0.2, 0.2, *[0.001] * 100):
        admission.begin()
        now[0] += lasted
        if not admission.waiting:
            admission.wait(Priority.URGENT, lambda _may: None)
        admission.room, room = 0.0, admission.room
        admission.turn()
        admission.room += room

    assert admission.room > 50


def put(rate: float, **load: float) -> Outcome:
    """Put a load on the gate as it is set by default."""
    return drive(Load(rate, **load), lambda loop: Gate(AdmissionLimits(), clock=loop.time))  # type: ignore[arg-type]


LOADS = {
    "3 ms of work": {"before_s": 0.003},
    "5 ms of waiting, 3 ms of work": {"before_s": 0.000_2, "waits_s": 0.005, "after_s": 0.003},
}


@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
def test_five_times_too_much(load: dict[str, float]) -> None:
    """Goodput stays, gate scans are answered, and a refusal is told at once; a request costs 70 us by itself."""
    work_s = load["before_s"] + load.get("after_s", 0.0) + 0.000_07

    peak = put(1 / work_s, front_s=0.000_07, **load)
    much = put(5 / work_s, front_s=0.000_07, **load)

    assert much.goodput() >= 0.8 * peak.goodput()
    assert much.share(Priority.URGENT) >= 0.99
    assert much.refused_within(0.5) < 0.015
    assert much.refused_within(0.95) < 0.025


def test_little_is_never_refused() -> None:
    """Half of what one core can do is answered whole, and next to nobody waits."""
    half = put(0.5 / 0.0033, **LOADS["5 ms of waiting, 3 ms of work"])

    assert half.refused == []


def test_without_admission_it_collapses() -> None:
    """What all of this is for: the same load with room for everybody is answered too late to matter."""
    limits = AdmissionLimits(under_way_max=1_000_000, waiting_max=1_000_000, turn_s=1e9)
    all_in = drive(Load(2 / 0.0031, before_s=0.003), lambda loop: Gate(limits, clock=loop.time))

    assert sorted(took for _, took in all_in.answered)[len(all_in.answered) // 2] > 1.0


def test_virtual_time_passes_by_itself() -> None:
    """The tests above take no time."""
    loop = VirtualLoop()
    loop.call_later(3_600, loop.stop)
    loop.run_forever()
    loop.close()

    assert loop.time() == pytest.approx(3_600, abs=1)
