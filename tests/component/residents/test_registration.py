"""Registering people: one record a person, within one's scope, numbers sealed, counted and told."""

import asyncio
from typing import Any

import pytest

from chassis.auth import Viewer
from tests.support.people import (
    FAR_HOME,
    GRID,
    NEXT_GRID,
    OTHER_TOWN_GRID,
    SHANSHUI,
    WANG,
    WANG_HOME,
    WANG_NUMBER,
    national_id,
)
from tests.support.rig import Rig, problem

NUMBER = national_id("19880808", 101)
NEW = {
    "name": "张伟",
    "national_id": NUMBER,
    "phone": "138 0000 0009",
    "grid_code": GRID,
    "address": "山水社区 8 幢",
}
BAD_PASSPORT = {"national_id": None, "document_kind": "PASSPORT", "document_number": "?"}


def grid_worker(rig: Rig) -> Viewer:
    """Return the grid worker of Wang's grid."""
    return rig.viewer("grid_worker", scopes=(GRID,))


def changed(**values: Any) -> dict[str, Any]:
    """Return a registration with some values changed; None leaves one out."""
    return {k: v for k, v in (NEW | values).items() if v is not None}


async def test_a_person_is_registered(people: Rig) -> None:
    """Sex and birth date come from the number; the numbers are masked; the grid counts one more."""
    worker = grid_worker(people)

    response = await people.command(worker, "/residents", NEW)

    assert response.status_code == 201, response.text
    made = response.json()
    fields = ["name", "sex", "birth_on", "national_id_masked", "phone_masked", "grid_code", "color", "person_key"]
    [card] = await people.batch(worker, "/residents:batch", [made["id"]], fields)
    key = people.state.keys.person("NATIONAL_ID", NUMBER)
    assert card == {
        "name": "张伟",
        "sex": "MALE",
        "birth_on": "1988-08-08",
        "national_id_masked": f"330199********{NUMBER[-4:]}",
        "phone_masked": "138****0009",
        "grid_code": GRID,
        "color": "GREEN",
        "person_key": key,
    }
    [board] = await people.batch(worker, "/division-summaries:batch", [GRID], ["residents", "households"])
    assert board == {"residents": 5, "households": 3}
    facts = dict(await people.facts())
    assert set(facts) == {f"residents.standing_changed.{GRID}", f"residents.summary_changed.{GRID}"}
    told = facts[f"residents.standing_changed.{GRID}"]
    assert (told["person_key"], told["version"], told["color"]) == (key, 1, "GREEN")
    assert NUMBER not in str(facts)
    assert "张伟" not in str(facts)


async def test_the_sealed_number_opens_in_its_place_only(people: Rig) -> None:
    """The ciphertext belongs to the row: the worker reads it there, and nowhere else."""
    made = (await people.command(grid_worker(people), "/residents", NEW)).json()

    [row] = await people.rows("SELECT document_number_sealed AS sealed FROM residents WHERE id = $1::uuid", made["id"])

    ring = people.state.keys.ring
    assert ring.decrypt(row["sealed"], place=f"residents/document_number/{made['id']}") == NUMBER
    with pytest.raises(ValueError, match="not encrypted for"):
        ring.decrypt(row["sealed"], place=f"residents/document_number/{WANG}")


async def test_a_household_at_the_same_address_is_joined(people: Rig) -> None:
    """Two people at one address live together."""
    first = (await people.command(grid_worker(people), "/residents", NEW)).json()

    second = await people.command(
        grid_worker(people),
        "/residents",
        changed(name="张丽", national_id=national_id("19900909", 102), phone=None, address="山水社区  8 幢 "),
    )

    assert second.json()["household_id"] == first["household_id"]


async def test_a_child_without_document(people: Rig) -> None:
    """A child is registered with guardian, name and birth date, once."""
    child = {
        "name": "王欢",
        "guardian_id": str(WANG),
        "birth_on": "2020-01-02",
        "sex": "FEMALE",
        "household_id": str(WANG_HOME),
        "relation": "CHILD",
    }

    response = await people.command(grid_worker(people), "/residents", child)
    again = await people.command(grid_worker(people), "/residents", child)

    assert response.status_code == 201, response.text
    assert (again.status_code, problem(again)) == (409, "ResidentAlreadyRegistered")


