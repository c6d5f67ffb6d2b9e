"""Who reports for a person without a phone: a resident, or the worker of the grid."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis import history
from chassis.commands import Command
from chassis.history import Change
from chassis.routes import REFUSALS, Body, command_of
from services.residents.answers import answer_row
from services.residents.changes import queries
from services.residents.changes.model import (
    HeldResident,
    OwnProxy,
    ProxyAmbiguous,
    ProxyMissing,
    ProxyOfAnotherGrid,
    ProxyWithoutPhone,
    ResidentClosed,
    check_registered,
)
from services.residents.changes.routes import RESIDENT, hold
from services.residents.roster import queries as roster
from services.residents.roster.model import ResidentUnknown

router = APIRouter(tags=["changes of residents"])


class ProxyBody(Body):
    """Who is to report: a resident, or a grid worker."""

    proxy_id: UUID | None = None
    worker_id: UUID | None = None
    reason: str | None = None


class Reason(Body):
    """Why."""

    reason: str | None = None


@router.post("/residents/{resident_id}/proxy", responses=REFUSALS)
async def set_proxy(
    resident_id: UUID, body: ProxyBody, command: Annotated[Command, command_of("resident_proxy_set")]
) -> Response:
    """Let somebody report for a resident, in place of who did before."""
    resident = await hold(command, resident_id)
    check_registered(resident)
    await check_proxy(command, resident, body)
    return await write(command, resident, body.proxy_id, body.worker_id, body.reason)


@router.post("/residents/{resident_id}/proxy/remove", responses=REFUSALS)
async def remove_proxy(
    resident_id: UUID, body: Reason, command: Annotated[Command, command_of("resident_proxy_remove")]
) -> Response:
    """Let nobody report for a resident any more."""
    resident = await hold(command, resident_id)
    if resident.proxy_id is None and resident.proxy_worker_id is None:
        raise ProxyMissing
    return await write(command, resident, None, None, body.reason)


async def check_proxy(command: Command, resident: HeldResident, body: ProxyBody) -> None:
    """Raise unless the one who is named can report for the resident."""
    db, district_code = command.db, command.viewer.district_code
    if (body.proxy_id is None) == (body.worker_id is None):
        raise ProxyAmbiguous(path=("proxy_id",))
    if body.proxy_id == resident.id:
        raise OwnProxy(path=("proxy_id",))
    if body.proxy_id is not None:
        found = await queries.proxy_candidate(db, district_code=district_code, resident_id=body.proxy_id)
        if found is None:
            raise ResidentUnknown(path=("proxy_id",))
        if found.closed_on is not None:
            raise ResidentClosed(path=("proxy_id",), closed_on=found.closed_on)
        if not found.has_phone:
            raise ProxyWithoutPhone(path=("proxy_id",))
    elif body.worker_id is not None and not await queries.serves_grid(
        db,
        district_code=district_code,
        grid_code=resident.division_code,
        worker_id=body.worker_id,
        on=command.clock.today(),
    ):
        raise ProxyOfAnotherGrid(path=("worker_id",))


async def write(
    command: Command, resident: HeldResident, proxy_id: UUID | None, worker_id: UUID | None, reason: str | None
) -> Response:
    """Write who reports, and answer with the resident."""
    await queries.set_proxy(
        command.db,
        district_code=command.viewer.district_code,
        resident_id=resident.id,
        proxy_id=proxy_id,
        proxy_worker_id=worker_id,
    )
    before = {"proxy_id": text(resident.proxy_id), "proxy_worker_id": text(resident.proxy_worker_id)}
    after = {"proxy_id": text(proxy_id), "proxy_worker_id": text(worker_id)}
    act = "PROXY_SET" if proxy_id or worker_id else "PROXY_REMOVED"
    await history.record(command, Change(RESIDENT, resident.id, resident.division_code, act, before, after, reason))
    return await answer_row(command, roster.residents_by_id, resident.id)


def text(value: UUID | None) -> str | None:
    """Return an id as history keeps it."""
    return None if value is None else str(value)
