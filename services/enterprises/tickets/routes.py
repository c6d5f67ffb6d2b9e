"""The routes of problem tickets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.commands import Command
from chassis.facts import Fact, publish
from chassis.history import Change, record
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, add_batch, answer, command_of
from services.enterprises import forms
from services.enterprises.access import require_applicant, require_officer
from services.enterprises.liaison.queries import leader_of_team
from services.enterprises.register.model import EnterpriseUnknown
from services.enterprises.register.queries import enterprise_by_credit_code
from services.enterprises.tickets import queries
from services.enterprises.tickets.model import (
    Ticket,
    TicketStatus,
    TicketUnknown,
    channel_of,
    check_move,
    opening,
)

S = TicketStatus

router = APIRouter(tags=["tickets"], responses=REFUSALS)

add_batch(router, "/problem-tickets:batch", queries.tickets_by_id)
add_batch(router, "/problem-tickets/by-enterprise:batch", queries.tickets_of_enterprises)
add_batch(router, "/problem-tickets/history:batch", queries.history_of_tickets)


class TicketBody(Body):
    """A problem an enterprise has."""

    credit_code: str
    channel: str
    subject: str
    description: str


class AssignBody(Body):
    """Who owns the problem from now on."""

    owner_name: str
    note: str | None = None


class StepBody(Body):
    """A word along the way."""

    note: str | None = None


@router.post("/problem-tickets", status_code=201)
async def open_ticket(body: TicketBody, command: Annotated[Command, command_of("problem_ticket_open")]) -> Response:
    """Open a ticket; it goes straight to the desk of the leader of the enterprise's liaison team."""
    viewer, db = command.viewer, command.db
    require_applicant(viewer)
    code = forms.credit_code(body.credit_code, ("credit_code",))
    channel = channel_of(body.channel)
    subject = forms.text(body.subject, ("subject",))
    description = forms.text(body.description, ("description",), limit=forms.NOTE_CHARACTERS_MAX)
    enterprise = await enterprise_by_credit_code(db, district_code=viewer.district_code, credit_code=code)
    if enterprise is None:
        raise EnterpriseUnknown(path=("credit_code",))
    team = enterprise.liaison_team_id
    leader = await leader_of_team(db, district_code=viewer.district_code, team_id=team)
    steps = opening(leader)
    ticket = Ticket(new_id(), enterprise.division_code, code, steps[-1], leader)
    await queries.insert_ticket(
        db,
        district_code=enterprise.district_code,
        ticket_id=ticket.id,
        division_code=ticket.division_code,
        credit_code=code,
        enterprise_id=enterprise.id,
        status=ticket.status,
        channel=channel,
        subject=subject,
        description=description,
        owner_name=leader,
        liaison_team_id=team,
        opened_at=command.clock.now(),
    )
    for status in steps:
        owner = leader if status is S.ASSIGNED else None
        await write_step(command, ticket, status, owner_name=owner, note=None)
    said = {"status": ticket.status, "channel": channel, "subject": subject, "owner_name": leader}
    await record(command, Change("problem_ticket", ticket.id, ticket.division_code, "OPENED", None, said))
    await tell(command, ticket, ticket.status)
    return await answer(command, 201, id=str(ticket.id), status=ticket.status, subject=subject, owner_name=leader)


@router.post("/problem-tickets/{ticket_id}/triage")
async def triage(
    ticket_id: UUID, body: StepBody, command: Annotated[Command, command_of("problem_ticket_triage")]
) -> Response:
    """Say that the problem is one of ours to solve."""
    require_officer(command.viewer)
    return await move(command, ticket_id, S.TRIAGED, note=body.note)


@router.post("/problem-tickets/{ticket_id}/assign")
async def assign(
    ticket_id: UUID, body: AssignBody, command: Annotated[Command, command_of("problem_ticket_assign")]
) -> Response:
    """Give the problem to one named owner."""
    require_officer(command.viewer)
    owner = forms.text(body.owner_name, ("owner_name",))
    return await move(command, ticket_id, S.ASSIGNED, note=body.note, owner_name=owner)


