"""How steps that were taken without a connection are sent: up to a hundred, in the order they were taken."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime

from chassis.clock import DISTRICT_ZONE
from chassis.commands import Command
from chassis.crypto import fingerprint
from chassis.errors import Problem
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, add_batch, work_command_of
from services.residents.access import FIELD_STAFF
from services.residents.answers import answer_row
from services.residents.contacts.model import How
from services.residents.screening.acts import Asked, carry_out
from services.residents.screening.bodies import OutcomeBody
from services.residents.screening.model import Act
from services.residents.screening.problems import StepKeyReused
from services.residents.screening_offline import queries
from services.residents.screening_offline.model import Refusal, Stored, check_size, check_step

router = APIRouter(tags=["screening"])

add_batch(router, "/screening-task-batches:batch", queries.screening_task_batches_by_id)
add_batch(router, "/screening-task-batches/refusals:batch", queries.screening_refusals_of_batches)


class OfflineAct(StrEnum):
    """What may be done to a task without a connection."""

    ASSIGN = "ASSIGN"
    HAND_OVER = "HAND_OVER"
    CONTACT = "CONTACT"
    NO_ANSWER = "NO_ANSWER"
    NOT_HERE = "NOT_HERE"
    TRANSFER = "TRANSFER"
    REFUSE = "REFUSE"
    VERIFY = "VERIFY"
    CLOSE = "CLOSE"


class StepBody(Body):
    """A step as the device recorded it, under a key of the device's own."""

    key: str
    task_id: UUID
    act: OfflineAct
    occurred_at: AwareDatetime
    note: str | None = None
    how: How = How.VISIT
    asked_again_because: str | None = None
    worker_id: UUID | None = None
    grid_code: str | None = None
    outcome: OutcomeBody | None = None

    def asked(self) -> Asked:
        """Return what is asked for."""
        return Asked(
            self.task_id,
            Act(self.act.value),
            self.occurred_at.astimezone(DISTRICT_ZONE),
            note=self.note,
            how=self.how,
            asked_again_because=self.asked_again_because,
            worker_id=self.worker_id,
            grid_code=self.grid_code,
            outcome=self.outcome.plain() if self.outcome is not None else None,
        )

    def print(self) -> bytes:
        """Return what tells this step from another under the same key."""
        return fingerprint(self.model_dump_json().encode())


class BatchBody(Body):
    """Steps in the order they were taken."""

    steps: list[StepBody]


@router.post("/screening-task-batches", status_code=201, responses=REFUSALS)
async def send(body: BatchBody, command: Annotated[Command, work_command_of("screening_task_batch")]) -> Response:
    """Store what a device recorded: sent = stored + refused; a step that was sent before is stored already."""
    db, viewer, now = command.db, command.viewer, command.clock.now()
    viewer.require_role(*FIELD_STAFF)
    check_size(len(body.steps))
    await queries.lock_offline_steps(db, district_code=viewer.district_code, taken_by=viewer.subject)
    known = {
        step.key: step.fingerprint
        for step in await queries.offline_steps_known(
            db, district_code=viewer.district_code, taken_by=viewer.subject, keys=[step.key for step in body.steps]
        )
    }
    stored: list[Stored] = []
    refusals: list[Refusal] = []
    for place, step in enumerate(body.steps):
        try:
            check_step(step.key, step.occurred_at, now)
            if await is_new(command, step, known):
                stored.append(Stored(step.key, step.print(), step.task_id))
        except Problem as problem:
            if problem.status >= 500:
                raise
            refusals.append(Refusal(place, step.key, problem))
    return await keep(command, len(body.steps), stored, refusals)


async def is_new(command: Command, step: StepBody, known: dict[str, bytes]) -> bool:
    """Take a step unless it was sent before, and say so; raise StepKeyReused, and whatever refuses the step.

    A step that is refused has written nothing: everything is checked before anything is written.
    """
    if step.key in known:
        if known[step.key] != step.print():
            raise StepKeyReused(path=("key",))
        return False
    await carry_out(command.db, command.viewer, step.asked(), recorded_at=command.clock.now())
    known[step.key] = step.print()
    return True


async def keep(command: Command, sent: int, stored: list[Stored], refusals: list[Refusal]) -> Response:
    """Remember the steps, keep what came of the batch, and answer with it."""
    db, viewer, batch_id = command.db, command.viewer, new_id()
    await queries.remember_offline_steps(
        db,
        district_code=viewer.district_code,
        taken_by=viewer.subject,
        keys=[step.key for step in stored],
        fingerprints=[step.fingerprint for step in stored],
        task_ids=[step.task_id for step in stored],
        now=command.clock.now(),
    )
    await queries.insert_batch(
        db,
        district_code=viewer.district_code,
        id=batch_id,
        sent_by=viewer.subject,
        sent=sent,
        stored=sent - len(refusals),
        refused=len(refusals),
        now=command.clock.now(),
    )
    await queries.insert_batch_refusals(
        db,
        district_code=viewer.district_code,
        batch_id=batch_id,
        places=[r.place for r in refusals],
        step_keys=[r.step_key for r in refusals],
        fields=[r.field for r in refusals],
        codes=[r.problem.code for r in refusals],
        messages_en=[r.problem.message("en") for r in refusals],
        messages_zh=[r.problem.message("zh") for r in refusals],
    )
    return await answer_row(command, queries.screening_task_batches_by_id, batch_id, 201)
