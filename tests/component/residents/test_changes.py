"""Changes of a resident: values corrected, a document given, the end of a record."""

from typing import Any
from uuid import UUID

import pytest

from tests.support.people import (
    FAR,
    GRID,
    NEIGHBOR,
    WANG,
    WANG_CHILD,
    WANG_HOME,
    WANG_NUMBER,
    WANG_PHONE,
    WANG_WIFE,
    national_id,
)
from tests.support.quarantine import draft, issue
from tests.support.rig import Rig, problem
from tests.support.roster import act, assert_counters_equal_a_recount, history_of, record_of, worker_of

CHILD_NUMBER = national_id("20190601", 101)


async def test_values_are_corrected(people: Rig) -> None:
    """The record shows them, initials follow the name, history keeps before and after with masked numbers."""
    response = await act(people, "change", name="王晓明", phone="139 0000 0007", relation="OTHER", reason="更正")

    card = response.json()
    assert (card["name"], card["phone_masked"], card["relation"]) == ("王晓明", "139****0007", "OTHER")
    row = await record_of(people, WANG)
    keys = people.state.keys
    assert row["name_initials"] == "wxm"
    assert row["phone_index"] == keys.index("PHONE", "13900000007")
    assert row["phone_tail_index"] == keys.index("PHONE_TAIL", "0007")
    assert keys.ring.decrypt(row["phone_sealed"], place=f"residents/phone/{WANG}") == "13900000007"
    [entry] = await history_of(people, WANG)
    assert entry["before"] == {"name": "王小明", "phone_masked": "138****0001", "relation": "HEAD"}
    assert entry["after"] == {"name": "王晓明", "phone_masked": "139****0007", "relation": "OTHER"}
    assert (entry["act"], entry["reason"]) == ("CHANGED", "更正")
    assert "13900000007" not in str(await people.rows("SELECT * FROM history"))


async def test_a_phone_is_taken_away(people: Rig) -> None:
    """Who has no phone any more has none in any form."""
    response = await act(people, "change", phone_removed=True)

    assert response.json()["phone_masked"] is None
    row = await record_of(people, WANG)
    assert [row[c] for c in ("phone_sealed", "phone_index", "phone_tail_index")] == [None, None, None]


async def test_a_phone_with_the_same_mask_is_another(people: Rig) -> None:
    """The hidden digits count."""
    response = await act(people, "change", phone="13811110001")

    assert response.status_code == 200
    assert (await record_of(people, WANG))["phone_index"] == people.state.keys.index("PHONE", "13811110001")


@pytest.mark.parametrize(
    ("whom", "values", "refusal"),
    [
        (WANG, {}, (422, "NothingChanged", [])),
        (WANG, {"name": "王小明", "phone": WANG_PHONE, "relation": "HEAD", "sex": "MALE"}, (422, "NothingChanged", [])),
        (WANG, {"name": "王2"}, (422, "NameMalformed", ["name"])),
        (WANG, {"phone": "12345"}, (422, "PhoneMalformed", ["phone"])),
        (WANG, {"phone": WANG_PHONE, "phone_removed": True}, (422, "PhoneContradictory", ["phone"])),
        (WANG, {"sex": "FEMALE"}, (422, "SexSaidByDocument", ["sex"])),
        (WANG, {"relation": "COUSIN"}, (422, "FieldMalformed", ["relation"])),
        (WANG, {"guardian_id": str(WANG)}, (422, "OwnGuardian", ["guardian_id"])),
        (WANG_CHILD, {"guardian_id": str(FAR)}, (404, "ResidentUnknown", ["guardian_id"])),
        (FAR, {"name": "郑一"}, (404, "ResidentUnknown", [])),
    ],
)
async def test_changes_refused(
    people: Rig, whom: object, values: dict[str, Any], refusal: tuple[int, str, list[str]]
) -> None:
    """Each broken rule has its own code and names its field; nothing is written."""
    response = await act(people, "change", whom, **values)

    assert (response.status_code, problem(response), response.json().get("path", [])) == refusal
    assert await people.rows("SELECT 1 FROM history") == []


