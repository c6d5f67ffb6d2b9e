"""Returnees 返回人员: who comes back, from where, when and how; and whom of the roster that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import BadInput, Conflict, NotFound
from services.residents.risk_regions.model import RiskLevel
from services.residents.roster.model import Document

FIRST_ARRIVAL = date(2019, 12, 1)  # nobody screens returns from before the outbreak
ARRIVAL_AHEAD_MAX = timedelta(days=60)
TRANSPORT_NUMBER_CHARACTERS_MAX = 20


class TransportKind(StrEnum):
    """How somebody travels."""

    TRAIN = "TRAIN"
    PLANE = "PLANE"
    BUS = "BUS"
    CAR = "CAR"
    SHIP = "SHIP"
    OTHER = "OTHER"


# What stations and towns write in lists.
TRANSPORT_WORDS = {kind.value: kind for kind in TransportKind} | {
    "火车": TransportKind.TRAIN,
    "高铁": TransportKind.TRAIN,
    "动车": TransportKind.TRAIN,
    "飞机": TransportKind.PLANE,
    "客车": TransportKind.BUS,
    "大巴": TransportKind.BUS,
    "汽车": TransportKind.CAR,
    "自驾": TransportKind.CAR,
    "轮船": TransportKind.SHIP,
    "其他": TransportKind.OTHER,
}


class Match(StrEnum):
    """Whether a returnee is somebody of the roster."""

    MATCHED = "MATCHED"
    PROBABLE = "PROBABLE"
    UNMATCHED = "UNMATCHED"


class MatchedBy(StrEnum):
    """By what a returnee was matched; REGISTERED entered the roster with the return, PERSON is somebody's eye."""

    DOCUMENT = "DOCUMENT"
    PHONE_AND_NAME = "PHONE_AND_NAME"
    REGISTERED = "REGISTERED"
    PERSON = "PERSON"


class PersonUnidentified(BadInput):
    """A returnee has a document number or a phone number.
    返回人员须有证件号码或手机号。
    """


class ArrivalImplausible(BadInput):
    """The day of arrival lies between {earliest} and {latest}.
    返回日期须在 {earliest} 至 {latest} 之间。
    """


class TransportUnknown(BadInput):
    """The transport is TRAIN, PLANE, BUS, CAR, SHIP or OTHER, and a number of at most 20 characters.
    交通方式须为 TRAIN、PLANE、BUS、CAR、SHIP 或 OTHER，班次最多 20 个字符。
    """


class AlreadyRegistered(Conflict):
    """This person is registered to arrive on {arrives_on} already, with another origin or destination.
    该人员 {arrives_on} 的返回已登记，但来源地或目的网格不同。
    """


class ReturneeUnknown(NotFound):
    """There is no such returnee within your scope.
    在您的权限范围内没有该返回人员。
    """


class MatchDecided(Conflict):
    """Somebody has decided already who this is; the match is {match}.
    已有人作出判定，当前匹配状态为 {match}。
    """


class NotACandidate(BadInput):
    """The resident is none of those whom this returnee may be.
    该居民不在候选人员之列。
    """


class ReturneeWithoutDocument(Conflict):
    """Without a document nobody enters the roster from a list; register the person by hand.
    无证件号码，不能由名单登记入册，请人工登记。
    """


@dataclass(frozen=True, slots=True)
class Transport:
    """How somebody travels, with the number of the train, flight or vehicle."""

    kind: TransportKind
    number: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A return as it is registered, every value checked; at least one of document and phone is there."""

    name: str
    document: Document | None
    phone: str | None
    origin_code: str
    arrives_on: date
    transport: Transport
    grid_code: str
    address: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the roster who may be the returnee."""

    id: UUID
    division_code: str
    name: str
    has_document: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a returnee was found to be."""

    match: Match
    matched_by: MatchedBy | None = None
    resident: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Registrar:
    """In whose name returns are registered: the district, the scopes, and when."""

    district_code: str
    scopes: tuple[str, ...]
    subject: str
    now: datetime

    def covers(self, code: str) -> bool:
        """Say whether a region lies within the scopes."""
        return code.startswith(self.scopes)


@dataclass(frozen=True, slots=True)
class NewReturnee:
    """A return about to be written."""

    id: UUID
    task_id: UUID
    identity: bytes
    arrival: Arrival
    found: Found
    level: RiskLevel | None
    division_code: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """A returnee as who decides a match sees it; numbers are sealed."""

    id: UUID
    division_code: str
    destination_grid_code: str
    address: str
    name: str
    document_kind: str | None
    document_number_sealed: bytes | None
    phone_sealed: bytes | None
    origin_code: str
    arrives_on: date
    match: Match
    resident_id: UUID | None
    candidate_ids: list[UUID]
    risk_level: RiskLevel | None


def check_probable(returnee: Undecided) -> None:
    """Raise MatchDecided unless the match waits for a person's eye."""
    if returnee.match is not Match.PROBABLE:
        raise MatchDecided(match=returnee.match)


def check_candidate(returnee: Undecided, resident_id: UUID) -> None:
    """Raise NotACandidate unless the resident is one of those whom the returnee may be."""
    if resident_id not in returnee.candidate_ids:
        raise NotACandidate(path=("resident_id",))


def check_newcomer(returnee: Undecided) -> None:
    """Raise MatchDecided or ReturneeWithoutDocument unless the returnee may enter the roster."""
    if returnee.match is Match.MATCHED:
        raise MatchDecided(match=returnee.match)
    if returnee.document_kind is None:
        raise ReturneeWithoutDocument


def find_person(arrival: Arrival, by_document: Candidate | None, by_phone: Sequence[Candidate]) -> Found:
    """Match a returnee: by document, then by phone and name, else what is near is for a person's eye.

    A resident of the same phone and name whose document is another is not taken for the same person.
    """
    if by_document is not None:
        return Found(Match.MATCHED, MatchedBy.DOCUMENT, by_document)
    namesakes = [c for c in by_phone if c.name == arrival.name]
    if len(namesakes) == 1 and (arrival.document is None or not namesakes[0].has_document):
        return Found(Match.MATCHED, MatchedBy.PHONE_AND_NAME, namesakes[0])
    if by_phone:
        return Found(Match.PROBABLE, candidates=tuple(by_phone))
    return Found(Match.UNMATCHED)


def check_identified(document: Document | None, phone: str | None) -> None:
    """Raise PersonUnidentified unless there is a number to know the person by."""
    if document is None and phone is None:
        raise PersonUnidentified(path=("national_id",))


def check_arrival(arrives_on: date, today: date) -> date:
    """Return a day of arrival, or raise ArrivalImplausible."""
    latest = today + ARRIVAL_AHEAD_MAX
    if not FIRST_ARRIVAL <= arrives_on <= latest:
        raise ArrivalImplausible(path=("arrives_on",), earliest=FIRST_ARRIVAL.isoformat(), latest=latest.isoformat())
    return arrives_on


def check_transport(kind: str, number: str | None) -> Transport:
    """Return a transport, or raise TransportUnknown."""
    known = TRANSPORT_WORDS.get(kind.strip().upper())
    text = (number or "").strip().upper()
    if known is None or len(text) > TRANSPORT_NUMBER_CHARACTERS_MAX or not text.isprintable():
        raise TransportUnknown(path=("transport",))
    return Transport(known, text or None)


def transport_of(text: str) -> Transport:
    """Read a list's transport, kind and number in one: `TRAIN G7333`, `自驾`."""
    kind, _, number = text.strip().partition(" ")
    return check_transport(kind, number)
