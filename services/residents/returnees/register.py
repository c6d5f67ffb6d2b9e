"""Registering returns: matched, stored once a person and day, given to a grid worker, an order drafted.

One return or a few hundred go the same way. It is the worker's: a returnee's home may lie outside
the scope of whoever registers, who has been checked against the destination before.
"""

import asyncio
from collections.abc import Mapping, Sequence
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
    Found,
    NewReturnee,
    Registrar,
)
from services.residents.returnees.newcomers import enter_roster
from services.residents.returnees.policy import ACTIVE
from services.residents.risk_regions.levels import regions_around
from services.residents.risk_regions.model import level_on


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
class Sealed:
    """A return's numbers as they are stored."""

    document: bytes | None
    phone: bytes | None
    person_key: str | None


@dataclass(frozen=True, slots=True)
class Ready:
    """Returns ready to be written: who each is, once a person and day, matched and sealed."""

    identities: Sequence[bytes]
    drafts: Sequence[NewReturnee]
    sealed: Sequence[Sealed]


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
        written, made = await write(db, registrar, drafts, seal(keys, drafts))
        known |= written
    return answered(identities, arrivals, known, made)


async def make_ready(db: Transaction, keys: Keys, registrar: Registrar, arrivals: Sequence[Arrival]) -> Ready:
    """Do what can be done before returns are written: nothing here depends on other returns."""
    identities = await asyncio.to_thread(lambda: [identity_index(keys, arrival) for arrival in arrivals])
    first: dict[tuple[bytes, date], Arrival] = {}
    for identity, arrival in zip(identities, arrivals, strict=True):
        first.setdefault((identity, arrival.arrives_on), arrival)
    drafts = await prepare(db, keys, registrar, first, into_roster=False) if first else []
    return Ready(identities, drafts, await asyncio.to_thread(seal, keys, drafts))


async def enter_ready(
    db: Transaction, registrar: Registrar, ready: Ready, arrivals: Sequence[Arrival]
) -> list[Entered]:
    """Register returns that are ready; nobody enters the roster."""
    known, made = await write(db, registrar, ready.drafts, ready.sealed)
    return answered(ready.identities, arrivals, known, made)


async def write(
    db: Transaction, registrar: Registrar, drafts: Sequence[NewReturnee], sealed: Sequence[Sealed]
) -> tuple[dict[tuple[bytes, date], queries.KnownArrival], set[UUID]]:
    """Write returns and what follows from those that are new; return all of them as they are known, and the new."""
    if not drafts:
        return {}, set()
    made = await store(db, registrar, drafts, sealed)
    stored = [draft for draft in drafts if draft.id in made]
    await follow_up(db, registrar, stored)
    known = {(draft.identity, draft.arrival.arrives_on): known_as(draft) for draft in stored}
    if len(stored) < len(drafts):
        late = [draft for draft in drafts if draft.id not in made]
        known |= await known_arrivals(db, registrar, [d.identity for d in late], [d.arrival for d in late])
    return known, made


def answered(
    identities: Sequence[bytes],
    arrivals: Sequence[Arrival],
    known: Mapping[tuple[bytes, date], queries.KnownArrival],
    made: set[UUID],
) -> list[Entered]:
    """Say what became of each arrival."""
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


async def store(
    db: Transaction, registrar: Registrar, drafts: Sequence[NewReturnee], sealed: Sequence[Sealed]
) -> set[UUID]:
    """Write returns and return which are new: another transaction may have been first."""
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
