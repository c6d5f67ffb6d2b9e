"""The database is away: everybody is told to try again, nothing is half-written, and it heals by itself."""

import asyncio

import pytest

from chassis.database import connect
from services.checkpoints.app import SERVICE
from tests.component.checkpoints.world import World, build
from tests.support.rig import open_rig, problem
from tests.support.servers import Infrastructure


async def allow_connections(infrastructure: Infrastructure, world: World, limit: int) -> None:
    """Let the service's logins open so many connections (-1: any), and end those that there are."""
    name = world.rig.state.database.worker_url.rsplit("/", 1)[1]
    admin = await connect(infrastructure.url("postgres"))
    try:
        await admin.execute(f"ALTER DATABASE {name} CONNECTION LIMIT {limit}")
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    finally:
        await admin.close()


@pytest.mark.parametrize("count", [1, 30])
async def test_scans_are_told_to_come_again_and_are_stored_once(infrastructure: Infrastructure, count: int) -> None:
    """A scan that was answered 503 is sent again with the same sequence."""
    async with open_rig(SERVICE, infrastructure) as rig:
        world = await build(rig)
        scans = [world.scan() for _ in range(count)]
        await allow_connections(infrastructure, world, 0)

        away = await asyncio.gather(*(world.send(scan) for scan in scans))
        await allow_connections(infrastructure, world, -1)
        back = await asyncio.gather(*(world.send(scan) for scan in scans))

        assert {(response.status_code, problem(response)) for response in away} == {(503, "Busy")}
        assert all(int(response.headers["retry-after"]) >= 1 for response in away)
        assert {response.status_code for response in back} == {201}
        assert await rig.rows("SELECT count(*) FROM passages") == [{"count": count}]
        assert await rig.rows("SELECT count(*) FROM passage_keys") == [{"count": count}]
        assert await rig.rows("SELECT sum(passages)::int AS n FROM division_days") == [{"n": count}]
