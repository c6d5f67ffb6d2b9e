"""What may be changed of a resident 居民, and what stands against it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis import standards
from chassis.errors import BadInput, Conflict
from services.residents.roster.model import (
    NATIONAL_ID,
    BirthContradictsDocument,
    Document,
    Relation,
    Sex,
    Status,
    check_name,
    check_phone,
    sex_of,
)


class ResidentClosed(Conflict):
    """The person left the district or died on {closed_on}; the record is closed.
    该人员已于 {closed_on} 迁出或死亡，记录已关闭。
    """


class NothingChanged(BadInput):
    """The record says all of this already.
    内容与现有登记一致，无需变更。
    """


class SexSaidByDocument(BadInput):
    """The sex is the one in the national ID number.
    性别以身份证号为准。
    """


class PhoneContradictory(BadInput):
    """A phone number is either given or removed.
    不能同时填写并删除手机号。
    """


class OwnGuardian(BadInput):
    """Nobody is their own guardian.
    监护人不能是本人。
    """


class DocumentAlreadyGiven(Conflict):
    """The record has a document already.
    该人员已登记证件。
    """


class OwnProxy(BadInput):
    """Nobody is their own proxy.
    代报人不能是本人。
    """


class ProxyAmbiguous(BadInput):
    """A proxy is either a resident or the grid worker of the person's grid.
    代报人只能是一名居民或本网格网格员之一。
    """


class ProxyWithoutPhone(BadInput):
    """The proxy has no phone number registered to report with.
    代报人未登记手机号。
    """


class ProxyOfAnotherGrid(BadInput):
    """This grid worker does not serve the person's grid.
    该网格员不负责此人所在网格。
    """


class ProxyMissing(Conflict):
    """Nobody reports for this person.
    该人员没有代报人。
    """


class QuarantineInForce(Conflict):
    """A quarantine order is {status} until {ends_on}; end it first.
    该人员的隔离单仍有效（{status}，至 {ends_on}），请先办结。
    """


class DayInFuture(BadInput):
    """This day has not come yet.
    日期晚于今天。
    """


class DayBeforeBirth(BadInput):
    """This day is before the person's birth.
    日期早于出生日期。
    """


@dataclass(frozen=True, slots=True)
class HeldResident:
    """A resident that the transaction holds; numbers masked."""

    id: UUID
    division_code: str
    household_id: UUID
    name: str
    sex: Sex
    birth_on: date | None
    relation: Relation
    document_kind: str | None
    document_number_masked: str | None
    phone_masked: str | None
    phone_index: bytes | None
    guardian_id: UUID | None
    person_key: str
    status: Status
    closed_on: date | None
    proxy_id: UUID | None
    proxy_worker_id: UUID | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants changed; None leaves a value as it is."""

    name: str | None = None
    phone: str | None = None
    phone_removed: bool = False
    sex: Sex | None = None
    relation: Relation | None = None
    guardian_id: UUID | None = None


def check_registered(resident: HeldResident) -> None:
    """Raise unless the record is of somebody who lives here."""
    if resident.closed_on is not None:
        raise ResidentClosed(closed_on=resident.closed_on)


def check_change(resident: HeldResident, wanted: Wanted) -> Wanted:
    """Return what is wanted in its stored form, or raise the rule that it breaks."""
    check_registered(resident)
    if wanted.phone is not None and wanted.phone_removed:
        raise PhoneContradictory(path=("phone",))
    if wanted.guardian_id == resident.id:
        raise OwnGuardian(path=("guardian_id",))
    if wanted.sex not in {None, resident.sex} and resident.document_kind == NATIONAL_ID:
        raise SexSaidByDocument(path=("sex",))
    return Wanted(
        name=check_name(wanted.name) if wanted.name is not None else None,
        phone=check_phone(wanted.phone) if wanted.phone is not None else None,
        phone_removed=wanted.phone_removed,
        sex=wanted.sex,
        relation=wanted.relation,
        guardian_id=wanted.guardian_id,
    )


def values_of(resident: HeldResident) -> dict[str, object]:
    """Return the values that a change may touch, as history keeps them."""
    return {
        "name": resident.name,
        "sex": resident.sex.value,
        "relation": resident.relation.value,
        "phone_masked": resident.phone_masked,
        "guardian_id": resident.guardian_id and str(resident.guardian_id),
    }


def values_after(resident: HeldResident, wanted: Wanted) -> dict[str, object]:
    """Return the same values as the change leaves them."""
    given: dict[str, object] = {
        "name": wanted.name,
        "sex": wanted.sex and wanted.sex.value,
        "relation": wanted.relation and wanted.relation.value,
        "phone_masked": wanted.phone and standards.mask_phone(wanted.phone),
        "guardian_id": wanted.guardian_id and str(wanted.guardian_id),
    }
    after = values_of(resident) | {name: value for name, value in given.items() if value is not None}
    return after | ({"phone_masked": None} if wanted.phone_removed else {})


def difference(before: dict[str, object], after: dict[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Return what differs, as it was and as it is."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def check_document_given(resident: HeldResident, document: Document) -> tuple[date | None, Sex]:
    """Return birth date and sex as the document leaves them; raise what stands against it."""
    check_registered(resident)
    if resident.document_kind is not None:
        raise DocumentAlreadyGiven
    if document.kind != NATIONAL_ID:
        return resident.birth_on, resident.sex
    born_on = standards.birth_date(document.number)
    if resident.birth_on not in {None, born_on}:
        raise BirthContradictsDocument(path=("document_number",))
    return born_on, sex_of(document.number)


def check_end(resident: HeldResident, ended_on: date, today: date) -> None:
    """Raise unless the person can have left or died on this day."""
    check_registered(resident)
    if ended_on > today:
        raise DayInFuture(path=("on",))
    if resident.birth_on is not None and ended_on < resident.birth_on:
        raise DayBeforeBirth(path=("on",))