@router.post("/problem-tickets/{ticket_id}/start")
async def start(
    ticket_id: UUID, body: StepBody, command: Annotated[Command, command_of("problem_ticket_start")]
) -> Response:
    """Say that the owner is at work on it."""
    require_officer(command.viewer)
    return await move(command, ticket_id, S.WORKING, note=body.note)


@router.post("/problem-tickets/{ticket_id}/escalate")
async def escalate(
    ticket_id: UUID, body: StepBody, command: Annotated[Command, command_of("problem_ticket_escalate")]
) -> Response:
    """Pass the problem to a higher desk, which names an owner anew."""
    require_officer(command.viewer)
    return await move(command, ticket_id, S.ESCALATED, note=body.note)


@router.post("/problem-tickets/{ticket_id}/solve")
async def solve(
    ticket_id: UUID, body: StepBody, command: Annotated[Command, command_of("problem_ticket_solve")]
) -> Response:
    """Say that the problem is solved; the enterprise has the last word."""
    require_officer(command.viewer)
    return await move(command, ticket_id, S.SOLVED, note=body.note)


@router.post("/problem-tickets/{ticket_id}/confirm")
async def confirm(
    ticket_id: UUID, body: StepBody, command: Annotated[Command, command_of("problem_ticket_confirm")]
) -> Response:
    """Confirm, as the enterprise, that the problem is solved."""
    command.viewer.require_role("enterprise_agent")
    return await move(command, ticket_id, S.CONFIRMED, note=body.note)


@router.post("/problem-tickets/{ticket_id}/reopen")
async def reopen(
    ticket_id: UUID, body: StepBody, command: Annotated[Command, command_of("problem_ticket_reopen")]
) -> Response:
    """Say that the problem is not solved after all."""
    require_applicant(command.viewer)
    return await move(command, ticket_id, S.REOPENED, note=body.note)


@router.post("/problem-tickets/{ticket_id}/close")
async def close(
    ticket_id: UUID, body: StepBody, command: Annotated[Command, command_of("problem_ticket_close")]
) -> Response:
    """Close a ticket that the enterprise has confirmed."""
    require_officer(command.viewer)
    return await move(command, ticket_id, S.CLOSED, note=body.note)


async def move(
    command: Command, ticket_id: UUID, target: TicketStatus, *, note: str | None, owner_name: str | None = None
) -> Response:
    """Carry out a step that the role allows: state, owner, history, fact, answer."""
    district_code = command.viewer.district_code
    ticket = await queries.lock_ticket(command.db, district_code=district_code, ticket_id=ticket_id)
    if ticket is None:
        raise TicketUnknown
    check_move(ticket.status, target)
    said = forms.text(note, ("note",), limit=forms.NOTE_CHARACTERS_MAX) if note else None
    owner = owner_name or ticket.owner_name
    await queries.move_ticket(
        command.db, district_code=district_code, ticket_id=ticket.id, status=target, owner_name=owner
    )
    await write_step(command, ticket, target, owner_name=owner, note=said)
    before = {"status": ticket.status, "owner_name": ticket.owner_name}
    after = {"status": target, "owner_name": owner}
    await record(command, Change("problem_ticket", ticket.id, ticket.division_code, target, before, after, said))
    await tell(command, ticket, target)
    return await answer(command, id=str(ticket.id), status=target, owner_name=owner)


async def write_step(
    command: Command, ticket: Ticket, status: TicketStatus, *, owner_name: str | None, note: str | None
) -> None:
    """Add a step to a ticket's history."""
    await queries.insert_ticket_history(
        command.db,
        district_code=command.viewer.district_code,
        history_id=new_id(),
        division_code=ticket.division_code,
        credit_code=ticket.credit_code,
        ticket_id=ticket.id,
        at=command.clock.now(),
        status=status,
        subject=command.viewer.subject,
        by_name=command.viewer.name or command.viewer.role,
        owner_name=owner_name,
        note=note,
    )


async def tell(command: Command, ticket: Ticket, status: TicketStatus) -> None:
    """Publish that a ticket changed."""
    body = {"problem_ticket_id": str(ticket.id), "credit_code": ticket.credit_code, "status": status}
    await publish(command.db, "enterprises", Fact("problem_ticket_changed", ticket.division_code, body))
