"""What a return asks for, by the risk of where somebody comes from: a table in versions."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.residents.risk_regions.model import RiskLevel
from services.residents.screening.model import TaskReason


@dataclass(frozen=True, slots=True)
class ReturnPolicy:
    """One version: days of quarantine by level, and within how many hours somebody is screened."""

    version: int
    quarantine_days: Mapping[RiskLevel, int]
    due_hours_from_risk: int
    due_hours: int

    def days(self, level: RiskLevel | None) -> int | None:
        """Return for how many days a return from this level is quarantined, None for none."""
        return None if level is None else self.quarantine_days.get(level)

    def hours(self, level: RiskLevel | None) -> int:
        """Return within how many hours of the arrival somebody is screened."""
        return self.due_hours if level is None else self.due_hours_from_risk

    def reason(self, level: RiskLevel | None) -> TaskReason:
        """Return why somebody is screened."""
        return TaskReason.RETURN if level is None else TaskReason.RETURN_FROM_RISK_REGION


VERSIONS = (
    ReturnPolicy(
        version=1,
        quarantine_days={RiskLevel.HIGH: 14, RiskLevel.MEDIUM: 7},
        due_hours_from_risk=12,
        due_hours=24,
    ),
)
ACTIVE = VERSIONS[-1]
