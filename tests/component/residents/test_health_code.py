"""Standings: the color follows the facts, each change is a new version, told with keys and days only."""

import asyncio
from datetime import date
from typing import Any

import pytest

from chassis.auth import session
from chassis.ids import new_id
from services.residents.health_code.model import Reason
from services.residents.health_code.standing import restate, restate_many
from tests.support.people import GRID, NEIGHBOR, NEIGHBOR_HOME, OTHER_TOWN_GRID, WANG, WANG_HOME, color_of
from tests.support.rig import DISTRICT, Rig
from tests.support.standings import TODAY, expect, order, restated, risk, set_status, told


async def test_an_order_in_force_is_red_until_it_is_released(people: Rig) -> None:
    """Fourteen days at home are red; released, the code is green again, each in a version of its own."""
    order_id = await order(people)
    during = await restated(people)
    await set_status(people, "quarantine_orders", "RELEASED")

    after = await restated(people)

    assert (during["color"], during["reasons"], during["version"]) == ("RED", ["LONG_QUARANTINE"], 2)
    assert (during["order_id"], during["order_status"]) == (order_id, "ISSUED")
    assert during["order_ends_on"] == date(2020, 2, 11)
    assert (after["color"], after["reasons"], after["version"], after["order_id"]) == ("GREEN", [], 3, None)


@pytest.mark.parametrize("status", ["DRAFT", "REVOKED", "RELEASED", "TRANSFERRED_FACILITY", "MERGED"])
async def test_an_order_not_in_force_colors_nobody(people: Rig, status: str) -> None:
    """A draft asks nothing of anybody yet, and what has ended asks nothing any more."""
    await order(people, status)

    assert (await restated(people))["color"] == "GREEN"


async def test_a_short_order_is_yellow(people: Rig) -> None:
    """Seven days at home are yellow."""
    await order(people, length_days=7)

    standing = await restated(people)

    assert (standing["color"], standing["reasons"]) == ("YELLOW", ["SHORT_QUARANTINE"])


async def test_each_status_of_the_order_is_told(people: Rig) -> None:
    """The gate knows whether the notice was delivered: a new version without a new color."""
    await order(people)
    await restated(people)
    await set_status(people, "quarantine_orders", "DELIVERED")

    standing = await restated(people)

    assert [(body["version"], body["color"], body["order_status"]) for body in await told(people)] == [
        (2, "RED", "ISSUED"),
        (3, "RED", "DELIVERED"),
    ]
    assert standing["version"] == 3


async def test_nothing_changed_nothing_told(people: Rig) -> None:
    """Deciding again from the same facts leaves the version as it is."""
    await order(people)
    await restated(people)

    again = await restated(people)

    assert again["version"] == 2
    assert len(await told(people)) == 1


async def test_a_fact_carries_no_personal_data(people: Rig) -> None:
    """Person key, color, codes and days: what a gate needs, and nothing that names anybody."""
    order_id = await order(people)
    await expect(people)
    await restated(people)

    [body] = await told(people)

    assert {k: v for k, v in body.items() if k not in {"id", "at"}} == {
        "division_code": GRID,
        "home_division_code": GRID,
        "person_key": people.state.keys.person("NATIONAL_ID", "330199199005011011"),
        "resident_id": str(WANG),
        "version": 2,
        "color": "RED",
        "expected_arrival_on": "2020-01-28",
        "expected_origin_code": "330302",
        "order_id": str(order_id),
        "order_status": "ISSUED",
        "order_setting": "HOME",
        "order_ends_on": "2020-02-11",
    }


@pytest.mark.parametrize(
    ("level", "code", "prefix", "color"),
    [
        ("HIGH", "330300", "3303", "YELLOW"),
        ("MEDIUM", "330302", "330302", "YELLOW"),
        ("HIGH", "330000", "33", "YELLOW"),
        ("LOW", "330300", "3303", "GREEN"),
        ("HIGH", "420100", "4201", "GREEN"),
    ],
)
async def test_expected_from_a_risk_region(people: Rig, level: str, code: str, prefix: str, color: str) -> None:
    """Who comes home from a county is judged by the risk of county, prefecture and province."""
    await expect(people)
    await risk(people, level, code, prefix)

    standing = await restated(people)

    assert standing["color"] == color
    assert (standing["expected_arrival_on"], standing["expected_origin_code"]) == (TODAY, "330302")


async def test_an_arrival_is_awaited_for_fourteen_days(people: Rig) -> None:
    """Who never came is green again by the clock, and others are told."""
    await expect(people)
    await risk(people, "HIGH")
    await restated(people)

    await people.move_clock("2020-02-11T23:59:00+08:00")
    before = await color_of(people, WANG)
    await people.move_clock("2020-02-12T00:01:00+08:00")
    after = await color_of(people, WANG)

    assert (before["color"], after["color"], after["expected_arrival_on"]) == ("YELLOW", "GREEN", None)
    assert [body["color"] for body in await told(people)] == ["YELLOW", "GREEN"]


