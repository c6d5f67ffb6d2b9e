"""Who serves a grid on a day, and what may be changed: the rules, without a database."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from chassis.errors import Problem
from services.residents.divisions.model import (
    Belongings,
    DayHasPassed,
    GridClosed,
    GridNameMalformed,
    GridNotEmpty,
    GridNotOpenYet,
    OnlyGridsChange,
    SerialOfWholeVillage,
    check_closable,
    check_grid_name,
    check_new_grid,
    check_not_past,
    check_open,
    record_id,
)
from services.residents.grid_workers.model import (
    AlreadyAssigned,
    Assignment,
    AssignmentEndsBeforeItBegins,
    AssignmentKind,
    AssignmentOver,
    GridAssignedLater,
    GridsStillServed,
    GridWorker,
    PeriodTooLong,
    PrimaryStandsIn,
    StandInTwice,
    WorkerHasLeft,
    check_covered,
    check_period,
    check_serves,
    check_stand_in,
    end,
    leave,
    left_uncovered,
    serving,
    succeed,
)

TODAY = date(2020, 1, 28)
GRID, NEXT_GRID = "330111004002001", "330111004002002"
P, S = AssignmentKind.PRIMARY, AssignmentKind.STAND_IN
ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)


def on(days: int) -> date:
    """Return a day, counted from today."""
    return TODAY + timedelta(days=days)


def made(
    kind: AssignmentKind, first: int, last: int | None, worker: UUID = ONE, *, grid: str = GRID, number: int = 1
) -> Assignment:
    """Return an assignment from a day to another."""
    return Assignment(UUID(int=number), grid, worker, kind, on(first), None if last is None else on(last))


def worker(left: int | None = None) -> GridWorker:
    """Return a worker, who may have left."""
    return GridWorker(ONE, "330111004", "陈建国", "138****0001", None if left is None else on(left))


@pytest.mark.parametrize(("day", "serves"), [(-1, None), (0, ONE), (1, TWO), (2, TWO), (3, ONE), (4, ONE), (5, None)])
def test_the_stand_in_goes_before_the_primary(day: int, serves: UUID | None) -> None:
    """First and last days count; without either nobody serves."""
    found = serving([made(P, 0, 4), made(S, 1, 2, TWO)], on(day))

    assert (found.worker_id if found else None) == serves


def test_what_was_called_off_never_holds() -> None:
    """It ends the day before it starts."""
    called_off = made(S, 2, None).ended(on(-5))

    assert called_off.ends_on == on(1)
    assert not any(called_off.holds(on(day)) for day in range(-10, 10))
    assert not called_off.shares_a_day(made(S, -10, None, TWO))


@pytest.mark.parametrize(
    ("first", "last", "shared"),
    [(-3, -1, False), (-3, 0, True), (2, 2, True), (4, 9, True), (5, 9, False), (-9, None, True)],
)
def test_periods_share_a_day(first: int, last: int | None, shared: bool) -> None:
    """Both ways round."""
    one, other = made(P, 0, 4), made(P, first, last)

    assert one.shares_a_day(other) is other.shares_a_day(one) is shared


def test_a_new_primary_ends_the_present_one_the_day_before() -> None:
    """And nobody else's assignment."""
    assert succeed(made(P, 3, None, TWO), [made(P, -9, None), made(S, 0, 9, THREE)]) == made(P, -9, 2)


def test_a_primary_of_the_same_day_is_called_off() -> None:
    """The later decision counts."""
    assert succeed(made(P, 0, None, TWO), [made(P, 0, None)]) == made(P, 0, -1)


def test_without_a_present_primary_nothing_is_ended() -> None:
    """One that is over, or begins after the new one's last day, stays."""
    assert succeed(made(P, 0, 4, TWO), [made(P, -9, -1), made(P, 5, None)]) is None


def test_a_later_primary_is_not_pushed_aside() -> None:
    """The refusal says from when on."""
    with pytest.raises(GridAssignedLater) as refused:
        succeed(made(P, 0, None, TWO), [made(P, 5, None), made(P, -9, 4)])

    assert refused.value.facts == {"starts_on": "2020-02-02"}


def test_the_same_person_is_not_assigned_again() -> None:
    """On that day the person serves already."""
    with pytest.raises(AlreadyAssigned):
        succeed(made(P, 0, None), [made(P, -9, None)])


def test_a_stand_in_takes_a_grid() -> None:
    """With a primary, without one, and beside another stand-in's days."""
    for present in ([made(P, -9, None)], [], [made(S, -9, -1, THREE), made(S, 4, 9, THREE)]):
        check_stand_in(made(S, 0, 3, TWO), present)


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        (made(S, 0, 180, TWO), PeriodTooLong),
        (made(S, 5, 9, TWO), StandInTwice),
        (made(S, 0, 1), PrimaryStandsIn),
    ],
)
def test_a_stand_in_keeps_the_rules(new: Assignment, problem: type[Problem]) -> None:
    """180 days at most, one at a time, and somebody else than the primary."""
    with pytest.raises(problem):
        check_stand_in(new, [made(P, -9, None), made(S, 9, 12, THREE)])
    check_stand_in(made(S, 0, 8, TWO), [made(P, -9, None), made(S, 9, 12, THREE)])


