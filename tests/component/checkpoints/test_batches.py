"""Uploads of offline devices: every passage sent is stored, known already, or refused with its reason."""

from typing import Any

import httpx
import pytest

from chassis.auth import Viewer
from tests.component.checkpoints.world import WANG_KEY, World
from tests.support.rig import problem

FIELDS = ["id", "device_id", "sent", "stored", "duplicates", "refused", "received_at"]


async def upload(
    world: World, passages: list[dict[str, Any]], viewer: Viewer | None = None, **options: Any
) -> httpx.Response:
    """Upload passages of the eastern gate's device."""
    bare = [{name: value for name, value in passage.items() if name != "device_id"} for passage in passages]
    body = {"device_id": world.east.device, "passages": bare}
    return await world.rig.command(viewer or world.guard(), "/passage-batches", body, **options)


async def test_what_is_sent_is_accounted_for(world: World) -> None:
    """Sent is the sum of stored, duplicates and refused; the good ones are stored whatever the others are."""
    known = world.scan()
    await world.send(known)
    first, second = world.scan(), world.scan(direction="EXIT")
    hot, future = world.scan(temperature_c=44.0), world.scan(occurred_at="2020-01-28T09:00:00+08:00")
    foreign = world.scan(checkpoint_id=str(world.west.id))

    response = await upload(world, [known, first, first, second, hot, future, foreign, second | {"companions": 3}])

    assert response.status_code == 201, response.text
    batch = response.json()
    assert (batch["sent"], batch["stored"], batch["duplicates"]) == (8, 2, 2)
    assert sorted((r["device_sequence"], r["code"]) for r in batch["refused"]) == [
        (3, "SequenceReused"),
        (4, "TemperatureOutOfRange"),
        (5, "OccurredInFuture"),
        (6, "CheckpointUnknown"),
    ]
    assert all(refused["message"] for refused in batch["refused"])
    assert await world.rig.rows("SELECT count(*) FROM passages") == [{"count": 3}]
    assert await world.rig.rows("SELECT kind FROM alarms") == [{"kind": "SEQUENCE_REUSED"}]


async def test_a_batch_is_kept_and_read_by_those_in_scope(world: World) -> None:
    """The gate's guard and officers of its division; not the next gate's guard, nor a resident."""
    scan = world.scan()
    batch = (await upload(world, [scan, world.scan(temperature_c=20)], language="zh")).json()

    callers = [world.guard(), world.officer(), world.officer("330111004", "town_officer")]
    for viewer in callers:
        (row,) = await world.rig.batch(viewer, "/passage-batches:batch", [batch["id"]], FIELDS)
        assert {name: row[name] for name in batch} == batch
        assert row["refused"][0]["message"].startswith("体温")
    strangers = [
        world.guard(world.west),
        world.officer("330111115", "town_officer"),
        world.rig.viewer("resident", person_key=WANG_KEY),
        world.rig.viewer("ops"),
    ]
    for viewer in strangers:
        assert await world.rig.batch(viewer, "/passage-batches:batch", [batch["id"]], FIELDS) == [None]


async def test_a_batch_sent_twice_is_one(world: World) -> None:
    """With its key it is answered the same; with another, all of it is known already."""
    scans = [world.scan() for _ in range(3)]

    first = await upload(world, scans, key="batch-1")
    again = await upload(world, scans, key="batch-1")
    other = await upload(world, scans, key="batch-2")

    assert again.content == first.content
    assert (other.json()["stored"], other.json()["duplicates"]) == (0, 3)
    assert problem(await upload(world, scans[:2], key="batch-1")) == "IdempotencyKeyReused"
    assert await world.rig.rows("SELECT count(*) FROM passages") == [{"count": 3}]
    assert await world.rig.rows("SELECT count(*) FROM passage_batches") == [{"count": 2}]


async def test_a_scan_sent_alone_and_in_a_batch_is_one(world: World) -> None:
    """A device that timed out sends what it kept once more."""
    scan = world.scan()
    alone = await world.send(scan)

    batch = (await upload(world, [scan])).json()

    assert (batch["stored"], batch["duplicates"], batch["refused"]) == (0, 1, [])
    assert (await world.send(scan)).content == alone.content


async def test_a_passage_without_form_refuses_the_whole(world: World) -> None:
    """It could not be accounted for by its sequence; the path says which."""
    response = await upload(world, [world.scan(), {"device_sequence": "x"}])

    assert problem(response) == "FieldMalformed"
    assert response.json()["path"] == ["passages", "1", "device_sequence"]
    assert await world.rig.rows("SELECT count(*) FROM passages") == [{"count": 0}]


@pytest.mark.parametrize(
    ("count", "status", "code"),
    [(0, 422, "FieldMalformed"), (501, 413, "BatchTooLarge"), (3_000, 413, "BatchTooLarge")],
)
async def test_a_batch_has_limits(world: World, count: int, status: int, code: str) -> None:
    """None at all, too many, too many bytes."""
    scan = world.scan(reason="x" * 200)

    response = await upload(world, [scan | {"device_sequence": n} for n in range(count)])

    assert (response.status_code, problem(response)) == (status, code)


async def test_the_largest_batch_is_stored_in_one_go(world: World) -> None:
    """Five hundred passages."""
    response = await upload(world, [world.scan() for _ in range(500)])

    assert response.json()["stored"] == 500


async def test_only_the_devices_own_guard_uploads(world: World) -> None:
    """Not another gate's guard, not an officer, not for a device that nobody knows."""
    scans = [world.scan()]

    assert problem(await upload(world, scans, world.guard(world.west))) == "DeviceUnknown"
    assert problem(await upload(world, scans, world.officer())) == "RoleMayNot"
    unknown = {"device_id": "gate-0", "passages": [{k: v for k, v in scans[0].items() if k != "device_id"}]}
    assert problem(await world.rig.command(world.guard(), "/passage-batches", unknown)) == "DeviceUnknown"
    assert await world.rig.rows("SELECT count(*) FROM passages") == [{"count": 0}]
