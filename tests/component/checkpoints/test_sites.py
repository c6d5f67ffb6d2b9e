"""Setting up, opening and closing checkpoints, within one's scope."""

from typing import Any

import pytest

from tests.component.checkpoints.world import GRID, World
from tests.support.rig import problem

FIELDS = ["id", "name", "kind", "status", "division_code", "minimum_strength", "opens_at", "closes_at"]
BODY = {
    "name": "山水苑北门",
    "kind": "COMPOUND",
    "division_code": GRID,
    "minimum_strength": 2,
    "opens_at": "06:00",
    "closes_at": "22:00",
    "device_ids": ["gate-330111004002-4"],
}


async def test_a_checkpoint_is_set_up_with_its_devices(world: World) -> None:
    """It is open, seen by those in scope, and its device records."""
    response = await world.rig.command(world.officer("330111004", "town_officer"), "/checkpoints", BODY)

    assert response.status_code == 201, response.text
    checkpoint_id = response.json()["id"]
    (row,) = await world.rig.batch(world.officer(), "/checkpoints:batch", [checkpoint_id], FIELDS)
    assert row == {
        "id": checkpoint_id,
        "name": "山水苑北门",
        "kind": "COMPOUND",
        "status": "OPEN",
        "division_code": GRID,
        "minimum_strength": 2,
        "opens_at": "06:00:00",
        "closes_at": "22:00:00",
    }
    guard = world.rig.viewer("gate_guard", checkpoints=checkpoint_id)
    scan = world.scan(checkpoint_id=checkpoint_id, device_id="gate-330111004002-4")
    assert (await world.send(scan, guard)).status_code == 201
    assert (await world.rig.facts())[0][0] == f"checkpoints.summary_changed.{GRID}"


async def test_a_villages_checkpoint_has_the_serial_000(world: World) -> None:
    """Twelve digits are enough for a village."""
    response = await world.rig.command(world.officer(), "/checkpoints", BODY | {"division_code": "330111004002"})

    assert response.json()["division_code"] == "330111004002000"


REFUSED: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"name": ""}, "FieldMalformed", ["name"]),
    ({"kind": "AIRPORT"}, "FieldMalformed", ["kind"]),
    ({"division_code": "330111004"}, "DivisionTooWide", ["division_code"]),
    ({"division_code": "33"}, "DivisionCodeMalformed", ["division_code"]),
    ({"minimum_strength": 101}, "FieldMalformed", ["minimum_strength"]),
    ({"closes_at": None}, "HoursIncomplete", ["opens_at"]),
    ({"closes_at": "06:00"}, "HoursIncomplete", ["opens_at"]),
    ({"device_ids": ["gate-330111004002-1"]}, "DeviceTaken", []),
    ({"device_ids": ["no spaces"]}, "FieldMalformed", ["device_ids", "0"]),
    ({"division_code": "330111115011001"}, "OutOfScope", []),
]


@pytest.mark.parametrize(("changes", "code", "path"), REFUSED, ids=[f"{c[1]} {i}" for i, c in enumerate(REFUSED)])
async def test_what_cannot_be_set_up_is_refused(
    world: World, changes: dict[str, Any], code: str, path: list[str]
) -> None:
    """Field and rule are named, and nothing is left behind."""
    response = await world.rig.command(world.officer("330111004", "town_officer"), "/checkpoints", BODY | changes)

    assert (problem(response), response.json().get("path", [])) == (code, path)
    assert await world.rig.rows("SELECT count(*) FROM checkpoints") == [{"count": 4}]


async def test_a_checkpoint_is_closed_and_opened_again(world: World) -> None:
    """Each step once; the second of a kind is told."""
    officer, path = world.officer(), f"/checkpoints/{world.east.id}"

    answers = [await world.rig.command(officer, f"{path}/{step}") for step in ("open", "close", "close", "open")]

    assert problem(answers[0]) == "AlreadyOpen"
    assert answers[1].json() == {"id": str(world.east.id), "status": "CLOSED"}
    assert problem(answers[2]) == "AlreadyClosed"
    assert answers[3].json() == {"id": str(world.east.id), "status": "OPEN"}


@pytest.mark.parametrize("step", ["open", "close"])
async def test_only_officers_in_scope_open_and_close(world: World, step: str) -> None:
    """A checkpoint out of scope does not exist; a guard may not, nor a grid worker."""
    path = f"/checkpoints/{world.east.id}/{step}"

    assert problem(await world.rig.command(world.officer("330111115", "town_officer"), path)) == "CheckpointUnknown"
    for viewer in (world.guard(), world.officer(GRID, "grid_worker"), world.officer(role="auditor")):
        assert problem(await world.rig.command(viewer, path)) == "RoleMayNot"
