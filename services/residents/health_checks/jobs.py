"""What falls due by the clock: checks that nobody reported, and second readings that never came."""

from chassis import facts
from chassis.clock import Clock
from chassis.database import Transaction
from chassis.schedule import Job
from services.residents.health_checks import queries
from services.residents.health_checks.checks import check_changed, record_by_clock, residents_by_district, tell_missed
from services.residents.health_checks.model import RECHECK_AT_LEAST, SLOT_LASTS, CheckStatus
from services.residents.health_code.standing import restate_many

BATCH_SIZE = 500
EVERY_S = 60


async def miss_checks(db: Transaction, clock: Clock) -> int:
    """Mark one batch of checks whose next slot has come without a report."""
    now = clock.now()
    missed = await queries.miss_checks(db, slots_until=now - SLOT_LASTS, now=now, batch_size=BATCH_SIZE)
    await tell_missed(db, missed, now)
    return len(missed)


async def escalate_rechecks(db: Transaction, clock: Clock) -> int:
    """Hand one batch of fevers to an officer whose second reading never came: silence is no all-clear."""
    now = clock.now()
    escalated = await queries.escalate_checks(
        db, slots_until=now - SLOT_LASTS, reported_until=now - RECHECK_AT_LEAST, now=now, batch_size=BATCH_SIZE
    )
    await record_by_clock(db, escalated, CheckStatus.RECHECK_DUE, CheckStatus.ESCALATED, now)
    for district_code, resident_ids in residents_by_district(escalated).items():
        await restate_many(db, district_code, resident_ids, now)
    await facts.publish(db, "residents", *(check_changed(check, CheckStatus.ESCALATED) for check in escalated))
    return len(escalated)


JOBS = [Job("miss_health_checks", EVERY_S, miss_checks), Job("escalate_rechecks", EVERY_S, escalate_rechecks)]
