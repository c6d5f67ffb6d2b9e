"""How rounds are opened, ended and read."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime

from chassis import standards
from chassis.commands import Command
from chassis.errors import Problem
from chassis.facts import publish
from chassis.history import Change, record
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, add_batch, command_of
from chassis.schedule import Job
from services.residents.access import OFFICERS
from services.residents.answers import answer_row
from services.residents.divisions.places import find_division
from services.residents.screening_rounds import queries
from services.residents.screening_rounds.following import close_left_over, rescreen
from services.residents.screening_rounds.model import (
    REASON_CHARACTERS_MAX,
    RoundStatus,
    RoundUnknown,
    ScreeningRound,
    check_cancel,
    check_close,
    check_round,
    check_text,
)
from services.residents.screening_rounds.preparing import prepare, round_changed

router = APIRouter(tags=["screening rounds"])
JOBS = (
    Job("prepare_screening_rounds", 2, prepare),
    Job("rescreen_rounds", 30, rescreen),
    Job("close_tasks_of_ended_rounds", 60, close_left_over),
)

add_batch(router, "/screening-rounds:batch", queries.screening_rounds_by_id)
add_batch(router, "/screening-rounds/by-scope:batch", queries.screening_rounds_of_scopes)
add_batch(router, "/screening-rounds/progress:batch", queries.progress_of_rounds)
add_batch(router, "/screening-rounds/progress-by-division:batch", queries.progress_of_divisions)


class Opening(Body):
    """A round to open over all households of a scope."""

    scope: str
    title: str
    reason: str
    due_at: AwareDatetime
    question_set_version: int = 1


class Cancelling(Body):
    """Why a round is given up."""

    reason: str


@router.post("/screening-rounds", status_code=201, responses=REFUSALS)
async def open_round(body: Opening, command: Annotated[Command, command_of("screening_round_open")]) -> Response:
    """Open a round over a scope of one's own; its tasks are written by a job."""
    db, viewer, now = command.db, command.viewer, command.clock.now()
    viewer.require_role(*OFFICERS)
    check_round(
        title=body.title,
        reason=body.reason,
        due_at=body.due_at,
        question_set_version=body.question_set_version,
        now=now,
    )
    scope = await scope_of(command, body.scope)
    opened = ScreeningRound(
        viewer.district_code, new_id(), scope, RoundStatus.PREPARING, body.due_at, "", viewer.subject
    )
    await queries.insert_round(
        db,
        district_code=viewer.district_code,
        id=opened.id,
        scope_code=scope,
        title=body.title,
        reason=body.reason,
        question_set_version=body.question_set_version,
        due_at=body.due_at,
        opened_by=viewer.subject,
        now=now,
    )
    after = {"scope": scope, "title": body.title, "due_at": body.due_at, "status": opened.status}
    await record(command, Change("screening_round", opened.id, scope, "OPENED", None, after, body.reason))
    await publish(db, "residents", round_changed(opened, opened.status))
    return await answer_row(command, queries.screening_rounds_by_id, opened.id, 201)


@router.post("/screening-rounds/{round_id}/close", responses=REFUSALS)
async def close(round_id: UUID, command: Annotated[Command, command_of("screening_round_close")]) -> Response:
    """Close a round whose households are all verified."""
    held = await hold(command, round_id)
    left = await queries.households_left(command.db, district_code=held.district_code, round_id=round_id)
    check_close(held.status, left)
    return await end(command, held, RoundStatus.CLOSED, None)


@router.post("/screening-rounds/{round_id}/cancel", responses=REFUSALS)
async def cancel(
    round_id: UUID, body: Cancelling, command: Annotated[Command, command_of("screening_round_cancel")]
) -> Response:
    """Give a round up; what has been found out stays."""
    check_text("reason", body.reason, REASON_CHARACTERS_MAX)
    held = await hold(command, round_id)
    check_cancel(held.status)
    return await end(command, held, RoundStatus.CANCELLED, body.reason)


async def scope_of(command: Command, text: str) -> str:
    """Return a division of the viewer's scope, or raise DivisionCodeMalformed, OutOfScope, DivisionUnknown."""
    try:
        code = standards.division_code(text)
        command.viewer.require_scope(code)
        return (await find_division(command.db, command.viewer.district_code, code)).code
    except Problem as problem:
        raise problem.at("scope") from None


async def hold(command: Command, round_id: UUID) -> ScreeningRound:
    """Lock a round whose whole scope is the viewer's, or raise RoleMayNot, RoundUnknown."""
    command.viewer.require_role(*OFFICERS)
    held = await queries.lock_round(command.db, district_code=command.viewer.district_code, round_id=round_id)
    if held is None or not command.viewer.covers(held.scope_code):
        raise RoundUnknown
    return held


async def end(command: Command, held: ScreeningRound, status: RoundStatus, reason: str | None) -> Response:
    """End a round; the tasks that are left over are closed by a job."""
    await queries.end_round(
        command.db,
        district_code=held.district_code,
        round_id=held.id,
        status=status,
        ended_by=command.viewer.subject,
        end_reason=reason,
        now=command.clock.now(),
    )
    before, after = {"status": held.status}, {"status": status}
    await record(command, Change("screening_round", held.id, held.scope_code, status.value, before, after, reason))
    await publish(command.db, "residents", round_changed(replace(held, status=status), status))
    return await answer_row(command, queries.screening_rounds_by_id, held.id)
