"""What follows a person to another grid: orders, health checks to come, open tasks, and the numbers."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from chassis import facts
from chassis.clock import DISTRICT_ZONE
from chassis.database import Transaction
from chassis.facts import Fact
from chassis.ids import new_id
from services.residents.board.counters import Change, count_many
from services.residents.divisions import queries as divisions
from services.residents.health_code.standing import restate
from services.residents.moves import queries
from services.residents.moves.model import Move
from services.residents.quarantine import queries as quarantine
from services.residents.quarantine.model import IN_FORCE
from services.residents.quarantine.orders import order_changed
from services.residents.screening import queries as screening
from services.residents.screening.tasks import changed as task_changed
from services.residents.search import indexing

MOVE = "MOVE"
Numbers = dict[str, Counter[str]]


async def follow(db: Transaction, district_code: str, move: Move, *, moved_by: str, now: datetime) -> None:
    """Bring everything after a person whose home has been written, count it anew, and tell both grids."""
    resident, home = move.resident, move.home
    await indexing.index(db, district_code, [resident.id], resident.division_code, home.division_code)
    numbers: Numbers = {resident.division_code: Counter(), home.division_code: Counter()}
    numbers[home.division_code]["residents"] += 1
    if not move.is_return:
        numbers[resident.division_code]["residents"] -= 1
    if home.is_new:
        numbers[home.division_code]["households"] += 1
    if move.crosses:
        await bring_orders(db, district_code, move, numbers, now)
        await bring_tasks(db, district_code, move, numbers, moved_by=moved_by, now=now)
    changes = {code: Change(**counts) for code, counts in numbers.items() if any(counts.values())}
    await count_many(db, district_code, changes)
    await restate(db, district_code, resident.id, now)
    told = {
        "resident_id": str(resident.id),
        "from_division_code": resident.division_code,
        "to_division_code": home.division_code,
        "household_id": str(home.household_id),
    }
    places = sorted({resident.division_code, home.division_code})
    await facts.publish(db, "residents", *(Fact("resident_moved", code, told) for code in places))


async def bring_orders(db: Transaction, district_code: str, move: Move, numbers: Numbers, now: datetime) -> None:
    """Let orders and their health checks follow."""
    resident, code = move.resident, move.home.division_code
    orders = await queries.move_orders(db, district_code=district_code, resident_id=resident.id, division_code=code)
    await queries.move_checks(db, district_code=district_code, order_ids=[o.id for o in orders], division_code=code)
    for order in orders:
        await quarantine.add_history(
            db,
            district_code=district_code,
            order_id=order.id,
            change=order.changes,
            now=now,
            transition=MOVE,
            status_before=order.status,
            status_after=order.status,
            note=None,
        )
        if order.status in IN_FORCE:
            numbers[resident.division_code]["quarantine_orders_in_force"] -= 1
            numbers[code]["quarantine_orders_in_force"] += 1
    places = [(o, place) for o in orders for place in (resident.division_code, code)]
    await facts.publish(db, "residents", *(order_changed(o.id, place, resident.id, o.status) for o, place in places))


async def bring_tasks(
    db: Transaction, district_code: str, move: Move, numbers: Numbers, *, moved_by: str, now: datetime
) -> None:
    """Let the open tasks follow, with their returns, to the worker of the new grid."""
    code = move.home.division_code
    today = now.astimezone(DISTRICT_ZONE).date()
    worker = await divisions.worker_of_grid(db, district_code=district_code, grid_code=code, on=today)
    tasks = await queries.move_tasks(
        db,
        district_code=district_code,
        resident_id=move.resident.id,
        division_code=code,
        worker_id=worker.id if worker else None,
        now=now,
    )
    returnees: list[UUID] = [t.returnee_id for t in tasks if t.returnee_id is not None]
    await queries.move_returnees(db, district_code=district_code, ids=returnees, division_code=code)
    await screening.insert_steps(
        db,
        district_code=district_code,
        now=now,
        ids=[new_id() for _ in tasks],
        division_codes=[code for _ in tasks],
        task_ids=[t.id for t in tasks],
        from_statuses=[t.status for t in tasks],
        statuses=[t.status for t in tasks],
        notes=[None for _ in tasks],
        taken_by=moved_by,
        recorded_at=None,
    )
    for task in tasks:
        numbers.setdefault(task.from_division_code, Counter())["screening_tasks_open"] -= 1
        numbers[code]["screening_tasks_open"] += 1
    places = [(t, place) for t in tasks for place in (t.from_division_code, code)]
    await facts.publish(db, "residents", *(task_changed(t.id, place, t.status) for t, place in places))
