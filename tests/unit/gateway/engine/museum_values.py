"""Values of the museum: a scalar that is written anew, enums with and without values of their own."""

from enum import Enum
from typing import Any

import strawberry
from strawberry.types.scalar import ScalarDefinition


class Length:
    """What columns hold in millimetres."""


def centimetres(value: Any) -> str:
    """Write a length; there is none below zero."""
    if not isinstance(value, int) or value < 0:
        raise ValueError("a length is a number of millimetres")
    return f"{value / 10:g} cm"


LENGTH: ScalarDefinition = strawberry.scalar(name="Length", serialize=centimetres, parse_value=str)


@strawberry.enum(description="When it was made; services have letters of their own")
class Era(Enum):
    """Values differ from names."""

    ANTIQUE = "a"
    MODERN = "m"


@strawberry.enum(description="What it is made of")
class Material(Enum):
    """Values are names."""

    OIL = "OIL"
    STONE = "STONE"
