"""How quarantine orders are read and changed."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, StringConstraints

from chassis.commands import Command
from chassis.routes import Body, add_batch, command_of
from services.residents.access import FIELD_STAFF, OFFICERS
from services.residents.answers import answer_row
from services.residents.health_checks.checks import close_slots, drop_slots, expect_slots
from services.residents.health_checks.model import slots_left
from services.residents.quarantine import model, orders, queries
from services.residents.quarantine.model import (
    LENGTH_DAYS,
    DeliveryMethod,
    Destination,
    OrderStatus,
    QuarantineOrder,
    Reason,
    Setting,
    Transition,
)
from services.residents.quarantine.problems import AlreadyUnderQuarantine
from services.residents.roster import queries as roster
from services.residents.roster.model import ResidentUnknown

Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=500)]

router = APIRouter(tags=["quarantine"])

add_batch(router, "/quarantine-orders:batch", queries.orders_by_id)
add_batch(router, "/quarantine-orders/by-resident:batch", queries.orders_of_residents)
add_batch(router, "/quarantine-orders/by-grid:batch", queries.orders_of_grids)
add_batch(router, "/quarantine-orders/by-scope:batch", queries.orders_of_scopes)


class CreateBody(Body):
    """Whom to put under quarantine, why, and from when; 14 days from today unless said otherwise."""

    resident_id: UUID
    reason: Reason
    setting: Setting = Setting.HOME
    starts_on: date | None = None
    length_days: int = LENGTH_DAYS


class IssueBody(Body):
    """Day 0; the draft's own unless said otherwise, and today at the latest."""

    starts_on: date | None = None


class DeliverBody(Body):
    """How the notice was delivered, when, and who took it."""

    method: DeliveryMethod
    delivered_at: AwareDatetime
    receiver: Name


class ReleaseBody(Body):
    """Nothing: the order says it all."""


class ExtendBody(Body):
    """The new last day."""

    ends_on: date


class RevokeBody(Body):
    """Why the order should not have been."""

    reason: Words


class ConfirmBody(Body):
    """Nothing: the first person said why."""


class TransferBody(Body):
    """Where the person goes."""

    to: Destination
    place: Name


@router.post("/quarantine-orders", status_code=201)
async def create_order(
    body: CreateBody, command: Annotated[Command, command_of("quarantine_order_create")]
) -> Response:
    """Draft an order for a resident and issue it at once."""
    command.viewer.require_role(*FIELD_STAFF)
    db, district_code, now, today = command.db, command.viewer.district_code, command.clock.now(), command.clock.today()
    starts_on = body.starts_on or today
    model.check_period(starts_on, body.length_days, today)
    person = await roster.resident_by_id(db, district_code=district_code, resident_id=body.resident_id)
    if person is None:
        raise ResidentUnknown(path=("resident_id",))
    order_id = await orders.draft_order(
        db,
        district_code=district_code,
        resident_id=person.id,
        division_code=person.division_code,
        reason=body.reason,
        starts_on=starts_on,
        length_days=body.length_days,
        now=now,
        setting=body.setting,
    )
    if order_id is None:
        raise AlreadyUnderQuarantine(path=("resident_id",))
    draft = await orders.find_order(db, district_code, order_id)
    await orders.issue_order(db, draft, starts_on=starts_on, length_days=body.length_days, now=now)
    return await answer_row(command, queries.orders_by_id, order_id, 201)


@router.post("/quarantine-orders/{order_id}/issue")
async def issue_order(
    order_id: UUID, body: IssueBody, command: Annotated[Command, command_of("quarantine_order_issue")]
) -> Response:
    """Issue a draft by hand."""
    command.viewer.require_role(*FIELD_STAFF)
    order = await orders.find_order(command.db, command.viewer.district_code, order_id)
    model.next_status(order.status, Transition.ISSUE)
    today = command.clock.today()
    starts_on = model.first_day(order.starts_on, body.starts_on, today)
    model.check_period(starts_on, order.length_days, today)
    await orders.issue_order(
        command.db, order, starts_on=starts_on, length_days=order.length_days, now=command.clock.now()
    )
    return await answer_row(command, queries.orders_by_id, order_id)


@router.post("/quarantine-orders/{order_id}/deliver")
async def deliver_notice(
    order_id: UUID, body: DeliverBody, command: Annotated[Command, command_of("quarantine_order_deliver")]
) -> Response:
    """Record that the notice has been delivered."""
    command.viewer.require_role(*FIELD_STAFF)
    db, now = command.db, command.clock.now()
    order = await orders.find_order(db, command.viewer.district_code, order_id)
    after = model.check_delivery(order, body.delivered_at, now)
    await queries.set_delivered(
        db,
        district_code=order.district_code,
        order_id=order_id,
        delivered_at=body.delivered_at,
        method=body.method,
        receiver=body.receiver,
    )
    await orders.record(db, order, after, Transition.DELIVER, now=now, note=body.method)
    return await answer_row(command, queries.orders_by_id, order_id)


