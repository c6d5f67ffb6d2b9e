"""Screening rounds 排查轮次: PREPARING (tasks are written) > OPEN > CLOSED; CANCELLED before that, for a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import BadInput, Conflict, NotFound

TITLE_CHARACTERS_MAX = 60
REASON_CHARACTERS_MAX = 200
DUE_WITHIN_MAX = timedelta(days=60)
QUESTION_SETS = (1,)  # 1: who is here, since when, where from, symptoms, needs help (screening/findings.py)


class RoundStatus(StrEnum):
    """Where a round stands."""

    PREPARING = "PREPARING"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


class RoundUnknown(NotFound):
    """There is no such screening round within your scope.
    在您的权限范围内没有该排查轮次。
    """


class RoundTextMalformed(BadInput):
    """This has 1 to {limit} characters.
    此项须为 1 至 {limit} 个字符。
    """


class RoundDueImplausible(BadInput):
    """A round is due after now, and within {days} days.
    排查截止时间须晚于当前时间，且在 {days} 天之内。
    """


class QuestionSetUnknown(BadInput):
    """There is no version {version} of the questions.
    没有第 {version} 版排查问题。
    """


class RoundNotOpen(Conflict):
    """The round is {status}.
    该排查轮次状态为 {status}。
    """


class RoundUnfinished(Conflict):
    """{left} households are not verified; finish them, or cancel the round with a reason.
    还有 {left} 户未核实；请完成排查，或说明原因后取消该轮次。
    """


@dataclass(frozen=True, slots=True)
class ScreeningRound:
    """A round as its rules see it."""

    district_code: str
    id: UUID
    scope_code: str
    status: RoundStatus
    due_at: datetime
    prepared_to: str
    opened_by: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many households of a grid a round plans for, and how far it is with them; changes may be negative."""

    planned: int = 0
    reached: int = 0
    verified: int = 0
    refused: int = 0
    not_here: int = 0
    overdue: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.planned + other.planned,
            self.reached + other.reached,
            self.verified + other.verified,
            self.refused + other.refused,
            self.not_here + other.not_here,
            self.overdue + other.overdue,
        )

    def __neg__(self) -> "Tally":
        return Tally(-self.planned, -self.reached, -self.verified, -self.refused, -self.not_here, -self.overdue)


def check_round(*, title: str, reason: str, due_at: datetime, question_set_version: int, now: datetime) -> None:
    """Raise unless a round may be opened like this."""
    for name, text, limit in (("title", title, TITLE_CHARACTERS_MAX), ("reason", reason, REASON_CHARACTERS_MAX)):
        check_text(name, text, limit)
    if not now < due_at <= now + DUE_WITHIN_MAX:
        raise RoundDueImplausible(path=("due_at",), days=DUE_WITHIN_MAX.days)
    if question_set_version not in QUESTION_SETS:
        raise QuestionSetUnknown(path=("question_set_version",), version=question_set_version)


def check_text(name: str, text: str, limit: int) -> None:
    """Raise RoundTextMalformed for nothing, and for an essay."""
    if not 1 <= len(text) <= limit:
        raise RoundTextMalformed(path=(name,), limit=limit)


def check_close(status: RoundStatus, left: int) -> None:
    """Raise unless a round may be closed: it is open, and every household is verified."""
    if status is not RoundStatus.OPEN:
        raise RoundNotOpen(status=status.value)
    if left:
        raise RoundUnfinished(left=left)


def check_cancel(status: RoundStatus) -> None:
    """Raise unless a round may be cancelled: it has not ended."""
    if status not in {RoundStatus.PREPARING, RoundStatus.OPEN}:
        raise RoundNotOpen(status=status.value)
