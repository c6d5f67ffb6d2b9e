"""Registering returns: matched, stored once a person and day, given to a grid worker, an order drafted.

One return or a few hundred go the same way. It is the worker's: a returnee's home may lie outside
the scope of whoever registers, who has been checked against the destination before.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis import standards
from chassis.database import Transaction
from chassis.ids import new_id
from chassis.service import Keys
from services.residents.returnees import queries
from services.residents.returnees.follow_up import follow_up
from services.residents.returnees.matching import find_persons, identity_index
from services.residents.returnees.model import (
    Arrival,
    Candidate,
    Found,
    Match,
    MatchedBy,
    NewReturnee,
    Registrar,
    Undecided,
)
from services.residents.returnees.policy import ACTIVE
from services.residents.risk_regions.levels import regions_around
from services.residents.risk_regions.model import level_on
from services.residents.roster.model import Document, Relation, Sex, check_person
from services.residents.roster.people import household_for, register


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of an arrival: its returnee, whether it is new, and whether it was told the same before."""

    returnee_id: UUID
    identity: bytes
    resident_id: UUID | None
    task_id: UUID | None
    is_new: bool
    agrees: bool


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody about to enter the roster at a destination."""

    name: str
    document: Document
    phone: str | None
    grid_code: str
    address: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A return's numbers as they are stored."""

    document: bytes | None
    phone: bytes | None
    person_key: str | None


async def enter(
    db: Transaction, keys: Keys, registrar: Registrar, arrivals: Sequence[Arrival], *, into_roster: bool
) -> list[Entered]:
    """Register returns; who is known to nobody enters the roster if asked to (and if a document is given)."""
    identities = [identity_index(keys, arrival) for arrival in arrivals]
    known = await known_arrivals(db, registrar, identities, arrivals)
    fresh: dict[tuple[bytes, date], Arrival] = {}
    for identity, arrival in zip(identities, arrivals, strict=True):
        if (identity, arrival.arrives_on) not in known:
            fresh.setdefault((identity, arrival.arrives_on), arrival)
    made: set[UUID] = set()
    if fresh:
        drafts = await prepare(db, keys, registrar, fresh, into_roster=into_roster)
        made = await store(db, keys, registrar, drafts)
        stored = [draft for draft in drafts if draft.id in made]
        await follow_up(db, registrar, stored)
        known |= {(draft.identity, draft.arrival.arrives_on): known_as(draft) for draft in stored}
        if len(stored) < len(drafts):
            late = [draft for draft in drafts if draft.id not in made]
            known |= await known_arrivals(db, registrar, [d.identity for d in late], [d.arrival for d in late])
    return [
        entered(known[identity, arrival.arrives_on], arrival, made)
        for identity, arrival in zip(identities, arrivals, strict=True)
    ]


async def known_arrivals(
    db: Transaction, registrar: Registrar, identities: Sequence[bytes], arrivals: Sequence[Arrival]
) -> dict[tuple[bytes, date], queries.KnownArrival]:
    """Return the registered ones of these returns, by person and day."""
    rows = await queries.known_arrivals(
        db,
        district_code=registrar.district_code,
        identities=list(identities),
        days=[a.arrives_on for a in arrivals],
    )
    return {(row.identity_index, row.arrives_on): row for row in rows}


def known_as(draft: NewReturnee) -> queries.KnownArrival:
    """Return a return just written as it will be known."""
    arrival, resident = draft.arrival, draft.found.resident
    return queries.KnownArrival(
        id=draft.id,
        identity_index=draft.identity,
        arrives_on=arrival.arrives_on,
        origin_code=arrival.origin_code,
        destination_grid_code=arrival.grid_code,
        resident_id=resident.id if resident else None,
        task_id=draft.task_id,
    )


