"""Small rules of form that every slice shares; each refusal names the field and the rule."""

import re
from collections.abc import Sequence
from datetime import date

from chassis import standards
from chassis.errors import BadInput, Problem

TEXT_CHARACTERS_MAX = 200
NOTE_CHARACTERS_MAX = 2_000
GRID_CODE = re.compile(r"\d{15}")
ORIGIN_CODE = re.compile(r"\d{6}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class TextMissing(BadInput):
    """{field} must not be empty.
    {field} 不能为空。
    """


class TextTooLong(BadInput):
    """{field} has at most {limit} characters.
    {field} 最多 {limit} 个字符。
    """


class TextUnreadable(BadInput):
    """{field} contains control characters.
    {field} 含有控制字符。
    """


class NumberOutOfRange(BadInput):
    """{field} lies between {lowest} and {highest}.
    {field} 须在 {lowest} 至 {highest} 之间。
    """


class GridCodeMalformed(BadInput):
    """A grid code has 15 digits.
    网格代码应为 15 位数字。
    """


class OriginCodeMalformed(BadInput):
    """An origin is a division code of 6 digits.
    来源地应为 6 位行政区划代码。
    """


def text(value: str, path: Sequence[str], *, limit: int = TEXT_CHARACTERS_MAX) -> str:
    """Return a text a person typed, or refuse it."""
    field = path[-1]
    if not value.strip():
        raise TextMissing(path=path, field=field)
    if len(value) > limit:
        raise TextTooLong(path=path, field=field, limit=limit)
    if CONTROL.search(value):
        raise TextUnreadable(path=path, field=field)
    return value.strip()


def optional_text(value: str | None, path: Sequence[str]) -> str | None:
    """Return a text, or None where nothing was typed."""
    return text(value, path) if value is not None and value.strip() else None


def number(value: float, path: Sequence[str], *, highest: int, lowest: int = 0) -> None:
    """Refuse a number outside its range; no comparison holds for NaN."""
    if not lowest <= value <= highest:
        raise NumberOutOfRange(path=path, field=path[-1], lowest=lowest, highest=highest)


def grid_code(value: str, path: Sequence[str]) -> str:
    """Return a grid's code, or refuse it."""
    code = standards.compact(value)
    if not GRID_CODE.fullmatch(code):
        raise GridCodeMalformed(path=path)
    return code


def origin_code(value: str, path: Sequence[str]) -> str:
    """Return the code of where somebody came from, or refuse it."""
    code = standards.compact(value)
    if not ORIGIN_CODE.fullmatch(code):
        raise OriginCodeMalformed(path=path)
    return code


def phone(value: str, path: Sequence[str]) -> str:
    """Return a mobile number, or refuse it at its place."""
    try:
        return standards.phone(value)
    except Problem as refused:
        raise refused.at(*path) from None


def national_id(value: str, path: Sequence[str], *, today: date) -> str:
    """Return a national ID number, or refuse it at its place."""
    try:
        return standards.national_id(value, today=today)
    except Problem as refused:
        raise refused.at(*path) from None


def credit_code(value: str, path: Sequence[str]) -> str:
    """Return a credit code, or refuse it at its place."""
    try:
        return standards.credit_code(value)
    except Problem as refused:
        raise refused.at(*path) from None
