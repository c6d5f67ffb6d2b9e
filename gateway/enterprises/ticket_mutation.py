"""Acts on problem tickets."""

import strawberry

from gateway.enterprises import client
from gateway.enterprises import ticket_acts as acts
from gateway.upstream.commands import command

TICKET = "problem_ticket"


@strawberry.type
class TicketsMutation:
    """Each is one command of the service."""

    problem_ticket_open: acts.ProblemTicketOpenPayload | None = command(
        client.OPEN_TICKET, acts.ProblemTicketOpenInput, TICKET, "Say what troubles an enterprise"
    )
    problem_ticket_assign: acts.ProblemTicketAssignPayload | None = command(
        client.ASSIGN_TICKET, acts.ProblemTicketAssignInput, TICKET, "Give a ticket to one owner"
    )
    problem_ticket_triage: acts.ProblemTicketTriagePayload | None = command(
        client.TRIAGE_TICKET, acts.ProblemTicketTriageInput, TICKET, "Look at a new ticket"
    )
    problem_ticket_start: acts.ProblemTicketStartPayload | None = command(
        client.START_TICKET, acts.ProblemTicketStartInput, TICKET, "Begin to work on it"
    )
    problem_ticket_solve: acts.ProblemTicketSolvePayload | None = command(
        client.SOLVE_TICKET, acts.ProblemTicketSolveInput, TICKET, "Say that it is solved"
    )
    problem_ticket_confirm: acts.ProblemTicketConfirmPayload | None = command(
        client.CONFIRM_TICKET, acts.ProblemTicketConfirmInput, TICKET, "Confirm as the enterprise that it is solved"
    )
    problem_ticket_reopen: acts.ProblemTicketReopenPayload | None = command(
        client.REOPEN_TICKET, acts.ProblemTicketReopenInput, TICKET, "Say that it is not solved after all"
    )
    problem_ticket_escalate: acts.ProblemTicketEscalatePayload | None = command(
        client.ESCALATE_TICKET, acts.ProblemTicketEscalateInput, TICKET, "Hand it up"
    )
    problem_ticket_close: acts.ProblemTicketClosePayload | None = command(
        client.CLOSE_TICKET, acts.ProblemTicketCloseInput, TICKET, "Close a confirmed ticket"
    )
