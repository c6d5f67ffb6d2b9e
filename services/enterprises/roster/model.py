"""A worker of a roster: from being listed to standing at work."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.errors import Conflict, NotFound
from services.enterprises.watchlist.model import Journey, Restriction, is_recent


class RosterStatus(StrEnum):
    """How far a worker's return has come."""

    LISTED = "LISTED"
    DECLARED = "DECLARED"
    ARRIVED = "ARRIVED"
    OBSERVING = "OBSERVING"
    CLEARED = "CLEARED"
    ON_POST = "ON_POST"
    LEFT = "LEFT"


S = RosterStatus
TRANSITIONS: dict[RosterStatus, frozenset[RosterStatus]] = {
    S.LISTED: frozenset({S.DECLARED, S.ARRIVED, S.OBSERVING, S.CLEARED, S.LEFT}),
    S.DECLARED: frozenset({S.ARRIVED, S.OBSERVING, S.CLEARED, S.LEFT}),
    S.ARRIVED: frozenset({S.OBSERVING, S.CLEARED, S.ON_POST, S.LEFT}),
    S.OBSERVING: frozenset({S.CLEARED, S.LEFT}),
    S.CLEARED: frozenset({S.OBSERVING, S.ON_POST, S.LEFT}),
    S.ON_POST: frozenset({S.OBSERVING, S.LEFT}),
    S.LEFT: frozenset(),
}
MAY_START = frozenset({S.ARRIVED, S.CLEARED})


class WorkerUnknown(NotFound):
    """There is no such worker within your scope.
    在您的权限范围内没有该员工。
    """


class WorkerCannotBecome(Conflict):
    """A worker who is {status} cannot become {target}.
    员工当前状态为 {status}，不能变为 {target}。
    """


class WorkNotResumed(Conflict):
    """Nobody goes to work before the enterprise has resumed.
    企业复工之前员工不能上岗。
    """


@dataclass(frozen=True, slots=True)
class Member:
    """A worker as the precheck looks at him."""

    place: int
    name: str
    person_key: str
    origin_code: str
    returned_on: date | None
    dormitory_room: str | None

    @property
    def journey(self) -> Journey:
        """Return where the worker came from, and when."""
        return Journey(self.origin_code, self.returned_on)


def check_move(status: RosterStatus, target: RosterStatus) -> None:
    """Raise unless a worker may change so."""
    if target not in TRANSITIONS[status]:
        raise WorkerCannotBecome(status=status, target=target)


def first_status(journey: Journey, found: Restriction | None, *, today: date, home: str) -> RosterStatus:
    """Return the status of a worker by what he declares and what is known of him.

    Whoever came from within the district, or long enough ago, is cleared; `home` is the district's code.
    """
    if journey.returned_on is None:
        return S.LISTED
    if journey.returned_on > today:
        return S.DECLARED
    if found is not None:
        return S.OBSERVING
    if journey.origin_code == home or not is_recent(journey.returned_on, today):
        return S.CLEARED
    return S.ARRIVED


def status_now(
    status: RosterStatus, journey: Journey, found: Restriction | None, *, today: date, home: str
) -> RosterStatus:
    """Return what a worker's status becomes by the facts of today; who has left stays away."""
    if status is S.LEFT or (status is S.ON_POST and found is None):
        return status
    if status is S.OBSERVING and found is None:
        return S.CLEARED
    if status in (S.ON_POST, S.CLEARED) and found is not None:
        return S.OBSERVING
    target = first_status(journey, found, today=today, home=home)
    return target if target in TRANSITIONS[status] else status
