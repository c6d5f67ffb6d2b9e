"""What happened to an application: a row for each step, and a fact for whoever waits."""

from typing import Protocol
from uuid import UUID

from chassis.database import Transaction
from chassis.facts import Fact, publish
from chassis.history import Change, record_in
from chassis.ids import new_id
from services.enterprises.resumption import queries
from services.enterprises.resumption.model import ApplicationStatus, Step


class Owner(Protocol):
    """Whose application it is: the enterprise, or the application itself, which knows as much."""

    @property
    def district_code(self) -> str:
        """Return the district."""

    @property
    def division_code(self) -> str:
        """Return the grid."""

    @property
    def credit_code(self) -> str:
        """Return the enterprise's credit code."""


async def write_steps(
    db: Transaction, owner: Owner, application_id: UUID, *steps: Step, before: ApplicationStatus | None
) -> None:
    """Add steps to an application's history, in their order; `before` is where it stood, if anywhere."""
    for step in steps:
        was, said = None if before is None else {"status": before}, {"status": step.status}
        note, code = None if step.note is None else step.note.en, owner.division_code
        change = Change("resumption_application", application_id, code, step.status, was, said, note)
        await record_in(db, owner.district_code, step.at, change)
        before = step.status
        await queries.insert_history(
            db,
            district_code=owner.district_code,
            history_id=new_id(),
            division_code=owner.division_code,
            credit_code=owner.credit_code,
            application_id=application_id,
            at=step.at,
            status=step.status,
            subject=step.by.subject,
            by_name=step.by.name,
            note_en=None if step.note is None else step.note.en,
            note_zh=None if step.note is None else step.note.zh,
        )


async def tell(db: Transaction, owner: Owner, application_id: UUID, status: str) -> None:
    """Publish that an application changed."""
    body = {"application_id": str(application_id), "credit_code": owner.credit_code, "status": status}
    await publish(db, "enterprises", Fact("application_changed", owner.division_code, body))
