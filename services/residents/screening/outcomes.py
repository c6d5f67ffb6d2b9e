"""What the outcome of a screening task writes: the findings, and the orders that policy asks for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.database import Transaction
from chassis.errors import Problem
from chassis.ids import new_id
from services.residents.divisions.places import find_origin
from services.residents.quarantine.model import Reason
from services.residents.quarantine.orders import draft_order
from services.residents.risk_regions.levels import regions_around
from services.residents.risk_regions.model import RiskLevel, RiskRegion, level_on, prefixes_of
from services.residents.screening import queries
from services.residents.screening.findings import Finding, Outcome, asks_for_days
from services.residents.screening.model import ScreeningTask
from services.residents.screening.problems import NotOfThisTask


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with the risk of where the person came from, and the order that was drafted for it."""

    finding: Finding
    level: RiskLevel | None
    order_id: UUID | None


async def record_outcome(
    db: Transaction, task: ScreeningTask, outcome: Outcome, *, verified_by: str, now: datetime
) -> None:
    """Write an outcome; who came from a risk region gets the order that policy asks for, as a draft."""
    district_code = task.division_code[:6]
    homes = await homes_of(db, task, outcome)
    findings = await located(db, outcome.findings)
    regions = await regions_around(db, district_code, {f.origin_code for f in findings if f.origin_code is not None})
    judged = [await judge(db, finding, regions, homes[finding.resident_id], now) for finding in findings]
    outcome_id = new_id()
    await queries.insert_outcome(
        db,
        district_code=district_code,
        id=outcome_id,
        division_code=task.division_code,
        task_id=task.id,
        people_here=outcome.people_here,
        symptoms=outcome.symptoms,
        needs=list(outcome.needs),
        verified_by=verified_by,
        now=now,
    )
    await queries.insert_findings(
        db,
        district_code=district_code,
        division_code=task.division_code,
        outcome_id=outcome_id,
        task_id=task.id,
        ids=[new_id() for _ in judged],
        resident_ids=[j.finding.resident_id for j in judged],
        are_here=[j.finding.is_here for j in judged],
        since=[j.finding.since_on for j in judged],
        origin_codes=[j.finding.origin_code for j in judged],
        symptoms=[j.finding.symptoms for j in judged],
        levels=[j.level for j in judged],
        order_ids=[j.order_id for j in judged],
    )
    prefixes = {prefix for f in findings if f.origin_code is not None for prefix in prefixes_of(f.origin_code)}
    await queries.mark_answered(db, district_code=district_code, task_id=task.id, prefixes=sorted(prefixes), now=now)


async def homes_of(db: Transaction, task: ScreeningTask, outcome: Outcome) -> dict[UUID, str]:
    """Return where the people of an outcome live, or raise NotOfThisTask."""
    rows = await queries.people_of_home(
        db, district_code=task.division_code[:6], household_id=task.home_id, resident_id=task.resident_id
    )
    homes = {row.id: row.division_code for row in rows}
    for place, finding in enumerate(outcome.findings):
        if finding.resident_id not in homes:
            raise NotOfThisTask(path=("outcome", "findings", str(place), "resident_id"))
    return homes


async def located(db: Transaction, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings with their origins looked up, or raise DivisionCodeMalformed or OriginUnknown."""
    found = []
    for place, finding in enumerate(findings):
        if finding.origin_code is None:
            found.append(finding)
            continue
        try:
            origin = await find_origin(db, finding.origin_code)
        except Problem as problem:
            raise problem.at("outcome", "findings", str(place), "origin_code") from None
        found.append(replace(finding, origin_code=origin.code))
    return found


async def judge(
    db: Transaction, finding: Finding, regions: Sequence[RiskRegion], home_code: str, now: datetime
) -> Judged:
    """Find the risk of where somebody came from, and draft the order that policy asks for."""
    if finding.origin_code is None or finding.since_on is None:
        return Judged(finding, None, None)
    level = level_on(regions, finding.origin_code, finding.since_on)
    days = asks_for_days(finding, level, now.date())
    if days is None:
        return Judged(finding, level, None)
    order_id = await draft_order(
        db,
        district_code=home_code[:6],
        resident_id=finding.resident_id,
        division_code=home_code,
        reason=Reason.TRAVEL_FROM_RISK_AREA,
        starts_on=finding.since_on,
        length_days=days,
        now=now,
    )
    return Judged(finding, level, order_id)
