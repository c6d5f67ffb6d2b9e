"""Steps of returns and screening that many tests take."""

from collections.abc import Mapping
from typing import Any

from chassis.auth import Viewer
from tests.support.people import GRID, LUSHAN, WANG_NUMBER, WANG_PHONE
from tests.support.rig import DISTRICT, Rig

WANG_RETURNS: dict[str, Any] = {
    "person": {"national_id": WANG_NUMBER, "name": "王小明", "phone": WANG_PHONE},
    "origin_code": "330300",
    "arrives_on": "2020-01-28",
    "transport": {"kind": "TRAIN", "number": "G7333"},
    "destination": {"grid_code": GRID, "address": "山水社区 3 幢 2 单元 501"},
}


def district_officer(rig: Rig) -> Viewer:
    """Return an officer of the whole district."""
    return rig.viewer("district_officer", scopes=(DISTRICT,))


def town_officer(rig: Rig, *scopes: str) -> Viewer:
    """Return an officer of Lushan, unless scopes say otherwise."""
    return rig.viewer("town_officer", scopes=scopes or (LUSHAN,))


def grid_worker(rig: Rig, *scopes: str) -> Viewer:
    """Return the worker of Wang's grid, unless scopes say otherwise."""
    return rig.viewer("grid_worker", scopes=scopes or (GRID,))


def changed(base: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return a body with one value changed, `person.phone`."""
    first, _, rest = path.partition(".")
    return {**base, first: changed(base[first], rest, value) if rest else value}


async def declare(rig: Rig, level: str = "HIGH", code: str = "330300", **values: Any) -> dict[str, Any]:
    """Declare a risk region."""
    body = {"code": code, "level": level, "valid_from": "2020-01-20", "valid_to": None} | values
    response = await rig.command(district_officer(rig), "/risk-regions", body)
    assert response.status_code == 201, response.text
    region: dict[str, Any] = response.json()
    return region


async def register(rig: Rig, viewer: Viewer | None = None, **values: Any) -> dict[str, Any]:
    """Register Wang's return, or one with other values."""
    response = await rig.command(viewer or district_officer(rig), "/returnees", WANG_RETURNS | values)
    assert response.status_code in {200, 201}, response.text
    made: dict[str, Any] = response.json()
    return made


async def step(rig: Rig, task_id: object, what: str, viewer: Viewer | None = None, **body: Any) -> dict[str, Any]:
    """Take a step of a screening task."""
    response = await rig.command(viewer or grid_worker(rig), f"/screening-tasks/{task_id}/{what}", body)
    assert response.status_code == 200, response.text
    task: dict[str, Any] = response.json()
    return task


async def open_tasks(rig: Rig, grid_code: str = GRID) -> int:
    """Return how many tasks the board counts in a grid."""
    rows = await rig.rows("SELECT screening_tasks_open FROM grid_counters WHERE division_code = $1", grid_code)
    return int(rows[0]["screening_tasks_open"]) if rows else 0