@pytest.mark.parametrize(("last_day", "ends_on"), [(-1, -1), (0, 0), (3, 3)])
def test_an_assignment_ends(last_day: int, ends_on: int) -> None:
    """Yesterday at the earliest: at once."""
    assert end(made(P, -9, 9), on(last_day), TODAY).ends_on == on(ends_on)


@pytest.mark.parametrize(("last_day", "problem"), [(-2, DayHasPassed), (9, AssignmentOver), (10, AssignmentOver)])
def test_an_assignment_only_ends_earlier(last_day: int, problem: type[Problem]) -> None:
    """What was served stays served, and an end is no extension."""
    with pytest.raises(problem):
        end(made(P, -9, 9), on(last_day), TODAY)


def test_a_period_begins_today_or_later() -> None:
    """And does not end before it begins."""
    check_period(TODAY, TODAY, TODAY)
    check_period(TODAY, None, TODAY)
    with pytest.raises(DayHasPassed):
        check_period(on(-1), None, TODAY)
    with pytest.raises(AssignmentEndsBeforeItBegins):
        check_period(on(2), on(1), TODAY)


def test_a_worker_serves_to_the_last_day() -> None:
    """Not a day longer, and not for good."""
    check_serves(worker(), None)
    check_serves(worker(left=3), on(3))
    for ends_on in (None, on(4)):
        with pytest.raises(WorkerHasLeft):
            check_serves(worker(left=3), ends_on)


def test_a_worker_leaves_once() -> None:
    """Today or later."""
    leave(worker(), TODAY, TODAY)
    with pytest.raises(WorkerHasLeft):
        leave(worker(left=0), TODAY, TODAY)
    with pytest.raises(DayHasPassed):
        leave(worker(), on(-1), TODAY)


def test_what_a_leaver_leaves_uncovered() -> None:
    """A grid counts if the leaver would serve it on the day after, and nobody else does."""
    own = [made(P, -9, None), made(P, -9, None, grid=NEXT_GRID, number=2), made(S, 5, 6, grid="later", number=3)]
    others = [made(S, 0, 1, TWO, grid=NEXT_GRID, number=4), made(P, 2, None, TWO, grid=NEXT_GRID, number=5)]

    assert left_uncovered(own, [*own, *others], on(0)) == [GRID]
    assert left_uncovered(own, [*own, others[0]], on(1)) == [GRID, NEXT_GRID]
    assert left_uncovered([], others, on(0)) == []


def test_the_refusal_names_the_grids() -> None:
    """How many, which, and from when on."""
    check_covered([], TODAY)
    with pytest.raises(GridsStillServed) as refused:
        check_covered([GRID, NEXT_GRID], TODAY)

    assert refused.value.facts == {"count": 2, "codes": f"{GRID}, {NEXT_GRID}", "day": "2020-01-29"}


def test_a_grid_is_open_from_its_first_to_its_last_day() -> None:
    """Both count; without a last day it stays open."""
    for valid_to in (on(2), None):
        for day in (0, 1, 2):
            check_open(GRID, TODAY, valid_to, on(day))
        with pytest.raises(GridNotOpenYet):
            check_open(GRID, TODAY, valid_to, on(-1))
    with pytest.raises(GridClosed):
        check_open(GRID, TODAY, on(2), on(3))


def test_only_grids_are_added() -> None:
    """Under a village, and not under the serial of the whole village."""
    assert check_new_grid(GRID) == "330111004002"
    for code in ("330111004002", "330111004", "330111"):
        with pytest.raises(OnlyGridsChange):
            check_new_grid(code)
    with pytest.raises(SerialOfWholeVillage):
        check_new_grid("330111004002000")


@pytest.mark.parametrize("text", ["", "   ", "网" * 41, "第<1>网格", "a\x07"])
def test_names_of_grids(text: str) -> None:
    """1 to 40 characters, stray spaces left out."""
    assert check_grid_name("  第１ 网格 ") == "第1 网格"
    with pytest.raises(GridNameMalformed):
        check_grid_name(text)


def test_days_that_have_passed() -> None:
    """The field is named."""
    assert check_not_past(TODAY, TODAY, "valid_from") == TODAY
    with pytest.raises(DayHasPassed) as refused:
        check_not_past(on(-1), TODAY, "valid_from")

    assert (refused.value.path, refused.value.facts) == (("valid_from",), {"day": "2020-01-27"})


@pytest.mark.parametrize("number", range(4))
def test_whatever_belongs_to_a_grid_keeps_it_open(number: int) -> None:
    """Each of the four kinds alone."""
    counts = [7 if place == number else 0 for place in range(4)]

    with pytest.raises(GridNotEmpty) as refused:
        check_closable(GRID, None, Belongings(*counts))

    assert [v for v in refused.value.facts.values() if isinstance(v, int)] == counts


def test_an_empty_grid_closes_once() -> None:
    """A grid with a last day is closed, or will be."""
    check_closable(GRID, None, Belongings(0, 0, 0, 0))
    with pytest.raises(GridClosed):
        check_closable(GRID, TODAY, Belongings(0, 0, 0, 0))


def test_history_knows_divisions_by_their_digits() -> None:
    """The id can be read."""
    assert str(record_id(GRID)) == "00000000-0000-0000-0330-111004002001"
    assert record_id("330111") != record_id(GRID)
