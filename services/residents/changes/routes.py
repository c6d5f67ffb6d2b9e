"""How a resident's record is corrected, and a document given to who had none."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis import facts, history, standards
from chassis.commands import Command
from chassis.database import refusing
from chassis.errors import Problem
from chassis.facts import Fact
from chassis.history import Change
from chassis.routes import REFUSALS, Body, StateDep, command_of
from chassis.service import Keys
from services.residents.access import FIELD_STAFF
from services.residents.answers import answer_row
from services.residents.changes import queries
from services.residents.changes.model import (
    HeldResident,
    NothingChanged,
    Wanted,
    check_change,
    check_document_given,
    difference,
    values_after,
    values_of,
)
from services.residents.health_code.standing import restate_and_tell
from services.residents.roster import people
from services.residents.roster import queries as roster
from services.residents.roster.model import (
    NATIONAL_ID,
    Document,
    Relation,
    ResidentUnknown,
    Sex,
    check_document,
    name_initials,
)
from services.residents.search import indexing

RESIDENT = "resident"

router = APIRouter(tags=["changes of residents"])


class ChangeBody(Body):
    """What is to be corrected; what is left out stays as it is."""

    name: str | None = None
    phone: str | None = None
    phone_removed: bool = False
    sex: Sex | None = None
    relation: Relation | None = None
    guardian_id: UUID | None = None
    reason: str | None = None


class DocumentBody(Body):
    """A document that was given later."""

    document_number: str
    document_kind: str = NATIONAL_ID


@router.post("/residents/{resident_id}/change", responses=REFUSALS)
async def change(
    resident_id: UUID, body: ChangeBody, state: StateDep, command: Annotated[Command, command_of("resident_change")]
) -> Response:
    """Correct name, phone, sex, relation or guardian of a resident."""
    resident = await hold(command, resident_id)
    asked = Wanted(body.name, body.phone, body.phone_removed, body.sex, body.relation, body.guardian_id)
    wanted = check_change(resident, asked)
    before, after = difference(values_of(resident), values_after(resident, wanted))
    phone_index = state.keys.index(indexing.PHONE, wanted.phone) if wanted.phone else None
    phone_changed = wanted.phone_removed or phone_index not in {None, resident.phone_index}
    if not after and not phone_changed:
        raise NothingChanged
    await write_values(command, resident, wanted)
    if "name" in after:
        await indexing.index(command.db, command.viewer.district_code, [resident.id], resident.division_code)
    if phone_changed:
        await write_phone(command, state.keys, resident.id, wanted.phone)
    entry = Change(RESIDENT, resident.id, resident.division_code, "CHANGED", before, after, body.reason)
    await history.record(command, entry)
    return await answer_row(command, roster.residents_by_id, resident.id)


@router.post("/residents/{resident_id}/document", responses=REFUSALS)
async def give_document(
    resident_id: UUID,
    body: DocumentBody,
    state: StateDep,
    command: Annotated[Command, command_of("resident_document_give")],
) -> Response:
    """Add the document that a child was given: the record stays, and the others learn its new person key."""
    resident = await hold(command, resident_id)
    document = check_given(body, command)
    db, district_code, now = command.db, command.viewer.district_code, command.clock.now()
    born_on, sex = check_document_given(resident, document)
    masked = standards.mask_document(document.number)
    person_key = state.keys.person(document.kind, document.number)
    with refusing(people.ONE_RECORD_A_PERSON):
        await queries.set_document(
            db,
            district_code=district_code,
            resident_id=resident.id,
            document_kind=document.kind,
            document_number_sealed=state.keys.ring.encrypt(document.number, place=people.document_place(resident.id)),
            document_number_masked=masked,
            document_number_index=state.keys.index(document.kind, document.number),
            person_key=person_key,
            birth_on=born_on,
            sex=sex,
        )
    await queries.rekey_standing(db, district_code=district_code, resident_id=resident.id, person_key=person_key)
    await restate_and_tell(db, district_code, [resident.id], now)
    told = {"resident_id": str(resident.id), "old_person_key": resident.person_key, "person_key": person_key}
    await facts.publish(db, "residents", Fact("person_rekeyed", resident.division_code, told))
    after = {"document_kind": document.kind, "document_number_masked": masked}
    await history.record(
        command, Change(RESIDENT, resident.id, resident.division_code, "DOCUMENT_GIVEN", dict.fromkeys(after), after)
    )
    return await answer_row(command, roster.residents_by_id, resident.id)


async def hold(command: Command, resident_id: UUID) -> HeldResident:
    """Lock a resident whose home is within the viewer's scopes; raise RoleMayNot or ResidentUnknown."""
    viewer = command.viewer
    viewer.require_role(*FIELD_STAFF)
    found = await queries.lock_resident(command.db, district_code=viewer.district_code, resident_id=resident_id)
    if found is None or not viewer.covers(found.division_code):
        raise ResidentUnknown
    return found


async def write_values(command: Command, resident: HeldResident, wanted: Wanted) -> None:
    """Write what is wanted; raise ResidentUnknown for the guardian, HouseholdHasHead or ResidentAlreadyRegistered."""
    db, district_code = command.db, command.viewer.district_code
    if wanted.guardian_id is not None:
        guardian = await roster.resident_by_id(db, district_code=district_code, resident_id=wanted.guardian_id)
        if guardian is None:
            raise ResidentUnknown(path=("guardian_id",))
    name = wanted.name or resident.name
    with refusing(people.ONE_RECORD_A_PERSON):
        await queries.set_values(
            db,
            district_code=district_code,
            resident_id=resident.id,
            name=name,
            name_initials=name_initials(name),
            sex=wanted.sex or resident.sex,
            relation=wanted.relation or resident.relation,
            guardian_id=wanted.guardian_id or resident.guardian_id,
        )


async def write_phone(command: Command, keys: Keys, resident_id: UUID, phone: str | None) -> None:
    """Write a checked phone number in all its forms, or none."""
    forms = people.seal_phone(keys, resident_id, phone)
    await queries.set_phone(
        command.db,
        district_code=command.viewer.district_code,
        resident_id=resident_id,
        phone_sealed=forms.sealed,
        phone_masked=forms.masked,
        phone_index=forms.index,
        phone_tail_index=forms.tail_index,
    )


def check_given(body: DocumentBody, command: Command) -> Document:
    """Return the document in its stored form, or raise what is wrong with it, at the field it came in."""
    try:
        return check_document(body.document_kind, body.document_number, command.clock.today())
    except Problem as problem:
        if problem.path == ("national_id",):
            problem.path = ("document_number",)
        raise
