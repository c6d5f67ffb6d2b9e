"""What falls due with passages."""

from datetime import timedelta

from chassis.clock import Clock
from chassis.database import Transaction
from chassis.schedule import Job
from services.checkpoints.passages import queries

KEYS_KEPT = timedelta(days=90)  # no device may stay offline for as long


async def forget_passage_keys(db: Transaction, clock: Clock) -> int:
    """Forget the keys of scans that no device can send again."""
    return await queries.forget_passage_keys(db, before=clock.now() - KEYS_KEPT)


JOBS = (Job("forget_passage_keys", 3_600, forget_passage_keys),)
