"""Search 检索: what somebody asks for, told from the text's form where nobody says it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis import standards
from chassis.errors import BadInput, Problem
from services.residents.search import tokens

TEXT_CHARACTERS_MAX = 64
PHONE_TAIL_DIGITS = 4
ADDRESS_WORDS = re.compile(
    r"\d|社区|街道|小区|花园|单元|[零〇一二两三四五六七八九十百]+[幢栋号室组层弄]|.{3,}[村路街巷弄镇乡]$"
)
DOCUMENT = re.compile(r"\d{17}[\dXx]|[A-Za-z]{1,2}\d{6,10}|8[1-3]0000\d{11}[\dXx]")
PHONE = re.compile(r"(?:\+?86)?1\d{10}")


class By(StrEnum):
    """What a resident is looked for by."""

    NAME = "NAME"
    INITIALS = "INITIALS"
    DOCUMENT = "DOCUMENT"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"


class SearchEmpty(BadInput):
    """Say what to search for.
    请输入检索内容。
    """


class SearchTooLong(BadInput):
    """A search has at most {limit} characters.
    检索内容不能超过 {limit} 个字符。
    """


class SearchUnreadable(BadInput):
    """This says neither a name nor an address, a document or a phone number.
    无法识别检索内容，请输入姓名、拼音首字母、地址、证件号或手机号。
    """


class NumberNotWhole(BadInput):
    """A document is searched by its whole number, a phone by its whole number or its last four digits.
    证件须输入完整号码；手机须输入完整号码或后四位。
    """


class InitialsMalformed(BadInput):
    """Initials are letters a to z: wxm for Wang Xiaoming.
    拼音首字母只能是字母，例如王小明为 wxm。
    """


class ByUnknown(BadInput):
    """Search by NAME, INITIALS, DOCUMENT, PHONE or ADDRESS.
    检索方式为 NAME、INITIALS、DOCUMENT、PHONE 或 ADDRESS。
    """


@dataclass(frozen=True, slots=True)
class Prefix:
    """Tokens that begin like this."""

    text: str

    @property
    def past(self) -> str:
        """Return a text that is greater than all of them."""
        return self.text + tokens.PAST_EVERY_CHARACTER


@dataclass(frozen=True, slots=True)
class WholeDocument:
    """A document by its whole number; a number of letters and digits may be of several kinds."""

    forms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WholePhone:
    """A phone by its whole number."""

    number: str


@dataclass(frozen=True, slots=True)
class PhoneTail:
    """A phone by its last digits."""

    digits: str


Wanted = Prefix | WholeDocument | WholePhone | PhoneTail


def read(text: str, by: str | None, today: date) -> Wanted:
    """Return what is looked for; raise the rule that the text breaks."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > TEXT_CHARACTERS_MAX:
        raise SearchTooLong(path=("search",), limit=TEXT_CHARACTERS_MAX)
    if not plain:
        raise SearchEmpty(path=("search",))
    if any(unicodedata.category(c) in {"Cc", "Cs", "Cn", "Co"} for c in plain):
        raise SearchUnreadable(path=("search",))
    try:
        return READERS[kind_of(plain, by)](plain, today)
    except Problem as problem:
        problem.path = ("search",)
        raise


def kind_of(plain: str, by: str | None) -> By:
    """Return what is looked for: as said, or as the form tells."""
    if by is not None:
        if by not in By.__members__:
            raise ByUnknown(path=("by",))
        return By(by)
    tight = re.sub(r"[\s-]", "", plain)
    if DOCUMENT.fullmatch(tight):
        return By.DOCUMENT
    if PHONE.fullmatch(tight) or re.fullmatch(rf"\d{{{PHONE_TAIL_DIGITS}}}", tight):
        return By.PHONE
    if re.fullmatch(r"[\d\W_]+", tight):
        raise NumberNotWhole if tight.isdigit() else SearchUnreadable
    if re.fullmatch(r"[A-Za-z]+", tight):
        return By.INITIALS
    return By.ADDRESS if ADDRESS_WORDS.search(tight) else By.NAME


def by_name(plain: str, _today: date) -> Wanted:
    """Return the tokens of a name."""
    return prefix(tokens.NAME, tokens.name_form(plain))


def by_initials(plain: str, _today: date) -> Wanted:
    """Return the tokens of initials, or raise InitialsMalformed."""
    letters = tokens.name_form(plain)
    if not re.fullmatch(r"[a-z]+", letters):
        raise InitialsMalformed
    return prefix(tokens.INITIALS, letters)


def by_address(plain: str, _today: date) -> Wanted:
    """Return the tokens of an address."""
    return prefix(tokens.ADDRESS, tokens.asked_address(plain))


def by_document(plain: str, today: date) -> Wanted:
    """Return a whole document number in every form that it can have, or raise NumberNotWhole."""
    tight = re.sub(r"[\s-]", "", plain)
    if re.fullmatch(r"\d{17}[\dXx]", tight):
        kind = "RESIDENCE_PERMIT" if re.match(r"8[1-3]0000", tight) else "NATIONAL_ID"
        return WholeDocument(((kind, standards.document_number(kind, tight, today=today)),))
    forms = []
    for kind in ("PASSPORT", "TRAVEL_PERMIT"):
        try:
            forms.append((kind, standards.document_number(kind, tight, today=today)))
        except BadInput:
            continue
    if not forms:
        raise NumberNotWhole
    return WholeDocument(tuple(forms))


def by_phone(plain: str, _today: date) -> Wanted:
    """Return a whole phone number or its last digits, or raise NumberNotWhole."""
    tight = re.sub(r"[\s-]", "", plain)
    if re.fullmatch(rf"\d{{{PHONE_TAIL_DIGITS}}}", tight):
        return PhoneTail(tight)
    if not PHONE.fullmatch(tight):
        raise NumberNotWhole
    return WholePhone(standards.phone(tight))


def prefix(kind: str, form: str) -> Prefix:
    """Return a prefix of tokens, or raise SearchUnreadable when nothing is left of the text."""
    if not form:
        raise SearchUnreadable
    return Prefix(kind + form)


READERS = {
    By.NAME: by_name,
    By.INITIALS: by_initials,
    By.ADDRESS: by_address,
    By.DOCUMENT: by_document,
    By.PHONE: by_phone,
}
