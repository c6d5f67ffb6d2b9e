"""The roster 居民名册: households 户 and residents 居民, and what makes one person."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from chassis import standards
from chassis.errors import BadInput, Conflict, NotFound

NAME_CHARACTERS_MAX = 60
ADDRESS_CHARACTERS_MAX = 200
NATIONAL_ID = "NATIONAL_ID"
RECORD = "RECORD"  # who has no document is matched by the record itself


class Sex(StrEnum):
    """As the document says."""

    MALE = "MALE"
    FEMALE = "FEMALE"
    UNKNOWN = "UNKNOWN"


class Relation(StrEnum):
    """What a member is to the head of the household."""

    HEAD = "HEAD"
    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    PARENT = "PARENT"
    OTHER = "OTHER"


class Status(StrEnum):
    """Whether a person lives here; the record of who left or died stays."""

    REGISTERED = "REGISTERED"
    LEFT = "LEFT"
    DECEASED = "DECEASED"


class ResidentUnknown(NotFound):
    """There is no such resident within your scope.
    在您的权限范围内没有该居民。
    """


class HouseholdUnknown(NotFound):
    """There is no such household within your scope.
    在您的权限范围内没有该住户。
    """


class ResidentAlreadyRegistered(Conflict):
    """This person is in the roster of the district already.
    该人员已在本区居民名册中。
    """


class HouseholdHasHead(Conflict):
    """The household has a head already; change that person's relation first.
    该住户已有户主，请先变更原户主的关系。
    """


class NameMalformed(BadInput):
    """A name has 1 to 60 characters, and no digits.
    姓名应为 1 至 60 个字符，不含数字。
    """


class AddressMalformed(BadInput):
    """An address has 1 to 200 characters.
    地址应为 1 至 200 个字符。
    """


class GuardianRequired(BadInput):
    """Without a document a person is registered with guardian, name and birth date.
    无证件人员须登记监护人、姓名和出生日期。
    """


class BirthInFuture(BadInput):
    """The birth date is in the future.
    出生日期晚于今天。
    """


class BirthContradictsDocument(BadInput):
    """The birth date is not the one in the national ID number.
    出生日期与身份证号不一致。
    """


@dataclass(frozen=True, slots=True)
class Document:
    """An identity document in its stored form."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person to register, every value checked; without a document there is a guardian."""

    name: str
    document: Document | None
    phone: str | None
    sex: Sex
    birth_on: date | None
    guardian_id: UUID | None
    relation: Relation


def check_person(
    *,
    name: str,
    today: date,
    document_kind: str = NATIONAL_ID,
    document_number: str | None = None,
    phone: str | None = None,
    sex: Sex | None = None,
    birth_on: date | None = None,
    guardian_id: UUID | None = None,
    relation: Relation = Relation.OTHER,
) -> Person:
    """Return the person that these values describe, or raise the rule they break, with its field."""
    document = check_document(document_kind, document_number, today) if document_number else None
    if document is None and (guardian_id is None or birth_on is None):
        raise GuardianRequired(path=("guardian_id" if guardian_id is None else "birth_on",))
    if birth_on is not None and birth_on > today:
        raise BirthInFuture(path=("birth_on",))
    if document is not None and document.kind == NATIONAL_ID:
        held = standards.birth_date(document.number)
        if birth_on not in (None, held):
            raise BirthContradictsDocument(path=("birth_on",))
        birth_on, sex = held, sex_of(document.number)
    return Person(
        name=check_name(name),
        document=document,
        phone=check_phone(phone) if phone else None,
        sex=sex or Sex.UNKNOWN,
        birth_on=birth_on,
        guardian_id=guardian_id,
        relation=relation,
    )


def check_document(kind: str, number: str, today: date) -> Document:
    """Return a document in its stored form, or raise what is wrong with it."""
    try:
        return Document(kind, standards.document_number(kind, number, today=today))
    except standards.DocumentKindUnknown as problem:
        raise problem.at("document_kind") from None
    except BadInput as problem:
        raise problem.at("national_id" if kind == NATIONAL_ID else "document_number") from None


def check_phone(text: str) -> str:
    """Return a phone number in its stored form, or raise PhoneMalformed."""
    try:
        return standards.phone(text)
    except standards.PhoneMalformed as problem:
        raise problem.at("phone") from None


def check_name(text: str) -> str:
    """Return a name without stray spaces, or raise NameMalformed."""
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX or re.search(r"[\d\x00-\x1f<>]", name):
        raise NameMalformed(path=("name",))
    return name


def check_address(text: str) -> str:
    """Return an address without stray spaces, or raise AddressMalformed."""
    address = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    if not 1 <= len(address) <= ADDRESS_CHARACTERS_MAX or "\x00" in address:
        raise AddressMalformed(path=("address",))
    return address


def sex_of(national_id: str) -> Sex:
    """Return what the 17th digit of a national ID number says."""
    return Sex.MALE if int(national_id[16]) % 2 else Sex.FEMALE


def name_initials(name: str) -> str:
    """Return the pinyin initials of a name: 王小明 is wxm."""
    return "".join(initial(character) for character in name)


@lru_cache(maxsize=20_000)
def initial(character: str) -> str:
    """Return the first letter of a character's reading, or the letter itself."""
    from pypinyin import Style, lazy_pinyin  # half a second of dictionaries, read when the first name is

    letters = lazy_pinyin(character, style=Style.FIRST_LETTER)
    return "".join(letters).lower()[:1] if letters and character.isalnum() else ""
