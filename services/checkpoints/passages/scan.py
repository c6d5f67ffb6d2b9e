"""A scan as a device sends it, and as the service takes it once every field has been checked."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec

from chassis import standards
from chassis.clock import DISTRICT_ZONE
from chassis.errors import BadInput, FieldMalformed, FieldMissing, Problem
from services.checkpoints.passages.model import Direction

COMPANIONS_MAX = 20
AHEAD = timedelta(minutes=5)
PASS_TOKEN_CHARACTERS_MAX = 4_000
ORIGIN = re.compile(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}")  # the provinces
DEVICE_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
NAME = re.compile(r"[^\x00-\x1f\x7f]{1,50}")
REASON = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
FAULT = re.compile(r"(.*?)(?: - at `\$\.?(.*?)`)?")
MISSING = re.compile(r"Object missing required field `(\w+)`")


class PersonDocumentRequired(BadInput):
    """Give exactly one of a national ID number, another document's kind and number, or a pass token.
    身份证号、其他证件（类型和号码）、通行凭证须提供其中一项。
    """


class OriginUnknown(BadInput):
    """{code} is no origin: a province, prefecture or county has 6 digits.
    来源地 {code} 不存在：应为 6 位省、市、县区划代码。
    """


class CompanionsOutOfRange(BadInput):
    """Between 0 and 20 companions pass with a person.
    同行人数须在 0 至 20 之间。
    """


class OccurredInFuture(BadInput):
    """The passage lies more than 5 minutes in the future; check the device's clock.
    通行时间晚于当前时间 5 分钟以上，请检查设备时钟。
    """


class PersonBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The person before the gate: one of the documents, and the name on it."""

    national_id: str | None = None
    document_kind: str | None = None
    document_number: str | None = None
    pass_token: str | None = None
    name: str | None = None


class ScanBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One scan of a device."""

    checkpoint_id: UUID
    device_sequence: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    direction: Direction
    occurred_at: Annotated[datetime, msgspec.Meta(tz=True)]
    temperature_c: float
    person: PersonBody
    recheck_temperature_c: float | None = None
    origin_code: str | None = None
    destination_division_code: str | None = None
    reason: str | None = None
    companions: int | None = None
    vehicle_plate: str | None = None
    emergency: bool | None = None


class SingleBody(ScanBody, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One scan that is sent alone."""

    device_id: str


@dataclass(frozen=True, slots=True)
class Document:
    """What a person showed: a document with its number, or a token that stands for one."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan whose fields are in order."""

    district_code: str
    checkpoint_id: UUID
    device_id: str
    device_sequence: int
    direction: Direction
    occurred_at: datetime
    temperature_c: float
    recheck_temperature_c: float | None
    document: Document
    name: str | None
    origin_code: str | None
    destination_division_code: str | None
    reason: str | None
    companions: int
    vehicle_plate: str | None
    emergency: bool

    @property
    def identified(self) -> bool:
        """Say whether the person is known by a document: a token cannot be verified here yet."""
        return self.document.kind != "PASS_TOKEN"

    def canonical(self) -> str:
        """Return the scan's content as one text: the same scan sent twice has the same."""
        return msgspec.json.encode(self).decode()


def read_scan(body: ScanBody, *, device_id: str, district_code: str, now: datetime) -> Scan:
    """Check every field of a scan; raises a problem that names the first that is wrong."""
    occurred_at = body.occurred_at.astimezone(DISTRICT_ZONE)
    if occurred_at > now + AHEAD:
        raise OccurredInFuture(path=("occurred_at",))
    companions = body.companions or 0
    if not 0 <= companions <= COMPANIONS_MAX:
        raise CompanionsOutOfRange(path=("companions",))
    return Scan(
        district_code=district_code,
        checkpoint_id=body.checkpoint_id,
        device_id=device_id,
        device_sequence=body.device_sequence,
        direction=body.direction,
        occurred_at=occurred_at,
        temperature_c=read_temperature(body.temperature_c, "temperature_c"),
        recheck_temperature_c=None
        if body.recheck_temperature_c is None
        else read_temperature(body.recheck_temperature_c, "recheck_temperature_c"),
        document=read_document(body.person, now),
        name=read_text(body.person.name, NAME, "person", "name"),
        origin_code=read_origin(body.origin_code),
        destination_division_code=read_destination(body.destination_division_code),
        reason=read_text(body.reason, REASON, "reason"),
        companions=companions,
        vehicle_plate=read_plate(body.vehicle_plate),
        emergency=bool(body.emergency),
    )


