"""Outcomes of screening 排查结果: who is here, since when, from where, symptoms or none, help needed or not."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.residents.returnees.policy import ACTIVE
from services.residents.risk_regions.model import RiskLevel
from services.residents.screening.model import ScreeningTask
from services.residents.screening.problems import (
    ArrivedInFuture,
    OutcomeMissing,
    PeopleHereImplausible,
    TooManyFindings,
    TravelIncomplete,
)

PEOPLE_HERE_MAX = 50
FINDINGS_MAX = 20


class Need(StrEnum):
    """What a household needs help with."""

    FOOD = "FOOD"
    MEDICINE = "MEDICINE"
    CARE = "CARE"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one person: here or not, since when and from where if from elsewhere."""

    resident_id: UUID
    is_here: bool
    symptoms: bool
    since_on: date | None
    origin_code: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found out when a task was verified."""

    people_here: int
    symptoms: bool
    needs: tuple[Need, ...]
    findings: tuple[Finding, ...]


def check_outcome(outcome: Outcome | None, task: ScreeningTask, today: date) -> None:
    """Raise unless the outcome is plausible; a household of a round is never verified without one."""
    if outcome is None:
        if task.round_id is not None:
            raise OutcomeMissing(path=("outcome",))
        return
    people = [f.resident_id for f in outcome.findings]
    if len(people) > FINDINGS_MAX or len(set(people)) < len(people):
        raise TooManyFindings(path=("outcome", "findings"), limit=FINDINGS_MAX)
    if not sum(f.is_here for f in outcome.findings) <= outcome.people_here <= PEOPLE_HERE_MAX:
        raise PeopleHereImplausible(path=("outcome", "people_here"), limit=PEOPLE_HERE_MAX)
    for place, finding in enumerate(outcome.findings):
        if (finding.since_on is None) != (finding.origin_code is None):
            raise TravelIncomplete(path=("outcome", "findings", str(place), "origin_code"))
        if finding.is_here and finding.since_on is not None and finding.since_on > today:
            raise ArrivedInFuture(path=("outcome", "findings", str(place), "since_on"))


def asks_for_days(finding: Finding, level: RiskLevel | None, today: date) -> int | None:
    """Return for how many days policy keeps somebody at home, None where it does not, or no longer."""
    days = ACTIVE.days(level)
    if days is None or not finding.is_here or finding.since_on is None or (today - finding.since_on).days >= days:
        return None
    return days
