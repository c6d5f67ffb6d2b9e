"""How a returnee whom the roster does not know enters it, at the destination."""

from dataclasses import dataclass

from chassis.database import Transaction
from chassis.service import Keys
from services.residents.returnees import queries
from services.residents.returnees.model import Arrival, Candidate, Found, Match, MatchedBy, Registrar, Undecided
from services.residents.roster.model import Document, Relation, Sex, check_person
from services.residents.roster.people import household_for, register


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody about to enter the roster at a destination."""

    name: str
    document: Document
    phone: str | None
    grid_code: str
    address: str


async def enter_roster(db: Transaction, keys: Keys, registrar: Registrar, arrival: Arrival, found: Found) -> Found:
    """Register somebody whom the roster does not know; without a document nobody can be."""
    if found.match is not Match.UNMATCHED or arrival.document is None:
        return found
    newcomer = Newcomer(arrival.name, arrival.document, arrival.phone, arrival.grid_code, arrival.address)
    return Found(Match.MATCHED, MatchedBy.REGISTERED, await register_newcomer(db, keys, registrar, newcomer))


async def newcomer(
    db: Transaction, keys: Keys, registrar: Registrar, returnee: Undecided
) -> tuple[Candidate, MatchedBy]:
    """Return the resident with a returnee's document, who is registered at the destination if there is none."""
    assert returnee.document_kind is not None
    assert returnee.document_number_sealed is not None
    number, ring = returnee.document_number_sealed, keys.ring
    document = Document(returnee.document_kind, ring.decrypt(number, place=f"returnees/document_number/{returnee.id}"))
    index = keys.index(document.kind, document.number)
    known = await queries.residents_with_documents(db, district_code=registrar.district_code, indexes=[index])
    if known:
        [row] = known
        return Candidate(row.id, row.division_code, row.name, row.has_document), MatchedBy.DOCUMENT
    phone = returnee.phone_sealed and ring.decrypt(returnee.phone_sealed, place=f"returnees/phone/{returnee.id}")
    person = Newcomer(returnee.name, document, phone or None, returnee.destination_grid_code, returnee.address)
    return await register_newcomer(db, keys, registrar, person), MatchedBy.REGISTERED


async def register_newcomer(db: Transaction, keys: Keys, registrar: Registrar, newcomer: Newcomer) -> Candidate:
    """Register somebody at the destination's address."""
    household = await household_for(
        db,
        district_code=registrar.district_code,
        grid_code=newcomer.grid_code,
        address=newcomer.address,
        now=registrar.now,
    )
    person = check_person(
        name=newcomer.name,
        today=registrar.now.date(),
        document_kind=newcomer.document.kind,
        document_number=newcomer.document.number,
        phone=newcomer.phone,
        sex=Sex.UNKNOWN,
        relation=Relation.OTHER,
    )
    made = await register(
        db, keys, district_code=registrar.district_code, person=person, household=household, now=registrar.now
    )
    return Candidate(made.id, made.division_code, newcomer.name, has_document=True)
