"""The one statement that reads ciphertexts to show what is in them."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import Transaction
from chassis.sql import Statements

statements = Statements(__file__)


@dataclass(frozen=True, slots=True)
class SealedNumbers:
    """A resident's numbers as they are stored."""

    id: UUID
    document_kind: str | None
    document_number_sealed: bytes | None
    phone_sealed: bytes | None


@statements.query
async def sealed_numbers(db: Transaction, *, district_code: str, resident_id: UUID) -> SealedNumbers | None:
    """Return a resident's ciphertexts; the worker's."""


statements.check()
