"""What happens to an order is done here, whoever asked: written, recorded, counted, restated, told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis import facts
from chassis.database import Transaction
from chassis.facts import Fact
from chassis.history import Change, record_in
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
WIDEN = "WIDEN"


@dataclass(frozen=True, slots=True)
class Draft:
    """An order that policy asks for; `division_code` is the person's grid."""

    resident_id: UUID
    division_code: str
    reason: Reason
    starts_on: date
    length_days: int
    setting: Setting = Setting.HOME

    @property
    def reach(self) -> tuple[date, int]:
        """Return by what the larger of two drafts is known: its last day, then its length."""
        return self.starts_on + timedelta(days=self.length_days), self.length_days


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
    draft = Draft(resident_id, division_code, Reason(reason), starts_on, length_days, setting)
    made = await insert_drafts(db, district_code, [draft], now)
    return made.get(resident_id)


async def draft_orders(db: Transaction, district_code: str, wanted: Iterable[Draft], now: datetime) -> None:
    """Draft orders for many at once, one a person at most.

    A draft of the same reason that ends earlier is widened, so that the order in which returns become known
    does not matter; an order in force stays as it is.
    """
    largest: dict[UUID, Draft] = {}
    for draft in wanted:
        known = largest.get(draft.resident_id)
        if known is None or draft.reach > known.reach:
            largest[draft.resident_id] = draft
    if not largest:
        return
    made = await insert_drafts(db, district_code, list(largest.values()), now)
    left = [draft for draft in largest.values() if draft.resident_id not in made]
    if left:
        widened = await queries.widen_drafts(
            db,
            district_code=district_code,
            resident_ids=[d.resident_id for d in left],
            reasons=[d.reason for d in left],
            lengths=[d.length_days for d in left],
            days=[d.starts_on for d in left],
        )
        await note_drafts(db, district_code, widened, left, transition=WIDEN, now=now)


async def insert_drafts(
    db: Transaction, district_code: str, drafts: Sequence[Draft], now: datetime
) -> dict[UUID, UUID]:
    """Write drafts with their history and tell of them; return the orders of whom none was open, by resident."""
    made = await queries.insert_drafts(
        db,
        district_code=district_code,
        ids=[new_id() for _ in drafts],
        division_codes=[d.division_code for d in drafts],
        resident_ids=[d.resident_id for d in drafts],
        settings=[d.setting for d in drafts],
        reasons=[d.reason for d in drafts],
        lengths=[d.length_days for d in drafts],
        days=[d.starts_on for d in drafts],
    )
    await note_drafts(db, district_code, made, drafts, transition=DRAFT, now=now)
    return {order.resident_id: order.id for order in made}


async def note_drafts(
    db: Transaction,
    district_code: str,
    drafted: Sequence[queries.Drafted],
    wanted: Sequence[Draft],
    *,
    transition: str,
    now: datetime,
) -> None:
    """Add to the histories of orders that stand as drafts, and tell of them."""
    if not drafted:
        return
    await queries.add_draft_histories(
        db,
        district_code=district_code,
        now=now,
        transition=transition,
        order_ids=[o.id for o in drafted],
        changes=[o.changes for o in drafted],
    )
    drafts = {draft.resident_id: draft for draft in wanted}
    await record_in(db, district_code, now, *(draft_change(o, drafts[o.resident_id], transition) for o in drafted))
    told = (order_changed(o.id, o.division_code, o.resident_id, OrderStatus.DRAFT) for o in drafted)
    await facts.publish(db, "residents", *told)


def draft_change(order: queries.Drafted, draft: Draft, transition: str) -> Change:
    """Return the entry of an order that stands as a draft."""
    before = {"status": OrderStatus.DRAFT} if transition == WIDEN else None
    return Change("quarantine_order", order.id, order.division_code, transition, before, asdict(draft))


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
    days = {"starts_on": (order.starts_on, starts_on), "ends_on": (order.ends_on, ends_on)}
    await record(db, order, after, Transition.ISSUE, now=now, note=note, days=days)
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
    days: Mapping[str, tuple[date, date]] | None = None,
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
    moved = days or {}
    before = {"status": order.status, **{name: was for name, (was, _) in moved.items()}}
    said = {"status": after, **{name: becomes for name, (_, becomes) in moved.items()}}
    change = Change("quarantine_order", order.id, order.division_code, str(transition), before, said, note)
    await record_in(db, order.district_code, now, change)
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
