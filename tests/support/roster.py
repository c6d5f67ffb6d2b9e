"""Steps of the roster that many tests take: people changed and moved, and what is recounted afterwards."""

from typing import Any
from uuid import UUID

import httpx

from chassis.auth import Viewer
from tests.support.people import GRID, WANG, WANG_HOME
from tests.support.rig import Rig

RECOUNT = """
SELECT c.division_code, c.residents, c.households, c.quarantine_orders_in_force, c.screening_tasks_open,
    (SELECT count(*) FROM residents r
        WHERE r.division_code = c.division_code AND r.status = 'REGISTERED' AND r.merged_into IS NULL) AS residents_now,
    (SELECT count(*) FROM households h
        WHERE h.division_code = c.division_code AND h.closed_on IS NULL) AS households_now,
    (SELECT count(*) FROM quarantine_orders o WHERE o.division_code = c.division_code
        AND o.status IN ('ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')) AS orders_now,
    (SELECT count(*) FROM screening_tasks t
        WHERE t.division_code = c.division_code AND t.status <> 'CLOSED') AS tasks_now
FROM grid_counters c ORDER BY c.division_code
"""


def worker_of(rig: Rig, *scopes: str) -> Viewer:
    """Return a grid worker, Wang's unless scopes say otherwise."""
    return rig.viewer("grid_worker", scopes=scopes or (GRID,))


def town_officer(rig: Rig, *scopes: str) -> Viewer:
    """Return a town officer of some scopes."""
    return rig.viewer("town_officer", scopes=scopes)


async def act(
    rig: Rig, what: str, resident_id: object = WANG, viewer: Viewer | None = None, **body: Any
) -> httpx.Response:
    """Do something to a resident's record, as Wang's grid worker unless another is named."""
    key = body.pop("key", None)
    return await rig.command(viewer or worker_of(rig), f"/residents/{resident_id}/{what}", body, key=key)


async def move(
    rig: Rig, resident_id: object = WANG, viewer: Viewer | None = None, from_home: UUID = WANG_HOME, **body: Any
) -> httpx.Response:
    """Move a resident out of a household, Wang's unless another is named."""
    return await act(rig, "move", resident_id, viewer, from_household_id=str(from_home), **body)


async def record_of(rig: Rig, resident_id: object) -> dict[str, Any]:
    """Return a resident as stored."""
    rows = await rig.rows("SELECT * FROM residents WHERE id = $1", UUID(str(resident_id)))
    return rows[0]


async def history_of(rig: Rig, record_id: object) -> list[dict[str, Any]]:
    """Return what history says of a record, in order."""
    return await rig.rows(
        "SELECT act, before, after, reason, subject, division_code FROM history WHERE record_id = $1 ORDER BY id",
        UUID(str(record_id)),
    )


async def assert_counters_equal_a_recount(rig: Rig) -> None:
    """Compare the board's numbers of every grid with the rows themselves."""
    for row in await rig.rows(RECOUNT):
        counted = [row["residents"], row["households"], row["quarantine_orders_in_force"], row["screening_tasks_open"]]
        now = [row["residents_now"], row["households_now"], row["orders_now"], row["tasks_now"]]
        assert counted == now, row["division_code"]
