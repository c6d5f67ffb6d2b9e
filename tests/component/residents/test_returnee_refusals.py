"""A return refused by rule, role, scope or because it is known; told twice it is stored once; seen within scope."""

import asyncio
from uuid import uuid4

import pytest

from tests.support.people import (
    GRID,
    NEIGHBOR,
    NEXT_GRID,
    OTHER_TOWN_GRID,
    WANG,
    WANG_CHILD,
    XINDENG,
    national_id,
)
from tests.support.returnees import (
    WANG_RETURNS,
    changed,
    declare,
    district_officer,
    grid_worker,
    open_tasks,
    register,
    town_officer,
)
from tests.support.rig import Rig, problem


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("person.national_id", "330199199005011012", "NationalIdChecksumWrong"),
        ("person.national_id", "123", "NationalIdMalformed"),
        ("person.national_id", national_id("19900230", 1), "NationalIdDateImpossible"),
        ("person.national_id", national_id("20300101", 1), "NationalIdBirthInFuture"),
        ("person.document_kind", "LIBRARY_CARD", "DocumentKindUnknown"),
        ("person.phone", "12345", "PhoneMalformed"),
        ("person.name", "", "NameMalformed"),
        ("origin_code", "999999", "OriginUnknown"),
        ("origin_code", "33", "DivisionCodeMalformed"),
        ("arrives_on", "2021-01-28", "ArrivalImplausible"),
        ("arrives_on", "tomorrow", "FieldMalformed"),
        ("transport", {"kind": "ROCKET"}, "TransportUnknown"),
        ("destination.grid_code", "330111004002999", "DivisionUnknown"),
        ("destination.grid_code", "330111004002", "GridExpected"),
        ("destination.grid_code", "x", "DivisionCodeMalformed"),
        ("destination.grid_code", OTHER_TOWN_GRID, "OutOfScope"),
        ("destination.address", "", "AddressMalformed"),
    ],
)
async def test_a_fault_is_told_by_field_and_rule(people: Rig, path: str, value: object, code: str) -> None:
    """And nothing is stored, not the key either."""
    officer = town_officer(people)

    response = await people.command(officer, "/returnees", changed(WANG_RETURNS, path, value), key="k")
    mended = await people.command(officer, "/returnees", WANG_RETURNS, key="k")

    assert (problem(response), ".".join(response.json()["path"])) == (code, path)
    assert mended.status_code == 201, mended.text


async def test_a_refusal_speaks_the_callers_language(people: Rig) -> None:
    """Chinese when asked for."""
    body = changed(WANG_RETURNS, "person.national_id", "330199199005011012")

    response = await people.command(district_officer(people), "/returnees", body, language="zh-CN")

    assert response.json()["detail"] == "身份证号校验码错误（GB 11643）。"


async def test_somebody_without_any_number_is_refused(people: Rig) -> None:
    """A name alone finds nobody."""
    response = await people.command(
        district_officer(people), "/returnees", WANG_RETURNS | {"person": {"name": "王小明"}}
    )

    assert (problem(response), response.json()["path"]) == ("PersonUnidentified", ["person", "national_id"])


@pytest.mark.parametrize("role", ["auditor", "resident", "gate_guard", "reviewer", "enterprise_agent", "ops"])
async def test_others_register_nobody(people: Rig, role: str) -> None:
    """Field staff only; the worker's hand is not lent to anybody else."""
    response = await people.command(people.viewer(role, scopes=("330111",)), "/returnees", WANG_RETURNS)

    assert problem(response) == "RoleMayNot"
    assert await people.rows("SELECT id FROM returnees") == []


@pytest.mark.parametrize("scopes", [(NEXT_GRID,), (XINDENG,), ()])
async def test_a_destination_outside_the_scope_is_refused(people: Rig, scopes: tuple[str, ...]) -> None:
    """Another grid's worker, another town's, and one without any scope."""
    worker = people.viewer("grid_worker", scopes=scopes)

    response = await people.command(worker, "/returnees", WANG_RETURNS)

    assert (problem(response), response.json()["path"]) == ("OutOfScope", ["destination", "grid_code"])


