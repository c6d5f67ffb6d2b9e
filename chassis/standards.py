"""Numbers that national standards define: identity documents, credit codes, phones, plates, codes.

Normalizing accepts what people type (full-width digits, spaces, lower case) and returns the one
form that is stored, hashed and compared. Each refusal names the rule it broke.
"""

import re
import unicodedata
from datetime import date
from itertools import accumulate

import phonenumbers
from stdnum.cn import uscc

from chassis.crypto import mask
from chassis.errors import BadInput

NATIONAL_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NATIONAL_ID_CHECKS = "10X98765432"
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Z][A-Z0-9]{4,5}[A-Z0-9挂学警港澳]"
)
DIVISION_CODE = re.compile(r"\d{6}|\d{9}|\d{12}|\d{15}")


class NationalIdMalformed(BadInput):
    """A national ID number has 17 digits and a check character.
    身份证号应为 17 位数字加 1 位校验码。
    """


class NationalIdChecksumWrong(BadInput):
    """The check character of the national ID number is wrong (GB 11643).
    身份证号校验码错误（GB 11643）。
    """


class NationalIdDateImpossible(BadInput):
    """The national ID number holds an impossible birth date.
    身份证号中的出生日期不存在。
    """


class NationalIdBirthInFuture(BadInput):
    """The national ID number holds a birth date in the future.
    身份证号中的出生日期晚于今天。
    """


class DocumentKindUnknown(BadInput):
    """Documents are NATIONAL_ID, PASSPORT, TRAVEL_PERMIT or RESIDENCE_PERMIT.
    证件类型须为身份证、护照、通行证或居住证。
    """


class DocumentNumberMalformed(BadInput):
    """The document number does not have the form of its kind.
    证件号码格式不正确。
    """


class CreditCodeMalformed(BadInput):
    """A unified social credit code has 18 characters of 0-9 and A-Z without I, O, S, V, Z.
    统一社会信用代码应为 18 位（不含 I、O、S、V、Z）。
    """


class CreditCodeChecksumWrong(BadInput):
    """The check character of the unified social credit code is wrong (GB 32100).
    统一社会信用代码校验码错误（GB 32100）。
    """


class PhoneMalformed(BadInput):
    """A mobile number has 11 digits and starts with 13 to 19.
    手机号应为 11 位，以 13 至 19 开头。
    """


class PlateMalformed(BadInput):
    """A plate is a province, a letter, and 5 or 6 characters.
    车牌号应为省份简称、字母加 5 或 6 位。
    """


class DivisionCodeMalformed(BadInput):
    """A division code has 6, 9, 12 or 15 digits.
    区划代码应为 6、9、12 或 15 位数字。
    """


class TemperatureOutOfRange(BadInput):
    """A body temperature lies between 34.0 and 43.0 degrees, with one decimal.
    体温须在 34.0 至 43.0 摄氏度之间，保留一位小数。
    """


def compact(text: str) -> str:
    """Return text without spaces and hyphens, full-width characters made narrow, upper case."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def national_id(text: str, *, today: date) -> str:
    """Return a resident ID number in its stored form (GB 11643), or refuse it.

    An unknown or abolished division prefix is no fault: it is where the number was first issued.
    """
    number = compact(text)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise NationalIdMalformed
    total = sum(int(d) * w for d, w in zip(number[:17], NATIONAL_ID_WEIGHTS, strict=True))
    if NATIONAL_ID_CHECKS[total % 11] != number[17]:
        raise NationalIdChecksumWrong
    if birth_date(number) > today:
        raise NationalIdBirthInFuture
    return number


def birth_date(number: str) -> date:
    """Return the birth date that a resident ID number holds."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise NationalIdDateImpossible from None


DOCUMENT_FORMS = {
    "PASSPORT": re.compile(r"[A-Z0-9]{5,20}"),
    "TRAVEL_PERMIT": re.compile(r"[A-Z]\d{8,10}|\d{8}"),
    "RESIDENCE_PERMIT": re.compile(r"8[123]0000\d{11}[\dX]"),
}


def document_number(kind: str, text: str, *, today: date) -> str:
    """Return a document's number in its stored form, by kind of document."""
    if kind == "NATIONAL_ID":
        return national_id(text, today=today)
    form = DOCUMENT_FORMS.get(kind)
    if form is None:
        raise DocumentKindUnknown
    number = compact(text)
    if not form.fullmatch(number):
        raise DocumentNumberMalformed
    return national_id(number, today=today) if kind == "RESIDENCE_PERMIT" else number


def credit_code(text: str) -> str:
    """Return a unified social credit code in its stored form (GB 32100), or refuse it."""
    code = compact(text)
    if not re.fullmatch(r"[0-9ABCDEFGHJKLMNPQRTUWXY]{18}", code):
        raise CreditCodeMalformed
    if uscc.calc_check_digit(code[:17]) != code[17]:
        raise CreditCodeChecksumWrong
    return code


PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def phone(text: str) -> str:
    """Return a mainland mobile number as 11 digits, or refuse it."""
    if PLAIN_MOBILE.fullmatch(text):
        return text
    digits = re.sub(r"[()（）.·]", "", compact(text))
    try:
        parsed = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        raise PhoneMalformed from None
    national = str(parsed.national_number)
    if parsed.country_code != 86 or not re.fullmatch(r"1[3-9]\d{9}", national):
        raise PhoneMalformed
    return national


def plate(text: str) -> str:
    """Return a vehicle plate in its stored form, or refuse it."""
    value = compact(text).replace("·", "")
    if not PLATE.fullmatch(value):
        raise PlateMalformed
    return value


def division_code(text: str) -> str:
    """Return a division code without trailing zero levels: 9 digits for a town, 12 for a village.

    Lists write a district as 330111000000 and a town as 330111004000.
    """
    code = compact(text)
    if not DIVISION_CODE.fullmatch(code):
        raise DivisionCodeMalformed
    if len(code) == 12 and code.endswith("000"):
        code = code[:9]
    if len(code) == 9 and code.endswith("000"):
        code = code[:6]
    return code


def temperature(value: float) -> float:
    """Return a body temperature in degrees Celsius with one decimal, or refuse it."""
    if not 34.0 <= value <= 43.0 or abs(value * 10 - round(value * 10)) > 1e-6:
        raise TemperatureOutOfRange
    return round(value, 1)


def mask_document(number: str) -> str:
    """Show the first 6 and the last 4 characters of an ID number, fewer of a shorter document."""
    return mask(number, head=6, tail=4) if len(number) >= 15 else mask(number, head=1, tail=2)


def mask_phone(number: str) -> str:
    """Show the first 3 and the last 4 digits of a phone number."""
    return mask(number, head=3, tail=4)


def mask_name(name: str) -> str:
    """Show the family name only: 王小明 becomes 王**."""
    return mask(name, head=1, tail=0)


def prefixes(code: str) -> list[str]:
    """Return a code's own levels from the widest: 330111, 330111004, 330111004002, ..."""
    return [part for part in accumulate((code[:6], code[6:9], code[9:12], code[12:15])) if len(part) <= len(code)][
        : 1 + (len(code) - 6) // 3
    ]
