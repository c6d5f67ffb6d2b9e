"""Writing the tasks of a new round, batch by batch of whole grids; a job, so that it goes on where it stopped."""

from chassis.clock import Clock, wall_now
from chassis.database import Transaction
from chassis.facts import Fact, publish
from services.residents.board.counters import Change, count_many
from services.residents.divisions import queries as divisions
from services.residents.screening_rounds import queries
from services.residents.screening_rounds.model import RoundStatus, ScreeningRound

HOUSEHOLDS_A_BATCH = 4_000


async def prepare(db: Transaction, clock: Clock) -> int:
    """Write one batch of tasks of the first round that waits for them; return how many rows were written."""
    waiting = await queries.lock_round_to_prepare(db)
    if waiting is None:
        return 0
    place = {"district_code": waiting.district_code, "scope_code": waiting.scope_code, "after": waiting.prepared_to}
    last = await queries.last_grid_of_batch(db, **place, rows_max=HOUSEHOLDS_A_BATCH)
    until = last or f"{waiting.scope_code}~"
    codes = await queries.grids_of_batch(db, **place, until=until)
    opened = await open_tasks(db, waiting, codes, clock)
    status = RoundStatus.PREPARING if last is not None else RoundStatus.OPEN
    await queries.note_prepared(
        db,
        district_code=waiting.district_code,
        round_id=waiting.id,
        prepared_to=until,
        status=status,
        now=clock.now(),
    )
    if status is RoundStatus.OPEN:
        await publish(db, "residents", round_changed(waiting, status))
    changes = {row.division_code: Change(screening_tasks_open=row.tasks) for row in opened}
    await count_many(db, waiting.district_code, changes)
    return 1 + sum(row.tasks for row in opened)


async def open_tasks(db: Transaction, waiting: ScreeningRound, codes: list[str], clock: Clock) -> list[queries.Opened]:
    """Write the tasks of some grids, each for the worker of its grid if there is one."""
    workers = await divisions.workers_of_grids_among(
        db, district_code=waiting.district_code, codes=codes, on=clock.today()
    )
    worker_of = {worker.grid_code: worker.id for worker in workers}
    return await queries.insert_round_tasks(
        db,
        district_code=waiting.district_code,
        round_id=waiting.id,
        codes=codes,
        worker_ids=[worker_of.get(code) for code in codes],
        due_at=waiting.due_at,
        taken_by=waiting.opened_by,
        wall_ms=int(wall_now().timestamp() * 1_000),
        now=clock.now(),
    )


def round_changed(changed: ScreeningRound, status: RoundStatus) -> Fact:
    """Return the fact that a round stands somewhere new."""
    return Fact("screening_round_changed", changed.scope_code, {"round_id": str(changed.id), "status": status.value})