async def test_the_same_key_answers_the_same(people: Rig) -> None:
    """And another body under it is refused."""
    worker = grid_worker(people)

    first = await people.command(worker, "/returnees", WANG_RETURNS, key="k")
    again = await people.command(worker, "/returnees", WANG_RETURNS, key="k")
    other = await people.command(worker, "/returnees", WANG_RETURNS | {"origin_code": "420100"}, key="k")

    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert problem(other) == "IdempotencyKeyReused"
    assert await open_tasks(people) == 1


async def test_the_same_person_and_day_again_answers_with_the_first(people: Rig) -> None:
    """Whoever tells it: no second task, no second order."""
    await declare(people)
    first = await register(people, grid_worker(people))

    response = await people.command(town_officer(people), "/returnees", WANG_RETURNS)

    assert response.status_code == 200
    assert response.json() == first
    assert len(await people.rows("SELECT id FROM quarantine_orders")) == 1
    assert await open_tasks(people) == 1


@pytest.mark.parametrize(("path", "value"), [("origin_code", "420100"), ("destination.grid_code", NEXT_GRID)])
async def test_the_same_day_told_otherwise_is_refused(people: Rig, path: str, value: str) -> None:
    """One of the two is wrong, and nobody guesses which."""
    await register(people)

    response = await people.command(district_officer(people), "/returnees", changed(WANG_RETURNS, path, value))

    assert (problem(response), response.json()["path"]) == ("AlreadyRegistered", ["person"])


async def test_another_day_is_another_return(people: Rig) -> None:
    """With a task of its own; the order that is open stays the only one."""
    await declare(people)
    await register(people)

    await register(people, arrives_on="2020-01-30")

    assert await open_tasks(people) == 2
    assert len(await people.rows("SELECT id FROM quarantine_orders")) == 1


async def test_ten_at_once_register_one(people: Rig) -> None:
    """All are answered with the same return, or told to try again; one task is there."""
    bodies = [people.command(district_officer(people), "/returnees", WANG_RETURNS) for _ in range(10)]

    responses = await asyncio.gather(*bodies)

    assert {r.status_code for r in responses} <= {200, 201, 503}
    assert sum(r.status_code == 201 for r in responses) == 1
    assert len({r.json()["id"] for r in responses if r.status_code < 300}) == 1
    assert await open_tasks(people) == 1


async def test_nobody_else_sees_a_returnee(people: Rig) -> None:
    """Not another grid's worker, nor the person, nor a neighbor, on whatever connection."""
    made = await register(people)
    callers = [
        (district_officer(people), True),
        (town_officer(people), True),
        (grid_worker(people), True),
        (people.viewer("auditor", scopes=("330111",)), True),
        (grid_worker(people, NEXT_GRID), False),
        (town_officer(people, XINDENG), False),
        (people.viewer("grid_worker", scopes=()), False),
        (people.viewer("resident", resident_id=str(WANG)), False),
        (people.viewer("resident", resident_id=str(NEIGHBOR)), False),
        (people.viewer("resident", resident_id=str(WANG_CHILD)), False),
        (people.viewer("gate_guard", checkpoints=(str(uuid4()),)), False),
        (people.viewer("reviewer", scopes=("330111",)), False),
        (people.viewer("ops"), False),
    ]

    for caller, sees in callers * 3:
        [returnee] = await people.batch(caller, "/returnees:batch", [made["id"]], ["id"])
        [task] = await people.batch(caller, "/screening-tasks:batch", [made["screening_task_id"]], ["id"])
        [page] = await people.batch(caller, "/screening-tasks/by-grid:batch", [GRID], ["id"])
        [steps] = await people.batch(caller, "/screening-steps/by-task:batch", [made["screening_task_id"]], ["id"])
        assert [returnee is not None, task is not None, bool(page), bool(steps)] == [sees] * 4, caller
