"""What problem tickets ask the database."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.enterprises.tickets.model import Ticket, TicketChannel, TicketStatus

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A problem ticket 难题工单 as it is read."""

    id: UUID
    enterprise_id: UUID
    credit_code: str
    status: TicketStatus
    channel: TicketChannel
    subject: str
    description: str
    owner_name: str | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class TicketHistoryRow:
    """A step of a ticket."""

    id: UUID
    at: datetime
    status: TicketStatus
    by_name: str
    owner_name: str | None
    note: str | None


tickets_by_id = statements.one_each("tickets_by_id", TicketRow)
tickets_of_enterprises = statements.page_each(
    "tickets_of_enterprises", TicketRow, order=("opened_at timestamptz", "id uuid"), descending=True
)
history_of_tickets = statements.page_each("history_of_tickets", TicketHistoryRow, order=("at timestamptz", "id uuid"))


@statements.query
async def insert_ticket(
    db: Transaction,
    *,
    district_code: str,
    ticket_id: UUID,
    division_code: str,
    credit_code: str,
    enterprise_id: UUID,
    status: str,
    channel: str,
    subject: str,
    description: str,
    owner_name: str | None,
    liaison_team_id: UUID | None,
    opened_at: datetime,
) -> None:
    """Store a new ticket."""


@statements.query
async def lock_ticket(db: Transaction, *, district_code: str, ticket_id: UUID) -> Ticket | None:
    """Lock a ticket within scope until the transaction ends."""


@statements.query
async def move_ticket(
    db: Transaction, *, district_code: str, ticket_id: UUID, status: str, owner_name: str | None
) -> None:
    """Change a ticket's status and owner."""


@statements.query
async def insert_ticket_history(
    db: Transaction,
    *,
    district_code: str,
    history_id: UUID,
    division_code: str,
    credit_code: str,
    ticket_id: UUID,
    at: datetime,
    status: str,
    subject: str,
    by_name: str,
    owner_name: str | None,
    note: str | None,
) -> None:
    """Add a step to a ticket's history."""


statements.check()
