"""The register's routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.database import refusing
from chassis.history import Change, record
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, StateDep, add_batch, answer, command_of
from chassis.standards import mask_phone
from services.enterprises import forms
from services.enterprises.access import require_officer
from services.enterprises.board.counters import count
from services.enterprises.register import queries
from services.enterprises.register.model import (
    EnterpriseAlreadyRegistered,
    IndustryUnknown,
    LiaisonTeamUnknown,
    kind_of,
    size_of,
)

CONSTRAINTS = {
    "enterprises_credit_code_once": EnterpriseAlreadyRegistered,
    "enterprises_team_known": LiaisonTeamUnknown,
}

router = APIRouter(tags=["register"], responses=REFUSALS)

add_batch(router, "/industries:batch", queries.industries_by_code)
add_batch(router, "/enterprises:batch", queries.enterprises_by_id)
add_batch(router, "/enterprises/by-credit-code:batch", queries.enterprises_by_credit_code)
add_batch(router, "/enterprises/by-scope:batch", queries.enterprises_of_scope)


class ContactBody(Body):
    """Whom to call."""

    name: str
    phone: str


class EnterpriseBody(Body):
    """An enterprise to register."""

    credit_code: str
    name: str
    kind: str
    size: str
    industry_code: str
    division_code: str
    address: str
    contact: ContactBody
    liaison_team_id: UUID | None = None


@router.post("/enterprises", status_code=201)
async def register_enterprise(
    body: EnterpriseBody, state: StateDep, command: Annotated[Command, command_of("enterprise_register")]
) -> Response:
    """Register an enterprise in a grid of one's scope."""
    require_officer(command.viewer)
    enterprise_id, code = new_id(), forms.credit_code(body.credit_code, ("credit_code",))
    division_code = forms.grid_code(body.division_code, ("division_code",))
    command.viewer.require_scope(division_code)
    phone = forms.phone(body.contact.phone, ("contact", "phone"))
    industry_code = forms.text(body.industry_code, ("industry_code",))
    if not await queries.industry_is_known(command.db, code=industry_code):
        raise IndustryUnknown(path=("industry_code",))
    with refusing(CONSTRAINTS):
        await queries.insert_enterprise(
            command.db,
            district_code=division_code[:6],
            enterprise_id=enterprise_id,
            division_code=division_code,
            credit_code=code,
            name=forms.text(body.name, ("name",)),
            kind=kind_of(body.kind),
            size=size_of(body.size),
            industry_code=industry_code,
            address=forms.text(body.address, ("address",)),
            contact_name=forms.text(body.contact.name, ("contact", "name")),
            contact_phone_sealed=state.keys.ring.encrypt(phone, place=phone_place(enterprise_id)),
            contact_phone_masked=mask_phone(phone),
            liaison_team_id=body.liaison_team_id,
            registered_at=command.clock.now(),
        )
    await count(command.db, division_code, enterprises=1)
    said = body.model_dump(exclude={"contact"}) | {
        "contact_name": body.contact.name,
        "contact_phone": mask_phone(phone),
    }
    await record(command, Change("enterprise", enterprise_id, division_code, "REGISTERED", None, said))
    return await answer(command, 201, id=str(enterprise_id), credit_code=code, operation_status="STOPPED")


def phone_place(enterprise_id: UUID) -> str:
    """Return where an enterprise's phone number is stored, for its encryption."""
    return f"enterprises/contact_phone/{enterprise_id}"
