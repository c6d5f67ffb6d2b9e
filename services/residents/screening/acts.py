"""What is done to a screening task, whether at once or recorded before: held, checked, written."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.auth import Viewer
from chassis.database import Transaction
from chassis.errors import Problem
from chassis.history import Change, record_in
from chassis.ids import new_id
from services.residents.access import FIELD_STAFF
from services.residents.contacts.ledger import write
from services.residents.contacts.model import Contact, ContactOutcome, ContactReason, How
from services.residents.divisions import queries as divisions
from services.residents.divisions.places import find_grid
from services.residents.screening import queries
from services.residents.screening.findings import Outcome, check_outcome
from services.residents.screening.model import (
    Act,
    Move,
    ScreeningTask,
    TaskReason,
    check_destination,
    check_new_worker,
    check_note,
    check_officer,
    check_round,
    move,
)
from services.residents.screening.outcomes import record_outcome
from services.residents.screening.problems import GridWithoutWorker, TaskUnknown, WorkerUnknown
from services.residents.screening.tasks import Step, take_steps

CONTACTS: dict[Act, ContactOutcome] = {
    Act.CONTACT: ContactOutcome.REACHED,
    Act.NO_ANSWER: ContactOutcome.NO_ANSWER,
    Act.NOT_HERE: ContactOutcome.NOT_HERE,
    Act.REFUSE: ContactOutcome.REFUSED,
}
BEYOND_SCOPE = frozenset({Act.TRANSFER, Act.VERIFY})


@dataclass(frozen=True, slots=True)
class Asked:
    """An act as somebody asks for it: on which task, when, and what the act needs to know."""

    task_id: UUID
    act: Act
    at: datetime
    note: str | None = None
    how: How = How.CALL
    asked_again_because: str | None = None
    worker_id: UUID | None = None
    grid_code: str | None = None
    outcome: Outcome | None = None


async def carry_out(db: Transaction, viewer: Viewer, asked: Asked, recorded_at: datetime | None = None) -> Step:
    """Do something to a task within the viewer's scope, and return the step.

    TRANSFER and VERIFY need the worker's transaction: what follows may lie beyond the scope.
    """
    task = await hold(db, viewer, asked)
    step = await prepared(db, viewer, asked, task, move(task, asked.act, asked.at))
    await take_steps(
        db,
        viewer.district_code,
        [step],
        taken_by=viewer.subject,
        now=asked.at,
        recorded_at=recorded_at,
    )
    return step


async def hold(db: Transaction, viewer: Viewer, asked: Asked) -> ScreeningTask:
    """Lock a task; raise RoleMayNot, NoteTooLong, TaskUnknown, RoundEnded, EscalatedToOfficers."""
    viewer.require_role(*FIELD_STAFF)
    check_note(asked.note)
    task = await queries.lock_task(db, district_code=viewer.district_code, task_id=asked.task_id)
    if task is None or not viewer.covers(task.division_code):
        raise TaskUnknown
    check_round(task)
    check_officer(task, viewer.role)
    return task


async def prepared(db: Transaction, viewer: Viewer, asked: Asked, task: ScreeningTask, moved: Move) -> Step:
    """Return the step of an act that fits the task's status; what else belongs to it is checked and written."""
    step = Step(task, moved, task.division_code, task.worker_id, asked.note)
    match asked.act:
        case Act.ASSIGN:
            return replace(step, worker_id=await taker(db, viewer, asked, task))
        case Act.HAND_OVER:
            worker_id = await taker(db, viewer, asked, task)
            check_new_worker(task, worker_id)
            return replace(step, worker_id=worker_id)
        case Act.TRANSFER:
            return await transferred(db, viewer, asked, step)
        case Act.VERIFY:
            return await verified(db, viewer, asked, step)
        case act if act in CONTACTS:
            await contacted(db, viewer, asked, task)
    return step


async def taker(db: Transaction, viewer: Viewer, asked: Asked, task: ScreeningTask) -> UUID:
    """Return who takes a task: who is named, or the grid's worker; raise WorkerUnknown, GridWithoutWorker."""
    if asked.worker_id is not None:
        if not await queries.is_worker(db, district_code=viewer.district_code, worker_id=asked.worker_id):
            raise WorkerUnknown(path=("worker_id",))
        return asked.worker_id
    worker = await divisions.worker_of_grid(
        db, district_code=viewer.district_code, grid_code=task.division_code, on=asked.at.date()
    )
    if worker is None:
        raise GridWithoutWorker(code=task.division_code)
    return worker.id


async def transferred(db: Transaction, viewer: Viewer, asked: Asked, step: Step) -> Step:
    """Hand a task to another grid of the district, with its returnee; it may leave one's scope."""
    task = step.task
    try:
        grid = await find_grid(db, viewer.district_code, asked.grid_code or "", on=asked.at.date())
    except Problem as problem:
        raise problem.at("grid_code") from None
    been = await queries.grids_without_the_person(db, district_code=viewer.district_code, task_id=task.id)
    check_destination(task, grid.code, been, viewer.role)
    worker = await divisions.worker_of_grid(
        db, district_code=viewer.district_code, grid_code=grid.code, on=asked.at.date()
    )
    if task.returnee_id is not None:
        await queries.move_returnee(
            db, district_code=viewer.district_code, returnee_id=task.returnee_id, division_code=grid.code
        )
        places = {"division_code": task.division_code}, {"division_code": grid.code}
        await record_in(
            db, viewer.district_code, asked.at, Change("returnee", task.returnee_id, grid.code, "MOVED", *places)
        )
    return replace(step, division_code=grid.code, worker_id=worker.id if worker else None)


async def verified(db: Transaction, viewer: Viewer, asked: Asked, step: Step) -> Step:
    """Record what was found out; a household with nobody in it is not here."""
    check_outcome(asked.outcome, step.task, asked.at.date())
    if asked.outcome is None:
        return step
    await record_outcome(db, step.task, asked.outcome, verified_by=viewer.subject, now=asked.at)
    marks = replace(step.move.marks, not_here=asked.outcome.people_here == 0)
    return replace(step, move=replace(step.move, marks=marks), found=said(asked.outcome))


def said(outcome: Outcome) -> dict[str, object]:
    """Return what history keeps of an outcome."""
    travelers = [f for f in outcome.findings if f.origin_code is not None]
    return {
        "people_here": outcome.people_here,
        "symptoms": outcome.symptoms,
        "needs": list(outcome.needs),
        "travelers": [{"resident_id": f.resident_id, "origin_code": f.origin_code} for f in travelers],
    }


async def contacted(db: Transaction, viewer: Viewer, asked: Asked, task: ScreeningTask) -> None:
    """Write an attempt or a contact into the ledger; raise ContactedRecently."""
    again = task.reason is TaskReason.RESCREEN
    contact = Contact(
        id=new_id(),
        division_code=task.division_code,
        household_id=task.home_id,
        resident_id=task.resident_id,
        task_id=task.id,
        how=asked.how,
        reason=ContactReason.RESCREENING if again else ContactReason.SCREENING,
        outcome=CONTACTS[asked.act],
        asked_again_because=asked.asked_again_because,
        note=asked.note,
        made_by=viewer.subject,
        made_by_name=viewer.name,
        made_at=asked.at,
    )
    await write(db, contact)
