"""The board's numbers: roll-ups by grid, the same at every level, null outside one's scope."""

import pytest

from services.residents.board.counters import Change, count, count_day, count_many
from tests.support.people import DONGQIAO, FAR_GRID, GRID, LUSHAN, NEXT_GRID, OTHER_TOWN_GRID, SHANSHUI, XINDENG
from tests.support.rig import Rig

PATH = "/division-summaries:batch"
NUMBERS = (
    "residents",
    "households",
    "quarantine_orders_in_force",
    "health_checks_missed_today",
    "screening_tasks_open",
    "grid_events_open",
)


async def test_a_total_is_the_sum_of_its_grids(people: Rig) -> None:
    """District, town, village and grid count the same rows."""
    officer = people.viewer("district_officer", scopes=("330111",))
    ids = ["330111", LUSHAN, SHANSHUI, GRID, NEXT_GRID, DONGQIAO, XINDENG]

    rows = await people.batch(officer, PATH, ids, ["residents", "households"])

    assert [(row["residents"], row["households"]) for row in rows] == [
        (6, 4),
        (5, 3),
        (5, 3),
        (4, 2),
        (1, 1),
        (0, 0),
        (1, 1),
    ]


async def test_every_number_is_the_same_at_every_level(people: Rig) -> None:
    """What belongs to a village as a whole is counted under serial 000, and in the totals."""
    async with people.work() as db:
        await count(db, f"{SHANSHUI}000", grid_events_open=2)
        await count(db, GRID, quarantine_orders_in_force=1, screening_tasks_open=3)
        await count_day(db, GRID, people.state.clock.today(), health_checks_missed=1)
    officer = people.viewer("district_officer", scopes=("330111",))

    district, town, village, grid = await people.batch(officer, PATH, ["330111", LUSHAN, SHANSHUI, GRID], NUMBERS)

    assert town == village
    assert {name: district[name] for name in NUMBERS[2:]} == {name: village[name] for name in NUMBERS[2:]}
    assert [village[name] for name in NUMBERS] == [5, 3, 1, 1, 3, 2]
    assert [grid[name] for name in NUMBERS] == [4, 2, 1, 1, 3, 0]


async def test_missed_health_checks_are_those_of_today(people: Rig) -> None:
    """A day's numbers are gone from the board the next day."""
    async with people.work() as db:
        await count_day(db, GRID, people.state.clock.today(), health_checks_missed=2)
    worker = people.viewer("grid_worker", scopes=(GRID,))
    assert await people.batch(worker, PATH, [GRID], ["health_checks_missed_today"]) == [
        {"health_checks_missed_today": 2}
    ]

    await people.move_clock("2020-01-29T00:00:00+08:00")

    assert await people.batch(worker, PATH, [GRID], ["health_checks_missed_today"]) == [
        {"health_checks_missed_today": 0}
    ]


@pytest.mark.parametrize(
    ("role", "scopes", "expected"),
    [
        ("district_officer", ("330111",), [6, 5, 5, 4, 1]),
        ("town_officer", (LUSHAN,), [None, 5, 5, 4, 1]),
        ("grid_worker", (GRID,), [None, None, None, 4, None]),
        ("grid_worker", (GRID, NEXT_GRID), [None, None, None, 4, 1]),
        ("grid_worker", (OTHER_TOWN_GRID,), [None] * 5),
        ("grid_worker", (), [None] * 5),
        ("resident", ("330111",), [None] * 5),
        ("reviewer", ("330111",), [None] * 5),
        ("gate_guard", ("330111",), [None] * 5),
    ],
)
async def test_outside_ones_scope_there_is_no_number(
    people: Rig, role: str, scopes: tuple[str, ...], expected: list[int | None]
) -> None:
    """A wider division is null too: the sum of one's own part would look like the whole."""
    ids = ["330111", LUSHAN, SHANSHUI, GRID, NEXT_GRID]

    rows = await people.batch(people.viewer(role, scopes=scopes), PATH, ids, ["residents"])

    assert [row and row["residents"] for row in rows] == expected


async def test_an_unknown_division_has_no_numbers(people: Rig) -> None:
    """A code that is no division is null, not zero."""
    officer = people.viewer("district_officer", scopes=("330111",))

    assert await people.batch(officer, PATH, ["330111999", "abc", ""], ["residents"]) == [None, None, None]


async def test_a_change_is_told_once_a_transaction(people: Rig) -> None:
    """However often a grid is counted in, its summary changed once."""
    async with people.work() as db:
        await count(db, GRID, screening_tasks_open=1)
        await count(db, GRID, screening_tasks_open=1)
        await count_many(db, "330111", {NEXT_GRID: Change(grid_events_open=1), GRID: Change(residents=1)})

    subjects = [subject for subject, _ in await people.facts()]

    assert subjects == [f"residents.summary_changed.{GRID}", f"residents.summary_changed.{NEXT_GRID}"]


async def test_counting_down_in_a_grid_never_counted(people: Rig) -> None:
    """A grid without a row starts at zero, and what is taken is taken from what was given."""
    async with people.work() as db:
        await count(db, FAR_GRID, screening_tasks_open=2)
        await count(db, FAR_GRID, screening_tasks_open=-1)

    worker = people.viewer("grid_worker", scopes=(FAR_GRID,))
    assert await people.batch(worker, PATH, [FAR_GRID], ["screening_tasks_open"]) == [{"screening_tasks_open": 1}]


async def test_what_is_rolled_back_is_not_counted(people: Rig) -> None:
    """A number changes with its row or not at all."""
    try:
        async with people.work() as db:
            await count(db, GRID, residents=100)
            raise LookupError
    except LookupError:
        pass

    worker = people.viewer("grid_worker", scopes=(GRID,))
    assert await people.batch(worker, PATH, [GRID], ["residents"]) == [{"residents": 4}]
    assert await people.facts() == []
