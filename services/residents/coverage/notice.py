"""Noticing coverage lost and regained: the open alarms of a day are its uncovered grids, no more and no fewer.

The clock does it for the whole district; a command that changes assignments does it at once for its grids.
"""

from collections.abc import Sequence
from datetime import datetime

from chassis.clock import Clock
from chassis.database import Transaction
from chassis.facts import Fact, publish
from chassis.history import Change, record_by_clock
from chassis.ids import new_id
from chassis.schedule import Job
from services.residents.coverage import queries
from services.residents.coverage.model import CoverageAlarm, Gap

BATCH_SIZE = 500
EVERY_S = 60
ALARM = "coverage_alarm"


async def notice(
    db: Transaction, district_code: str, now: datetime, *, grid_codes: Sequence[str] | None = None
) -> list[Change]:
    """Raise and clear alarms as of a day, for some grids or for all of a district; return the changes made.

    An alarm of an earlier gap is cleared even if the grid is uncovered again: the new gap has its own.
    """
    await queries.lock_coverage(db, district_code=district_code)
    codes = None if grid_codes is None else sorted(set(grid_codes))
    gaps = await queries.gaps(db, district_code=district_code, grid_codes=codes, day=now.date())
    alarms = await queries.open_alarms(db, district_code=district_code, grid_codes=codes)
    present = {(g.grid_code, g.uncovered_since) for g in gaps}
    over = [a for a in alarms if (a.division_code, a.uncovered_since) not in present][:BATCH_SIZE]
    open_still = {a.division_code for a in alarms} - {a.division_code for a in over}
    fresh = [g for g in gaps if g.grid_code not in open_still]
    cleared = await clear(db, district_code, over, now) if over else []
    raised = await raise_alarms(db, district_code, fresh[:BATCH_SIZE], now) if fresh else []
    return [*cleared, *raised]


async def clear(db: Transaction, district_code: str, alarms: Sequence[CoverageAlarm], now: datetime) -> list[Change]:
    """Clear alarms whose gap is over, and tell so."""
    await queries.clear_alarms(db, district_code=district_code, ids=[a.id for a in alarms], cleared_at=now)
    await publish(
        db,
        "residents",
        *(Fact("grid_covered", a.division_code, {"coverage_alarm_id": str(a.id)}) for a in alarms),
    )
    return [
        Change(ALARM, a.id, a.division_code, "CLEARED", {"status": "RAISED"}, {"status": "CLEARED"}) for a in alarms
    ]


async def raise_alarms(db: Transaction, district_code: str, gaps: Sequence[Gap], now: datetime) -> list[Change]:
    """Raise an alarm for each gap, and tell so."""
    ids = [new_id() for _ in gaps]
    await queries.raise_alarms(
        db,
        district_code=district_code,
        ids=ids,
        grid_codes=[g.grid_code for g in gaps],
        uncovered_since=[g.uncovered_since for g in gaps],
        raised_at=now,
    )
    days = [g.uncovered_since.isoformat() for g in gaps]
    alarms = list(zip(ids, gaps, days, strict=True))
    await publish(
        db,
        "residents",
        *(
            Fact("grid_uncovered", gap.grid_code, {"coverage_alarm_id": str(id_), "uncovered_since": day})
            for id_, gap, day in alarms
        ),
    )
    return [
        Change(ALARM, id_, gap.grid_code, "RAISED", None, {"status": "RAISED", "uncovered_since": day})
        for id_, gap, day in alarms
    ]


async def notice_coverage(db: Transaction, clock: Clock) -> int:
    """Notice one batch of grids that lost or regained their worker by the clock."""
    now, changed = clock.now(), 0
    for district_code in await queries.districts(db):
        changes = await notice(db, district_code, now)
        await record_by_clock(db, district_code=district_code, at=now, changes=changes)
        changed += len(changes)
    return changed


JOBS = (Job("notice_coverage", EVERY_S, notice_coverage),)
