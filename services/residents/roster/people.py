"""How a person enters the roster: numbers sealed, indexed and masked, one record a person."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis import standards
from chassis.database import Transaction, refusing
from chassis.errors import Problem
from chassis.history import Change, record_in
from chassis.ids import new_id
from chassis.service import Keys
from services.residents.board.counters import count
from services.residents.health_code.standing import start_standing
from services.residents.households import queries as households
from services.residents.households.model import check_open
from services.residents.roster import queries
from services.residents.roster.model import (
    RECORD,
    HouseholdHasHead,
    HouseholdUnknown,
    Person,
    ResidentAlreadyRegistered,
    ResidentUnknown,
    check_address,
    name_initials,
)
from services.residents.search import indexing
from services.residents.search.indexing import PHONE, PHONE_TAIL_DIGITS, SEARCH_VERSION, phone_tail_index
from services.residents.search.queries import ToIndex

ONE_RECORD_A_PERSON = {
    "residents_one_per_document": ResidentAlreadyRegistered,
    "residents_one_per_person_key": ResidentAlreadyRegistered,
    "residents_one_child_per_guardian": ResidentAlreadyRegistered,
    "residents_one_head_per_household": HouseholdHasHead,
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A person's numbers as they are stored."""

    document_kind: str | None
    document_number_sealed: bytes | None
    document_number_masked: str | None
    document_number_index: bytes | None
    person_key: str
    phone_sealed: bytes | None
    phone_masked: str | None
    phone_index: bytes | None
    phone_tail_index: bytes | None


@dataclass(frozen=True, slots=True)
class PhoneForms:
    """A phone number as it is stored: sealed, masked, and found whole or by its last digits."""

    sealed: bytes | None
    masked: str | None
    index: bytes | None
    tail_index: bytes | None


@dataclass(frozen=True, slots=True)
class Registered:
    """A resident just written."""

    id: UUID
    division_code: str
    household_id: UUID
    person_key: str


async def register(
    db: Transaction,
    keys: Keys,
    *,
    district_code: str,
    person: Person,
    household: queries.Household,
    now: datetime,
) -> Registered:
    """Write a resident with a green standing; raise ResidentAlreadyRegistered or ResidentUnknown.

    The guardian must be a resident within the transaction's scope.
    """
    if person.guardian_id is not None:
        guardian = await queries.resident_by_id(db, district_code=district_code, resident_id=person.guardian_id)
        if guardian is None:
            raise ResidentUnknown(path=("guardian_id",))
        person = replace(person, guardian_id=guardian.id)
    resident_id = new_id()
    numbers = seal(keys, resident_id, person)
    with refusing(ONE_RECORD_A_PERSON):
        await queries.add_resident(
            db,
            district_code=district_code,
            id=resident_id,
            division_code=household.division_code,
            household_id=household.id,
            name=person.name,
            name_initials=name_initials(person.name),
            sex=person.sex,
            birth_on=person.birth_on,
            relation=person.relation,
            document_kind=numbers.document_kind,
            document_number_sealed=numbers.document_number_sealed,
            document_number_masked=numbers.document_number_masked,
            document_number_index=numbers.document_number_index,
            person_key=numbers.person_key,
            phone_sealed=numbers.phone_sealed,
            phone_masked=numbers.phone_masked,
            phone_index=numbers.phone_index,
            phone_tail_index=numbers.phone_tail_index,
            guardian_id=person.guardian_id,
            registered_at=now,
            search_version=SEARCH_VERSION,
        )
    entered = {
        "household_id": household.id,
        "name": person.name,
        "sex": person.sex,
        "birth_on": person.birth_on,
        "relation": person.relation,
        "document_kind": numbers.document_kind,
        "document_number": numbers.document_number_masked,
        "phone": numbers.phone_masked,
        "guardian_id": person.guardian_id,
    }
    place = household.division_code
    await record_in(db, district_code, now, Change("resident", resident_id, place, "REGISTERED", None, entered))
    await indexing.write(db, [ToIndex(resident_id, household.division_code, person.name, household.address)])
    await start_standing(db, district_code, resident_id, now)
    await count(db, household.division_code, residents=1)
    return Registered(resident_id, household.division_code, household.id, numbers.person_key)


