"""Scans that are refused: each with its code, and nothing left behind."""

import asyncio
from typing import Any

import pytest

from tests.component.checkpoints.world import World
from tests.support.rig import problem

REFUSED: list[tuple[dict[str, Any], int, str, list[str]]] = [
    ({"person": {"national_id": "330199199005011012"}}, 422, "NationalIdChecksumWrong", ["person", "national_id"]),
    ({"temperature_c": 33.9}, 422, "TemperatureOutOfRange", ["temperature_c"]),
    ({"origin_code": "999999"}, 422, "OriginUnknown", ["origin_code"]),
    ({"vehicle_plate": "123"}, 422, "PlateMalformed", ["vehicle_plate"]),
    ({"companions": 21}, 422, "CompanionsOutOfRange", ["companions"]),
    ({"occurred_at": "2020-01-28T08:05:01+08:00"}, 422, "OccurredInFuture", ["occurred_at"]),
    ({"person": {}}, 422, "PersonDocumentRequired", ["person"]),
    ({"checkpoint_id": "01977d5e-0000-7000-8000-00000000dead"}, 404, "CheckpointUnknown", ["checkpoint_id"]),
    ({"device_id": "gate-0"}, 404, "DeviceUnknown", ["device_id"]),
    ({"device_id": "gate-330111004002-2"}, 404, "DeviceUnknown", ["device_id"]),
    ({"direction": "UP"}, 422, "FieldMalformed", ["direction"]),
    ({"unknown": 1}, 422, "FieldMalformed", ["body"]),
    ({"reason": "x" * 17_000}, 413, "ScanTooLarge", []),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("refusal", REFUSED, ids=[f"{c[2]} {i}" for i, c in enumerate(REFUSED)])
async def test_what_is_refused_leaves_nothing(
    world: World, refusal: tuple[dict[str, Any], int, str, list[str]], language: str
) -> None:
    """Each refusal has its code, its path and its sentence; no row, no key, no fact."""
    changes, status, code, path = refusal

    response = await world.send(world.scan(**changes), language=language)

    assert (response.status_code, problem(response), response.json().get("path", [])) == (status, code, path)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in response.json()["detail"]) or language == "en"
    assert await world.counts() == [0, 0, 0, 0, 0]


async def test_a_checkpoint_of_nobody_is_not_found(world: World) -> None:
    """A token that still names a checkpoint which is gone finds nothing."""
    ghost = "01977d5e-0000-7000-8000-00000000dead"
    guard = world.rig.viewer("gate_guard", checkpoints=(str(world.east.id), ghost))

    response = await world.send(world.scan(checkpoint_id=ghost), guard)

    assert problem(response) == "CheckpointUnknown"


async def test_the_guard_of_another_gate_records_nothing_here(world: World) -> None:
    """Not at the other's gate, nor with the other's device at one's own."""
    stranger = world.guard(world.west)

    elsewhere = await world.send(world.scan(), stranger)
    borrowed = await world.send(world.scan(world.west, device_id=world.east.device), stranger)

    assert [problem(elsewhere), problem(borrowed)] == ["CheckpointUnknown", "DeviceUnknown"]
    assert await world.counts() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "role",
    ["district_officer", "town_officer", "grid_worker", "resident", "enterprise_agent", "reviewer", "auditor", "ops"],
)
async def test_only_a_guard_records(world: World, role: str) -> None:
    """Whatever the token grants."""
    viewer = world.rig.viewer(role, scopes="330111", checkpoints=str(world.east.id))

    assert problem(await world.send(world.scan(), viewer)) == "RoleMayNot"


async def test_nobody_records_without_a_token(world: World) -> None:
    """The hot route is no exception."""
    response = await world.rig.command(None, "/passages", world.scan())

    assert (response.status_code, problem(response)) == (401, "TokenMissing")


async def test_a_closed_gate_lets_only_an_emergency_pass(world: World) -> None:
    """What happened before it was closed is still recorded."""
    await world.rig.command(world.officer(), f"/checkpoints/{world.east.id}/close")

    refused = await world.send(world.scan(occurred_at="2020-01-28T08:00:00+08:00"))
    before = await world.send(world.scan(occurred_at="2020-01-28T07:59:59+08:00"))
    emergency = await world.send(world.scan(occurred_at="2020-01-28T08:01:00+08:00", emergency=True))

    assert (problem(refused), refused.json()["detail"][:5]) == ("CheckpointClosed", "山水苑东门")
    assert before.status_code == 201
    assert emergency.json()["outcome"] == "EMERGENCY_ADMITTED"


async def test_a_row_that_the_database_refuses_refuses_its_caller_only(world: World) -> None:
    """The flush is split; the others are stored, and the one caller sees a masked error."""
    async with world.rig.work() as db:
        await db.connection.execute(
            "INSERT INTO division_days VALUES ('330111', $1, '2020-01-28', 2147483647, 0, 0)",
            world.xindeng.division_code,
        )
    bad = world.scan(world.xindeng)
    scans = [(world.east, world.scan()) for _ in range(20)]

    responses = await asyncio.gather(
        *(world.send(scan, world.guard(gate)) for gate, scan in [*scans[:10], (world.xindeng, bad), *scans[10:]])
    )

    assert [r.status_code for r in responses] == [201] * 10 + [500] + [201] * 10
    assert responses[10].json()["code"] == "InternalError"
    assert (await world.counts())[:2] == [20, 20]
