"""The routes of rosters."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.history import Change, record
from chassis.routes import REFUSALS, add_batch, answer, command_of
from services.enterprises.access import require_applicant
from services.enterprises.resumption.model import ApplicationStatus
from services.enterprises.roster import queries
from services.enterprises.roster.model import RosterStatus, WorkerUnknown, WorkNotResumed, check_move

router = APIRouter(tags=["roster"], responses=REFUSALS)

add_batch(router, "/roster-entries/by-application:batch", queries.roster_of_applications)
add_batch(router, "/employments/by-person-key:batch", queries.employments_of_persons)


@router.post("/roster-entries/{entry_id}/start")
async def start(entry_id: UUID, command: Annotated[Command, command_of("roster_entry_start")]) -> Response:
    """Put a worker who was cleared on post, once the enterprise has resumed."""
    return await move(command, entry_id, RosterStatus.ON_POST)


@router.post("/roster-entries/{entry_id}/leave")
async def leave(entry_id: UUID, command: Annotated[Command, command_of("roster_entry_leave")]) -> Response:
    """Say that a worker has left the enterprise."""
    return await move(command, entry_id, RosterStatus.LEFT)


async def move(command: Command, entry_id: UUID, target: RosterStatus) -> Response:
    """Change one worker's status."""
    require_applicant(command.viewer)
    district_code = command.viewer.district_code
    entry = await queries.lock_entry(command.db, district_code=district_code, entry_id=entry_id)
    if entry is None:
        raise WorkerUnknown
    check_move(entry.status, target)
    if target is RosterStatus.ON_POST and entry.application_status is not ApplicationStatus.RESUMED:
        raise WorkNotResumed
    await queries.set_statuses(command.db, district_code=district_code, entry_ids=[entry.id], statuses=[target])
    said = {"status": entry.status}, {"status": target}
    await record(command, Change("roster_entry", entry.id, entry.division_code, "MOVED", *said))
    return await answer(command, id=str(entry.id), status=target)
