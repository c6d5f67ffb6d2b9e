"""Submitting an application: the same steps for an enterprise's own, a corrected one, and a loaded one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.database import Transaction, refusing
from chassis.ids import new_id
from chassis.service import Keys
from chassis.standards import mask_document, mask_phone
from services.enterprises.register.model import Enterprise
from services.enterprises.resumption import history, policy, queries
from services.enterprises.resumption.form import Form, Worker
from services.enterprises.resumption.model import (
    SYSTEM,
    ApplicationAlreadyOpen,
    ApplicationStatus,
    Note,
    Person,
    Step,
    check_move,
    review_level,
)
from services.enterprises.resumption.precheck import Finding, Plan, passes, precheck
from services.enterprises.roster import queries as roster
from services.enterprises.roster.model import Member, first_status
from services.enterprises.watchlist.model import RiskRegion, Watch, restriction

S = ApplicationStatus


@dataclass(frozen=True, slots=True)
class Known:
    """What this service knows of the workers and of risk regions, under the watchlist's lock."""

    watches: Mapping[str, Watch]
    regions: Sequence[RiskRegion]


@dataclass(frozen=True, slots=True)
class Submission:
    """An application on its way in: the form, what the precheck found, and the steps it takes by itself."""

    id: UUID
    enterprise: Enterprise
    form: Form
    members: Sequence[Member]
    mode: policy.Mode
    findings: Sequence[Finding]
    steps: Sequence[Step]

    @property
    def status(self) -> ApplicationStatus:
        """Return where the application arrives."""
        return self.steps[-1].status

    @property
    def submitted_at(self) -> datetime:
        """Return when it was submitted."""
        return self.steps[0].at

    @property
    def due_at(self) -> datetime | None:
        """Return until when an answer is owed."""
        return policy.due_at(self.mode, self.submitted_at)

    @property
    def review_level(self) -> str:
        """Return who decides."""
        return review_level(self.enterprise.kind, self.enterprise.size).name

    @property
    def precheck_passed(self) -> bool:
        """Say whether nothing found stands in the way of approval."""
        return passes(self.mode, self.findings)


def members_of(keys: Keys, form: Form) -> list[Member]:
    """Return a form's workers as the precheck looks at them."""
    return [
        Member(place, w.name, keys.person("NATIONAL_ID", w.national_id), w.origin_code, w.returned_on, w.dormitory_room)
        for place, w in enumerate(form.workers)
    ]


async def submit(
    db: Transaction, keys: Keys, enterprise: Enterprise, form: Form, *, known: Known, by: Person, now: datetime
) -> Submission:
    """Store an application with its precheck; one that was returned is submitted again as itself.

    Raises ApplicationAlreadyOpen.
    """
    before = await queries.open_application(db, district_code=enterprise.district_code, enterprise_id=enterprise.id)
    if before is not None and before.status is not S.RETURNED:
        raise ApplicationAlreadyOpen
    members = members_of(keys, form)
    mode = policy.mode_for(enterprise.division_code, enterprise.kind, enterprise.industry_code, form.planned_on)
    findings = precheck(plan_of(form, mode, now), members, known.watches, known.regions, today=now.date())
    steps = steps_of(mode, findings, S.DRAFT if before is None else before.status, by=by, now=now)
    new = Submission(new_id() if before is None else before.id, enterprise, form, members, mode, findings, steps)
    if before is None:
        await insert(db, keys, new)
    else:
        await rewrite(db, keys, new)
    rows = [entry_values(keys, worker, place, known, new) for place, worker in enumerate(form.workers)]
    await roster.insert_entries(db, district_code=enterprise.district_code, application_id=new.id, rows=rows)
    await history.write_steps(db, enterprise, new.id, *steps, before=None if before is None else before.status)
    await history.tell(db, enterprise, new.id, new.status)
    return new


async def insert(db: Transaction, keys: Keys, new: Submission) -> None:
    """Store a new application; the constraint tells of one that somebody else opens meanwhile."""
    with refusing({"resumption_applications_one_open_per_enterprise": ApplicationAlreadyOpen}):
        await queries.insert_application(
            db,
            district_code=new.enterprise.district_code,
            application_id=new.id,
            division_code=new.enterprise.division_code,
            credit_code=new.enterprise.credit_code,
            enterprise_id=new.enterprise.id,
            **application_values(keys, new),
        )


async def rewrite(db: Transaction, keys: Keys, new: Submission) -> None:
    """Store a corrected application in the place of the one that was returned."""
    district_code = new.enterprise.district_code
    values = application_values(keys, new)
    await queries.rewrite_application(db, district_code=district_code, application_id=new.id, **values)
    await roster.delete_entries(db, district_code=district_code, application_id=new.id)


