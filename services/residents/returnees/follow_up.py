"""What follows from returns, many at once: orders as policy asks for, standings, tasks."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.history import Change, record_in
from services.residents.divisions import queries as divisions
from services.residents.health_code.standing import restate_many
from services.residents.quarantine.model import Reason
from services.residents.quarantine.orders import Draft, draft_orders
from services.residents.returnees.model import Candidate, NewReturnee, Registrar
from services.residents.returnees.policy import ACTIVE
from services.residents.risk_regions.model import RiskLevel
from services.residents.screening.model import first_due
from services.residents.screening.tasks import NewTask, open_tasks

RISK_REASON = Reason.TRAVEL_FROM_RISK_AREA


async def follow_up(db: Transaction, registrar: Registrar, drafts: Sequence[NewReturnee]) -> None:
    """Record the returns, draft the orders that policy asks for, restate who is awaited, and open the tasks.

    The counters come last: their rows are shared by everybody who works in the grid.
    """
    await record_in(db, registrar.district_code, registrar.now, *(registered(draft) for draft in drafts))
    orders = [order for order in map(order_for, drafts) if order is not None]
    await draft_orders(db, registrar.district_code, orders, registrar.now)
    residents = [d.found.resident.id for d in drafts if d.found.resident is not None]
    await restate_many(db, registrar.district_code, residents, registrar.now)
    codes = sorted({d.division_code for d in drafts})
    workers = await divisions.workers_of_grids_among(
        db, district_code=registrar.district_code, codes=codes, on=registrar.now.date()
    )
    worker_of = {worker.grid_code: worker.id for worker in workers}
    tasks = [task_for(draft, worker_of.get(draft.division_code), registrar.now) for draft in drafts]
    await open_tasks(db, registrar.district_code, tasks, opened_by=registrar.subject, now=registrar.now)


def registered(draft: NewReturnee) -> Change:
    """Return the entry of a return's history."""
    arrival, resident = draft.arrival, draft.found.resident
    said = {
        "origin_code": arrival.origin_code,
        "destination_grid_code": arrival.grid_code,
        "arrives_on": arrival.arrives_on,
        "transport": arrival.transport.kind,
        "match": draft.found.match,
        "resident_id": resident.id if resident else None,
        "risk_level": draft.level,
        "policy_version": ACTIVE.version,
    }
    return Change("returnee", draft.id, draft.division_code, "REGISTERED", None, said)


async def restate_and_draft(
    db: Transaction, registrar: Registrar, resident: Candidate, *, level: RiskLevel | None, arrives_on: date
) -> None:
    """Draft the order that policy asks for once it is known who a returnee is, and restate the person."""
    days = ACTIVE.days(level)
    if days is not None:
        draft = Draft(resident.id, resident.division_code, RISK_REASON, arrives_on, days)
        await draft_orders(db, registrar.district_code, [draft], registrar.now)
    await restate_many(db, registrar.district_code, [resident.id], registrar.now)


def order_for(draft: NewReturnee) -> Draft | None:
    """Return the order that policy asks for, if any, and if it is known for whom."""
    days, resident = ACTIVE.days(draft.level), draft.found.resident
    if days is None or resident is None:
        return None
    return Draft(resident.id, resident.division_code, RISK_REASON, draft.arrival.arrives_on, days)


def task_for(draft: NewReturnee, worker_id: UUID | None, now: datetime) -> NewTask:
    """Return the task to find out about a returnee."""
    return NewTask(
        id=draft.task_id,
        division_code=draft.division_code,
        resident_id=draft.found.resident.id if draft.found.resident else None,
        returnee_id=draft.id,
        worker_id=worker_id,
        reason=ACTIVE.reason(draft.level),
        due_at=first_due(draft.arrival.arrives_on, now, hours=ACTIVE.hours(draft.level)),
    )
