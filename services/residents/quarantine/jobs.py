"""What falls due by the clock: orders whose last day has passed."""

import structlog

from chassis import facts
from chassis.clock import Clock
from chassis.database import Transaction
from chassis.history import Change, record_in
from chassis.schedule import Job
from services.residents.health_code.standing import restate_many
from services.residents.quarantine import queries
from services.residents.quarantine.model import OrderStatus
from services.residents.quarantine.orders import orders_due

BATCH_SIZE = 500
EVERY_S = 60

log = structlog.get_logger()


async def mark_release_due(db: Transaction, clock: Clock) -> int:
    """Mark one batch of orders as due; one whose notice was never delivered is an alarm as well."""
    now = clock.now()
    fallen = await queries.orders_fall_due(db, today=clock.today(), now=now, batch_size=BATCH_SIZE)
    for district_code in sorted({order.district_code for order in fallen}):
        theirs = [order.resident_id for order in fallen if order.district_code == district_code]
        changes = [due(order) for order in fallen if order.district_code == district_code]
        await record_in(db, district_code, now, *changes)
        await restate_many(db, district_code, theirs, now)
    await facts.publish(db, "residents", *orders_due(fallen))
    for order in fallen:
        if order.never_delivered:
            await log.aerror("quarantine notice never delivered", order=str(order.id), grid=order.division_code)
    return len(fallen)


def due(order: queries.FallenDue) -> Change:
    """Return the entry of an order that fell due."""
    said = {"status": OrderStatus.RELEASE_DUE}
    return Change("quarantine_order", order.id, order.division_code, "FALL_DUE", {"status": order.status_before}, said)


JOBS = [Job("mark_release_due", EVERY_S, mark_release_due)]
