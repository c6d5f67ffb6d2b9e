"""How a person's numbers are shown in clear: an act that is logged before it is carried out.

It is no command with a kept answer: nothing of it may be stored. The same request again is another
look, decrypted and logged again.
"""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response
from pydantic import Field

from chassis.auth import Viewer, session
from chassis.reading import log_read
from chassis.routes import REFUSALS, Body, StateDep, ViewerDep
from chassis.service import Keys, State
from services.residents.roster import queries as roster
from services.residents.roster.model import ResidentUnknown
from services.residents.roster.people import document_place, phone_place
from services.residents.unmasking import queries
from services.residents.unmasking.model import UnmaskField, check_unmasking
from services.residents.unmasking.queries import SealedNumbers

router = APIRouter(tags=["unmasking"])


class UnmaskBody(Body):
    """Which numbers, and what for."""

    fields: Annotated[list[UnmaskField], Field(max_length=len(UnmaskField))]
    purpose: str | None = None


class Unmasked(Body):
    """Numbers in clear; null is what was not asked for, or is not there."""

    id: UUID
    document_kind: str | None
    document_number: str | None
    phone: str | None


@router.post("/residents/{resident_id}/unmask", responses={200: {"model": Unmasked}, **REFUSALS})
async def unmask(resident_id: UUID, body: UnmaskBody, state: StateDep, viewer: ViewerDep) -> Response:
    """Show numbers of a person within one's scope; the look is committed to the read log before."""
    purpose, what = check_unmasking(viewer, body.fields, body.purpose or viewer.purpose)
    person = await find(state, viewer, resident_id)
    at = state.clock.now()
    await log_read(state, viewer, at=at, what=what, person_keys=[person.person_key], purpose=purpose)
    async with state.database.work() as db:
        numbers = await queries.sealed_numbers(db, district_code=viewer.district_code, resident_id=person.id)
    if numbers is None:
        raise ResidentUnknown
    shown = opened(state.keys, numbers, body.fields)
    return Response(msgspec.json.encode(shown), media_type="application/json", headers={"Cache-Control": "no-store"})


async def find(state: State, viewer: Viewer, resident_id: UUID) -> roster.KnownResident:
    """Return a resident within the viewer's scope, or raise ResidentUnknown."""
    async with state.database.request(session(viewer, state.service.access)) as db:
        found = await roster.resident_by_id(db, district_code=viewer.district_code, resident_id=resident_id)
    if found is None:
        raise ResidentUnknown
    return found


def opened(keys: Keys, numbers: SealedNumbers, fields: list[UnmaskField]) -> dict[str, str | None]:
    """Return the numbers that were asked for."""
    document, phone = numbers.document_number_sealed, numbers.phone_sealed
    if UnmaskField.DOCUMENT_NUMBER not in fields:
        document = None
    if UnmaskField.PHONE not in fields:
        phone = None
    return {
        "id": str(numbers.id),
        "document_kind": numbers.document_kind if document else None,
        "document_number": keys.ring.decrypt(document, place=document_place(numbers.id)) if document else None,
        "phone": keys.ring.decrypt(phone, place=phone_place(numbers.id)) if phone else None,
    }
