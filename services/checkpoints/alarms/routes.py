"""Alarms over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.history import Change, record
from chassis.routes import REFUSALS, add_batch, answer, command_of
from services.checkpoints.access import OFFICERS
from services.checkpoints.alarms import queries
from services.checkpoints.alarms.model import AlarmUnknown, check_acknowledge

router = APIRouter()
add_batch(router, "/alarms:batch", queries.alarms_by_id)
add_batch(router, "/alarms/by-scope:batch", queries.alarms_of_scope)


@router.post("/alarms/{alarm_id}/acknowledge", responses=REFUSALS)
async def acknowledge(alarm_id: UUID, command: Annotated[Command, command_of("alarm_acknowledge")]) -> Response:
    """Say that somebody has seen to it; a gap stays open until it is filled."""
    viewer, now = command.viewer, command.clock.now()
    viewer.require_role(*OFFICERS)
    alarm = await queries.lock_alarm(command.db, district_code=viewer.district_code, id=alarm_id)
    if alarm is None:
        raise AlarmUnknown
    check_acknowledge(alarm)
    await queries.acknowledge_alarm(
        command.db,
        district_code=viewer.district_code,
        id=alarm_id,
        now=now,
        subject=viewer.subject,
        closed_at=alarm.close_at(now),
    )
    said = {"acknowledged_at": now, "closed_at": alarm.close_at(now)}
    await record(command, Change("alarm", alarm_id, alarm.division_code, "ACKNOWLEDGED", None, said))
    return await answer(command, id=str(alarm_id), acknowledged_at=now.isoformat())