async def test_a_childs_sex_and_guardian_may_be_corrected(people: Rig) -> None:
    """No document says otherwise."""
    response = await act(people, "change", WANG_CHILD, sex="FEMALE", guardian_id=str(WANG_WIFE))

    card = response.json()
    assert (card["sex"], card["guardian_id"]) == ("FEMALE", str(WANG_WIFE))


async def test_a_child_becomes_another_ones_double(people: Rig) -> None:
    """Two children of one guardian with one name and birth date are one."""
    twin = {"name": "王欢", "guardian_id": str(WANG), "birth_on": "2019-06-01", "household_id": str(WANG_HOME)}
    made = (await people.command(worker_of(people), "/residents", twin)).json()

    response = await act(people, "change", made["id"], name="王乐")

    assert (response.status_code, problem(response)) == (409, "ResidentAlreadyRegistered")


async def test_a_document_is_given_later(people: Rig) -> None:
    """The record stays; its person key changes, and the others are told the old and the new one."""
    before = await record_of(people, WANG_CHILD)

    response = await act(people, "document", WANG_CHILD, document_number=CHILD_NUMBER)

    card, key = response.json(), people.state.keys.person("NATIONAL_ID", CHILD_NUMBER)
    assert (card["id"], card["person_key"], card["sex"]) == (str(WANG_CHILD), key, "MALE")
    assert card["national_id_masked"] == f"330199********{CHILD_NUMBER[-4:]}"
    [standing] = await people.rows("SELECT person_key, version FROM standings WHERE resident_id = $1", WANG_CHILD)
    assert standing == {"person_key": key, "version": 2}
    told = dict(await people.facts())
    rekeyed = told[f"residents.person_rekeyed.{GRID}"]
    assert (rekeyed["old_person_key"], rekeyed["person_key"]) == (before["person_key"], key)
    assert told[f"residents.standing_changed.{GRID}"]["person_key"] == key
    [entry] = await history_of(people, WANG_CHILD)
    assert (entry["act"], entry["before"]["document_kind"]) == ("DOCUMENT_GIVEN", None)
    assert CHILD_NUMBER not in str((told, entry))


@pytest.mark.parametrize(
    ("whom", "values", "refusal"),
    [
        (WANG, {"document_number": WANG_NUMBER}, (409, "DocumentAlreadyGiven", [])),
        (WANG_CHILD, {"document_number": WANG_NUMBER}, (422, "BirthContradictsDocument", ["document_number"])),
        (WANG_CHILD, {"document_number": "330199201906011010"}, (422, "NationalIdChecksumWrong", ["document_number"])),
        (WANG_CHILD, {"document_number": "1"}, (422, "NationalIdMalformed", ["document_number"])),
        (WANG_CHILD, {"document_number": "1", "document_kind": "X"}, (422, "DocumentKindUnknown", ["document_kind"])),
        (FAR, {"document_number": CHILD_NUMBER}, (404, "ResidentUnknown", [])),
    ],
)
async def test_documents_refused(
    people: Rig, whom: object, values: dict[str, Any], refusal: tuple[int, str, list[str]]
) -> None:
    """Each broken rule has its own code and names its field."""
    response = await act(people, "document", whom, **values)

    assert (response.status_code, problem(response), response.json().get("path", [])) == refusal


async def test_a_document_of_somebody_else_is_no_ones_second(people: Rig) -> None:
    """One record a document: two records of one person are merged, not given the same number."""
    twin = {"name": "王欢", "national_id": CHILD_NUMBER, "household_id": str(WANG_HOME)}
    assert (await people.command(worker_of(people), "/residents", twin)).status_code == 201

    response = await act(people, "document", WANG_CHILD, document_number=CHILD_NUMBER)

    assert (response.status_code, problem(response)) == (409, "ResidentAlreadyRegistered")


