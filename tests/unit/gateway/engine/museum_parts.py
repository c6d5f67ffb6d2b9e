"""Objects of the museum that have no endpoint: they lie within a column, or are made of columns."""

import strawberry

from gateway.upstream.fields import column, load_one
from tests.unit.gateway.engine.museum import ARTISTS, Artist
from tests.unit.gateway.engine.museum_values import Era


@strawberry.type(description="A point")
class Point:
    """Lies in lists in lists."""

    x: int = column("Right")
    y: int | None = column("Down")


@strawberry.type(description="A frame")
class Frame:
    """Lies within a column."""

    wood: str = column("Wood")
    era: Era | None = column("When it was made")
    corners: list[Point] = column("Its corners")
    gilder: Artist | None = load_one(ARTISTS, key="gilder_id", description="Who gilded it")


@strawberry.type(description="What a work is worth")
class Appraisal:
    """Made of columns of the work's row."""

    amount: int = column("How much")
    currency: str | None = column("Of what")
    expert: Artist | None = load_one(ARTISTS, key="expert_id", description="Who says so")


@strawberry.type(description="What hangs beside a work")
class Label:
    """Made by the gateway."""

    text: str = column("Text")
    lines: list[str] = column("Lines")


@strawberry.type(description="Where a work is listed")
class Catalogue:
    """Shows a number of the work's row as a text."""

    number: str = column("Its number: the year")
