"""Contacts 联系: who contacted a person or a household, when, how, why, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.clock import DISTRICT_ZONE
from chassis.errors import BadInput, Conflict, NotFound

ASKED_AGAIN_AFTER = timedelta(hours=12)  # nobody asks the same people the same within this time without saying why
BECAUSE_CHARACTERS_MAX = 200
NOTE_CHARACTERS_MAX = 500
MADE_IN_FUTURE_MAX = timedelta(minutes=5)


class How(StrEnum):
    """How somebody was contacted."""

    CALL = "CALL"
    VISIT = "VISIT"
    MESSAGE = "MESSAGE"


class ContactReason(StrEnum):
    """Why somebody was contacted."""

    SCREENING = "SCREENING"
    RESCREENING = "RESCREENING"
    QUARANTINE = "QUARANTINE"
    HELP = "HELP"
    OTHER = "OTHER"


class ContactOutcome(StrEnum):
    """What came of a contact."""

    REACHED = "REACHED"
    NO_ANSWER = "NO_ANSWER"
    NOT_HERE = "NOT_HERE"
    REFUSED = "REFUSED"


class ContactedRecently(Conflict):
    """{who} asked these people at {at} already ({how}, {why}); say why they are asked again.
    {who} 已于 {at} 联系过（{how}，{why}）；如需再次询问，请说明原因。
    """


class ContactWithNobody(BadInput):
    """Say which resident or which household was contacted.
    请指明所联系的居民或住户。
    """


class ContactedUnknown(NotFound):
    """There is no such resident or household within your scope.
    在您的权限范围内没有该居民或住户。
    """


class ContactTextTooLong(BadInput):
    """This has at most {limit} characters.
    此项最多 {limit} 个字符。
    """


class ContactInFuture(BadInput):
    """A contact is recorded once it has been made.
    联系发生之后方可登记。
    """


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact with a person, or with a household as a whole."""

    id: UUID
    division_code: str
    household_id: UUID | None
    resident_id: UUID | None
    task_id: UUID | None
    how: How
    reason: ContactReason
    outcome: ContactOutcome
    asked_again_because: str | None
    note: str | None
    made_by: str
    made_by_name: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """A contact that somebody made before."""

    how: How
    reason: ContactReason
    made_by_name: str
    made_at: datetime


def check_texts(because: str | None, note: str | None) -> None:
    """Raise ContactTextTooLong for an essay."""
    for name, text, limit in (
        ("asked_again_because", because, BECAUSE_CHARACTERS_MAX),
        ("note", note, NOTE_CHARACTERS_MAX),
    ):
        if text is not None and len(text) > limit:
            raise ContactTextTooLong(path=(name,), limit=limit)


def check_made_at(made_at: datetime, now: datetime) -> None:
    """Raise ContactInFuture unless the contact has been made."""
    if made_at > now + MADE_IN_FUTURE_MAX:
        raise ContactInFuture(path=("made_at",))


def check_asked_once(earlier: Earlier | None, because: str | None) -> None:
    """Raise ContactedRecently unless nobody asked the same lately, or it is said why they are asked again."""
    if earlier is not None and not because:
        raise ContactedRecently(
            path=("asked_again_because",),
            who=earlier.made_by_name,
            at=earlier.made_at.astimezone(DISTRICT_ZONE).strftime("%Y-%m-%d %H:%M"),
            how=earlier.how.value,
            why=earlier.reason.value,
        )
