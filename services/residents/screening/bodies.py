"""What commands say of the outcome of a screening task."""

from datetime import date
from uuid import UUID

from pydantic import Field

from chassis.routes import Body
from services.residents.screening.findings import FINDINGS_MAX, Finding, Need, Outcome


class FindingBody(Body):
    """What was found out about one person; since when and from where, if from elsewhere."""

    resident_id: UUID
    is_here: bool
    symptoms: bool = False
    since_on: date | None = None
    origin_code: str | None = None

    def plain(self) -> Finding:
        """Return it as its rules see it."""
        return Finding(self.resident_id, self.is_here, self.symptoms, self.since_on, self.origin_code)


class OutcomeBody(Body):
    """What was found out."""

    people_here: int
    symptoms: bool = False
    needs: list[Need] = Field(default=[], max_length=len(Need))
    findings: list[FindingBody] = Field(default=[], max_length=FINDINGS_MAX)

    def plain(self) -> Outcome:
        """Return it as its rules see it."""
        findings = tuple(finding.plain() for finding in self.findings)
        return Outcome(self.people_here, self.symptoms, tuple(sorted(set(self.needs))), findings)
