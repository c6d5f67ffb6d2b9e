"""Declaring risk regions: by the district, one level a day, read by everybody."""

from typing import Any
from uuid import uuid4

import pytest

from services.residents.risk_regions.levels import level_of
from tests.support.people import GRID, LUSHAN
from tests.support.returnees import declare, district_officer
from tests.support.rig import Rig, problem

WENZHOU = {"code": "330300", "level": "HIGH", "valid_from": "2020-01-20", "valid_to": None}
FIELDS = ["id", "code", "level", "valid_from", "valid_to"]


async def test_a_region_is_declared_and_told(people: Rig) -> None:
    """The prefix is stored beside the code; the fact carries its version."""
    region = await declare(people)

    [row] = await people.rows("SELECT code, prefix, level, version, declared_by FROM risk_regions")
    assert row == {
        "code": "330300",
        "prefix": "3303",
        "level": "HIGH",
        "version": 1,
        "declared_by": "district_officer-1",
    }
    told = [body for subject, body in await people.facts() if subject.startswith("residents.risk_region_declared.")]
    assert len(told) == 1
    assert {k: v for k, v in told[0].items() if k not in {"id", "at"}} == {
        "risk_region_id": region["id"],
        "code": "330300",
        "level": "HIGH",
        "valid_from": "2020-01-20",
        "valid_to": None,
        "version": 1,
        "division_code": "330111",
    }


async def test_everybody_reads_regions(people: Rig) -> None:
    """There is no scope on what is public."""
    region = await declare(people)
    callers = [
        district_officer(people),
        people.viewer("grid_worker", scopes=(GRID,)),
        people.viewer("resident", resident_id=str(uuid4())),
        people.viewer("gate_guard"),
        people.viewer("ops"),
    ]

    for caller in callers:
        assert await people.batch(caller, "/risk-regions:batch", [region["id"], uuid4()], FIELDS) == [
            WENZHOU | {"id": region["id"]},
            None,
        ]
        [page] = await people.batch(caller, "/risk-regions/by-scope:batch", [GRID], ["code"])
        assert [row["code"] for row in page] == ["330300"]


async def test_regions_are_listed_by_scope_newest_first(people: Rig) -> None:
    """Another district's scope finds none; a day leaves out what is not in force."""
    await declare(people)
    await declare(people, "MEDIUM", "420100", valid_from="2020-01-22", valid_to="2020-01-25")
    officer, path = district_officer(people), "/risk-regions/by-scope:batch"

    pages = await people.batch(officer, path, ["330111", "330112"], ["code"], limit=10)
    [first] = await people.batch(officer, path, ["330111"], ["code"], limit=1)
    [rest] = await people.batch(officer, path, ["330111"], ["code"], limit=1, after=first[0]["cursor"])
    [today] = await people.batch(officer, path, ["330111"], ["code"], arguments={"on_day": "2020-01-28"})
    wrong = await people.ask(officer, path, ["330111"], ["code"], arguments={"on_day": "soon"})

    assert [[row["code"] for row in page] for page in pages] == [["420100", "330300"], []]
    assert [row["code"] for row in first + rest] == ["420100", "330300"]
    assert [row["code"] for row in today] == ["330300"]
    assert problem(wrong) == "FieldMalformed"


async def test_a_new_declaration_ends_the_one_before(people: Rig) -> None:
    """Whoever keeps a copy is told of the older one's last day, as a new version of it."""
    older = await declare(people)
    await declare(people, "LOW", valid_from="2020-02-10")

    [row] = await people.batch(district_officer(people), "/risk-regions:batch", [older["id"]], ["valid_to"])
    told = [b for s, b in await people.facts() if s.startswith("residents.risk_region_declared.")]
    assert row == {"valid_to": "2020-02-09"}
    assert [(b["level"], b["valid_to"], b["version"]) for b in told] == [
        ("HIGH", None, 1),
        ("HIGH", "2020-02-09", 2),
        ("LOW", None, 1),
    ]
    day = people.state.clock.today().replace
    async with people.work() as db:
        levels = [await level_of(db, "330111", "330302", day(month=2, day=d)) for d in (9, 10)]
    assert levels == ["HIGH", "LOW"]


async def test_level_of_an_origin(people: Rig) -> None:
    """The gravest of the regions around it on that day, none elsewhere or before."""
    await declare(people, "MEDIUM")
    await declare(people, "HIGH", "330302", valid_from="2020-01-25")
    today = people.state.clock.today()

    async with people.work() as db:
        found = {code: await level_of(db, "330111", code, today) for code in ("330302", "330300", "330100")}
        before = await level_of(db, "330111", "330302", today.replace(day=19))
        elsewhere = await level_of(db, "330112", "330302", today)

    assert found == {"330302": "HIGH", "330300": "MEDIUM", "330100": None}
    assert (before, elsewhere) == (None, None)


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"code": "999999"}, "OriginUnknown", ["code"]),
        ({"code": "3303"}, "DivisionCodeMalformed", ["code"]),
        ({"valid_to": "2020-01-19"}, "RiskRegionEndsBeforeItBegins", ["valid_to"]),
        ({"level": "EXTREME"}, "FieldMalformed", ["level"]),
        ({"valid_from": "soon"}, "FieldMalformed", ["valid_from"]),
        ({"color": "red"}, "FieldMalformed", ["color"]),
    ],
)
async def test_a_declaration_is_refused(people: Rig, change: dict[str, Any], code: str, path: list[str]) -> None:
    """Each rule by its own code and field; nothing is stored."""
    response = await people.command(district_officer(people), "/risk-regions", WENZHOU | change)

    assert (problem(response), response.json()["path"]) == (code, path)
    assert await people.rows("SELECT id FROM risk_regions") == []


@pytest.mark.parametrize("since", ["2020-01-20", "2020-01-10"])
async def test_an_overlap_is_refused(people: Rig, since: str) -> None:
    """What begins the same day or later is not erased in passing."""
    await declare(people)

    response = await people.command(district_officer(people), "/risk-regions", WENZHOU | {"valid_from": since})

    assert problem(response) == "RiskRegionOverlaps"
    assert "2020-01-20" in response.json()["detail"]


@pytest.mark.parametrize(
    "role", ["town_officer", "grid_worker", "auditor", "resident", "gate_guard", "reviewer", "ops"]
)
async def test_only_the_district_declares(people: Rig, role: str) -> None:
    """Nobody else, whatever the scope."""
    response = await people.command(people.viewer(role, scopes=("330111",)), "/risk-regions", WENZHOU)

    assert problem(response) == "RoleMayNot"


async def test_an_officer_of_less_than_the_district_does_not_declare(people: Rig) -> None:
    """A region counts for the whole district."""
    response = await people.command(people.viewer("district_officer", scopes=(LUSHAN,)), "/risk-regions", WENZHOU)

    assert problem(response) == "OutOfScope"


async def test_a_declaration_happens_once(people: Rig) -> None:
    """The same key answers the same; with another body it is refused."""
    officer = district_officer(people)

    first = await people.command(officer, "/risk-regions", WENZHOU, key="k")
    again = await people.command(officer, "/risk-regions", WENZHOU, key="k")
    other = await people.command(officer, "/risk-regions", WENZHOU | {"level": "LOW"}, key="k")

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert problem(other) == "IdempotencyKeyReused"
    assert len(await people.rows("SELECT id FROM risk_regions")) == 1