def read_device(device_id: str) -> str:
    """Return a device's id, or refuse what none has."""
    if not DEVICE_ID.fullmatch(device_id):
        raise FieldMalformed(path=("device_id",), field="device_id", rule="1 to 64 letters, digits, _ . : -")
    return device_id


def read_document(person: PersonBody, now: datetime) -> Document:
    """Return what the person showed; the number in its stored form."""
    given = [person.national_id, person.document_number, person.pass_token]
    if sum(value is not None for value in given) != 1 or (person.document_kind is None) != (given[1] is None):
        raise PersonDocumentRequired(path=("person",))
    if person.national_id is not None:
        with placed("person", "national_id"):
            return Document("NATIONAL_ID", standards.national_id(person.national_id, today=now.date()))
    if person.pass_token is not None:
        if not 1 <= len(person.pass_token) <= PASS_TOKEN_CHARACTERS_MAX:
            raise FieldMalformed(path=("person", "pass_token"), field="pass_token", rule="1 to 4,000 characters")
        return Document("PASS_TOKEN", person.pass_token)
    kind = (person.document_kind or "").strip().upper()
    if kind not in {"NATIONAL_ID", *standards.DOCUMENT_FORMS}:
        raise standards.DocumentKindUnknown(path=("person", "document_kind"))
    with placed("person", "document_number"):
        return Document(kind, standards.document_number(kind, person.document_number or "", today=now.date()))


def read_temperature(value: float, field: str) -> float:
    """Return a temperature, or refuse it under the name of its field."""
    with placed(field):
        return standards.temperature(value)


def read_origin(code: str | None) -> str | None:
    """Return where somebody comes from. The gate knows the provinces; residents keep the whole list."""
    if code is not None and not ORIGIN.fullmatch(code):
        raise OriginUnknown(path=("origin_code",), code=code[:20])
    return code


def read_destination(code: str | None) -> str | None:
    """Return where somebody goes."""
    if code is None:
        return None
    with placed("destination_division_code"):
        return standards.division_code(code)


def read_plate(plate: str | None) -> str | None:
    """Return a vehicle's plate."""
    if plate is None:
        return None
    with placed("vehicle_plate"):
        return standards.plate(plate)


def read_text(text: str | None, form: re.Pattern[str], *path: str) -> str | None:
    """Return a short text of one line."""
    stripped = text.strip() if text is not None else None
    if stripped and not form.fullmatch(stripped):
        raise FieldMalformed(path=path, field=".".join(path), rule="one line, not too long")
    return stripped or None


@contextmanager
def placed(*path: str) -> Iterator[None]:
    """Say under which field a number was refused."""
    try:
        yield
    except Problem as problem:
        raise problem.at(*path) from None


def fault(error: msgspec.DecodeError | UnicodeDecodeError) -> Problem:
    """Turn what is wrong with a body's form into a problem that names field and rule."""
    match = FAULT.fullmatch(str(error).replace("\n", " "))
    assert match is not None
    rule, place = match[1], match[2] or ""
    path = tuple(part for part in re.split(r"[.\[\]]+", place) if part)
    missing = MISSING.fullmatch(rule)
    if missing:
        path = (*path, missing[1])
        return FieldMissing(path=path, field=".".join(path))
    return FieldMalformed(path=path or ("body",), field=".".join(path) or "body", rule=rule)