@router.post("/quarantine-orders/{order_id}/release")
async def release_order(
    order_id: UUID, _body: ReleaseBody, command: Annotated[Command, command_of("quarantine_order_release")]
) -> Response:
    """Release a person whose last day has passed."""
    command.viewer.require_role(*FIELD_STAFF)
    order = await orders.find_order(command.db, command.viewer.district_code, order_id)
    after = model.check_release(order, command.clock.today())
    if model.runs_out(order, command.clock.today()):
        order = await orders.fall_due(command.db, order, command.clock.now())
    await close_slots(command.db, order, command.clock.now())
    await end_order(command, order, after, Transition.RELEASE)
    return await answer_row(command, queries.orders_by_id, order_id)


@router.post("/quarantine-orders/{order_id}/extend")
async def extend_order(
    order_id: UUID, body: ExtendBody, command: Annotated[Command, command_of("quarantine_order_extend")]
) -> Response:
    """Move the last day of an order, only to a later one."""
    command.viewer.require_role(*OFFICERS)
    db, now = command.db, command.clock.now()
    order = await orders.find_order(db, command.viewer.district_code, order_id)
    after = model.check_extension(order, body.ends_on, command.clock.today())
    await queries.set_extended(
        db, district_code=order.district_code, order_id=order_id, status=after, ends_on=body.ends_on
    )
    before = slots_left(order.starts_on, order.ends_on, now)
    await expect_slots(db, order, slots_left(order.starts_on, body.ends_on, now)[len(before) :])
    note = f"{order.ends_on} > {body.ends_on}"
    days = {"ends_on": (order.ends_on, body.ends_on)}
    await orders.record(db, order, after, Transition.EXTEND, now=now, note=note, days=days)
    return await answer_row(command, queries.orders_by_id, order_id)


@router.post("/quarantine-orders/{order_id}/revoke")
async def ask_revocation(
    order_id: UUID, body: RevokeBody, command: Annotated[Command, command_of("quarantine_order_revoke")]
) -> Response:
    """Ask for the revocation of an order; a second person confirms it."""
    command.viewer.require_role(*OFFICERS)
    db, now = command.db, command.clock.now()
    order = await orders.find_order(db, command.viewer.district_code, order_id)
    model.check_revocation_asked(order)
    await queries.set_revocation_asked(
        db,
        district_code=order.district_code,
        order_id=order_id,
        subject=command.viewer.subject,
        now=now,
        reason=body.reason,
    )
    await orders.record(db, order, order.status, orders.ASK_REVOCATION, now=now, note=body.reason)
    return await answer_row(command, queries.orders_by_id, order_id)


@router.post("/quarantine-orders/{order_id}/revoke/confirm")
async def confirm_revocation(
    order_id: UUID, _body: ConfirmBody, command: Annotated[Command, command_of("quarantine_order_revoke_confirm")]
) -> Response:
    """Revoke an order as the second person."""
    command.viewer.require_role(*OFFICERS)
    order = await orders.find_order(command.db, command.viewer.district_code, order_id)
    after = model.check_revocation_confirmed(order, command.viewer.subject)
    await drop_slots(command.db, order)
    await end_order(command, order, after, Transition.REVOKE)
    return await answer_row(command, queries.orders_by_id, order_id)


@router.post("/quarantine-orders/{order_id}/transfer")
async def transfer_person(
    order_id: UUID, body: TransferBody, command: Annotated[Command, command_of("quarantine_order_transfer")]
) -> Response:
    """End an order because the person goes to a hospital or a facility."""
    command.viewer.require_role(*FIELD_STAFF)
    order = await orders.find_order(command.db, command.viewer.district_code, order_id)
    after = model.check_transfer(order, body.to)
    await drop_slots(command.db, order)
    await end_order(command, order, after, model.TRANSFERS[body.to], place=body.place)
    return await answer_row(command, queries.orders_by_id, order_id)


async def end_order(
    command: Command, order: QuarantineOrder, after: OrderStatus, transition: Transition, place: str | None = None
) -> None:
    """Write and record the end of an order."""
    db, now = command.db, command.clock.now()
    await queries.set_ended(
        db, district_code=order.district_code, order_id=order.id, status=after, now=now, transfer_place=place
    )
    await orders.record(db, order, after, transition, now=now, note=place)
