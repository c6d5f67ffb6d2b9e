"""Steps with grids, grid workers and assignments that many tests take."""

from typing import Any
from uuid import UUID

from chassis.auth import Viewer
from tests.support.people import LUSHAN
from tests.support.returnees import district_officer, town_officer
from tests.support.rig import Rig

YESTERDAY, TODAY, TOMORROW = "2020-01-27", "2020-01-28", "2020-01-29"
PHONE = "13910000009"
ASSIGN, STAND_IN = "/grid-assignments", "/grid-assignments/stand-in"


async def done(rig: Rig, path: str, viewer: Viewer | None = None, /, **body: Any) -> dict[str, Any]:
    """Give a command that must succeed, as an officer of the district unless somebody else is given."""
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in body.items()}
    response = await rig.command(viewer or district_officer(rig), path, plain)
    assert response.status_code in {200, 201}, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def new_worker(rig: Rig, name: str = "沈芳", phone: str = PHONE, division_code: str = LUSHAN) -> UUID:
    """Register a grid worker."""
    made = await done(rig, "/grid-workers", town_officer(rig, division_code), division_code=division_code, name=name,
                      phone=phone)  # fmt: skip
    return UUID(made["id"])


async def serves(rig: Rig, grid_code: str) -> str | None:
    """Return the name of who serves a grid today, as anybody may read."""
    [row] = await rig.batch(rig.viewer("resident"), "/grid-workers/by-grid:batch", [grid_code], ["name"])
    return row["name"] if row else None


async def assignment_of(rig: Rig, grid_code: str, kind: str = "PRIMARY") -> UUID:
    """Return the id of a grid's only assignment of a kind that has not been called off."""
    [row] = await rig.rows(
        "SELECT id FROM grid_assignments WHERE grid_code = $1 AND kind = $2 AND coalesce(ends_on >= starts_on, true)",
        grid_code,
        kind,
    )
    return UUID(str(row["id"]))


async def history(rig: Rig, kind: str) -> list[tuple[str, str, str]]:
    """Return what history says of records of a kind: act, subject, division code."""
    rows = await rig.rows("SELECT act, subject, division_code FROM history WHERE kind = $1 ORDER BY id", kind)
    return [(row["act"], row["subject"], row["division_code"]) for row in rows]


async def alarms(rig: Rig) -> list[tuple[str, str, str]]:
    """Return the alarms as they are stored: grid, status, since when."""
    rows = await rig.rows("SELECT division_code, status, uncovered_since FROM coverage_alarms ORDER BY id")
    return [(row["division_code"], row["status"], row["uncovered_since"].isoformat()) for row in rows]
