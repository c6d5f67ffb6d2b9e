"""Deciding a probable match: it is this resident, none of them, or somebody who enters the roster now.

The returnee's row is held throughout, so that of two people who decide at once one wins and the other
is told. It is the worker's: a candidate may live outside the scope of whoever decides.
"""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.history import Change, record
from chassis.routes import REFUSALS, Body, StateDep, add_batch, answer, work_command_of
from services.residents.access import FIELD_STAFF
from services.residents.divisions import queries as divisions
from services.residents.returnees import queries
from services.residents.returnees.follow_up import restate_and_draft
from services.residents.returnees.model import (
    Candidate,
    Match,
    MatchedBy,
    NotACandidate,
    Registrar,
    ReturneeUnknown,
    Undecided,
    check_candidate,
    check_newcomer,
    check_probable,
)
from services.residents.returnees.newcomers import newcomer
from services.residents.screening import queries as screening
from services.residents.screening.model import DUE_BY_CLOCK, Act, Move, ScreeningTask, TaskStatus, marks_after
from services.residents.screening.tasks import Step, take_steps

KIND = "returnee"
NOTE = "match confirmed"
MOVED_AS_IT_IS = frozenset({TaskStatus.OPEN, TaskStatus.TRANSFERRED})

router = APIRouter(tags=["returnees"])

add_batch(router, "/returnees/to-match-by-scope:batch", queries.returnees_to_match_of_scopes)
add_batch(router, "/returnees/candidates:batch", queries.candidates_of_returnees)


class Confirmation(Body):
    """Whom of the candidates it is."""

    resident_id: UUID


@router.post("/returnees/{returnee_id}/confirm-match", responses=REFUSALS)
async def confirm_match(
    returnee_id: UUID, body: Confirmation, command: Annotated[Command, work_command_of("returnee_match_confirm")]
) -> Response:
    """Say that a returnee is one of the candidates: the order is drafted that policy asks for."""
    returnee = await find(command, returnee_id)
    check_probable(returnee)
    check_candidate(returnee, body.resident_id)
    resident = await queries.candidate(
        command.db, district_code=command.viewer.district_code, resident_id=body.resident_id
    )
    if resident is None:
        raise NotACandidate(path=("resident_id",))
    return await settle(command, returnee, resident, MatchedBy.PERSON, "MATCH_CONFIRMED")


@router.post("/returnees/{returnee_id}/reject-match", responses=REFUSALS)
async def reject_match(
    returnee_id: UUID, command: Annotated[Command, work_command_of("returnee_match_reject")]
) -> Response:
    """Say that a returnee is none of the candidates."""
    returnee = await find(command, returnee_id)
    check_probable(returnee)
    await queries.set_match(
        command.db,
        district_code=command.viewer.district_code,
        returnee_id=returnee.id,
        match=Match.UNMATCHED,
        matched_by=None,
        resident_id=None,
        division_code=returnee.division_code,
    )
    after = replace(returnee, match=Match.UNMATCHED)
    return await note(command, returnee, after, "MATCH_REJECTED")


@router.post("/returnees/{returnee_id}/enter-roster", responses=REFUSALS)
async def enter_roster(
    returnee_id: UUID, state: StateDep, command: Annotated[Command, work_command_of("returnee_enter_roster")]
) -> Response:
    """Register a returnee whom the roster does not know, at the destination; or find who has been since."""
    returnee = await find(command, returnee_id)
    check_newcomer(returnee)
    resident, matched_by = await newcomer(command.db, state.keys, registrar_of(command), returnee)
    return await settle(command, returnee, resident, matched_by, "ENTERED_ROSTER")


async def find(command: Command, returnee_id: UUID) -> Undecided:
    """Return a returnee within the viewer's scope, held; raise RoleMayNot or ReturneeUnknown."""
    viewer = command.viewer
    viewer.require_role(*FIELD_STAFF)
    returnee = await queries.lock_returnee(command.db, district_code=viewer.district_code, returnee_id=returnee_id)
    if returnee is None or not registrar_of(command).covers(returnee.division_code):
        raise ReturneeUnknown
    return returnee


def registrar_of(command: Command) -> Registrar:
    """Return in whose name something is registered."""
    viewer = command.viewer
    return Registrar(viewer.district_code, tuple(viewer.scopes), viewer.subject, command.clock.now())


async def settle(
    command: Command, returnee: Undecided, resident: Candidate, matched_by: MatchedBy, act: str
) -> Response:
    """Write whom a returnee is, and what follows: the order, the standing, the task at the person's grid."""
    registrar = registrar_of(command)
    home = resident.division_code if registrar.covers(resident.division_code) else returnee.division_code
    await queries.set_match(
        command.db,
        district_code=registrar.district_code,
        returnee_id=returnee.id,
        match=Match.MATCHED,
        matched_by=matched_by,
        resident_id=resident.id,
        division_code=home,
    )
    await restate_and_draft(command.db, registrar, resident, level=returnee.risk_level, arrives_on=returnee.arrives_on)
    await move_task(command, returnee, resident, home)
    after = replace(returnee, match=Match.MATCHED, resident_id=resident.id, division_code=home)
    return await note(command, returnee, after, act)


async def move_task(command: Command, returnee: Undecided, resident: Candidate, home: str) -> None:
    """Let the returnee's task be about the resident, and be the home grid's unless it is all but done."""
    db, district_code = command.db, command.viewer.district_code
    task_id = await screening.task_of_returnee(db, district_code=district_code, returnee_id=returnee.id)
    if task_id is None:
        return
    await queries.set_task_resident(db, district_code=district_code, task_id=task_id, resident_id=resident.id)
    task = await screening.lock_task(db, district_code=district_code, task_id=task_id)
    if task is None or task.division_code == home or task.status not in DUE_BY_CLOCK:
        return
    on = command.clock.today()
    workers = await divisions.workers_of_grids_among(db, district_code=district_code, codes=[home], on=on)
    step = Step(task, moved(task), home, workers[0].id if workers else None, NOTE)
    await take_steps(db, district_code, [step], taken_by=command.viewer.subject, now=command.clock.now())


def moved(task: ScreeningTask) -> Move:
    """Return what moving to the person's grid makes of a task: what somebody had begun is open again."""
    status = task.status if task.status in MOVED_AS_IT_IS else TaskStatus.TRANSFERRED
    return Move(Act.TRANSFER, (status,), 0, task.due_at, task.reason, marks_after(task, Act.TRANSFER))


async def note(command: Command, before: Undecided, after: Undecided, act: str) -> Response:
    """Keep what was decided, and answer."""
    change = Change(KIND, before.id, before.division_code, act, shown(before), shown(after))
    await record(command, change)
    return await answer(
        command,
        id=after.id,
        match=after.match,
        resident_id=after.resident_id,
        origin_code=after.origin_code,
        arrives_on=after.arrives_on,
    )


def shown(returnee: Undecided) -> dict[str, object]:
    """Return what history keeps of a match."""
    resident_id = str(returnee.resident_id) if returnee.resident_id else None
    return {"match": returnee.match, "resident_id": resident_id, "division_code": returnee.division_code}
