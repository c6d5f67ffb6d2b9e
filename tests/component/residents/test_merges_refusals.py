"""Who may merge records, and which two are not merged."""

from typing import Any
from uuid import UUID

import pytest

from chassis.ids import new_id
from tests.support.merges import assert_counted, merge, merged, named, register, register_child, resident, told
from tests.support.people import FAR, LUSHAN, NEIGHBOR, WANG, WANG_CHILD, XINDENG, national_id
from tests.support.quarantine import officer
from tests.support.rig import Rig, problem


@pytest.mark.parametrize("role", ["grid_worker", "auditor", "resident", "reviewer", "gate_guard"])
async def test_officers_merge_and_nobody_else(people: Rig, role: str) -> None:
    """Whatever the scope."""
    lost = await register(people)

    response = await merge(people, lost, viewer=people.viewer(role, scopes=("330111",)))

    assert (response.status_code, problem(response)) == (403, "RoleMayNot")


async def test_a_town_officer_has_both_records_in_scope(people: Rig) -> None:
    """One that lives elsewhere is as unknown as one that is not there."""
    lost = await register(people)
    town = people.viewer("town_officer", scopes=(LUSHAN,))

    outside = await merge(people, lost, viewer=town)
    missing = await merge(people, new_id(), viewer=town)
    both = await merge(people, lost, viewer=people.viewer("town_officer", scopes=(LUSHAN, XINDENG)))

    assert (outside.status_code, outside.json()) == (missing.status_code, missing.json())
    assert (problem(outside), outside.json()["path"]) == ("ResidentUnknown", ["lost_id"])
    assert both.status_code == 201


@pytest.mark.parametrize(("scopes", "status"), [(("330111",), 201), ((LUSHAN,), 201), (("330111005",), 404)])
async def test_a_district_officer_has_one_of_them_in_scope(people: Rig, scopes: tuple[str, ...], status: int) -> None:
    """The other may live anywhere in the district."""
    lost = await register(people)

    response = await merge(people, lost, viewer=people.viewer("district_officer", scopes=scopes))

    assert response.status_code == status


async def test_a_record_is_merged_once(people: Rig) -> None:
    """Neither as the lost one again, nor as a survivor: a circle cannot close."""
    lost = await register(people)
    await merged(people, lost)

    again, circle = await merge(people, lost, NEIGHBOR), await merge(people, WANG, lost)

    assert (problem(again), again.json()["path"]) == ("ResidentAlreadyMerged", ["lost_id"])
    assert (problem(circle), circle.json()["path"]) == ("ResidentAlreadyMerged", ["survivor_id"])


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (
            {"document_kind": None, "document_number": None, "national_id": national_id("19900501", 21)},
            "DocumentsContradict",
        ),
        ({"birth_on": "1991-01-01"}, "BirthDatesContradict"),
        ({"sex": "FEMALE"}, "SexesContradict"),
        ({"guardian_id": str(WANG)}, "GuardianOfTheOther"),
    ],
)
async def test_what_contradicts_is_not_merged(people: Rig, person: dict[str, Any], code: str) -> None:
    """Two numbers, two birthdays, two sexes, a guardian and the ward: that is two people."""
    lost = await register(people, **person)

    response = await merge(people, lost)

    assert (response.status_code, problem(response)) == (409, code)
    assert (await resident(people, lost))["id"] == str(lost)
    assert await told(people, "person_merged") == []


async def test_children_alike_are_merged_first(people: Rig) -> None:
    """The same child in the care of both is one child, registered twice."""
    lost = await register(people)
    twin = await register_child(people, lost, "王乐", "2019-06-01")

    first = await merge(people, lost)
    await merged(people, twin, WANG_CHILD)
    second = await merge(people, lost)

    assert problem(first) == "WardsAlike"
    assert second.status_code == 201, second.text
    assert await named(people, lost) == []


async def test_a_record_is_not_merged_with_itself(people: Rig) -> None:
    """Nor with one that is not there, and another reason needs words."""
    itself, nobody = await merge(people, WANG), await merge(people, WANG, UUID(int=1))
    silent = await merge(people, FAR, reason="OTHER", note=" ")

    assert (itself.status_code, problem(itself)) == (422, "MergeWithItself")
    assert (nobody.status_code, problem(nobody)) == (404, "ResidentUnknown")
    assert (silent.status_code, problem(silent)) == (422, "MergeNoteRequired")


async def test_a_closed_record_does_not_swallow_a_living_one(people: Rig) -> None:
    """Whoever left or died is lost in the other, not the other way round."""
    gone = await register(people)
    ended = await people.command(officer(people), f"/residents/{gone}/leave", {"on": "2020-01-28"})

    wrong, right = await merge(people, WANG, gone), await merge(people, gone, WANG)

    assert (ended.status_code, problem(wrong)) == (200, "SurvivorClosed")
    assert right.status_code == 201
    await assert_counted(people)
