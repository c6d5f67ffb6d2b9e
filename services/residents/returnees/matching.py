"""Looking returnees up in the roster, many at once."""

from collections.abc import Sequence

from chassis.database import Transaction
from chassis.service import Keys
from services.residents.returnees import queries
from services.residents.returnees.model import Arrival, Candidate, Found, find_person
from services.residents.returnees.queries import Indexed
from services.residents.search.indexing import PHONE

PERSON = "RETURNEE"


def identity_index(keys: Keys, arrival: Arrival) -> bytes:
    """Return what one person's returns have in common: the document, or the phone with the name."""
    if arrival.document is not None:
        return keys.index(PERSON, f"{arrival.document.kind}:{arrival.document.number}")
    return keys.index(PERSON, f"{PHONE}:{arrival.phone}:{arrival.name}")


async def find_persons(db: Transaction, keys: Keys, district_code: str, arrivals: Sequence[Arrival]) -> list[Found]:
    """Return for each arrival whom of the whole district's roster it is; the worker's, beyond any scope."""
    documents = [keys.index(a.document.kind, a.document.number) if a.document else None for a in arrivals]
    phones = [keys.index(PHONE, a.phone) if a.phone else None for a in arrivals]
    by_document = grouped(
        await queries.residents_with_documents(
            db, district_code=district_code, indexes=[d for d in documents if d is not None]
        )
    )
    by_phone = grouped(
        await queries.residents_with_phones(
            db, district_code=district_code, indexes=[p for p in phones if p is not None]
        )
    )
    return [
        find_person(arrival, next(iter(by_document.get(document, ())), None), by_phone.get(phone, []))
        for arrival, document, phone in zip(arrivals, documents, phones, strict=True)
    ]


def grouped(rows: Sequence[Indexed]) -> dict[bytes | None, list[Candidate]]:
    """Return residents by their blind index."""
    found: dict[bytes | None, list[Candidate]] = {}
    for row in rows:
        candidate = Candidate(row.id, row.division_code, row.name, row.has_document)
        found.setdefault(row.blind_index, []).append(candidate)
    return found
