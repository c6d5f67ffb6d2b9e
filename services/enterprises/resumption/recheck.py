"""The precheck again: when a fact changes what is known of a worker, and once a day."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from chassis.clock import Clock
from chassis.database import Transaction
from chassis.history import Change, record_in
from services.enterprises.resumption import history, queries
from services.enterprises.resumption.model import OPEN, SYSTEM, Application, Note, Step
from services.enterprises.resumption.precheck import Finding, Plan, Room, passes, precheck
from services.enterprises.resumption.submission import Known
from services.enterprises.roster import queries as roster
from services.enterprises.roster.model import status_now
from services.enterprises.watchlist import queries as watchlist
from services.enterprises.watchlist.model import restriction
from services.enterprises.watchlist.standing import known_of


async def recheck_due(db: Transaction, clock: Clock) -> int:
    """Run the precheck of open applications anew when a day has passed: waiting times end by themselves."""
    due = await queries.applications_to_recheck(db, today=clock.today())
    for district_code in sorted({key.district_code for key in due}):
        await watchlist.share_watchlist(db, district_code=district_code)
        ids = [key.id for key in due if key.district_code == district_code]
        await recheck_all(db, ids, district_code=district_code, now=clock.now())
    return len(due)


async def recheck_all(db: Transaction, application_ids: Sequence[UUID], *, district_code: str, now: datetime) -> None:
    """Run the precheck of applications anew, and bring their rosters up to date.

    The caller holds the watchlist's lock; as the worker, who alone may read the watchlist.
    """
    for application_id in application_ids:
        application = await queries.lock_application(db, district_code=district_code, application_id=application_id)
        if application is not None:
            await recheck(db, application, now)


async def recheck(db: Transaction, application: Application, now: datetime) -> None:
    """Run one application's precheck anew while it is open, and bring its roster up to date."""
    district_code = application.district_code
    entries = await roster.entries_of_application(db, district_code=district_code, application_id=application.id)
    watches, regions = await known_of(db, [e.person_key for e in entries], district_code=district_code)
    known = Known(watches, regions)
    await restate(db, application, entries, known, now)
    if application.status not in OPEN:
        return
    stored = await queries.plan_of_application(db, district_code=district_code, application_id=application.id)
    plan = plan_of(application, stored)
    findings = precheck(plan, [e.member for e in entries], watches, regions, today=now.date())
    told = [asdict(f) | {"path": list(f.path)} for f in findings]
    passed = passes(application.mode, findings)
    await queries.set_precheck(
        db,
        district_code=district_code,
        application_id=application.id,
        precheck_passed=passed,
        findings=told,
        prechecked_on=now.date(),
    )
    if told != stored.findings:
        step = Step(now, application.status, SYSTEM, changed_note(findings))
        await history.write_steps(db, application, application.id, step, before=application.status)
        await history.tell(db, application, application.id, application.status)


async def restate(
    db: Transaction, application: Application, entries: Sequence[roster.Entry], known: Known, now: datetime
) -> None:
    """Bring the workers' statuses up to date."""
    moved: list[tuple[UUID, str]] = []
    today, home = now.date(), application.district_code
    for entry in entries:
        journey = entry.member.journey
        reason = restriction(journey, known.watches.get(entry.person_key), known.regions, today=today)
        status = status_now(entry.status, journey, reason, today=today, home=home)
        if status is not entry.status:
            moved.append((entry.id, status))
    if moved:
        ids, statuses = [i for i, _ in moved], [s for _, s in moved]
        await roster.set_statuses(db, district_code=home, entry_ids=ids, statuses=statuses)
        was = {entry.id: entry.status for entry in entries}
        code = application.division_code
        changes = [Change("roster_entry", i, code, "MOVED", {"status": was[i]}, {"status": s}) for i, s in moved]
        await record_in(db, home, now, *changes)


def plan_of(application: Application, stored: queries.PlanRow) -> Plan:
    """Return what the precheck needs of a stored application; it stays submitted when it was."""
    return Plan(
        mode=application.mode,
        submitted_on=application.submitted_at.date(),
        planned_on=application.planned_on,
        masks=stored.masks,
        thermometers=stored.thermometers,
        disinfectant_liters=stored.disinfectant_liters,
        isolation_rooms=stored.isolation_rooms,
        rooms=tuple(Room(r["room"], r["beds"], r["area_square_meters"]) for r in stored.dormitories),
        canteen_plan=stored.canteen_plan,
        undertaking_accepted=stored.undertaking_accepted,
    )


def changed_note(findings: Sequence[Finding]) -> Note:
    """Say that what is known has changed, and what the precheck finds now."""
    if not findings:
        return Note("The precheck was run again and finds nothing.", "信息有变，重新预审，未发现问题。")
    count = len(findings)
    return Note(f"The precheck was run again and finds {count} items.", f"信息有变，重新预审，发现 {count} 项问题。")
