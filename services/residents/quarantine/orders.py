"""What happens to an order is done here, whoever asked: written, recorded, counted, restated, told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis import facts
from chassis.database import Transaction
from chassis.facts import Fact
from chassis.ids import new_id
from services.residents.board.counters import count
from services.residents.health_checks.checks import expect_slots
from services.residents.health_checks.model import slots_left
from services.residents.health_code.standing import restate
from services.residents.quarantine import queries
from services.residents.quarantine.model import (
    IN_FORCE,
    OrderStatus,
    QuarantineOrder,
    Reason,
    Setting,
    Transition,
    next_status,
)
from services.residents.quarantine.problems import OrderUnknown
from services.residents.roster import queries as roster

ASK_REVOCATION = "ASK_REVOCATION"
DRAFT = "DRAFT"


async def draft_order(
    db: Transaction,
    *,
    district_code: str,
    resident_id: UUID,
    division_code: str,
    reason: Reason | str,
    starts_on: date,
    length_days: int,
    now: datetime,
    setting: Setting = Setting.HOME,
) -> UUID | None:
    """Draft an order for somebody; None when one is open already. `division_code` is the person's grid."""
    order_id = await queries.insert_draft(
        db,
        district_code=district_code,
        order_id=new_id(),
        division_code=division_code,
        resident_id=resident_id,
        setting=setting,
        reason=Reason(reason),
        length_days=length_days,
        starts_on=starts_on,
    )
    if order_id is not None:
        await queries.add_history(
            db,
            district_code=district_code,
            order_id=order_id,
            change=1,
            now=now,
            transition=DRAFT,
            status_before=None,
            status_after=OrderStatus.DRAFT,
            note=None,
        )
        fact = order_changed(order_id, division_code, resident_id, OrderStatus.DRAFT)
        await facts.publish(db, "residents", fact)
    return order_id


async def find_order(db: Transaction, district_code: str, order_id: UUID) -> QuarantineOrder:
    """Return an order within scope, locked; raise OrderUnknown."""
    order = await queries.lock_order(db, district_code=district_code, order_id=order_id)
    if order is None:
        raise OrderUnknown
    return order


async def issue_order(
    db: Transaction,
    order: QuarantineOrder,
    *,
    starts_on: date,
    length_days: int,
    now: datetime,
    note: str | None = None,
) -> None:
    """Issue a draft: its health checks are expected, and the notice is told to whoever waits for it."""
    after = next_status(order.status, Transition.ISSUE)
    person = await roster.resident_by_id(db, district_code=order.district_code, resident_id=order.resident_id)
    assert person is not None, "an order within scope is of a resident within scope"
    await queries.set_issued(
        db,
        district_code=order.district_code,
        order_id=order.id,
        starts_on=starts_on,
        length_days=length_days,
        now=now,
    )
    ends_on = starts_on + timedelta(days=length_days)
    await expect_slots(db, order, slots_left(starts_on, ends_on, now))
    issued = Fact(
        "order_issued",
        order.division_code,
        {
            "order_id": str(order.id),
            "resident_id": str(order.resident_id),
            "household_id": str(person.household_id),
            "person_key": person.person_key,
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat(),
        },
    )
    await record(db, order, after, Transition.ISSUE, now=now, note=note)
    await facts.publish(db, "residents", issued)


async def fall_due(db: Transaction, order: QuarantineOrder, now: datetime) -> QuarantineOrder:
    """Mark an order as due whose last day has passed, ahead of the clock's own job; return it as it then is."""
    after = next_status(order.status, Transition.FALL_DUE)
    await queries.set_status(db, district_code=order.district_code, order_id=order.id, status=after)
    await record(db, order, after, Transition.FALL_DUE, now=now)
    return replace(order, status=after, changes=order.changes + 1)


async def activate_order(db: Transaction, order: QuarantineOrder, now: datetime) -> None:
    """Make a delivered order active: its first health check has been reported."""
    after = next_status(order.status, Transition.ACTIVATE)
    await queries.set_status(db, district_code=order.district_code, order_id=order.id, status=after)
    await record(db, order, after, Transition.ACTIVATE, now=now)


async def record(
    db: Transaction,
    order: QuarantineOrder,
    after: OrderStatus,
    transition: Transition | str,
    *,
    now: datetime,
    note: str | None = None,
) -> None:
    """Add a change that has been written to the order's history, and tell whoever counts or watches."""
    await queries.add_history(
        db,
        district_code=order.district_code,
        order_id=order.id,
        change=order.changes + 1,
        now=now,
        transition=transition,
        status_before=order.status,
        status_after=after,
        note=note,
    )
    difference = (after in IN_FORCE) - (order.status in IN_FORCE)
    if difference:
        await count(db, order.division_code, quarantine_orders_in_force=difference)
    await restate(db, order.district_code, order.resident_id, now)
    await facts.publish(db, "residents", order_changed(order.id, order.division_code, order.resident_id, after))


def order_changed(order_id: UUID, division_code: str, resident_id: UUID, status: OrderStatus) -> Fact:
    """Return the fact of a change."""
    body = {"order_id": str(order_id), "resident_id": str(resident_id), "status": status}
    return Fact("order_changed", division_code, body)


def orders_due(fallen: list[queries.FallenDue]) -> Iterator[Fact]:
    """Yield the facts of orders that the clock has marked as due."""
    for order in fallen:
        yield order_changed(order.id, order.division_code, order.resident_id, OrderStatus.RELEASE_DUE)