async def household_for(
    db: Transaction, *, district_code: str, grid_code: str, address: str, now: datetime
) -> queries.Household:
    """Return the household at an address of a grid, a new one if there is none yet."""
    home, added = await find_or_add_household(
        db, district_code=district_code, grid_code=grid_code, address=check_address(address), now=now
    )
    if added:
        await count(db, grid_code, households=1)
    return home


async def find_or_add_household(
    db: Transaction, *, district_code: str, grid_code: str, address: str, now: datetime
) -> tuple[queries.Household, bool]:
    """Return the household at a checked address, and whether it is new; counting is the caller's."""
    found = await household_at(db, district_code=district_code, grid_code=grid_code, address=address)
    if found is not None:
        return found, False
    made = queries.Household(new_id(), grid_code, address)
    await queries.add_household(db, district_code=district_code, id=made.id, division_code=grid_code, address=address)
    entry = Change("household", made.id, grid_code, "ADDED", None, {"address": address})
    await record_in(db, district_code, now, entry)
    return made, True


async def household_at(
    db: Transaction, *, district_code: str, grid_code: str, address: str
) -> queries.Household | None:
    """Return the open household at a checked address; nobody else makes or closes one there meanwhile."""
    await households.lock_address(db, place=f"{grid_code} {address}")
    found = await queries.household_at_address(
        db, district_code=district_code, division_code=grid_code, address=address
    )
    if found is None:
        return None
    held = await households.share_household(db, district_code=district_code, household_id=found.id)
    return found if held is not None and held.closed_on is None else None


async def find_household(db: Transaction, district_code: str, household_id: UUID) -> queries.Household:
    """Return an open household within scope; raise HouseholdUnknown or HouseholdClosed."""
    held = await households.share_household(db, district_code=district_code, household_id=household_id)
    if held is None:
        raise HouseholdUnknown(path=("household_id",))
    try:
        check_open(held)
    except Problem as problem:
        raise problem.at("household_id") from None
    return queries.Household(held.id, held.division_code, held.address)


def seal(keys: Keys, resident_id: UUID, person: Person) -> Numbers:
    """Return a person's numbers encrypted for their row, indexed and masked."""
    document, phone = person.document, seal_phone(keys, resident_id, person.phone)
    return Numbers(
        document_kind=document.kind if document else None,
        document_number_sealed=(
            keys.ring.encrypt(document.number, place=document_place(resident_id)) if document else None
        ),
        document_number_masked=standards.mask_document(document.number) if document else None,
        document_number_index=keys.index(document.kind, document.number) if document else None,
        person_key=(keys.person(document.kind, document.number) if document else keys.person(RECORD, str(resident_id))),
        phone_sealed=phone.sealed,
        phone_masked=phone.masked,
        phone_index=phone.index,
        phone_tail_index=phone.tail_index,
    )


def seal_phone(keys: Keys, resident_id: UUID, phone: str | None) -> PhoneForms:
    """Return a phone number as it is stored, or four times nothing."""
    if phone is None:
        return PhoneForms(None, None, None, None)
    return PhoneForms(
        sealed=keys.ring.encrypt(phone, place=phone_place(resident_id)),
        masked=standards.mask_phone(phone),
        index=keys.index(PHONE, phone),
        tail_index=phone_tail_index(keys, phone[-PHONE_TAIL_DIGITS:]),
    )


def document_place(resident_id: UUID) -> str:
    """Return where a resident's document number is encrypted for."""
    return f"residents/document_number/{resident_id}"


def phone_place(resident_id: UUID) -> str:
    """Return where a resident's phone number is encrypted for."""
    return f"residents/phone/{resident_id}"
