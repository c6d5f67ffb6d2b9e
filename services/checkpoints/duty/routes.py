"""Duty over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime

from chassis.commands import Command
from chassis.database import refusing
from chassis.history import Change, record
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, add_batch, answer, command_of
from services.checkpoints.access import OFFICERS
from services.checkpoints.duty import queries
from services.checkpoints.duty.model import AlreadyOnDuty, StaffUnknown, check_shift
from services.checkpoints.sites.model import CheckpointUnknown

router = APIRouter()
add_batch(router, "/duty/by-checkpoint:batch", queries.duty_of_checkpoint)


class ShiftBody(Body):
    """A shift to plan."""

    checkpoint_id: UUID
    staff_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime


@router.post("/duty-shifts", status_code=201, responses=REFUSALS)
async def plan_shift(body: ShiftBody, command: Annotated[Command, command_of("duty_shift_plan")]) -> Response:
    """Send somebody to a checkpoint of one's scope; nobody stands at two at once."""
    command.viewer.require_role(*OFFICERS)
    check_shift(body.starts_at, body.ends_at)
    district_code = command.viewer.district_code
    division_code = await queries.checkpoint_to_guard(
        command.db, district_code=district_code, checkpoint_id=body.checkpoint_id
    )
    if division_code is None:
        raise CheckpointUnknown(path=("checkpoint_id",))
    shift_id = new_id()
    with refusing({"duty_shifts_nobody_twice": AlreadyOnDuty, "duty_shifts_staff": StaffUnknown}):
        await queries.insert_shift(
            command.db,
            district_code=district_code,
            id=shift_id,
            division_code=division_code,
            checkpoint_id=body.checkpoint_id,
            staff_id=body.staff_id,
            starts_at=body.starts_at,
            ends_at=body.ends_at,
        )
    said = body.model_dump()
    await record(command, Change("duty_shift", shift_id, division_code, "PLANNED", None, said))
    return await answer(command, 201, id=str(shift_id), checkpoint_id=str(body.checkpoint_id))
