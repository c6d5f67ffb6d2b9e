"""What falls due with duty: somebody is told of a post without people, once."""

from chassis.clock import Clock
from chassis.database import Transaction
from chassis.facts import Fact, publish
from chassis.history import Change, record_in
from chassis.schedule import Job
from services.checkpoints.alarms.model import Alarm, AlarmKind
from services.checkpoints.alarms.raising import raise_alarms
from services.checkpoints.duty import queries
from services.checkpoints.duty.queries import Gap


async def watch_gaps(db: Transaction, clock: Clock) -> int:
    """Raise the alarm of checkpoints short of people, and close the alarms of those that are not any more."""
    now = clock.now()
    time_of_day = now.time().replace(tzinfo=None)
    over = await queries.close_gaps(db, now=now, time_of_day=time_of_day)
    gaps = await queries.gaps_to_raise(db, now=now, time_of_day=time_of_day)
    await raise_alarms(db, [gap_alarm(gap) for gap in gaps], now=now)
    for gap in over:
        change = Change("alarm", gap.id, gap.division_code, "CLOSED", None, {"closed_at": now})
        await record_in(db, gap.division_code[:6], now, change)
    changed = sorted({*(gap.division_code for gap in over), *(gap.division_code for gap in gaps)})
    await publish(db, "checkpoints", *(Fact("summary_changed", code) for code in changed))
    return len(over) + len(gaps)


def gap_alarm(gap: Gap) -> Alarm:
    """Return the alarm of a checkpoint that is short of people."""
    return Alarm(
        gap.district_code,
        gap.division_code,
        gap.checkpoint_id,
        AlarmKind.GAP,
        topic="",
        message_en=f"{gap.people} of {gap.minimum_strength} people are on duty at {gap.name}.",
        message_zh=f"{gap.name}应到 {gap.minimum_strength} 人，在岗 {gap.people} 人。",
    )


JOBS = (Job("watch_gaps", 30, watch_gaps),)
