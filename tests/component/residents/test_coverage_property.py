"""Whatever is assigned, ended and left over days: one serves a grid at most, and the alarms are its gaps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.residents.app import SERVICE
from services.residents.grid_workers.model import Assignment, AssignmentKind, serving
from tests.support.grids import ASSIGN, STAND_IN
from tests.support.people import (
    FAR_GRID,
    FAR_WORKER,
    GRID,
    NEXT_GRID,
    NEXT_WORKER,
    OTHER_TOWN_GRID,
    WORKER,
    load_people,
)
from tests.support.returnees import district_officer
from tests.support.rig import Rig, open_rig
from tests.support.servers import Infrastructure

DAY = timedelta(days=1)
FIRST = date(2020, 1, 28)
GRIDS = (GRID, NEXT_GRID, FAR_GRID, OTHER_TOWN_GRID)
WORKERS = (WORKER, NEXT_WORKER, FAR_WORKER)
grids, workers = st.sampled_from(GRIDS), st.sampled_from(WORKERS)
days = st.integers(min_value=0, max_value=4)

assign = st.tuples(st.just("assign"), grids, workers, days, st.none() | days)
stand_in = st.tuples(st.just("stand_in"), grids, workers, days, days)
end = st.tuples(st.just("end"), st.integers(min_value=0, max_value=30), st.integers(min_value=-1, max_value=3))
leave = st.tuples(st.just("leave"), workers, days, st.booleans())
close = st.tuples(st.just("close"), st.just(FAR_GRID), days)
wait = st.tuples(st.just("wait"), st.integers(min_value=1, max_value=3))
STEPS = st.lists(st.one_of(assign, stand_in, assign, stand_in, end, end, wait, wait, leave, close), max_size=14)


@dataclass(slots=True)
class Play:
    """A district under way."""

    rig: Rig
    today: date = FIRST
    carried_out: list[str] = field(default_factory=list)

    async def step(self, what: str, *rest: Any) -> None:
        """Take a step; a refusal is an outcome, a failure is not."""
        await getattr(self, what)(*rest)

    async def give(self, path: str, **body: object) -> None:
        """Give a command as an officer of the district."""
        plain = {name: plain_value(value) for name, value in body.items()}
        response = await self.rig.command(district_officer(self.rig), path, plain)
        assert response.status_code < 500, response.text
        if response.status_code < 300:
            self.carried_out.append(path)

    async def assign(self, grid: str, worker: UUID, after: int, lasts: int | None) -> None:
        """Assign a grid."""
        starts_on = self.today + after * DAY
        ends_on = None if lasts is None else starts_on + lasts * DAY
        await self.give(ASSIGN, grid_code=grid, worker_id=worker, starts_on=starts_on, ends_on=ends_on)

    async def stand_in(self, grid: str, worker: UUID, after: int, lasts: int) -> None:
        """Let somebody take a grid."""
        starts_on = self.today + after * DAY
        await self.give(
            STAND_IN, grid_code=grid, worker_id=worker, starts_on=starts_on, ends_on=starts_on + lasts * DAY
        )

    async def end(self, which: int, after: int) -> None:
        """End one of the assignments."""
        rows = await self.rig.rows("SELECT id FROM grid_assignments ORDER BY starts_on, id")
        assignment_id = rows[which % len(rows)]["id"]
        await self.give(f"/grid-assignments/{assignment_id}/end", ends_on=self.today + after * DAY)

    async def leave(self, worker: UUID, after: int, accept: bool) -> None:
        """Let a worker go."""
        accepted = {"accept_uncovered": True} if accept else {}
        await self.give(f"/grid-workers/{worker}/leave", left_on=self.today + after * DAY, **accepted)

    async def close(self, grid: str, after: int) -> None:
        """Close a grid."""
        await self.give("/divisions/close", code=grid, valid_to=self.today + after * DAY)

    async def wait(self, length: int) -> None:
        """Let days pass; what is due is done."""
        self.today += length * DAY
        await self.rig.move_clock(f"{self.today.isoformat()}T06:00:00+08:00")

    async def assignments(self) -> list[Assignment]:
        """Return all assignments as they are stored."""
        rows = await self.rig.rows("SELECT id, grid_code, worker_id, kind, starts_on, ends_on FROM grid_assignments")
        return [Assignment(**row | {"kind": AssignmentKind(row["kind"])}) for row in rows]

    async def alarms(self) -> dict[str, date]:
        """Return the open alarms, one a grid: since when."""
        rows = await self.rig.rows("SELECT division_code, uncovered_since FROM coverage_alarms WHERE status = 'RAISED'")
        assert len({row["division_code"] for row in rows}) == len(rows)
        return {row["division_code"]: row["uncovered_since"] for row in rows}

    async def gaps(self) -> dict[str, date]:
        """Recompute the uncovered grids from the assignments, day by day."""
        held = await self.assignments()
        rows = await self.rig.rows("SELECT code, valid_from, valid_to FROM divisions WHERE level = 'GRID'")
        found = {}
        for row in rows:
            own = [a for a in held if a.grid_code == row["code"]]
            if row["valid_to"] is not None and self.today > row["valid_to"]:
                continue
            since = self.today + DAY
            while since > row["valid_from"] and not any(a.holds(since - DAY) for a in own):
                since -= DAY
            if since <= self.today:
                found[row["code"]] = since
        return found


def plain_value(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or value is True else str(value)


async def check(play: Play) -> None:
    """Compare what is stored and what is read with what the assignments say."""
    held = await play.assignments()
    for grid in GRIDS:
        own = [a for a in held if a.grid_code == grid]
        for kind in AssignmentKind:
            for day in (play.today + n * DAY for n in range(-3, 12)):
                assert sum(a.kind is kind and a.holds(day) for a in own) <= 1, (grid, kind, day)
        expected = serving(own, play.today)
        [row] = await play.rig.batch(play.rig.viewer("resident"), "/grid-workers/by-grid:batch", [grid], ["id"])
        assert (row and row["id"]) == (expected and str(expected.worker_id)), grid
    assert await play.alarms() == await play.gaps()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_one_serves_and_the_alarms_are_the_gaps(infrastructure: Infrastructure, steps: list[Any]) -> None:
    """After every step, at every grid."""
    async with open_rig(SERVICE, infrastructure) as rig:
        await load_people(rig)
        play = Play(rig)
        for step in steps:
            await play.step(*step)
            await check(play)


def test_the_recomputation_knows_a_gap() -> None:
    """The oracle itself: a stand-in goes before the primary, and a called-off assignment never holds."""
    make: Callable[..., Assignment] = lambda kind, start, last: Assignment(  # noqa: E731
        UUID(int=1), GRID, WORKER, kind, FIRST + start * DAY, FIRST + last * DAY
    )
    primary, other = make(AssignmentKind.PRIMARY, 0, 3), make(AssignmentKind.STAND_IN, 1, 1)
    called_off = make(AssignmentKind.STAND_IN, 2, 1)

    found = [serving([primary, other, called_off], FIRST + n * DAY) for n in range(-1, 5)]

    assert found == [None, primary, other, primary, primary, None]
