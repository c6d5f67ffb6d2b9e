"""The routes of operation: readings of capacity."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.history import Change, record
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, add_batch, answer, command_of
from services.enterprises import forms
from services.enterprises.access import require_applicant
from services.enterprises.board.counters import count, resumed_change
from services.enterprises.operation import queries
from services.enterprises.operation.model import (
    CapacitySource,
    CapacitySourceNotYours,
    source_of,
    status_after_reading,
)
from services.enterprises.register.model import EnterpriseUnknown
from services.enterprises.register.queries import lock_enterprise

router = APIRouter(tags=["operation"], responses=REFUSALS)

add_batch(router, "/capacity-readings/by-enterprise:batch", queries.readings_of_enterprises)


class CapacityReadingBody(Body):
    """What share of its capacity an enterprise uses."""

    percent: int
    source: str = "ENTERPRISE"


@router.post("/enterprises/{enterprise_id}/capacity-readings", status_code=201)
async def report_capacity(
    enterprise_id: UUID,
    body: CapacityReadingBody,
    command: Annotated[Command, command_of("capacity_report")],
) -> Response:
    """Report what share of its capacity an enterprise uses; all of it means that it is back in full."""
    require_applicant(command.viewer)
    forms.number(body.percent, ("percent",), highest=100)
    if source_of(body.source) is not CapacitySource.ENTERPRISE:
        raise CapacitySourceNotYours(path=("source",))
    district_code = command.viewer.district_code
    enterprise = await lock_enterprise(command.db, district_code=district_code, enterprise_id=enterprise_id)
    if enterprise is None:
        raise EnterpriseUnknown
    status = status_after_reading(enterprise.operation_status, body.percent)
    reading_id = new_id()
    await queries.insert_reading(
        command.db,
        district_code=district_code,
        enterprise_id=enterprise_id,
        reading_id=reading_id,
        division_code=enterprise.division_code,
        credit_code=enterprise.credit_code,
        source=body.source,
        percent=body.percent,
        read_at=command.clock.now(),
        reported_by=command.viewer.subject,
    )
    await queries.set_operation(
        command.db,
        district_code=district_code,
        enterprise_id=enterprise_id,
        operation_status=status,
        capacity_percent=body.percent,
        resumed_on=enterprise.resumed_on,
    )
    before = {"operation_status": enterprise.operation_status, "capacity_percent": enterprise.capacity_percent}
    after = {"operation_status": status, "capacity_percent": body.percent, "source": body.source}
    change = Change("enterprise", enterprise_id, enterprise.division_code, "CAPACITY_REPORTED", before, after)
    await record(command, change)
    resumed = resumed_change(enterprise.operation_status, status)
    await count(command.db, enterprise.division_code, enterprises_resumed=resumed)
    return await answer(command, 201, id=str(reading_id), enterprise_id=str(enterprise_id), operation_status=status)
