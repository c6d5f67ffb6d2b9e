"""Divisions: district 区, town 镇/街道/乡, village 村/社区, grid 网格; each valid from one day to another."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from chassis.errors import BadInput, Conflict

GRID_NAME_CHARACTERS_MAX = 40


class Level(StrEnum):
    """The four levels."""

    DISTRICT = "DISTRICT"
    TOWN = "TOWN"
    VILLAGE = "VILLAGE"
    GRID = "GRID"


class DivisionKind(StrEnum):
    """What a division is called by its own kind."""

    DISTRICT = "DISTRICT"
    SUBDISTRICT = "SUBDISTRICT"
    TOWN = "TOWN"
    TOWNSHIP = "TOWNSHIP"
    VILLAGE = "VILLAGE"
    COMMUNITY = "COMMUNITY"
    GRID = "GRID"


class CodeSystem(StrEnum):
    """Whose list a code stands in: the statistical one 统计用区划代码 is ours; the other is civil affairs' 民政."""

    STATISTICAL = "STATISTICAL"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS"


class DivisionUnknown(BadInput):
    """There is no division {code} in this district.
    本区没有代码为 {code} 的区划。
    """


class GridExpected(BadInput):
    """{code} is not a grid: a grid has 15 digits.
    {code} 不是网格：网格代码为 15 位。
    """


class OriginUnknown(BadInput):
    """There is no province, prefecture or county {code}.
    没有代码为 {code} 的省、市或县。
    """


class GridClosed(Conflict):
    """Grid {code} is closed: its last day is {valid_to}.
    网格 {code} 已撤销，最后有效日为 {valid_to}。
    """


class GridNotOpenYet(Conflict):
    """Grid {code} is valid from {valid_from} on.
    网格 {code} 自 {valid_from} 起有效。
    """


class GridNotEmpty(Conflict):
    """{code} still has {residents} residents, {households} households, {screening_tasks} open screening tasks and {quarantine_orders} quarantine orders.
    网格 {code} 尚有居民 {residents} 人、住户 {households} 户、未结排查任务 {screening_tasks} 项、隔离单 {quarantine_orders} 份。
    """  # noqa: E501


class OnlyGridsChange(BadInput):
    """{code} is not a grid: towns and villages come with the national list, only grids are added and closed.
    {code} 不是网格：镇街和村社以国家区划表为准，只能增设或撤销网格。
    """


class DivisionCodeTaken(Conflict):
    """The code stands for a grid already, or did; codes are not used twice.
    该代码已被使用，不可重复使用。
    """


class SerialOfWholeVillage(BadInput):
    """The serial 000 stands for the village as a whole, not for a grid.
    序号 000 表示整个村社，不能作为网格。
    """


class GridNameMalformed(BadInput):
    """A grid's name has 1 to 40 characters.
    网格名称应为 1 至 40 个字符。
    """


class DayHasPassed(BadInput):
    """{day} has passed; choose today or a later day.
    {day} 已过，请选择今天或之后的日期。
    """


@dataclass(frozen=True, slots=True)
class Belongings:
    """How much belongs to a grid."""

    residents: int
    households: int
    screening_tasks: int
    quarantine_orders: int


def check_open(code: str, valid_from: date, valid_to: date | None, on: date) -> None:
    """Raise unless a grid is valid on a day; both its first and its last day count."""
    if on < valid_from:
        raise GridNotOpenYet(code=code, valid_from=valid_from.isoformat())
    if valid_to is not None and on > valid_to:
        raise GridClosed(code=code, valid_to=valid_to.isoformat())


def check_new_grid(code: str) -> str:
    """Return the code of the village that a new grid lies in; raise OnlyGridsChange or SerialOfWholeVillage."""
    if len(code) != 15:
        raise OnlyGridsChange(path=("code",), code=code)
    if code.endswith("000"):
        raise SerialOfWholeVillage(path=("code",))
    return code[:12]


def check_grid_name(text: str) -> str:
    """Return a grid's name without stray spaces, or raise GridNameMalformed."""
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    if not 1 <= len(name) <= GRID_NAME_CHARACTERS_MAX or re.search(r"[\x00-\x1f<>]", name):
        raise GridNameMalformed(path=("name",))
    return name


def check_not_past(day: date, today: date, field: str) -> date:
    """Return a day that is today or later, or raise DayHasPassed."""
    if day < today:
        raise DayHasPassed(path=(field,), day=day.isoformat())
    return day


def check_closable(code: str, valid_to: date | None, belongings: Belongings) -> None:
    """Raise unless a grid may be closed: once, and when nothing belongs to it."""
    if valid_to is not None:
        raise GridClosed(code=code, valid_to=valid_to.isoformat())
    if belongings != Belongings(0, 0, 0, 0):
        raise GridNotEmpty(
            code=code,
            residents=belongings.residents,
            households=belongings.households,
            screening_tasks=belongings.screening_tasks,
            quarantine_orders=belongings.quarantine_orders,
        )


def record_id(code: str) -> UUID:
    """Return the id under which history keeps a division: the digits of its code."""
    return UUID(code.zfill(32))


def whole_village(code: str) -> str:
    """Return the 15-digit code of what belongs to a village as a whole: serial 000."""
    return code[:12] + "000"
