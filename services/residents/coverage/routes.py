"""How coverage alarms are read, and acknowledged by those who answer for the grid."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.history import Change, record
from chassis.routes import REFUSALS, Body, add_batch, answer, command_of
from services.residents.access import OFFICERS
from services.residents.coverage import queries
from services.residents.coverage.model import CoverageAlarmUnknown, check_acknowledgeable, check_note
from services.residents.coverage.notice import ALARM

router = APIRouter(tags=["coverage"])

add_batch(router, "/coverage-alarms:batch", queries.alarms_by_id)
add_batch(router, "/coverage-alarms/by-scope:batch", queries.alarms_of_scopes)
add_batch(router, "/uncovered-grids/by-division:batch", queries.uncovered_grids_of_divisions)


class Acknowledgment(Body):
    """What is being done about a grid without a worker."""

    note: str | None = None


@router.post("/coverage-alarms/{alarm_id}/acknowledge", responses=REFUSALS)
async def acknowledge(
    alarm_id: UUID, body: Acknowledgment, command: Annotated[Command, command_of("coverage_alarm_acknowledge")]
) -> Response:
    """Take notice of an alarm; it stays until the grid has a worker."""
    viewer, now = command.viewer, command.clock.now()
    viewer.require_role(*OFFICERS)
    note = check_note(body.note)
    alarm = await queries.lock_alarm(command.db, district_code=viewer.district_code, alarm_id=alarm_id)
    if alarm is None:
        raise CoverageAlarmUnknown
    check_acknowledgeable(alarm)
    await queries.acknowledge_alarm(
        command.db,
        district_code=viewer.district_code,
        alarm_id=alarm_id,
        acknowledged_at=now,
        acknowledged_by=viewer.subject,
        note=note,
    )
    after = {"acknowledged_by": viewer.subject, "note": note}
    await record(command, Change(ALARM, alarm_id, alarm.division_code, "ACKNOWLEDGED", None, after))
    return await answer(
        command,
        id=alarm.id,
        grid_code=alarm.division_code,
        status=alarm.status,
        uncovered_since=alarm.uncovered_since,
        acknowledged_at=now,
        note=note,
    )
