"""What the clock does to exports: those whose time is over end, and their files are forgotten."""

from chassis.clock import Clock, wall_now
from chassis.database import Transaction
from chassis.facts import publish
from chassis.history import CLOCK, record_by_clock
from chassis.schedule import Job
from services.residents.form_exports import queries
from services.residents.form_exports.changes import changed, fact_of
from services.residents.form_exports.model import ATTEMPTS_MAX, ExportStatus


async def expire(db: Transaction, clock: Clock) -> int:
    """End exports that nobody decided in time, and files that were kept long enough."""
    ended = await queries.expire_exports(db, now=clock.now(), by=CLOCK)
    await tell(db, clock, ended, "EXPIRED", ExportStatus.EXPIRED)
    return len(ended)


async def give_up(db: Transaction, clock: Clock) -> int:
    """End exports that could not be prepared."""
    ended = await queries.give_up_exports(db, now=clock.now(), by=CLOCK, attempts_max=ATTEMPTS_MAX, wall_now=wall_now())
    await tell(db, clock, ended, "GIVEN_UP", ExportStatus.REFUSED)
    return len(ended)


async def forget(db: Transaction, _clock: Clock) -> int:
    """Forget the files of exports that have ended."""
    return len(await queries.delete_pieces_of_ended(db))


async def tell(db: Transaction, clock: Clock, ended: list[queries.Ended], act: str, status: ExportStatus) -> None:
    """Write the ends to the history, and tell whoever watches."""
    for one in ended:
        entry = changed(one.id, one.scope, act, one.status_before, status)
        await record_by_clock(db, district_code=one.district_code, at=clock.now(), changes=[entry])
    await publish(db, "residents", *(fact_of(one.id, one.scope, status) for one in ended))


JOBS = (
    Job("expire_exports", 60, expire),
    Job("give_up_exports", 60, give_up),
    Job("forget_exported_files", 60, forget),
)
