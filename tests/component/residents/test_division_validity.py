"""A code means something within a code system and from one day to another, both counted."""

import asyncpg
import pytest

from tests.support.people import FAR_GRID, GRID, LUSHAN, NEXT_GRID, SHANSHUI, WANG_PHONE, XINDENG, national_id
from tests.support.returnees import WANG_RETURNS, district_officer
from tests.support.rig import Rig, problem

TODAY = "2020-01-28"
CIVIL_AFFAIRS = {"code_system": "CIVIL_AFFAIRS"}
ALIASES = "/division-aliases/by-division:batch"


async def reuse(people: Rig, valid_from: str, valid_to: str | None) -> None:
    """Let the civil-affairs list use Lushan's digits for Xindeng."""
    async with people.work() as db:
        await db.connection.execute(
            "INSERT INTO division_aliases (district_code, code_system, code, division_code, valid_from, valid_to) "
            "VALUES ('330111', 'CIVIL_AFFAIRS', $1, $2, $3::text::date, $4::text::date)",
            LUSHAN,
            XINDENG,
            valid_from,
            valid_to,
        )


async def limit(people: Rig, code: str, valid_from: str, valid_to: str | None) -> None:
    """Give a division other days."""
    async with people.work() as db:
        await db.connection.execute(
            "UPDATE divisions SET valid_from = $2::text::date, valid_to = $3::text::date WHERE code = $1",
            code,
            valid_from,
            valid_to,
        )


async def resolve(people: Rig, code: str, **arguments: str) -> str | None:
    """Return the division that a code means."""
    [row] = await people.batch(people.viewer("resident"), "/divisions:batch", [code], ["code"], arguments=arguments)
    return row["code"] if row else None


async def test_the_same_digits_mean_another_town(people: Rig) -> None:
    """The civil-affairs list reuses codes: only the code system says which town is meant."""
    await reuse(people, "2019-10-31", None)

    assert await resolve(people, LUSHAN) == LUSHAN
    assert await resolve(people, LUSHAN, code_system="STATISTICAL") == LUSHAN
    assert await resolve(people, LUSHAN, **CIVIL_AFFAIRS) == XINDENG
    assert await resolve(people, "330111102000", **CIVIL_AFFAIRS) == XINDENG


@pytest.mark.parametrize("code", [XINDENG, SHANSHUI, GRID, "新登镇", "330111", "x"])
async def test_what_the_crosswalk_does_not_know_is_not_found(people: Rig, code: str) -> None:
    """Neither our own code nor a name stands for a code of the other list."""
    assert await resolve(people, code, **CIVIL_AFFAIRS) is None


async def test_an_unknown_code_system_finds_nothing(people: Rig) -> None:
    """A list that nobody keeps has no codes."""
    assert await resolve(people, LUSHAN, code_system="MCA") is None


@pytest.mark.parametrize(
    ("day", "found"),
    [("2020-01-19", None), ("2020-01-20", XINDENG), ("2020-01-29", XINDENG), ("2020-01-30", None)],
)
async def test_an_alias_holds_from_its_first_to_its_last_day(people: Rig, day: str, found: str | None) -> None:
    """Both days count, and the day before and after do not."""
    await reuse(people, "2020-01-20", "2020-01-29")

    assert await resolve(people, LUSHAN, on_day=day, **CIVIL_AFFAIRS) == found


@pytest.mark.parametrize(("valid_to", "found"), [("2020-01-27", None), ("2020-01-28", XINDENG)])
async def test_without_a_day_an_alias_is_read_today(people: Rig, valid_to: str, found: str | None) -> None:
    """A reused code has no meaning without a day, so the clock gives one."""
    await reuse(people, "2020-01-20", valid_to)

    assert await resolve(people, LUSHAN, **CIVIL_AFFAIRS) == found


@pytest.mark.parametrize(
    ("day", "found"),
    [("2020-01-19", None), ("2020-01-20", FAR_GRID), ("2020-01-28", FAR_GRID), ("2020-01-29", None)],
)
async def test_a_division_holds_from_its_first_to_its_last_day(people: Rig, day: str, found: str | None) -> None:
    """On any other day its code is not found; without a day it is, since records refer to it."""
    await limit(people, FAR_GRID, "2020-01-20", TODAY)

    assert await resolve(people, FAR_GRID, on_day=day) == found
    assert await resolve(people, FAR_GRID) == FAR_GRID


