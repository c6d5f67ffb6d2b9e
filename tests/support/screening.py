"""Screening rounds as many tests need them: opened, played, and recounted from their tasks."""

from collections.abc import Sequence
from typing import Any

from chassis.auth import Viewer
from tests.support.people import (
    CHANGLAN,
    DONGQIAO,
    FAR_GRID,
    GRID,
    LUSHAN,
    NEXT_GRID,
    OTHER_TOWN_GRID,
    SHANSHUI,
    XINDENG,
)
from tests.support.returnees import district_officer
from tests.support.rig import DISTRICT, Rig

NUMBERS = ["planned", "reached", "verified", "refused", "not_here", "overdue"]
GRIDS = [GRID, NEXT_GRID, FAR_GRID, OTHER_TOWN_GRID]
LEVELS = [*GRIDS, SHANSHUI, DONGQIAO, CHANGLAN, LUSHAN, XINDENG, DISTRICT]
DUE = "2020-01-31T18:00:00+08:00"
NOBODY = {"people_here": 0}
ALL_WELL = {"people_here": 1}

RECOUNT = """
SELECT count(*) AS planned, count(*) FILTER (WHERE reached) AS reached, count(*) FILTER (WHERE verified) AS verified,
    count(*) FILTER (WHERE refused) AS refused, count(*) FILTER (WHERE not_here) AS not_here,
    count(*) FILTER (WHERE overdue) AS overdue
FROM screening_tasks WHERE round_id = $1 AND starts_with(division_code, $2)
"""


def round_body(scope: str = DISTRICT, **values: Any) -> dict[str, Any]:
    """Return a round to open."""
    return {"scope": scope, "title": "全区地毯式排查", "reason": "疫情防控需要", "due_at": DUE, **values}


async def run_jobs(rig: Rig) -> None:
    """Let the service do what is due, the clock standing still."""
    await rig.state.scheduler.run_all()


async def open_round(rig: Rig, scope: str = DISTRICT, viewer: Viewer | None = None, **values: Any) -> str:
    """Open a round and let its tasks be written; return its id."""
    body = round_body(scope, **values)
    response = await rig.command(viewer or district_officer(rig), "/screening-rounds", body)
    assert response.status_code == 201, response.text
    await run_jobs(rig)
    return str(response.json()["id"])


async def tasks_of(rig: Rig, round_id: str) -> dict[str, str]:
    """Return the tasks of a round by their household."""
    rows = await rig.rows("SELECT household_id, id FROM screening_tasks WHERE round_id = $1", round_id)
    return {str(row["household_id"]): str(row["id"]) for row in rows}


async def progress(rig: Rig, round_id: str, code: str, viewer: Viewer | None = None) -> dict[str, int] | None:
    """Return how far a round is in a division."""
    path, arguments = "/screening-rounds/progress:batch", {"code": code}
    [row] = await rig.batch(viewer or district_officer(rig), path, [round_id], NUMBERS, arguments=arguments)
    found: dict[str, int] | None = row
    return found


async def check_levels(rig: Rig, round_id: str, codes: Sequence[str] = LEVELS) -> None:
    """Compare the progress of every division with its tasks counted anew."""
    for code in codes:
        [counted] = await rig.rows(RECOUNT, round_id, code)
        assert await progress(rig, round_id, code) == counted, code
    [open_tasks] = await rig.rows("SELECT count(*) FROM screening_tasks WHERE status <> 'CLOSED'")
    [board] = await rig.rows("SELECT coalesce(sum(screening_tasks_open), 0)::bigint AS count FROM grid_counters")
    assert board == open_tasks


async def steps_of(rig: Rig, task_id: str) -> list[tuple[str | None, str]]:
    """Return a task's steps in their order."""
    rows = await rig.rows("SELECT from_status, status FROM screening_steps WHERE task_id = $1 ORDER BY id", task_id)
    return [(row["from_status"], row["status"]) for row in rows]
