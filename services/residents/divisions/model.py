"""Divisions: district 区, town 镇/街道/乡, village 村/社区, grid 网格."""

from enum import StrEnum

from chassis.errors import BadInput


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


def whole_village(code: str) -> str:
    """Return the 15-digit code of what belongs to a village as a whole: serial 000."""
    return code[:12] + "000"