def entered(row: queries.KnownArrival, arrival: Arrival, made: set[UUID]) -> Entered:
    """Say what became of an arrival."""
    agrees = (row.origin_code, row.destination_grid_code) == (arrival.origin_code, arrival.grid_code)
    return Entered(row.id, row.identity_index, row.resident_id, row.task_id, row.id in made, agrees)


async def prepare(
    db: Transaction,
    keys: Keys,
    registrar: Registrar,
    fresh: dict[tuple[bytes, date], Arrival],
    *,
    into_roster: bool,
) -> list[NewReturnee]:
    """Match each return, find the risk it comes from, and the grid that screens it."""
    arrivals = list(fresh.values())
    found = await find_persons(db, keys, registrar.district_code, arrivals)
    if into_roster:
        found = [await enter_roster(db, keys, registrar, a, f) for a, f in zip(arrivals, found, strict=True)]
    regions = await regions_around(db, registrar.district_code, {a.origin_code for a in arrivals})
    return [
        NewReturnee(
            id=new_id(),
            task_id=new_id(),
            identity=identity,
            arrival=arrival,
            found=who,
            level=level_on(regions, arrival.origin_code, arrival.arrives_on),
            division_code=place_of(registrar, arrival, who),
        )
        for (identity, _), arrival, who in zip(fresh, arrivals, found, strict=True)
    ]


def place_of(registrar: Registrar, arrival: Arrival, found: Found) -> str:
    """Return the grid that screens a returnee: where the person lives if the registrar's scope holds it."""
    if found.resident is not None and registrar.covers(found.resident.division_code):
        return found.resident.division_code
    return arrival.grid_code


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


async def store(db: Transaction, keys: Keys, registrar: Registrar, drafts: Sequence[NewReturnee]) -> set[UUID]:
    """Write returns and return which are new: another transaction may have been first."""
    sealed = await asyncio.to_thread(seal, keys, drafts)
    documents = [d.arrival.document for d in drafts]
    phones = [d.arrival.phone for d in drafts]
    made = await queries.insert_returnees(
        db,
        district_code=registrar.district_code,
        policy_version=ACTIVE.version,
        registered_by=registrar.subject,
        now=registrar.now,
        ids=[d.id for d in drafts],
        division_codes=[d.division_code for d in drafts],
        destination_grid_codes=[d.arrival.grid_code for d in drafts],
        addresses=[d.arrival.address for d in drafts],
        names=[d.arrival.name for d in drafts],
        document_kinds=[n.kind if n else None for n in documents],
        documents_sealed=[s.document for s in sealed],
        documents_masked=[standards.mask_document(n.number) if n else None for n in documents],
        person_keys=[s.person_key for s in sealed],
        phones_sealed=[s.phone for s in sealed],
        phones_masked=[standards.mask_phone(p) if p else None for p in phones],
        identities=[d.identity for d in drafts],
        origin_codes=[d.arrival.origin_code for d in drafts],
        days=[d.arrival.arrives_on for d in drafts],
        transport_kinds=[d.arrival.transport.kind for d in drafts],
        transport_numbers=[d.arrival.transport.number for d in drafts],
        matches=[d.found.match for d in drafts],
        matched_bys=[d.found.matched_by for d in drafts],
        resident_ids=[d.found.resident.id if d.found.resident else None for d in drafts],
        candidate_ids=[",".join(str(c.id) for c in d.found.candidates) for d in drafts],
        risk_levels=[d.level for d in drafts],
    )
    return set(made)


def seal(keys: Keys, drafts: Sequence[NewReturnee]) -> list[Sealed]:
    """Return the numbers of returns encrypted for their rows; thousands at once belong in a thread."""
    found = []
    for draft in drafts:
        number, phone, ring = draft.arrival.document, draft.arrival.phone, keys.ring
        found.append(
            Sealed(
                ring.encrypt(number.number, place=f"returnees/document_number/{draft.id}") if number else None,
                ring.encrypt(phone, place=f"returnees/phone/{draft.id}") if phone else None,
                keys.person(number.kind, number.number) if number else None,
            )
        )
    return found
