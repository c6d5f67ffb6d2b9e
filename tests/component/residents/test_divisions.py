"""Divisions, grid workers and origins: everybody signed in may read them."""

import pytest

from tests.support.people import GRID, LUSHAN, SHANSHUI, WORKER, XINDENG
from tests.support.rig import Rig, problem

FIELDS = ("code", "name", "level", "kind", "parent_code")


async def test_divisions_of_every_level(people: Rig) -> None:
    """A code of 6, 9, 12 or 15 digits finds its division; the answer keeps the order of the ids."""
    reader = people.viewer("reviewer")

    rows = await people.batch(reader, "/divisions:batch", [GRID, "330111", SHANSHUI, LUSHAN], FIELDS)

    assert [(row["level"], row["kind"]) for row in rows] == [
        ("GRID", "GRID"),
        ("DISTRICT", "DISTRICT"),
        ("VILLAGE", "COMMUNITY"),
        ("TOWN", "SUBDISTRICT"),
    ]
    assert [row["parent_code"] for row in rows] == [SHANSHUI, None, LUSHAN, "330111"]


async def test_list_forms_of_codes_are_normalized(people: Rig) -> None:
    """Lists write a district and a town with 12 digits; serial 000 is the village, not a grid."""
    ids = ["330111000000", f"{LUSHAN}000", f"{SHANSHUI}000", "330111999", "x"]

    rows = await people.batch(people.viewer("resident"), "/divisions:batch", ids, ["code"])

    assert rows == [{"code": "330111"}, {"code": LUSHAN}, None, None, None]


async def test_name_path_names_those_above(people: Rig) -> None:
    """A notice names a place from the district down."""
    rows = await people.batch(people.viewer("resident"), "/divisions:batch", [GRID], ["name_path"])

    assert rows == [{"name_path": "富阳区鹿山街道山水社区第1网格"}]


async def test_children_page_by_code(people: Rig) -> None:
    """A division's children come in the order of their codes, page by page."""
    reader = people.viewer("grid_worker", scopes=(GRID,))

    [first] = await people.batch(reader, "/divisions/by-parent:batch", ["330111"], ["code"], limit=1)
    [second] = await people.batch(
        reader, "/divisions/by-parent:batch", ["330111"], ["code"], limit=5, after=first[0]["cursor"]
    )

    assert [row["code"] for row in first + second] == [LUSHAN, XINDENG]


async def test_grid_worker_of_a_grid(people: Rig) -> None:
    """A grid has the worker who serves it; a village has none."""
    rows = await people.batch(
        people.viewer("resident"), "/grid-workers/by-grid:batch", [GRID, SHANSHUI], ["id", "name", "grid_code"]
    )

    assert rows == [{"id": str(WORKER), "name": "陈建国", "grid_code": GRID}, None]


async def test_origins_by_code(people: Rig) -> None:
    """Where travelers come from is a code of the country's list."""
    rows = await people.batch(people.viewer("auditor"), "/origin-divisions:batch", ["330300", "999999"], ["name"])

    assert rows == [{"name": "温州市"}, None]


async def test_reading_needs_a_token(people: Rig) -> None:
    """Nothing is read by nobody."""
    response = await people.ask(None, "/divisions:batch", [GRID], ["code"])

    assert (response.status_code, problem(response)) == (401, "TokenMissing")


@pytest.mark.parametrize("column", ["phone_sealed", "secret"])
async def test_unknown_fields_are_refused(people: Rig, column: str) -> None:
    """What a row does not have cannot be asked for."""
    response = await people.ask(people.viewer("auditor"), "/grid-workers/by-grid:batch", [GRID], [column])

    assert problem(response) == "FieldUnknown"