def plan_of(form: Form, mode: policy.Mode, now: datetime) -> Plan:
    """Return what the precheck needs of a form beside its roster."""
    return Plan(
        mode=mode,
        submitted_on=now.date(),
        planned_on=form.planned_on,
        masks=form.masks,
        thermometers=form.thermometers,
        disinfectant_liters=form.disinfectant_liters,
        isolation_rooms=form.isolation_rooms,
        rooms=form.rooms,
        canteen_plan=form.canteen_plan,
        undertaking_accepted=form.undertaking_accepted,
    )


def steps_of(
    mode: policy.Mode, findings: Sequence[Finding], start: ApplicationStatus, *, by: Person, now: datetime
) -> tuple[Step, ...]:
    """Return the steps an application takes by itself: to a person's desk, or to approval in a mode
    that asks for nobody's permission.
    """
    itself = policy.PROCEDURES[mode].decides_itself and passes(mode, findings)
    last = Step(now, S.APPROVED, SYSTEM, approved_by_rule(mode)) if itself else Step(now, S.UNDER_REVIEW, SYSTEM)
    steps = (Step(now, S.SUBMITTED, by), Step(now, S.PRECHECKED, SYSTEM, precheck_note(findings)), last)
    status = start
    for step in steps:
        check_move(status, step.status)
        status = step.status
    return steps


def precheck_note(findings: Sequence[Finding]) -> Note:
    """Say what the precheck found."""
    if not findings:
        return Note("The precheck found nothing.", "预审未发现问题。")
    return Note(f"The precheck found {len(findings)} items.", f"预审发现 {len(findings)} 项问题。")


def approved_by_rule(mode: policy.Mode) -> Note:
    """Say that nobody's permission is needed."""
    return Note(f"Mode {mode}: no permission is needed.", f"当前模式为 {mode}，无需审批。")


def application_values(keys: Keys, new: Submission) -> dict[str, Any]:
    """Return the columns that a submission writes, the first time and again."""
    form = new.form
    place = f"resumption_applications/person_in_charge_phone/{new.id}"
    return {
        "status": new.status,
        "mode": new.mode,
        "policy_version": policy.VERSION,
        "review_level": new.review_level,
        "planned_on": form.planned_on,
        "person_in_charge_name": form.in_charge_name,
        "person_in_charge_phone_sealed": keys.ring.encrypt(form.in_charge_phone, place=place),
        "person_in_charge_phone_masked": mask_phone(form.in_charge_phone),
        "masks": form.masks,
        "thermometers": form.thermometers,
        "disinfectant_liters": form.disinfectant_liters,
        "isolation_rooms": form.isolation_rooms,
        "dormitories": [asdict(room) for room in form.rooms],
        "canteen_plan": form.canteen_plan,
        "undertaking_accepted": form.undertaking_accepted,
        "submitted_at": new.submitted_at,
        "due_at": new.due_at,
        "precheck_passed": new.precheck_passed,
        "findings": [asdict(finding) for finding in new.findings],
        "prechecked_on": new.submitted_at.date(),
    }


def entry_values(keys: Keys, worker: Worker, place: int, known: Known, new: Submission) -> dict[str, Any]:
    """Return the columns of a roster's row: numbers sealed and masked."""
    entry_id, member, today = new_id(), new.members[place], new.submitted_at.date()
    reason = restriction(member.journey, known.watches.get(member.person_key), known.regions, today=today)
    home = new.enterprise.district_code
    row: dict[str, Any] = {
        "id": str(entry_id),
        "place": place,
        "name": worker.name,
        "national_id_sealed": sealed(keys, worker.national_id, f"roster_entries/national_id/{entry_id}"),
        "national_id_masked": mask_document(worker.national_id),
        "person_key": member.person_key,
        "origin_code": worker.origin_code,
        "returned_on": worker.returned_on,
        "transport_kind": worker.transport_kind,
        "transport_number": worker.transport_number,
        "dormitory_room": worker.dormitory_room,
        "status": first_status(member.journey, reason, today=today, home=home),
    }
    if worker.phone is not None:
        row["phone_sealed"] = sealed(keys, worker.phone, f"roster_entries/phone/{entry_id}")
        row["phone_masked"] = mask_phone(worker.phone)
    return row


def sealed(keys: Keys, number: str, place: str) -> str:
    """Return a number encrypted for its place, in hex as JSON carries it."""
    return keys.ring.encrypt(number, place=place).hex()
