"""What lapses by the clock: an arrival that is no longer awaited."""

from collections import defaultdict
from uuid import UUID

from chassis.clock import Clock
from chassis.database import Transaction
from chassis.schedule import Job
from services.residents.health_code import queries
from services.residents.health_code.standing import restate_many

RECHECK_EVERY_S = 600


async def recheck_standings(db: Transaction, clock: Clock) -> int:
    """Decide the colors anew that hold a fact lapsed by today."""
    due: dict[str, list[UUID]] = defaultdict(list)
    for key in await queries.standings_to_recheck(db, today=clock.today()):
        due[key.district_code].append(key.resident_id)
    changed = 0
    for district_code, resident_ids in due.items():
        changed += await restate_many(db, district_code, resident_ids, clock.now())
    return changed


JOBS = [Job("recheck_standings", RECHECK_EVERY_S, recheck_standings)]
