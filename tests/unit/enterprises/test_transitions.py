"""Every state of every thing against every other: what may become what, and nothing else."""

from collections.abc import Callable
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from chassis.errors import Conflict
from services.enterprises.operation import model as operation
from services.enterprises.resumption import model as resumption
from services.enterprises.roster import model as roster
from services.enterprises.tickets import model as tickets

APPLICATION = """
DRAFT: SUBMITTED WITHDRAWN
SUBMITTED: PRECHECKED WITHDRAWN
PRECHECKED: UNDER_REVIEW APPROVED WITHDRAWN
UNDER_REVIEW: RETURNED INSPECTING APPROVED REJECTED WITHDRAWN
RETURNED: SUBMITTED WITHDRAWN
INSPECTING: RETURNED APPROVED REJECTED WITHDRAWN
APPROVED: RESUMED
"""
WORKER = """
LISTED: DECLARED ARRIVED OBSERVING CLEARED LEFT
DECLARED: ARRIVED OBSERVING CLEARED LEFT
ARRIVED: OBSERVING CLEARED ON_POST LEFT
OBSERVING: CLEARED LEFT
CLEARED: OBSERVING ON_POST LEFT
ON_POST: OBSERVING LEFT
"""
TICKET = """
OPENED: TRIAGED
TRIAGED: ASSIGNED ESCALATED
ASSIGNED: ASSIGNED WORKING SOLVED ESCALATED
WORKING: ASSIGNED SOLVED ESCALATED
SOLVED: CONFIRMED REOPENED
CONFIRMED: CLOSED REOPENED
REOPENED: ASSIGNED WORKING SOLVED ESCALATED
ESCALATED: ASSIGNED
"""
OPERATION = """
STOPPED: RESUMED
RESUMED: FULL STOPPED SUSPENDED
FULL: RESUMED STOPPED SUSPENDED
SUSPENDED: RECTIFYING
RECTIFYING: REINSPECTED
REINSPECTED: RESUMED SUSPENDED
"""


def pairs(text: str) -> set[tuple[str, str]]:
    """Read a table: a state, and what it may become."""
    lines = [line.partition(": ") for line in text.strip().splitlines()]
    return {(before, after) for before, _, afters in lines for after in afters.split()}


Check = Callable[[Any, Any], None]
MACHINES: list[tuple[type[StrEnum], Check, str]] = [
    (resumption.ApplicationStatus, resumption.check_move, APPLICATION),
    (roster.RosterStatus, roster.check_move, WORKER),
    (tickets.TicketStatus, tickets.check_move, TICKET),
    (operation.OperationStatus, operation.check_move, OPERATION),
]
ALLOWED = [(c, s(a), s(b)) for s, c, text in MACHINES for a, b in product(s, s) if (a, b) in pairs(text)]
REFUSED = [(c, s(a), s(b)) for s, c, text in MACHINES for a, b in product(s, s) if (a, b) not in pairs(text)]


@pytest.mark.parametrize(("check", "before", "after"), ALLOWED)
def test_what_may_happen(check: Check, before: StrEnum, after: StrEnum) -> None:
    """The table says that it may."""
    check(before, after)


@pytest.mark.parametrize(("check", "before", "after"), REFUSED)
def test_what_may_not_happen(check: Check, before: StrEnum, after: StrEnum) -> None:
    """What the table does not name is refused, and the refusal names both states in both languages."""
    with pytest.raises(Conflict) as refused:
        check(before, after)

    for language in ("en", "zh"):
        assert before in refused.value.message(language)
        assert after in refused.value.message(language)


def test_nothing_follows_an_end() -> None:
    """What has ended stays so."""
    ends = {s for s in resumption.ApplicationStatus if not resumption.TRANSITIONS[s]}

    assert ends == {"REJECTED", "RESUMED", "WITHDRAWN"}
    assert {s for s in tickets.TicketStatus if not tickets.TRANSITIONS[s]} == {"CLOSED"}
    assert {s for s in roster.RosterStatus if not roster.TRANSITIONS[s]} == {"LEFT"}


def test_open_states_match_the_constraint() -> None:
    """An application is open until it is decided or withdrawn."""
    assert {"DRAFT", "SUBMITTED", "PRECHECKED", "UNDER_REVIEW", "RETURNED", "INSPECTING"} == resumption.OPEN
