"""Offline steps 离线排查步骤: what a device may send, and when it may have happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.errors import Problem
from services.residents.screening.problems import StepInFuture, StepKeyMalformed, StepTooOld, TooManySteps

STEPS_MAX = 100
KEY_CHARACTERS_MAX = 100
AHEAD_MAX = timedelta(minutes=5)
OFFLINE_MAX = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A step that was not stored: which one, and the rule it breaks."""

    place: int
    step_key: str
    problem: Problem

    @property
    def field(self) -> str | None:
        """Return the field that breaks the rule, None where it is the whole step."""
        return ".".join(self.problem.path) or None


@dataclass(frozen=True, slots=True)
class Stored:
    """A step that is stored now, to be known when it is sent again."""

    key: str
    fingerprint: bytes
    task_id: UUID


def check_size(steps: int) -> None:
    """Raise TooManySteps for an empty batch and for a large one."""
    if not 1 <= steps <= STEPS_MAX:
        raise TooManySteps(path=("steps",), limit=STEPS_MAX)


def check_step(key: str, occurred_at: datetime, now: datetime) -> None:
    """Raise StepKeyMalformed, StepInFuture, StepTooOld."""
    if not 1 <= len(key) <= KEY_CHARACTERS_MAX:
        raise StepKeyMalformed(path=("key",), limit=KEY_CHARACTERS_MAX)
    if occurred_at > now + AHEAD_MAX:
        raise StepInFuture(path=("occurred_at",), minutes=AHEAD_MAX.seconds // 60)
    if occurred_at < now - OFFLINE_MAX:
        raise StepTooOld(path=("occurred_at",), days=OFFLINE_MAX.days)
