"""How screening tasks are read, and moved on by those who do the screening."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.routes import REFUSALS, Body, add_batch, answer, command_of, work_command_of
from chassis.schedule import Job
from services.residents.contacts.model import How
from services.residents.screening import queries
from services.residents.screening.acts import Asked, carry_out
from services.residents.screening.bodies import OutcomeBody
from services.residents.screening.model import Act
from services.residents.screening.tasks import escalate_overdue

router = APIRouter(tags=["screening"])
JOBS = (Job("escalate_overdue_screening_tasks", 60, escalate_overdue),)

add_batch(router, "/screening-tasks:batch", queries.screening_tasks_by_id)
add_batch(router, "/screening-tasks/by-grid:batch", queries.screening_tasks_of_grids)
add_batch(router, "/screening-steps/by-task:batch", queries.screening_steps_of_tasks)
add_batch(router, "/screening-outcomes/by-task:batch", queries.screening_outcomes_of_tasks)
add_batch(router, "/screening-findings/by-outcome:batch", queries.screening_findings_of_outcomes)


class Note(Body):
    """What a step of a task may say."""

    note: str | None = None


class Assignment(Note):
    """Who takes the task; the grid's worker unless another is named."""

    worker_id: UUID | None = None


class Attempt(Note):
    """How it was tried to reach somebody."""

    how: How = How.CALL


class Reached(Attempt):
    """How somebody was reached, and why they were asked again if somebody asked the same lately."""

    asked_again_because: str | None = None


class Destination(Note):
    """The grid where the person is."""

    grid_code: str


class Verification(Note):
    """What was found out; a household of a round is not verified without."""

    outcome: OutcomeBody | None = None


@router.post("/screening-tasks/{task_id}/assign", responses=REFUSALS)
async def assign(
    task_id: UUID, body: Assignment, command: Annotated[Command, command_of("screening_task_assign")]
) -> Response:
    """Give the task to a worker."""
    return await act(command, Act.ASSIGN, task_id, note=body.note, worker_id=body.worker_id)


@router.post("/screening-tasks/{task_id}/hand-over", responses=REFUSALS)
async def hand_over(
    task_id: UUID, body: Assignment, command: Annotated[Command, command_of("screening_task_hand_over")]
) -> Response:
    """Let another worker go on with the task as it stands."""
    return await act(command, Act.HAND_OVER, task_id, note=body.note, worker_id=body.worker_id)


@router.post("/screening-tasks/{task_id}/contact", responses=REFUSALS)
async def contact(
    task_id: UUID, body: Reached, command: Annotated[Command, command_of("screening_task_contact")]
) -> Response:
    """Record that the person was reached."""
    because = body.asked_again_because
    return await act(command, Act.CONTACT, task_id, note=body.note, how=body.how, asked_again_because=because)


@router.post("/screening-tasks/{task_id}/no-answer", responses=REFUSALS)
async def no_answer(
    task_id: UUID, body: Attempt, command: Annotated[Command, command_of("screening_task_no_answer")]
) -> Response:
    """Record an attempt without an answer; the last one escalates."""
    return await act(command, Act.NO_ANSWER, task_id, note=body.note, how=body.how)


@router.post("/screening-tasks/{task_id}/not-here", responses=REFUSALS)
async def not_here(
    task_id: UUID, body: Attempt, command: Annotated[Command, command_of("screening_task_not_here")]
) -> Response:
    """Record that the person is not in this grid."""
    return await act(command, Act.NOT_HERE, task_id, note=body.note, how=body.how)


@router.post("/screening-tasks/{task_id}/transfer", responses=REFUSALS)
async def transfer(
    task_id: UUID, body: Destination, command: Annotated[Command, work_command_of("screening_task_transfer")]
) -> Response:
    """Hand the task to another grid of the district, with its returnee; it may leave one's scope."""
    return await act(command, Act.TRANSFER, task_id, note=body.note, grid_code=body.grid_code)


@router.post("/screening-tasks/{task_id}/refuse", responses=REFUSALS)
async def refuse(
    task_id: UUID, body: Attempt, command: Annotated[Command, command_of("screening_task_refuse")]
) -> Response:
    """Record that the person refuses to answer; officers take it from here."""
    return await act(command, Act.REFUSE, task_id, note=body.note, how=body.how)


@router.post("/screening-tasks/{task_id}/verify", responses=REFUSALS)
async def verify(
    task_id: UUID, body: Verification, command: Annotated[Command, work_command_of("screening_task_verify")]
) -> Response:
    """Record what was found out; who came from a risk region gets a draft of the order that policy asks for."""
    outcome = body.outcome.plain() if body.outcome is not None else None
    return await act(command, Act.VERIFY, task_id, note=body.note, outcome=outcome)


@router.post("/screening-tasks/{task_id}/close", responses=REFUSALS)
async def close(task_id: UUID, body: Note, command: Annotated[Command, command_of("screening_task_close")]) -> Response:
    """Close a verified task."""
    return await act(command, Act.CLOSE, task_id, note=body.note)


async def act(command: Command, what: Act, task_id: UUID, **asked: Any) -> Response:
    """Do something to a task now, and answer with it."""
    step = await carry_out(command.db, command.viewer, Asked(task_id, what, command.clock.now(), **asked))
    return await answer(
        command,
        id=step.task.id,
        status=step.move.status,
        reason=step.move.reason,
        due_at=step.move.due_at,
        attempts=step.move.attempts,
        division_code=step.division_code,
        worker_id=step.worker_id,
        resident_id=step.task.resident_id,
        returnee_id=step.task.returnee_id,
        household_id=step.task.household_id,
        round_id=step.task.round_id,
    )
