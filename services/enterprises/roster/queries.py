"""What rosters ask the database."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements
from services.enterprises.resumption.model import ApplicationStatus
from services.enterprises.roster.model import Member, RosterStatus

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class RosterEntryRow:
    """A worker 返岗人员 of an application's roster, as the enterprise and its reviewers see him."""

    id: UUID
    place: int
    name: str
    origin_code: str
    status: RosterStatus
    person_key: str


@dataclass(frozen=True, slots=True)
class EmploymentRow:
    """Where a person works, by the latest roster that names him."""

    on_post: bool
    enterprise_id: UUID
    status: RosterStatus


@dataclass(frozen=True, slots=True)
class Entry:
    """A worker with what the precheck needs of him."""

    id: UUID
    status: RosterStatus
    place: int
    name: str
    person_key: str
    origin_code: str
    returned_on: date | None
    dormitory_room: str | None

    @property
    def member(self) -> Member:
        """Return the worker as the precheck looks at him."""
        return Member(self.place, self.name, self.person_key, self.origin_code, self.returned_on, self.dormitory_room)


@dataclass(frozen=True, slots=True)
class LockedEntry:
    """A worker about to change, and how far the application has come."""

    id: UUID
    division_code: str
    status: RosterStatus
    application_status: ApplicationStatus


roster_of_applications = statements.page_each(
    "roster_of_applications", RosterEntryRow, order=("place bigint", "id uuid")
)
employments_of_persons = statements.one_each("employments_of_persons", EmploymentRow, key="text")


@statements.query
async def insert_entries(
    db: Transaction, *, district_code: str, application_id: UUID, rows: list[dict[str, Any]]
) -> None:
    """Store an application's roster."""


@statements.query
async def delete_entries(db: Transaction, *, district_code: str, application_id: UUID) -> None:
    """Forget the roster of an application that is submitted again."""


@statements.query
async def entries_of_application(db: Transaction, *, district_code: str, application_id: UUID) -> list[Entry]:
    """Return an application's workers, in the order of the form."""


@statements.query
async def lock_entry(db: Transaction, *, district_code: str, entry_id: UUID) -> LockedEntry | None:
    """Lock one worker until the transaction ends."""


@statements.query
async def set_statuses(db: Transaction, *, district_code: str, entry_ids: list[UUID], statuses: list[str]) -> None:
    """Change the status of workers."""


@statements.query
async def start_work(db: Transaction, *, district_code: str, application_id: UUID) -> list[UUID]:
    """Put everybody who may work on post, and return those."""


@statements.query
async def leave_roster(db: Transaction, *, district_code: str, application_id: UUID) -> list[UUID]:
    """Let a roster's workers go, and return them: its application has come to nothing."""


statements.check()
