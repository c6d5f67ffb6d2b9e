"""How screening tasks are read, and moved on by those who do the screening."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.database import refusing
from chassis.errors import Problem
from chassis.history import Change, record
from chassis.routes import REFUSALS, Body, add_batch, answer, command_of, work_command_of
from chassis.schedule import Job
from services.residents.access import FIELD_STAFF
from services.residents.divisions import queries as divisions
from services.residents.divisions.places import find_grid
from services.residents.screening import queries
from services.residents.screening.model import (
    Act,
    GridWithoutWorker,
    ScreeningTask,
    TaskUnknown,
    TransferToSameGrid,
    WorkerUnknown,
    check_note,
    check_officer,
    move,
)
from services.residents.screening.tasks import Step, escalate_overdue, take_steps

router = APIRouter(tags=["screening"])
JOBS = (Job("escalate_overdue_screening_tasks", 60, escalate_overdue),)

add_batch(router, "/screening-tasks:batch", queries.screening_tasks_by_id)
add_batch(router, "/screening-tasks/by-grid:batch", queries.screening_tasks_of_grids)
add_batch(router, "/screening-steps/by-task:batch", queries.screening_steps_of_tasks)


class Note(Body):
    """What a step of a task may say."""

    note: str | None = None


class Assignment(Note):
    """Who takes the task; the grid's worker unless another is named."""

    worker_id: UUID | None = None


class Destination(Note):
    """The grid where the person is."""

    grid_code: str


@router.post("/screening-tasks/{task_id}/assign", responses=REFUSALS)
async def assign(
    task_id: UUID, body: Assignment, command: Annotated[Command, command_of("screening_task_assign")]
) -> Response:
    """Give the task to a worker."""
    task = await hold(command, task_id, body.note)
    moved = move(task, Act.ASSIGN, command.clock.now())
    worker_id = body.worker_id or await worker_for(command, task.division_code)
    with refusing({"screening_tasks_worker": WorkerUnknown}):
        return await take(command, Step(task, moved, task.division_code, worker_id), body.note)


@router.post("/screening-tasks/{task_id}/contact", responses=REFUSALS)
async def contact(
    task_id: UUID, body: Note, command: Annotated[Command, command_of("screening_task_contact")]
) -> Response:
    """Record that the person was reached."""
    return await act(command, task_id, Act.CONTACT, body.note)


@router.post("/screening-tasks/{task_id}/no-answer", responses=REFUSALS)
async def no_answer(
    task_id: UUID, body: Note, command: Annotated[Command, command_of("screening_task_no_answer")]
) -> Response:
    """Record an attempt without an answer; the last one escalates."""
    return await act(command, task_id, Act.NO_ANSWER, body.note)


@router.post("/screening-tasks/{task_id}/not-here", responses=REFUSALS)
async def not_here(
    task_id: UUID, body: Note, command: Annotated[Command, command_of("screening_task_not_here")]
) -> Response:
    """Record that the person is not in this grid."""
    return await act(command, task_id, Act.NOT_HERE, body.note)


@router.post("/screening-tasks/{task_id}/transfer", responses=REFUSALS)
async def transfer(
    task_id: UUID, body: Destination, command: Annotated[Command, work_command_of("screening_task_transfer")]
) -> Response:
    """Hand the task to another grid of the district, with its returnee; it may leave one's scope."""
    db, viewer = command.db, command.viewer
    task = await hold(command, task_id, body.note)
    moved = move(task, Act.TRANSFER, command.clock.now())
    try:
        grid = await find_grid(db, viewer.district_code, body.grid_code, on=command.clock.today())
    except Problem as problem:
        raise problem.at("grid_code") from None
    if grid.code == task.division_code:
        raise TransferToSameGrid(path=("grid_code",), code=grid.code)
    worker = await divisions.worker_of_grid(
        db, district_code=viewer.district_code, grid_code=grid.code, on=command.clock.today()
    )
    if task.returnee_id is not None:
        await queries.move_returnee(
            db, district_code=viewer.district_code, returnee_id=task.returnee_id, division_code=grid.code
        )
        places = {"division_code": task.division_code}, {"division_code": grid.code}
        await record(command, Change("returnee", task.returnee_id, grid.code, "MOVED", *places))
    return await take(command, Step(task, moved, grid.code, worker.id if worker else None), body.note)


@router.post("/screening-tasks/{task_id}/refuse", responses=REFUSALS)
async def refuse(
    task_id: UUID, body: Note, command: Annotated[Command, command_of("screening_task_refuse")]
) -> Response:
    """Record that the person refuses to answer; officers take it from here."""
    return await act(command, task_id, Act.REFUSE, body.note)


@router.post("/screening-tasks/{task_id}/verify", responses=REFUSALS)
async def verify(
    task_id: UUID, body: Note, command: Annotated[Command, command_of("screening_task_verify")]
) -> Response:
    """Record that what was said is so."""
    return await act(command, task_id, Act.VERIFY, body.note)


@router.post("/screening-tasks/{task_id}/close", responses=REFUSALS)
async def close(task_id: UUID, body: Note, command: Annotated[Command, command_of("screening_task_close")]) -> Response:
    """Close a verified task."""
    return await act(command, task_id, Act.CLOSE, body.note)


async def act(command: Command, task_id: UUID, what: Act, note: str | None) -> Response:
    """Do something to a task that stays where it is."""
    task = await hold(command, task_id, note)
    moved = move(task, what, command.clock.now())
    return await take(command, Step(task, moved, task.division_code, task.worker_id), note)


async def hold(command: Command, task_id: UUID, note: str | None) -> ScreeningTask:
    """Lock a task within the viewer's scope, or raise RoleMayNot, TaskUnknown, EscalatedToOfficers, NoteTooLong."""
    viewer = command.viewer
    viewer.require_role(*FIELD_STAFF)
    check_note(note)
    task = await queries.lock_task(command.db, district_code=viewer.district_code, task_id=task_id)
    if task is None or not viewer.covers(task.division_code):
        raise TaskUnknown
    check_officer(task, viewer.role)
    return task


async def worker_for(command: Command, grid_code: str) -> UUID:
    """Return the worker of a grid, or raise GridWithoutWorker."""
    worker = await divisions.worker_of_grid(
        command.db, district_code=command.viewer.district_code, grid_code=grid_code, on=command.clock.today()
    )
    if worker is None:
        raise GridWithoutWorker(code=grid_code)
    return worker.id


async def take(command: Command, step: Step, note: str | None) -> Response:
    """Write a step and answer with the task."""
    viewer = command.viewer
    await take_steps(
        command.db, viewer.district_code, [step], taken_by=viewer.subject, note=note, now=command.clock.now()
    )
    return await answer(
        command,
        id=step.task.id,
        status=step.move.status,
        due_at=step.move.due_at,
        worker_id=step.worker_id,
        resident_id=step.task.resident_id,
        returnee_id=step.task.returnee_id,
    )