@pytest.mark.parametrize(("what", "status"), [("leave", "LEFT"), ("die", "DECEASED")])
async def test_a_record_ends(people: Rig, what: str, status: str) -> None:
    """The record stays with its day, the household and the board count one less, and nothing changes it any more."""
    response = await act(people, what, NEIGHBOR, on="2020-01-27", reason="申报")

    assert (response.json()["status"], response.json()["closed_on"]) == (status, "2020-01-27")
    await assert_counters_equal_a_recount(people)
    [entry] = await history_of(people, NEIGHBOR)
    assert (entry["act"], entry["after"]) == (status, {"status": status, "closed_on": "2020-01-27"})
    assert f"residents.resident_closed.{GRID}" in dict(await people.facts())
    again = [
        await act(people, what, NEIGHBOR),
        await act(people, "change", NEIGHBOR, name="孙方"),
        await act(people, "proxy", NEIGHBOR, proxy_id=str(WANG)),
    ]
    assert {problem(a) for a in again} == {"ResidentClosed"}


@pytest.mark.parametrize(
    ("whom", "on", "refusal"),
    [
        (WANG, "2020-01-29", (422, "DayInFuture", ["on"])),
        (WANG, "1990-04-30", (422, "DayBeforeBirth", ["on"])),
        (FAR, "2020-01-28", (404, "ResidentUnknown", [])),
    ],
)
async def test_ends_refused(people: Rig, whom: object, on: str, refusal: tuple[int, str, list[str]]) -> None:
    """A day that cannot be, and a person out of scope though the worker carries it out."""
    for what in ("leave", "die"):
        response = await act(people, what, whom, on=on)

        assert (response.status_code, problem(response), response.json().get("path", [])) == refusal


async def test_an_open_order_stands_against_the_end(people: Rig) -> None:
    """An order is ended first, by its own commands; a draft too."""
    await issue(people)
    await draft(people, NEIGHBOR)

    answers = [await act(people, "leave"), await act(people, "die"), await act(people, "leave", NEIGHBOR)]

    assert {(a.status_code, problem(a)) for a in answers} == {(409, "QuarantineInForce")}
    assert "2020-02-11" in answers[0].json()["detail"]


async def test_retries_answer_the_same(people: Rig) -> None:
    """Each command happens once for its key."""
    commands: list[tuple[str, UUID, dict[str, Any]]] = [
        ("change", WANG, {"name": "王晓明"}),
        ("document", WANG_CHILD, {"document_number": CHILD_NUMBER}),
        ("leave", NEIGHBOR, {}),
        ("die", WANG_WIFE, {}),
    ]
    for what, whom, body in commands:
        first = await act(people, what, whom, key="k", **body)
        again = await act(people, what, whom, key="k", **body)
        assert (again.status_code, again.json()) == (200, first.json()), what
    await assert_counters_equal_a_recount(people)


@pytest.mark.parametrize("role", ["resident", "reviewer", "gate_guard", "auditor", "ops"])
async def test_roles_that_may_not(people: Rig, role: str) -> None:
    """Only officers and grid workers change records."""
    viewer = people.viewer(role, scopes=(GRID,), resident_id=str(WANG))
    bodies: dict[str, dict[str, Any]] = {
        "change": {"name": "王晓明"},
        "document": {"document_number": CHILD_NUMBER},
        "leave": {},
        "die": {},
        "proxy": {"proxy_id": str(WANG_WIFE)},
        "proxy/remove": {},
    }

    answers = [await act(people, what, WANG, viewer, **body) for what, body in bodies.items()]

    assert {problem(a) for a in answers} == {"RoleMayNot"}


async def test_a_lost_record_stands_for_its_survivor(people: Rig) -> None:
    """Whoever holds the id of a merged record changes the person, not the record that is lost."""
    passport = {"document_kind": "PASSPORT", "document_number": "E12345678"}
    twin = {"name": "王晓明", "household_id": str(WANG_HOME)} | passport
    lost = (await people.command(worker_of(people), "/residents", twin)).json()["id"]
    body = {"survivor_id": str(WANG), "lost_id": lost, "reason": "REGISTERED_TWICE"}
    merged = await people.command(people.viewer("district_officer", scopes=("330111",)), "/resident-merges", body)
    assert merged.status_code in {200, 201}, merged.text

    response = await act(people, "change", lost, phone="13900000008")

    assert (response.json()["id"], response.json()["phone_masked"]) == (str(WANG), "139****0008")
    await assert_counters_equal_a_recount(people)
