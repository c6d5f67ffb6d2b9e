"""Raising alarms: in the transaction of what caused them, and told to whoever subscribes."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from chassis.database import Transaction
from chassis.facts import Fact, publish
from chassis.history import Change, record_in
from chassis.ids import new_id
from services.checkpoints.alarms import queries
from services.checkpoints.alarms.model import Alarm


async def raise_alarms(db: Transaction, alarms: Sequence[Alarm], *, now: datetime) -> int:
    """Raise alarms that are not open already, and return how many were raised."""
    if not alarms:
        return 0
    rows = [{**asdict(alarm), "id": new_id()} for alarm in alarms]
    raised = await queries.insert_alarms(db, rows=rows, raised_at=now)
    for one in raised:
        said = {"checkpoint_id": one.checkpoint_id, "kind": one.kind}
        change = Change("alarm", one.id, one.division_code, "RAISED", None, said)
        await record_in(db, one.division_code[:6], now, change)
    told = [
        Fact(
            "alarm_raised",
            one.division_code,
            {"alarm_id": one.id, "checkpoint_id": one.checkpoint_id, "kind": one.kind},
        )
        for one in raised
    ]
    await publish(db, "checkpoints", *told)
    return len(raised)