@pytest.mark.parametrize(
    ("values", "status", "code", "path"),
    [
        ({"national_id": "330199198808081010"}, 422, "NationalIdChecksumWrong", ["national_id"]),
        ({"national_id": "12345"}, 422, "NationalIdMalformed", ["national_id"]),
        ({"national_id": national_id("19880230", 101)}, 422, "NationalIdDateImpossible", ["national_id"]),
        ({"national_id": national_id("20200129", 101)}, 422, "NationalIdBirthInFuture", ["national_id"]),
        (
            {"national_id": None, "document_kind": "LIBRARY_CARD", "document_number": "7"},
            422,
            "DocumentKindUnknown",
            ["document_kind"],
        ),
        (BAD_PASSPORT, 422, "DocumentNumberMalformed", ["document_number"]),
        ({"phone": "12800000009"}, 422, "PhoneMalformed", ["phone"]),
        ({"name": "张3"}, 422, "NameMalformed", ["name"]),
        ({"name": " "}, 422, "NameMalformed", ["name"]),
        ({"address": " "}, 422, "AddressMalformed", ["address"]),
        ({"national_id": None}, 422, "GuardianRequired", ["guardian_id"]),
        ({"national_id": None, "guardian_id": str(WANG)}, 422, "GuardianRequired", ["birth_on"]),
        ({"birth_on": "2020-01-29"}, 422, "BirthInFuture", ["birth_on"]),
        ({"birth_on": "1988-08-09"}, 422, "BirthContradictsDocument", ["birth_on"]),
        ({"grid_code": None}, 422, "FieldMissing", ["grid_code"]),
        ({"address": None}, 422, "FieldMissing", ["address"]),
        ({"grid_code": "33011"}, 422, "DivisionCodeMalformed", ["grid_code"]),
        ({"grid_code": SHANSHUI}, 422, "GridExpected", ["grid_code"]),
        ({"grid_code": f"{SHANSHUI}999"}, 422, "DivisionUnknown", ["grid_code"]),
        ({"grid_code": f"{SHANSHUI}000"}, 422, "DivisionUnknown", ["grid_code"]),
        ({"grid_code": NEXT_GRID}, 403, "OutOfScope", ["grid_code"]),
        ({"household_id": str(FAR_HOME)}, 404, "HouseholdUnknown", ["household_id"]),
        ({"guardian_id": "016f0000-0000-7000-8000-000000000016"}, 404, "ResidentUnknown", ["guardian_id"]),
        ({"national_id": WANG_NUMBER}, 409, "ResidentAlreadyRegistered", []),
        ({"national_id": WANG_NUMBER.lower() + " "}, 409, "ResidentAlreadyRegistered", []),
        ({"age": 3}, 422, "FieldMalformed", ["age"]),
    ],
)
async def test_refusals(people: Rig, values: dict[str, Any], status: int, code: str, path: list[str]) -> None:
    """Each broken rule has its own code and names its field; nothing is written."""
    before = await people.rows("SELECT count(*) AS n FROM residents")

    response = await people.command(grid_worker(people), "/residents", changed(**values))

    assert (response.status_code, problem(response)) == (status, code), response.text
    assert response.json().get("path", []) == path
    assert await people.rows("SELECT count(*) AS n FROM residents") == before
    assert await people.rows("SELECT count(*) AS n FROM households") == [{"n": 4}]
    assert await people.facts() == []


async def test_refusals_speak_the_callers_language(people: Rig) -> None:
    """The message is Chinese for who asks for Chinese."""
    response = await people.command(grid_worker(people), "/residents", changed(phone="1"), language="zh-CN,zh;q=0.9")

    assert response.json()["detail"] == "手机号应为 11 位，以 13 至 19 开头。"


async def test_a_person_of_another_town_is_known_too(people: Rig) -> None:
    """One record a person holds across scopes; the refusal does not say where."""
    far = people.viewer("grid_worker", scopes=(OTHER_TOWN_GRID,))

    response = await people.command(far, "/residents", changed(national_id=WANG_NUMBER, grid_code=OTHER_TOWN_GRID))

    assert problem(response) == "ResidentAlreadyRegistered"
    assert GRID not in response.text


async def test_a_traveler_with_a_passport(people: Rig) -> None:
    """Other documents are known by kind and number; sex and birth date are not in them."""
    passport = {"document_kind": "PASSPORT", "document_number": "e 12345678"}

    made = await people.command(grid_worker(people), "/residents", changed(national_id=None, **passport))

    fields = ["document_kind", "national_id_masked", "sex", "birth_on", "person_key"]
    assert await people.batch(grid_worker(people), "/residents:batch", [made.json()["id"]], fields) == [
        {
            "document_kind": "PASSPORT",
            "national_id_masked": "E******78",
            "sex": "UNKNOWN",
            "birth_on": None,
            "person_key": people.state.keys.person("PASSPORT", "E12345678"),
        }
    ]


@pytest.mark.parametrize("role", ["resident", "reviewer", "gate_guard", "enterprise_agent", "auditor", "ops"])
async def test_roles_that_may_not(people: Rig, role: str) -> None:
    """Only officers and grid workers register people."""
    response = await people.command(people.viewer(role, scopes=(GRID,)), "/residents", NEW)

    assert (response.status_code, problem(response)) == (403, "RoleMayNot")


async def test_the_same_key_answers_the_same(people: Rig) -> None:
    """A retry after a time-out registers nobody twice; the same key with another body is refused."""
    first = await people.command(grid_worker(people), "/residents", NEW, key="k-1")

    again = await people.command(grid_worker(people), "/residents", NEW, key="k-1")
    other = await people.command(grid_worker(people), "/residents", changed(name="张三"), key="k-1")

    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, problem(other)) == (422, "IdempotencyKeyReused")


async def test_two_register_one_person_at_once(people: Rig) -> None:
    """Exactly one wins, the other is told."""
    officer = people.viewer("town_officer", scopes=("330111004",))

    answers = await asyncio.gather(
        people.command(grid_worker(people), "/residents", NEW), people.command(officer, "/residents", NEW)
    )

    assert sorted(a.status_code for a in answers) == [201, 409]
    assert await people.rows("SELECT count(*) AS n FROM residents") == [{"n": 7}]
