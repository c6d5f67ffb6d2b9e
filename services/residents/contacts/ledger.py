"""Writing into the contact ledger, whoever made the contact; what was asked lately is not asked again unsaid."""

from chassis.database import Transaction
from chassis.facts import Fact, publish
from services.residents.contacts import queries
from services.residents.contacts.model import (
    ASKED_AGAIN_AFTER,
    Contact,
    ContactOutcome,
    check_asked_once,
    check_texts,
)


async def write(db: Transaction, contact: Contact) -> None:
    """Write a contact and tell of it; raise ContactedRecently, ContactTextTooLong."""
    check_texts(contact.asked_again_because, contact.note)
    district_code = contact.division_code[:6]
    if contact.outcome is ContactOutcome.REACHED:
        earlier = await queries.earlier_contact(
            db,
            district_code=district_code,
            household_id=contact.household_id,
            resident_id=contact.resident_id,
            task_id=contact.task_id,
            reason=contact.reason,
            since=contact.made_at - ASKED_AGAIN_AFTER,
        )
        check_asked_once(earlier, contact.asked_again_because)
    await queries.insert_contact(
        db,
        district_code=district_code,
        id=contact.id,
        division_code=contact.division_code,
        household_id=contact.household_id,
        resident_id=contact.resident_id,
        task_id=contact.task_id,
        how=contact.how,
        reason=contact.reason,
        outcome=contact.outcome,
        asked_again_because=contact.asked_again_because,
        note=contact.note,
        made_by=contact.made_by,
        made_by_name=contact.made_by_name,
        made_at=contact.made_at,
    )
    await publish(db, "residents", Fact("contact_made", contact.division_code, {"contact_id": str(contact.id)}))
