"""Looks that were logged before there were chains are committed to and sealed with the rest."""

from chassis import migrate
from chassis.audit import verify
from chassis.chain import seal
from chassis.database import connect
from tests.support.rig import Rig
from tests.support.servers import Infrastructure


async def test_what_was_logged_before_is_sealed_too(residents: Rig, infrastructure: Infrastructure) -> None:
    """The migration makes the commitments as the application does."""
    database, folder = residents.state.database.worker_url.rpartition("/")[2], residents.state.service.folder
    owner = await connect(infrastructure.url(database, "residents"))
    await migrate.roll_back(owner, folder / "migrations", "0010")
    await owner.execute(
        "INSERT INTO read_log (district_code, id, read_at, subject, role, purpose, what, person_key) "
        "SELECT '330111', gen_random_uuid(), '2020-01-28 15:04:05.123+08', '沈\"国平', 'reviewer', 'GATE', 'a', n "
        "FROM unnest(ARRAY['x', 'y', 'z']) n"
    )

    await migrate.migrate(owner, folder / "migrations")
    async with residents.work() as db:
        assert await seal("read_log", db, residents.state.clock) == 3
    reports = {report.log: report for report in await verify("residents", owner, [])}
    await owner.close()

    assert (reports["read_log"].sealed, reports["read_log"].faults) == (3, [])