async def test_an_alias_of_a_closed_division_is_not_found(people: Rig) -> None:
    """The crosswalk leads to divisions of the day only."""
    await limit(people, XINDENG, "2019-10-31", "2020-01-20")

    assert await resolve(people, "330111102", on_day="2020-01-20", **CIVIL_AFFAIRS) == XINDENG
    assert await resolve(people, "330111102", on_day="2020-01-21", **CIVIL_AFFAIRS) is None


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "listed"),
    [
        ("2019-10-31", "2020-01-27", False),
        ("2019-10-31", TODAY, True),
        (TODAY, None, True),
        ("2020-01-29", None, False),
    ],
)
async def test_lists_of_children_show_today(people: Rig, valid_from: str, valid_to: str | None, listed: bool) -> None:
    """A grid that is closed, or not open yet, is not offered."""
    await limit(people, NEXT_GRID, valid_from, valid_to)

    [rows] = await people.batch(people.viewer("auditor"), "/divisions/by-parent:batch", [SHANSHUI], ["code"])

    assert [row["code"] for row in rows] == ([GRID, NEXT_GRID] if listed else [GRID])


async def test_a_division_tells_its_validity_and_aliases(people: Rig) -> None:
    """Whoever reads an old list sees when its codes held."""
    await reuse(people, "2020-01-20", "2020-01-29")
    reader = people.viewer("reviewer")

    [row] = await people.batch(reader, "/divisions:batch", [XINDENG], ["code_system", "valid_from", "valid_to"])
    aliases = await people.batch(reader, ALIASES, [XINDENG, GRID], ["code_system", "code", "valid_from", "valid_to"])

    assert row == {"code_system": "STATISTICAL", "valid_from": "2019-10-31", "valid_to": None}
    civil = {"code_system": "CIVIL_AFFAIRS"}
    assert aliases == [
        [
            civil | {"code": LUSHAN, "valid_from": "2020-01-20", "valid_to": "2020-01-29"},
            civil | {"code": "330111102", "valid_from": "2019-10-31", "valid_to": None},
        ],
        [],
    ]


async def test_a_code_has_one_meaning_a_day(people: Rig) -> None:
    """Two meanings that share a day are refused by the database."""
    await reuse(people, "2020-01-20", "2020-01-29")

    with pytest.raises(asyncpg.ExclusionViolationError, match="division_aliases_one_meaning_a_day"):
        await reuse(people, "2020-01-29", None)
    await reuse(people, "2020-01-30", None)


NEW = {
    "name": "王小明",
    "national_id": national_id("19910101", 101),
    "grid_code": FAR_GRID,
    "address": "东桥村 1 组 2 号",
    "phone": WANG_PHONE,
}
RETURNS = WANG_RETURNS | {"destination": {"grid_code": FAR_GRID, "address": "东桥村 1 组 2 号"}}


REGISTER = ("/residents", NEW, ["grid_code"])
RETURN = ("/returnees", RETURNS, ["destination", "grid_code"])
CLOSED, CLOSING = ("2019-10-31", "2020-01-27"), ("2019-10-31", TODAY)
OPENING, FUTURE = (TODAY, None), ("2020-01-29", None)


@pytest.mark.parametrize("validity", [CLOSING, OPENING])
@pytest.mark.parametrize("act", [REGISTER, RETURN])
async def test_the_first_and_the_last_day_count(
    people: Rig, act: tuple[str, dict[str, object], list[str]], validity: tuple[str, str | None]
) -> None:
    """On both days people are registered in a grid as on any other."""
    await limit(people, FAR_GRID, *validity)

    response = await people.command(district_officer(people), act[0], act[1])

    assert response.status_code == 201, response.text


@pytest.mark.parametrize(("validity", "code"), [(CLOSED, "GridClosed"), (FUTURE, "GridNotOpenYet")])
@pytest.mark.parametrize("act", [REGISTER, RETURN])
async def test_commands_name_grids_of_the_day(
    people: Rig, act: tuple[str, dict[str, object], list[str]], validity: tuple[str, str | None], code: str
) -> None:
    """Nobody is registered in a grid before its first or after its last day."""
    path, body, place = act
    await limit(people, FAR_GRID, *validity)

    response = await people.command(district_officer(people), path, body)

    assert (response.status_code, problem(response)) == (409, code)
    assert response.json()["path"] == place


async def test_a_closed_grid_is_said_in_both_languages(people: Rig) -> None:
    """The refusal names the grid and its last day."""
    await limit(people, FAR_GRID, "2019-10-31", "2020-01-27")

    said = [
        (await people.command(district_officer(people), "/residents", NEW, language=language)).json()["detail"]
        for language in ("en", "zh")
    ]

    assert said == [
        f"Grid {FAR_GRID} is closed: its last day is 2020-01-27.",
        f"网格 {FAR_GRID} 已撤销，最后有效日为 2020-01-27。",
    ]