async def test_a_release_ends_the_expectation(people: Rig) -> None:
    """Whose order of this arrival has ended is not awaited any more."""
    await expect(people)
    await risk(people, "HIGH")
    await order(people, "RELEASED", length_days=7)

    standing = await restated(people)

    assert (standing["color"], standing["expected_arrival_on"]) == ("GREEN", None)


async def test_the_gravest_color_counts_and_every_reason_is_shown(people: Rig) -> None:
    """Both reasons stand on the code, in the reader's language."""
    await order(people)
    await expect(people)
    await risk(people, "HIGH")
    await restated(people)
    wang = people.viewer("resident", resident_id=str(WANG), household_id=str(WANG_HOME))
    asked = ("/health-codes/by-resident:batch", [WANG, NEIGHBOR], ["color", "reasons", "rule_version"])

    english, unseen = await people.batch(wang, *asked)
    chinese, _ = await people.batch(wang, *asked, language="zh")

    assert unseen is None
    assert (english["color"], english["rule_version"]) == ("RED", 1)
    assert [reason["code"] for reason in english["reasons"]] == ["LONG_QUARANTINE", "EXPECTED_FROM_RISK_REGION"]
    assert english["reasons"][1]["message"] == "Expected home from a risk region."
    assert chinese["reasons"][1]["message"] == "将从风险地区返回。"


@pytest.mark.parametrize("reason", list(Reason))
async def test_every_reason_has_words(people: Rig, reason: Reason) -> None:
    """No reason is stored that the reader would not see."""
    async with people.work() as db:
        await db.connection.execute("UPDATE standings SET reasons = $1 WHERE resident_id = $2", [reason.value], WANG)
    officer = people.viewer("district_officer", scopes=("330111",))
    asked = ("/health-codes/by-resident:batch", [WANG], ["reasons"])

    [english] = await people.batch(officer, *asked)
    [chinese] = await people.batch(officer, *asked, language="zh")

    assert [r["code"] for r in english["reasons"]] == [reason.value]
    assert english["reasons"][0]["message"].isascii()
    assert not chinese["reasons"][0]["message"].isascii()


async def test_a_resident_reads_the_own_decision_time(people: Rig) -> None:
    """Without reasons the code is green, and says when that was decided."""
    neighbor = people.viewer("resident", resident_id=str(NEIGHBOR), household_id=str(NEIGHBOR_HOME))

    [code] = await people.batch(
        neighbor, "/health-codes/by-resident:batch", [NEIGHBOR], ["color", "reasons", "decided_at"]
    )

    assert code == {"color": "GREEN", "reasons": [], "decided_at": "2020-01-28T08:00:00+08:00"}


@pytest.mark.parametrize(
    ("role", "grants"),
    [
        ("resident", {"resident_id": str(WANG), "household_id": str(WANG_HOME)}),
        ("grid_worker", {"scopes": (GRID,)}),
        ("town_officer", {"scopes": (GRID[:9],)}),
    ],
)
async def test_a_standing_does_not_depend_on_who_changes_it(people: Rig, role: str, grants: dict[str, Any]) -> None:
    """An arrival registered for a place outside the changer's scope stays awaited."""
    await expect(people, place=OTHER_TOWN_GRID)
    await risk(people, "HIGH")
    await order(people)
    viewer = people.viewer(role, **grants)

    async with people.state.database.request(session(viewer, people.state.service.access)) as db:
        await restate(db, DISTRICT, WANG, people.state.clock.now())

    standing = await color_of(people, WANG)
    assert standing["expected_origin_code"] == "330302"
    assert standing["reasons"] == ["LONG_QUARANTINE", "EXPECTED_FROM_RISK_REGION"]


async def test_two_changes_at_once_are_two_versions(people: Rig) -> None:
    """Whoever waits for the other decides from what the other committed: the last word is the whole truth."""
    await order(people)

    async def one(change: str) -> None:
        async with people.work() as db:
            await db.connection.execute(change)
            await restate(db, DISTRICT, WANG, people.state.clock.now())

    await asyncio.gather(
        one("UPDATE quarantine_orders SET setting = 'FACILITY'"),
        one("UPDATE residents SET division_code = '330111004002002' WHERE name = '王小明'"),
    )

    standing = await color_of(people, WANG)
    assert (standing["order_setting"], standing["division_code"], standing["version"]) == (
        "FACILITY",
        "330111004002002",
        3,
    )


async def test_many_are_restated_at_once(people: Rig) -> None:
    """A list of people is decided together; who did not change is not told."""
    await order(people)

    async with people.work() as db:
        changed = await restate_many(db, DISTRICT, [WANG, NEIGHBOR, WANG, new_id()], people.state.clock.now())

    assert changed == 1
    assert [body["resident_id"] for body in await told(people)] == [str(WANG)]
