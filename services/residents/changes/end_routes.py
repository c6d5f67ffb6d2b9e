"""How a record ends: the person left the district, or died. The worker writes it, since proxies may live anywhere."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis import facts, history
from chassis.commands import Command
from chassis.facts import Fact
from chassis.history import Change
from chassis.routes import REFUSALS, Body, work_command_of
from services.residents.answers import answer_row
from services.residents.board.counters import count
from services.residents.changes import queries
from services.residents.changes.model import QuarantineInForce, check_end
from services.residents.changes.routes import RESIDENT, hold
from services.residents.health_code.standing import restate
from services.residents.roster import queries as roster
from services.residents.roster.model import Status

router = APIRouter(tags=["changes of residents"])


class EndBody(Body):
    """On which day; today if left out."""

    on: date | None = None
    reason: str | None = None


@router.post("/residents/{resident_id}/leave", responses=REFUSALS)
async def leave(
    resident_id: UUID, body: EndBody, command: Annotated[Command, work_command_of("resident_leave")]
) -> Response:
    """Record that a person left the district."""
    return await end(command, resident_id, body, Status.LEFT)


@router.post("/residents/{resident_id}/die", responses=REFUSALS)
async def die(
    resident_id: UUID, body: EndBody, command: Annotated[Command, work_command_of("resident_die")]
) -> Response:
    """Record that a person died."""
    return await end(command, resident_id, body, Status.DECEASED)


async def end(command: Command, resident_id: UUID, body: EndBody, status: Status) -> Response:
    """Close a record; raise QuarantineInForce while an order is open."""
    resident = await hold(command, resident_id)
    db, district_code, today = command.db, command.viewer.district_code, command.clock.today()
    ended_on = body.on or today
    check_end(resident, ended_on, today)
    order = await queries.order_in_force(db, district_code=district_code, resident_id=resident.id)
    if order is not None:
        raise QuarantineInForce(status=order.status, ends_on=order.ends_on)
    await queries.close_resident(
        db, district_code=district_code, resident_id=resident.id, status=status, closed_on=ended_on
    )
    left = await queries.end_proxies_of(db, district_code=district_code, resident_id=resident.id)
    await count(db, resident.division_code, residents=-1)
    await restate(db, district_code, resident.id, command.clock.now())
    told = {"resident_id": str(resident.id), "person_key": resident.person_key, "status": status.value}
    await facts.publish(db, "residents", Fact("resident_closed", resident.division_code, told))
    before = {"status": resident.status.value, "closed_on": None}
    after = {"status": status.value, "closed_on": ended_on.isoformat()}
    lost, nobody = {"proxy_id": str(resident.id)}, {"proxy_id": None}
    await history.record(
        command,
        Change(RESIDENT, resident.id, resident.division_code, status.value, before, after, body.reason),
        *(Change(RESIDENT, one.id, one.division_code, "PROXY_REMOVED", lost, nobody, status.value) for one in left),
    )
    return await answer_row(command, roster.residents_by_id, resident.id)
