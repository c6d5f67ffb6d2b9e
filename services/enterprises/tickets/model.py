"""A problem ticket: what troubles an enterprise, and the one person who owns it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from chassis.errors import BadInput, Conflict, NotFound


class TicketStatus(StrEnum):
    """How far a problem ticket 难题 has come."""

    OPENED = "OPENED"
    TRIAGED = "TRIAGED"
    ASSIGNED = "ASSIGNED"
    WORKING = "WORKING"
    SOLVED = "SOLVED"
    CONFIRMED = "CONFIRMED"
    CLOSED = "CLOSED"
    REOPENED = "REOPENED"
    ESCALATED = "ESCALATED"


class TicketChannel(StrEnum):
    """How a problem came in."""

    CALL = "CALL"
    VISIT = "VISIT"
    APP = "APP"
    HOTLINE = "HOTLINE"


S = TicketStatus
TRANSITIONS: dict[TicketStatus, frozenset[TicketStatus]] = {
    S.OPENED: frozenset({S.TRIAGED}),
    S.TRIAGED: frozenset({S.ASSIGNED, S.ESCALATED}),
    S.ASSIGNED: frozenset({S.ASSIGNED, S.WORKING, S.SOLVED, S.ESCALATED}),
    S.WORKING: frozenset({S.ASSIGNED, S.SOLVED, S.ESCALATED}),
    S.SOLVED: frozenset({S.CONFIRMED, S.REOPENED}),
    S.CONFIRMED: frozenset({S.CLOSED, S.REOPENED}),
    S.REOPENED: frozenset({S.ASSIGNED, S.WORKING, S.SOLVED, S.ESCALATED}),
    S.ESCALATED: frozenset({S.ASSIGNED}),
    S.CLOSED: frozenset(),
}


class TicketUnknown(NotFound):
    """There is no such problem ticket within your scope.
    在您的权限范围内没有该难题工单。
    """


class TicketCannotBecome(Conflict):
    """A problem ticket that is {status} cannot become {target}.
    难题工单当前状态为 {status}，不能变为 {target}。
    """


class TicketChannelUnknown(BadInput):
    """A channel is CALL, VISIT, APP or HOTLINE.
    来源渠道须为来电、走访、应用或热线。
    """


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as a command finds it."""

    id: UUID
    division_code: str
    credit_code: str
    status: TicketStatus
    owner_name: str | None


def check_move(status: TicketStatus, target: TicketStatus) -> None:
    """Raise unless a ticket may change so."""
    if target not in TRANSITIONS[status]:
        raise TicketCannotBecome(status=status, target=target)


def opening(leader_name: str | None) -> tuple[TicketStatus, ...]:
    """Return the steps a new ticket takes by itself: with a liaison team, to its leader's desk."""
    return (S.OPENED, S.TRIAGED) if leader_name is None else (S.OPENED, S.TRIAGED, S.ASSIGNED)


def channel_of(value: str) -> TicketChannel:
    """Return a channel by its name, or refuse it."""
    if value not in TicketChannel.__members__:
        raise TicketChannelUnknown(path=("channel",))
    return TicketChannel(value)
