"""How health checks are read, reported and reviewed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field, StringConstraints

from chassis import facts, standards
from chassis.commands import Command
from chassis.errors import Problem
from chassis.history import record
from chassis.routes import Body, add_batch, command_of
from services.residents.access import OFFICERS
from services.residents.answers import answer_row
from services.residents.health_checks import queries
from services.residents.health_checks.checks import check_change, check_changed, take_reading
from services.residents.health_checks.model import (
    CheckEvent,
    CheckStatus,
    Conclusion,
    HealthCheckUnknown,
    ReportedAs,
    ReportedForAnother,
    SlotUnknown,
    next_status,
    read,
    symptoms_of,
)
from services.residents.health_code.standing import restate
from services.residents.quarantine import orders
from services.residents.quarantine.model import OrderStatus, QuarantineOrder, check_in_force
from services.residents.roster import queries as roster

REPORTERS = ("resident", "grid_worker")
Words = Annotated[str, StringConstraints(min_length=1, max_length=500)]

router = APIRouter(tags=["health checks"])

add_batch(router, "/health-checks:batch", queries.health_checks_by_id)
add_batch(router, "/health-checks/by-order:batch", queries.health_checks_of_orders)
add_batch(router, "/health-checks/due-by-grid:batch", queries.health_checks_due_of_grids)


class ReportBody(Body):
    """One reading for one slot; `reported_for` says for whom a proxy means to report."""

    quarantine_order_id: UUID
    slot_at: AwareDatetime
    temperature_c: float
    symptoms: Annotated[list[str], Field(max_length=20, default_factory=list)]
    reported_for: UUID | None = None


class ReviewBody(Body):
    """What an officer concludes."""

    conclusion: Conclusion
    note: Words


@router.post("/health-checks")
async def report_health_check(
    body: ReportBody, command: Annotated[Command, command_of("health_check_report")]
) -> Response:
    """Report a temperature for one slot: the person, somebody of the household, or the grid worker."""
    command.viewer.require_role(*REPORTERS)
    db, now = command.db, command.clock.now()
    temperature_c, symptoms = checked_reading(body)
    try:
        order = await orders.find_order(db, command.viewer.district_code, body.quarantine_order_id)
        check_in_force(order)
    except Problem as problem:
        raise problem.at("quarantine_order_id") from None
    if body.reported_for not in (None, order.resident_id):
        meant = await roster.resident_by_id(db, district_code=order.district_code, resident_id=body.reported_for)
        if meant is None or meant.id != order.resident_id:
            raise ReportedForAnother(path=("reported_for",))
    check = await queries.lock_check_of_slot(
        db, district_code=order.district_code, order_id=order.id, slot_at=body.slot_at
    )
    if check is None:
        raise SlotUnknown(path=("slot_at",))
    statuses = read(check, temperature_c, now)
    await take_reading(
        db,
        check,
        statuses,
        temperature_c=temperature_c,
        symptoms=symptoms,
        reported_by=command.viewer.subject,
        reported_as=await reporter(command, order),
        now=now,
    )
    if order.status is OrderStatus.DELIVERED:
        await orders.activate_order(db, order, now)
    elif statuses[-1] is CheckStatus.ESCALATED:
        await restate(db, order.district_code, order.resident_id, now)
    await facts.publish(db, "residents", check_changed(check, statuses[-1]))
    return await answer_row(command, queries.health_checks_by_id, check.id)


@router.post("/health-checks/{check_id}/review")
async def review_health_check(
    check_id: UUID, body: ReviewBody, command: Annotated[Command, command_of("health_check_review")]
) -> Response:
    """Conclude from an escalated health check."""
    command.viewer.require_role(*OFFICERS)
    db, now, district_code = command.db, command.clock.now(), command.viewer.district_code
    check = await queries.lock_check(db, district_code=district_code, check_id=check_id)
    if check is None:
        raise HealthCheckUnknown
    after = next_status(check.status, CheckEvent.REVIEW)
    await queries.set_reviewed(db, district_code=district_code, check_id=check_id, conclusion=body.conclusion, now=now)
    await queries.add_check_history(
        db,
        district_code=district_code,
        check_id=check_id,
        change=check.changes + 1,
        now=now,
        status_before=check.status,
        status_after=after,
        temperature_c=None,
        note=f"{body.conclusion}: {body.note}",
    )
    said = {"status": after, "conclusion": body.conclusion}
    await record(command, check_change(check, "REVIEWED", check.status, said, body.note))
    await restate(db, district_code, check.resident_id, now)
    await facts.publish(db, "residents", check_changed(check, after))
    return await answer_row(command, queries.health_checks_by_id, check_id)


def checked_reading(body: ReportBody) -> tuple[float, list[str]]:
    """Return temperature and symptoms; raise TemperatureOutOfRange or SymptomUnknown."""
    try:
        temperature_c = standards.temperature(body.temperature_c)
    except standards.TemperatureOutOfRange as problem:
        raise problem.at("temperature_c") from None
    return temperature_c, symptoms_of(body.symptoms)


async def reporter(command: Command, order: QuarantineOrder) -> ReportedAs:
    """Say in what capacity somebody reports who sees the order."""
    viewer = command.viewer
    if viewer.role == "grid_worker":
        return ReportedAs.GRID_WORKER
    if viewer.grant("resident_id") == str(order.resident_id):
        return ReportedAs.SELF
    person = await roster.resident_by_id(command.db, district_code=order.district_code, resident_id=order.resident_id)
    at_home = person is not None and viewer.grant("household_id") == str(person.household_id)
    return ReportedAs.HOUSEHOLD if at_home else ReportedAs.PROXY
