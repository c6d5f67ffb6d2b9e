"""A resumption application: its states, who may decide it, and what may happen to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from chassis.errors import BadInput, Conflict, Forbidden, NotFound
from services.enterprises.register.model import EnterpriseKind, EnterpriseSize
from services.enterprises.resumption.policy import Mode


class ApplicationStatus(StrEnum):
    """How far a resumption application 复工申请 has come."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    PRECHECKED = "PRECHECKED"
    UNDER_REVIEW = "UNDER_REVIEW"
    RETURNED = "RETURNED"
    INSPECTING = "INSPECTING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    RESUMED = "RESUMED"
    WITHDRAWN = "WITHDRAWN"


S = ApplicationStatus
TRANSITIONS: dict[ApplicationStatus, frozenset[ApplicationStatus]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.PRECHECKED, S.WITHDRAWN}),
    S.PRECHECKED: frozenset({S.UNDER_REVIEW, S.APPROVED, S.WITHDRAWN}),
    S.UNDER_REVIEW: frozenset({S.RETURNED, S.INSPECTING, S.APPROVED, S.REJECTED, S.WITHDRAWN}),
    S.RETURNED: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.INSPECTING: frozenset({S.RETURNED, S.APPROVED, S.REJECTED, S.WITHDRAWN}),
    S.APPROVED: frozenset({S.RESUMED}),
    S.REJECTED: frozenset(),
    S.RESUMED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
OPEN = frozenset({S.DRAFT, S.SUBMITTED, S.PRECHECKED, S.UNDER_REVIEW, S.RETURNED, S.INSPECTING})
ENDED = frozenset({S.REJECTED, S.WITHDRAWN})


class ReviewLevel(IntEnum):
    """Who decides an application; a higher level may decide what a lower one may."""

    TOWN = 1
    DISTRICT = 2
    CITY = 3


class ApplicationUnknown(NotFound):
    """There is no such application within your scope.
    在您的权限范围内没有该复工申请。
    """


class ApplicationAlreadyOpen(Conflict):
    """The enterprise has an application under way.
    该企业已有办理中的复工申请。
    """


class ApplicationCannotBecome(Conflict):
    """An application that is {status} cannot become {target}.
    申请当前状态为 {status}，不能变为 {target}。
    """


class PrecheckNotPassed(Conflict):
    """The precheck still finds {count} items; return the application or wait until they are mended.
    预审仍有 {count} 项不通过，请退回补正或等待整改。
    """


class ReviewLevelTooLow(Forbidden):
    """This application is decided at level {level}.
    该申请须由 {level} 级审批。
    """


class ResumesTooEarly(Conflict):
    """The enterprise may resume from {planned_on} on.
    企业最早可于 {planned_on} 复工。
    """


class ReasonsMissing(BadInput):
    """A return names at least one reason, and at most {limit}.
    退回须说明理由，1 至 {limit} 条。
    """


@dataclass(frozen=True, slots=True)
class Application:
    """An application as a command finds it."""

    district_code: str
    id: UUID
    division_code: str
    credit_code: str
    enterprise_id: UUID
    status: ApplicationStatus
    mode: Mode
    review_level: str
    planned_on: date
    submitted_at: datetime
    precheck_passed: bool
    finding_count: int


def check_move(status: ApplicationStatus, target: ApplicationStatus) -> None:
    """Raise unless an application may change so."""
    if target not in TRANSITIONS[status]:
        raise ApplicationCannotBecome(status=status, target=target)


def check_approval(application: Application) -> None:
    """Raise unless an application may be approved: nothing that blocks it is left."""
    check_move(application.status, S.APPROVED)
    if not application.precheck_passed:
        raise PrecheckNotPassed(count=application.finding_count)


def check_resumption(application: Application, today: date) -> None:
    """Raise unless the enterprise may go back to work today."""
    check_move(application.status, S.RESUMED)
    if today < application.planned_on:
        raise ResumesTooEarly(planned_on=application.planned_on)


LEVELS: dict[tuple[EnterpriseKind, EnterpriseSize], ReviewLevel] = {
    (EnterpriseKind.INDUSTRIAL, EnterpriseSize.LARGE): ReviewLevel.DISTRICT,
    (EnterpriseKind.SERVICE, EnterpriseSize.LARGE): ReviewLevel.DISTRICT,
    (EnterpriseKind.CONSTRUCTION, EnterpriseSize.MICRO): ReviewLevel.DISTRICT,
    (EnterpriseKind.CONSTRUCTION, EnterpriseSize.SMALL): ReviewLevel.DISTRICT,
    (EnterpriseKind.CONSTRUCTION, EnterpriseSize.MEDIUM): ReviewLevel.DISTRICT,
    (EnterpriseKind.CONSTRUCTION, EnterpriseSize.LARGE): ReviewLevel.CITY,
}


def review_level(kind: EnterpriseKind, size: EnterpriseSize) -> ReviewLevel:
    """Return who decides on an enterprise: its town, unless the table says otherwise."""
    return LEVELS.get((kind, size), ReviewLevel.TOWN)


def authority(role: str, scopes: Sequence[str], division_code: str) -> ReviewLevel | None:
    """Return up to which level somebody decides at a place, or None.

    The city has no desk here: a district officer records what the city decided.
    """
    digits = min((len(s) for s in scopes if division_code.startswith(s)), default=15)
    if digits == 6:
        return ReviewLevel.CITY if role == "district_officer" else ReviewLevel.DISTRICT
    return ReviewLevel.TOWN if digits == 9 else None


def check_authority(application: Application, role: str, scopes: Sequence[str]) -> None:
    """Raise ReviewLevelTooLow unless somebody's level reaches the application's."""
    own, needed = authority(role, scopes, application.division_code), ReviewLevel[application.review_level]
    if own is None or own < needed:
        raise ReviewLevelTooLow(level=needed.name)


@dataclass(frozen=True, slots=True)
class Note:
    """What a history row says, in both languages; a person's own words are the same in both."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who did something: the token's subject, and a name to show."""

    subject: str
    name: str


SYSTEM = Person("system", "Gridweave")


@dataclass(frozen=True, slots=True)
class Step:
    """A row of an application's history."""

    at: datetime
    status: ApplicationStatus
    by: Person
    note: Note | None = None


def in_words(said: str | None) -> Note | None:
    """Return a person's own words as a note."""
    return Note(said, said) if said else None
