"""Quarantine orders follow the person: of two open ones the longer goes on, the other ends as merged."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.language import Said
from services.residents.health_checks.model import closes_at
from services.residents.merges import words
from services.residents.merges.following import queries
from services.residents.merges.following.acting import Acting
from services.residents.merges.model import Move, MoveKind, Order, Pair, which_goes_on
from services.residents.merges.queries import Moved
from services.residents.quarantine.model import IN_FORCE, OrderStatus
from services.residents.quarantine.orders import order_changed

MERGED_WITH_PERSON = "MERGED_WITH_PERSON"
UNDO_MERGE = "UNDO_MERGE"
IN_FORCE_NUMBER = "quarantine_orders_in_force"


async def merge_orders(acting: Acting, pair: Pair) -> UUID | None:
    """Give the lost record's orders to the survivor, with at most one open; return the one that is."""
    orders = await queries.lock_orders_of(acting.db, district_code=pair.district_code, resident_ids=pair.ids)
    goes_on, ending = which_goes_on(orders, pair.survivor.id)
    for order in ending:
        assert goes_on is not None
        await end(acting, pair, order, goes_on)
    theirs = [order for order in orders if order.resident_id == pair.lost.id]
    homes = [pair.survivor.division_code if order == goes_on else None for order in theirs]
    await give(acting, theirs, homes, pair.survivor.id, MERGED_WITH_PERSON)
    for order in theirs:
        said = words.order_moved(words.days(order.starts_on, order.ends_on), order.division_code)
        before = {"division_code": order.division_code}
        acting.moves.append(Move(MoveKind.QUARANTINE_ORDER, order.id, said, before, {"goes_on": order == goes_on}))
    return goes_on.id if goes_on is not None else None


async def end(acting: Acting, pair: Pair, order: Order, goes_on: Order) -> None:
    """End an order as merged: nothing more is expected of it, and its history names the one that goes on."""
    await queries.end_order(
        acting.db,
        district_code=pair.district_code,
        order_id=order.id,
        by_subject=acting.subject,
        note=f"merge {acting.merge_id}, order {goes_on.id} goes on",
        now=acting.now,
    )
    dropped = await queries.drop_checks(acting.db, district_code=pair.district_code, order_id=order.id)
    if order.status in IN_FORCE:
        acting.count(order.division_code, IN_FORCE_NUMBER, -1)
    acting.facts.append(order_changed(order.id, order.division_code, pair.survivor.id, OrderStatus.MERGED))
    said = words.order_ended(words.days(order.starts_on, order.ends_on), words.days(goes_on.starts_on, goes_on.ends_on))
    checks = [{"id": c.id, "slot_at": c.slot_at, "division_code": c.division_code} for c in dropped]
    before = {"status": order.status, "checks": checks}
    acting.moves.append(Move(MoveKind.QUARANTINE_ORDER_ENDED, order.id, said, before, {"goes_on": goes_on.id}))


async def give(
    acting: Acting, orders: Sequence[Order], homes: Sequence[str | None], to_id: UUID, transition: str
) -> None:
    """Give orders to a record; one with a home goes there with all that is still expected of it."""
    if not orders:
        return
    ids, codes = [order.id for order in orders], list(homes)
    await queries.move_orders(
        acting.db,
        district_code=acting.district_code,
        ids=ids,
        division_codes=codes,
        to_id=to_id,
        transition=transition,
        by_subject=acting.subject,
        note=f"merge {acting.merge_id}",
        now=acting.now,
    )
    await queries.move_checks(acting.db, district_code=acting.district_code, ids=ids, division_codes=codes, to_id=to_id)
    for order, home in zip(orders, homes, strict=True):
        if home is None:
            continue
        if order.status in IN_FORCE:
            acting.count(order.division_code, IN_FORCE_NUMBER, -1)
            acting.count(home, IN_FORCE_NUMBER, 1)
        for code in sorted({order.division_code, home}):
            acting.facts.append(order_changed(order.id, code, to_id, order.status))


def order_obstacles(orders: Sequence[Order], moves: Sequence[Moved], open_order_id: UUID | None) -> list[Said]:
    """Return what happened to orders since that a merge's undoing would have to undo as well."""
    known = {UUID(str(m.after["goes_on"])) for m in moves if m.kind is MoveKind.QUARANTINE_ORDER_ENDED}
    known |= {m.object_id for m in moves if m.kind is MoveKind.QUARANTINE_ORDER and m.after["goes_on"]}
    gone = [
        words.order_gone(words.days(order.starts_on, order.ends_on), order.status)
        for order in orders
        if order.id in known and not order.is_open
    ]
    opened = [
        words.order_opened(words.days(order.starts_on, order.ends_on))
        for order in orders
        if order.is_open and order.id != open_order_id
    ]
    return gone + opened


async def put_orders_back(acting: Acting, pair: Pair, orders: Sequence[Order], moves: Sequence[Moved]) -> None:
    """Give the lost record its orders again, and let the one go on that ended."""
    moved = {m.object_id: m for m in moves if m.kind is MoveKind.QUARANTINE_ORDER}
    theirs = [order for order in orders if order.id in moved]
    homes = [str(moved[o.id].before["division_code"]) if moved[o.id].after["goes_on"] else None for o in theirs]
    await give(acting, theirs, homes, pair.lost.id, UNDO_MERGE)
    by_id = {order.id: order for order in orders}
    for move in moves:
        if move.kind is MoveKind.QUARANTINE_ORDER_ENDED:
            owner = pair.lost.id if move.object_id in moved else pair.survivor.id
            await reopen(acting, by_id[move.object_id], move.before, owner)


async def reopen(acting: Acting, order: Order, before: Mapping[str, object], owner_id: UUID) -> None:
    """Let an order go on as it was; a slot that was over meanwhile is not expected again."""
    status = OrderStatus(str(before["status"]))
    await queries.reopen_order(
        acting.db,
        district_code=acting.district_code,
        order_id=order.id,
        status=status,
        transition=UNDO_MERGE,
        by_subject=acting.subject,
        note=f"merge {acting.merge_id}",
        now=acting.now,
    )
    checks = before["checks"]
    assert isinstance(checks, list)
    left = [c for c in checks if closes_at(datetime.fromisoformat(c["slot_at"])) > acting.now]
    await queries.put_checks_back(
        acting.db,
        district_code=acting.district_code,
        order_id=order.id,
        ids=[UUID(c["id"]) for c in left],
        division_codes=[c["division_code"] for c in left],
        slots=[datetime.fromisoformat(c["slot_at"]) for c in left],
    )
    if status in IN_FORCE:
        acting.count(order.division_code, IN_FORCE_NUMBER, 1)
    acting.facts.append(order_changed(order.id, order.division_code, owner_id, status))
