"""How contacts are recorded and read."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime

from chassis import history
from chassis.commands import Command
from chassis.history import Change
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, add_batch, command_of
from services.residents.access import FIELD_STAFF
from services.residents.answers import answer_row
from services.residents.contacts import queries
from services.residents.contacts.ledger import write
from services.residents.contacts.model import (
    Contact,
    ContactedUnknown,
    ContactOutcome,
    ContactReason,
    ContactWithNobody,
    How,
    check_made_at,
)
from services.residents.households import queries as households
from services.residents.roster import queries as roster

router = APIRouter(tags=["contacts"])

add_batch(router, "/contacts:batch", queries.contacts_by_id)
add_batch(router, "/contacts/by-household:batch", queries.contacts_of_households)
add_batch(router, "/contacts/by-resident:batch", queries.contacts_of_residents)
add_batch(router, "/contacts/by-screening-task:batch", queries.contacts_of_tasks)
add_batch(router, "/contacts/last-by-household:batch", queries.last_contacts_of_households)
add_batch(router, "/contacts/last-by-resident:batch", queries.last_contacts_of_residents)
add_batch(router, "/contacts/last-by-screening-task:batch", queries.last_contacts_of_tasks)


class ContactBody(Body):
    """A contact to record: with a resident, or with a household as a whole."""

    resident_id: UUID | None = None
    household_id: UUID | None = None
    how: How
    reason: ContactReason
    outcome: ContactOutcome
    made_at: AwareDatetime | None = None
    note: str | None = None
    asked_again_because: str | None = None


@router.post("/contacts", status_code=201, responses=REFUSALS)
async def record(body: ContactBody, command: Annotated[Command, command_of("contact_record")]) -> Response:
    """Record a contact with somebody within one's scope."""
    viewer = command.viewer
    viewer.require_role(*FIELD_STAFF)
    made_at: datetime = body.made_at or command.clock.now()
    check_made_at(made_at, command.clock.now())
    division_code, household_id = await place_of(command, body)
    contact = Contact(
        id=new_id(),
        division_code=division_code,
        household_id=household_id,
        resident_id=body.resident_id,
        task_id=None,
        how=body.how,
        reason=body.reason,
        outcome=body.outcome,
        asked_again_because=body.asked_again_because,
        note=body.note,
        made_by=viewer.subject,
        made_by_name=viewer.name,
        made_at=made_at,
    )
    await write(command.db, contact)
    after = {"how": contact.how, "reason": contact.reason, "outcome": contact.outcome, "made_at": made_at}
    change = Change("contact", contact.id, division_code, "RECORDED", None, after, contact.asked_again_because)
    await history.record(command, change)
    return await answer_row(command, queries.contacts_by_id, contact.id, 201)


async def place_of(command: Command, body: ContactBody) -> tuple[str, UUID]:
    """Return the grid and the household of whoever was contacted; raise ContactWithNobody or ContactedUnknown."""
    district_code = command.viewer.district_code
    if body.resident_id is not None:
        resident = await roster.resident_by_id(command.db, district_code=district_code, resident_id=body.resident_id)
        if resident is None or body.household_id not in {None, resident.household_id}:
            raise ContactedUnknown(path=("resident_id",))
        return resident.division_code, resident.household_id
    if body.household_id is None:
        raise ContactWithNobody(path=("resident_id",))
    household = await households.share_household(
        command.db, district_code=district_code, household_id=body.household_id
    )
    if household is None:
        raise ContactedUnknown(path=("household_id",))
    return household.division_code, household.id
