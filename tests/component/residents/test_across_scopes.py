"""The one look across scopes: color and order by person key, with a purpose, each look logged."""

import pytest

from tests.support.people import WANG_NUMBER, XINDENG
from tests.support.rig import Rig, problem

PATH = "/standings/by-person-key:batch"
FIELDS = ("person_key", "color", "quarantine_in_force")


def wang_key(rig: Rig) -> str:
    """Return the key by which the services know Wang."""
    return rig.state.keys.person("NATIONAL_ID", WANG_NUMBER)


@pytest.mark.parametrize("role", ["reviewer", "gate_guard", "district_officer", "town_officer"])
async def test_a_color_is_answered_wherever_the_person_lives(people: Rig, role: str) -> None:
    """Wang lives in Lushan; a reviewer of Xindeng is told his color, and nothing else."""
    viewer = people.viewer(role, scopes=(XINDENG,))

    rows = await people.batch(viewer, PATH, [wang_key(people), "0" * 64], FIELDS, purpose="RESUMPTION")

    assert rows == [{"person_key": wang_key(people), "color": "GREEN", "quarantine_in_force": False}, None]


async def test_each_look_is_logged_before_it_is_answered(people: Rig) -> None:
    """Who, when, what for, whom: a row for every person asked for, found or not."""
    viewer = people.viewer("gate_guard", subject="guard-7", checkpoints=("c1",))

    await people.batch(viewer, PATH, [wang_key(people), "0" * 64, wang_key(people)], ["color"], purpose="GATE")

    logged = await people.rows(
        "SELECT subject, role, purpose, what, person_key, read_at FROM read_log ORDER BY person_key"
    )
    entry = {
        "subject": "guard-7",
        "role": "gate_guard",
        "purpose": "GATE",
        "what": "standings_by_person_key",
        "read_at": people.state.clock.now(),
    }
    assert logged == [entry | {"person_key": key} for key in sorted(["0" * 64, wang_key(people)])]


@pytest.mark.parametrize("purpose", [None, "HELP", "AUDIT", "CURIOSITY"])
async def test_without_a_fitting_purpose_nothing_is_told(people: Rig, purpose: str | None) -> None:
    """The purpose comes from a closed list, and must be one of this look's."""
    response = await people.ask(people.viewer("reviewer"), PATH, [wang_key(people)], FIELDS, purpose=purpose)

    assert (response.status_code, problem(response)) == (403, "PurposeRequired")
    assert await people.rows("SELECT person_key FROM read_log") == []


@pytest.mark.parametrize("role", ["grid_worker", "resident", "enterprise_agent", "auditor", "ops"])
async def test_other_roles_may_not(people: Rig, role: str) -> None:
    """Nobody else looks across scopes, whatever the purpose."""
    viewer = people.viewer(role, scopes=("330111",))

    response = await people.ask(viewer, PATH, [wang_key(people)], FIELDS, purpose="GATE")

    assert (response.status_code, problem(response)) == (403, "RoleMayNot")
    assert await people.rows("SELECT person_key FROM read_log") == []


@pytest.mark.parametrize("field", ["name", "division_code", "order_id", "reasons"])
async def test_nothing_else_can_be_asked_for(people: Rig, field: str) -> None:
    """Home, order and reasons stay where they are."""
    response = await people.ask(people.viewer("reviewer"), PATH, [wang_key(people)], [field], purpose="GATE")

    assert problem(response) == "FieldUnknown"
    assert await people.rows("SELECT person_key FROM read_log") == []


async def test_the_read_log_is_only_added_to(people: Rig) -> None:
    """Not even the worker may change or remove an entry."""
    rows = await people.rows(
        "SELECT p AS privilege, has_table_privilege('residents_worker', 'read_log', p) AS may "
        "FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) AS p"
    )

    assert [row["may"] for row in rows] == [True, False, False]
