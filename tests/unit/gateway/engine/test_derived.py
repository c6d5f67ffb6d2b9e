"""What the gateway makes itself is checked by its type like everything else."""

from typing import Any

import pytest

from tests.unit.gateway.engine.desk import both
from tests.unit.gateway.engine.museum import WORKS
from tests.unit.gateway.engine.rows import collection, work


async def shown(fields: str, **columns: Any) -> Any:
    """Return what a work with some columns shows: data and errors."""
    services = collection()
    services.rows[WORKS.path]["w1"] = work("w1", **columns)
    told = await both(f'{{ work(key: "w1") {{ {fields} }} }}', None, services)
    return told.response["data"]["work"], told.errors


async def test_function_sees_plain_json() -> None:
    """Whatever else the row shows of the same columns."""
    data, errors = await shown("carved frame { wood corners { x } } label { text } title era shouted", subtitle="S")

    assert errors == []
    assert data["carved"] == data["frame"]["wood"] == "oak"
    assert data["label"] == {"text": "TITLE W1"}
    assert (data["title"], data["era"], data["shouted"]) == ("Title w1", "MODERN", "TITLE W1!")


async def test_null_where_none_may_be_is_an_error() -> None:
    """A function may return anything."""
    assert await shown("signature year") == (None, [("work.signature", "InternalError")])


async def test_what_a_function_reads_is_checked_where_it_is_shown() -> None:
    """The function may make something of a column that is wrong for the field of the same name."""
    data, errors = await shown("title shouted", title=["not", "a", "title"])

    assert data is None
    assert errors == [("work.title", "InternalError")]


async def test_function_that_fails_costs_its_field() -> None:
    """Nothing else."""
    assert await shown("carved year", frame=None) == (
        {"carved": None, "year": 1874},
        [("work.carved", "InternalError")],
    )


@pytest.mark.parametrize("title", ["odd", "none"])
async def test_object_of_a_function_is_checked(title: str) -> None:
    """What it lacks is a failure; what may not be null is an error."""
    data, errors = await shown("label { text } year", title=title)

    assert data == {"label": None, "year": 1874}
    assert errors == [("work.label.text", "InternalError")]


async def test_list_of_a_function_is_checked() -> None:
    """Each of its items."""
    data, errors = await shown("initials year")

    assert data == {"initials": None, "year": 1874}
    assert errors == [("work.initials.1", "InternalError")]


async def test_objects_that_a_function_reads_are_checked_where_they_are_shown() -> None:
    """They are not decoded by their type then."""
    data, errors = await shown("carved frame { corners { x } }", frame={"wood": "oak", "corners": [{}]})

    assert data == {"carved": "oak", "frame": None}
    assert errors == [("work.frame.corners.0.x", "InternalError")]
