"""Households: registered once an address, corrected, closed when empty; one head at most."""

import asyncio
from typing import Any

import pytest

from tests.support.people import FAR_HOME, GRID, NEXT_GRID, SHANSHUI, WANG, WANG_CHILD, WANG_HOME, WANG_WIFE
from tests.support.rig import Rig, problem
from tests.support.roster import act, assert_counters_equal_a_recount, history_of, worker_of

NEW = {"grid_code": GRID, "address": "山水社区 12 幢 101"}


async def close(rig: Rig, household_id: object, **body: Any) -> Any:
    """Close a household as its grid worker."""
    return await rig.command(worker_of(rig), f"/households/{household_id}/close", body)


async def test_a_household_is_registered(people: Rig) -> None:
    """It is there, counted, and in the history."""
    response = await people.command(worker_of(people), "/households", NEW)

    assert response.status_code == 201, response.text
    made = response.json()
    assert (made["address"], made["grid_code"], made["closed_on"]) == ("山水社区 12 幢 101", GRID, None)
    await assert_counters_equal_a_recount(people)
    [entry] = await history_of(people, made["id"])
    assert (entry["act"], entry["subject"]) == ("ADDED", "grid_worker-1")
    assert entry["after"] == {"address": NEW["address"]}


async def test_two_register_one_address_at_once(people: Rig) -> None:
    """Exactly one wins; the other is told."""
    answers = await asyncio.gather(*(people.command(worker_of(people), "/households", NEW) for _ in range(4)))

    assert sorted(a.status_code for a in answers) == [201, 409, 409, 409]
    assert {problem(a) for a in answers if a.status_code == 409} == {"HouseholdAlreadyRegistered"}
    await assert_counters_equal_a_recount(people)


async def test_the_same_key_registers_once(people: Rig) -> None:
    """A retry gets the first answer."""
    first = await people.command(worker_of(people), "/households", NEW, key="h-1")
    again = await people.command(worker_of(people), "/households", NEW, key="h-1")

    assert (again.status_code, again.json()) == (201, first.json())


@pytest.mark.parametrize(
    ("values", "status", "code", "path"),
    [
        ({"address": " "}, 422, "AddressMalformed", ["address"]),
        ({"address": "山水社区 3 幢 2 单元 501"}, 409, "HouseholdAlreadyRegistered", ["address"]),
        ({"grid_code": SHANSHUI}, 422, "GridExpected", ["grid_code"]),
        ({"grid_code": f"{SHANSHUI}999"}, 422, "DivisionUnknown", ["grid_code"]),
        ({"grid_code": NEXT_GRID}, 403, "OutOfScope", ["grid_code"]),
    ],
)
async def test_registrations_refused(
    people: Rig, values: dict[str, Any], status: int, code: str, path: list[str]
) -> None:
    """Each broken rule has its own code and names its field."""
    response = await people.command(worker_of(people), "/households", NEW | values)

    assert (response.status_code, problem(response), response.json()["path"]) == (status, code, path)


async def test_an_address_is_corrected(people: Rig) -> None:
    """The members stay; before and after are kept."""
    body = {"address": "山水社区 3 幢 2 单元 503", "reason": "门牌更正"}

    response = await people.command(worker_of(people), f"/households/{WANG_HOME}/change", body)

    assert response.json()["address"] == "山水社区 3 幢 2 单元 503"
    [entry] = await history_of(people, WANG_HOME)
    assert entry["before"] == {"address": "山水社区 3 幢 2 单元 501"}
    assert (entry["act"], entry["reason"]) == ("CHANGED", "门牌更正")
    [members] = await people.batch(worker_of(people), "/residents/by-household:batch", [WANG_HOME], ["id"])
    assert len(members) == 3


@pytest.mark.parametrize(
    ("household", "address", "status", "code"),
    [
        (WANG_HOME, "山水社区 3 幢 2 单元 501", 422, "AddressUnchanged"),
        (WANG_HOME, "山水社区 3 幢 2 单元 502", 409, "HouseholdAlreadyRegistered"),
        (WANG_HOME, "", 422, "AddressMalformed"),
        (FAR_HOME, "长兰村 1 组 2 号", 404, "HouseholdUnknown"),
    ],
)
async def test_corrections_refused(people: Rig, household: object, address: str, status: int, code: str) -> None:
    """Nothing to correct, somebody else's address, no address, out of scope."""
    response = await people.command(worker_of(people), f"/households/{household}/change", {"address": address})

    assert (response.status_code, problem(response)) == (status, code)


async def test_an_empty_household_is_closed_once(people: Rig) -> None:
    """Who lives there stands against it; afterwards nobody moves in, and the address is free again."""
    made = (await people.command(worker_of(people), "/households", NEW)).json()
    child = {"household_id": made["id"], "name": "王欢", "guardian_id": str(WANG), "birth_on": "2020-01-02"}

    full = await close(people, WANG_HOME)
    closed = await close(people, made["id"], reason="拆迁")
    twice = await close(people, made["id"])
    into = await people.command(worker_of(people), "/residents", child)
    change = await people.command(worker_of(people), f"/households/{made['id']}/change", {"address": "x"})
    anew = await people.command(worker_of(people), "/households", NEW)

    assert (problem(full), full.status_code) == ("HouseholdNotEmpty", 409)
    assert "3" in full.json()["detail"]
    assert closed.json()["closed_on"] == "2020-01-28"
    assert (problem(twice), problem(into), problem(change)) == ("HouseholdClosed",) * 3
    assert into.json()["path"] == ["household_id"]
    assert anew.status_code == 201
    assert anew.json()["id"] != made["id"]
    await assert_counters_equal_a_recount(people)


@pytest.mark.parametrize("role", ["resident", "reviewer", "gate_guard", "auditor", "ops"])
async def test_roles_that_may_not(people: Rig, role: str) -> None:
    """Only officers and grid workers change households."""
    viewer = people.viewer(role, scopes=(GRID,))

    answers = [
        await people.command(viewer, "/households", NEW),
        await people.command(viewer, f"/households/{WANG_HOME}/change", {"address": "x"}),
        await people.command(viewer, f"/households/{WANG_HOME}/close"),
    ]

    assert {problem(a) for a in answers} == {"RoleMayNot"}


async def test_a_household_has_one_head(people: Rig) -> None:
    """The head is found by the household; a second head is refused until the first one's relation changes."""
    refused = await act(people, "change", WANG_WIFE, relation="HEAD")
    stepped = await act(people, "change", WANG, relation="SPOUSE")
    taken = await act(people, "change", WANG_WIFE, relation="HEAD")

    assert (refused.status_code, problem(refused)) == (409, "HouseholdHasHead")
    assert (stepped.json()["relation"], taken.json()["relation"]) == ("SPOUSE", "HEAD")
    heads = await people.batch(worker_of(people), "/residents/heads-by-household:batch", [WANG_HOME, FAR_HOME], ["id"])
    assert heads == [{"id": str(WANG_WIFE)}, None]


async def test_a_newcomer_is_no_second_head(people: Rig) -> None:
    """Registration obeys the same constraint."""
    child = {"household_id": str(WANG_HOME), "name": "王欢", "guardian_id": str(WANG), "birth_on": "2020-01-02"}

    response = await people.command(worker_of(people), "/residents", child | {"relation": "HEAD"})

    assert problem(response) == "HouseholdHasHead"
    assert str(WANG_CHILD) not in response.text
