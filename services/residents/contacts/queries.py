"""Statements of the contact ledger."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.residents.contacts.model import ContactOutcome, ContactReason, Earlier, How

statements = Statements(__file__)
LATEST_FIRST = ("made_at timestamptz", "id uuid")


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact as whoever asks next sees it."""

    id: UUID
    household_id: UUID | None
    resident_id: UUID | None
    task_id: UUID | None
    how: How
    reason: ContactReason
    outcome: ContactOutcome
    asked_again_because: str | None
    note: str | None
    made_by_name: str
    made_at: datetime


contacts_by_id = statements.one_each("contacts_by_id", ContactRow)
contacts_of_households = statements.page_each("contacts_of_households", ContactRow, order=LATEST_FIRST, descending=True)
contacts_of_residents = statements.page_each("contacts_of_residents", ContactRow, order=LATEST_FIRST, descending=True)
contacts_of_tasks = statements.page_each("contacts_of_tasks", ContactRow, order=LATEST_FIRST, descending=True)
last_contacts_of_households = statements.one_each("last_contacts_of_households", ContactRow)
last_contacts_of_residents = statements.one_each("last_contacts_of_residents", ContactRow)
last_contacts_of_tasks = statements.one_each("last_contacts_of_tasks", ContactRow)


@statements.query
async def earlier_contact(
    db: Transaction,
    *,
    district_code: str,
    household_id: UUID | None,
    resident_id: UUID | None,
    task_id: UUID | None,
    reason: ContactReason,
    since: datetime,
) -> Earlier | None:
    """Return the last time that somebody reached the same people for the same, but for the task's own."""


@statements.query
async def insert_contact(
    db: Transaction,
    *,
    district_code: str,
    id: UUID,  # noqa: A002
    division_code: str,
    household_id: UUID | None,
    resident_id: UUID | None,
    task_id: UUID | None,
    how: How,
    reason: ContactReason,
    outcome: ContactOutcome,
    asked_again_because: str | None,
    note: str | None,
    made_by: str,
    made_by_name: str,
    made_at: datetime,
) -> None:
    """Write a contact."""


statements.check()
