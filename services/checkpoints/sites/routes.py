"""Checkpoints over HTTP."""

from datetime import time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.commands import Command
from chassis.database import refusing
from chassis.facts import Fact, publish
from chassis.history import Change, record
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, add_batch, answer, command_of
from services.checkpoints.access import OFFICERS
from services.checkpoints.sites import queries
from services.checkpoints.sites.model import (
    CheckpointKind,
    CheckpointUnknown,
    DeviceTaken,
    HoursIncomplete,
    Site,
    check_close,
    check_open,
    site_division,
)

router = APIRouter()
add_batch(router, "/checkpoints:batch", queries.checkpoints_by_id)
add_batch(router, "/checkpoints/by-division:batch", queries.checkpoints_of_division)

Line = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
DeviceId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]


class CheckpointBody(Body):
    """A new checkpoint; without hours it is open round the clock."""

    name: Line
    kind: CheckpointKind
    division_code: str
    minimum_strength: Annotated[int, Field(ge=0, le=100)]
    opens_at: time | None = None
    closes_at: time | None = None
    device_ids: Annotated[tuple[DeviceId, ...], Field(max_length=50)] = ()


@router.post("/checkpoints", status_code=201, responses=REFUSALS)
async def add_checkpoint(body: CheckpointBody, command: Annotated[Command, command_of("checkpoint_add")]) -> Response:
    """Set up a checkpoint within one's scope, open from now on."""
    command.viewer.require_role(*OFFICERS)
    division_code = site_division(body.division_code)
    command.viewer.require_scope(division_code)
    if (body.opens_at is None) != (body.closes_at is None) or (body.opens_at and body.opens_at == body.closes_at):
        raise HoursIncomplete(path=("opens_at",))
    district_code, checkpoint_id = command.viewer.district_code, new_id()
    await queries.insert_checkpoint(
        command.db,
        district_code=district_code,
        id=checkpoint_id,
        division_code=division_code,
        name=body.name,
        kind=body.kind,
        opens_at=body.opens_at,
        closes_at=body.closes_at,
        minimum_strength=body.minimum_strength,
    )
    with refusing({"devices_pkey": DeviceTaken}):
        await queries.insert_devices(
            command.db, district_code=district_code, ids=list(body.device_ids), checkpoint_id=checkpoint_id
        )
    said = {
        "name": body.name,
        "kind": body.kind,
        "minimum_strength": body.minimum_strength,
        "opens_at": body.opens_at,
        "closes_at": body.closes_at,
        "device_ids": body.device_ids,
    }
    await record(command, Change("checkpoint", checkpoint_id, division_code, "ADDED", None, said))
    await publish(command.db, "checkpoints", Fact("summary_changed", division_code))
    return await answer(command, 201, id=str(checkpoint_id), status="OPEN", division_code=division_code)


@router.post("/checkpoints/{checkpoint_id}/open", responses=REFUSALS)
async def open_checkpoint(checkpoint_id: UUID, command: Annotated[Command, command_of("checkpoint_open")]) -> Response:
    """Let people pass again."""
    site = await locked(command, checkpoint_id)
    check_open(site)
    await queries.open_checkpoint(command.db, district_code=command.viewer.district_code, id=checkpoint_id)
    said = {"status": site.status}, {"status": "OPEN"}
    await record(command, Change("checkpoint", checkpoint_id, site.division_code, "OPENED", *said))
    return await answer(command, id=str(checkpoint_id), status="OPEN")


@router.post("/checkpoints/{checkpoint_id}/close", responses=REFUSALS)
async def close_checkpoint(
    checkpoint_id: UUID, command: Annotated[Command, command_of("checkpoint_close")]
) -> Response:
    """Let nobody pass but in an emergency."""
    site = await locked(command, checkpoint_id)
    check_close(site)
    await queries.close_checkpoint(
        command.db, district_code=command.viewer.district_code, id=checkpoint_id, closed_at=command.clock.now()
    )
    said = {"status": site.status}, {"status": "CLOSED"}
    await record(command, Change("checkpoint", checkpoint_id, site.division_code, "CLOSED", *said))
    return await answer(command, id=str(checkpoint_id), status="CLOSED")


async def locked(command: Command, checkpoint_id: UUID) -> Site:
    """Lock a checkpoint of an officer's scope; raises RoleMayNot, CheckpointUnknown."""
    command.viewer.require_role(*OFFICERS)
    site = await queries.lock_checkpoint(command.db, district_code=command.viewer.district_code, id=checkpoint_id)
    if site is None:
        raise CheckpointUnknown
    return site
