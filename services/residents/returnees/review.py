"""Looking at returns again after a risk region was declared or changed, by a job.

Who comes from a region that was declared only after the return was registered gets the same order, and
the same color. A draft is never taken back here: a level that falls is an officer's to judge.
"""

from chassis.clock import Clock
from chassis.database import Transaction
from chassis.history import Change, record_in
from chassis.schedule import Job
from services.residents.health_code.standing import restate_many
from services.residents.quarantine.orders import Draft, draft_orders
from services.residents.returnees import queries
from services.residents.returnees.follow_up import RISK_REASON
from services.residents.returnees.policy import ACTIVE
from services.residents.returnees.queries import AtAnotherLevel

REVIEW_BATCH = 200


async def review(db: Transaction, clock: Clock) -> int:
    """Look at one batch of returns again; return how many."""
    rows = await queries.lock_returnees_at_another_level(db, today=clock.today(), rows_max=REVIEW_BATCH)
    if not rows:
        return 0
    await queries.set_levels(
        db,
        policy_version=ACTIVE.version,
        district_codes=[row.district_code for row in rows],
        ids=[row.id for row in rows],
        levels=[row.level for row in rows],
    )
    for district_code in sorted({row.district_code for row in rows}):
        here = [row for row in rows if row.district_code == district_code]
        await record_in(db, district_code, clock.now(), *map(releveled, here))
        drafts = [draft for draft in map(draft_of, here) if draft is not None]
        await draft_orders(db, district_code, drafts, clock.now())
        residents = [row.resident_id for row in here if row.resident_id is not None]
        await restate_many(db, district_code, residents, clock.now())
    return len(rows)


def releveled(row: AtAnotherLevel) -> Change:
    """Return the entry of a return whose origin is at another level now."""
    after = {"risk_level": row.level, "policy_version": ACTIVE.version}
    return Change("returnee", row.id, row.division_code, "LEVEL_REVIEWED", {"risk_level": row.level_before}, after)


def draft_of(row: AtAnotherLevel) -> Draft | None:
    """Return the order that policy asks for at the level there is now."""
    days = ACTIVE.days(row.level)
    if days is None or row.resident_id is None or row.home_code is None:
        return None
    return Draft(row.resident_id, row.home_code, RISK_REASON, row.arrives_on, days)


JOBS = (Job("review_returns", 60, review),)
