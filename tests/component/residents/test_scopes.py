"""Who sees whom: every kind of scope, inside and outside, and on a connection that served another."""

import pytest

from chassis.auth import Viewer
from tests.support.people import (
    FAR,
    GRID,
    NEIGHBOR,
    NEIGHBOR_HOME,
    NEXT,
    NEXT_GRID,
    OTHER_TOWN_GRID,
    SHANSHUI,
    WANG,
    WANG_CHILD,
    WANG_HOME,
    WANG_WIFE,
    XINDENG,
)
from tests.support.rig import Rig

EVERYBODY = [WANG, WANG_WIFE, WANG_CHILD, NEIGHBOR, NEXT, FAR]


async def seen(rig: Rig, viewer: Viewer) -> list[bool]:
    """Return of whom the viewer gets anything, asked by id, health code, and person key."""
    rows = await rig.batch(viewer, "/residents:batch", EVERYBODY, ["id", "name"])
    codes = await rig.batch(viewer, "/health-codes/by-resident:batch", EVERYBODY, ["color"])
    keys = await rig.rows("SELECT id, person_key FROM residents")
    by_id = {row["id"]: row["person_key"] for row in keys}
    known = await rig.batch(viewer, "/residents/by-person-key:batch", [by_id[i] for i in EVERYBODY], ["id"])
    visible = [row is not None for row in rows]
    assert visible == [row is not None for row in codes] == [row is not None for row in known]
    return visible


@pytest.mark.parametrize(
    ("role", "scopes", "expected"),
    [
        ("district_officer", ("330111",), [True] * 6),
        ("auditor", ("330111",), [True] * 6),
        ("town_officer", (SHANSHUI[:9],), [True] * 5 + [False]),
        ("town_officer", (XINDENG,), [False] * 5 + [True]),
        ("grid_worker", (GRID,), [True] * 4 + [False] * 2),
        ("grid_worker", (NEXT_GRID,), [False] * 4 + [True, False]),
        ("grid_worker", (NEXT_GRID, OTHER_TOWN_GRID), [False] * 4 + [True] * 2),
        ("grid_worker", (), [False] * 6),
        ("grid_worker", ("330111999",), [False] * 6),
    ],
)
async def test_regions(people: Rig, role: str, scopes: tuple[str, ...], expected: list[bool]) -> None:
    """Officers and grid workers see their regions, one or several, and nothing else."""
    assert await seen(people, people.viewer(role, scopes=scopes)) == expected


@pytest.mark.parametrize("role", ["reviewer", "gate_guard", "enterprise_agent", "ops", "district_mayor"])
async def test_roles_without_need(people: Rig, role: str) -> None:
    """A role that needs nobody's record has no policy at all, whatever its token grants."""
    viewer = people.viewer(
        role,
        scopes=("330111",),
        resident_id=str(WANG),
        household_id=str(WANG_HOME),
        checkpoints=("c1",),
        enterprises=("91330111MA2GRD001J",),
    )

    assert await seen(people, viewer) == [False] * 6


async def test_a_resident_sees_the_household_only(people: Rig) -> None:
    """A resident sees those of the household, not the neighbor in the same grid."""
    wang = people.viewer("resident", resident_id=str(WANG), household_id=str(WANG_HOME))
    neighbor = people.viewer("resident", resident_id=str(NEIGHBOR), household_id=str(NEIGHBOR_HOME))

    assert await seen(people, wang) == [True, True, True, False, False, False]
    assert await seen(people, neighbor) == [False, False, False, True, False, False]


async def test_a_residents_scopes_are_not_read(people: Rig) -> None:
    """A kind of scope that the role does not have is no scope."""
    viewer = people.viewer("resident", scopes=("330111",), resident_id=str(NEXT))

    assert await seen(people, viewer) == [False, False, False, False, True, False]


async def test_households_follow_their_scope(people: Rig) -> None:
    """A household is seen by its grid's worker and by its members."""
    asked = ("/households:batch", [WANG_HOME, NEIGHBOR_HOME], ["address"])
    wang = people.viewer("resident", resident_id=str(WANG), household_id=str(WANG_HOME))

    assert await people.batch(people.viewer("grid_worker", scopes=(GRID,)), *asked) == [
        {"address": "山水社区 3 幢 2 单元 501"},
        {"address": "山水社区 3 幢 2 单元 502"},
    ]
    assert await people.batch(wang, *asked) == [{"address": "山水社区 3 幢 2 单元 501"}, None]
    assert await people.batch(people.viewer("grid_worker", scopes=(NEXT_GRID,)), *asked) == [None, None]
    assert await people.batch(people.viewer("gate_guard", checkpoints=("c1",)), *asked) == [None, None]


async def test_members_of_a_household_outside_are_an_empty_list(people: Rig) -> None:
    """A list outside one's scope is empty, not refused: nobody learns that it exists."""
    asked = ("/residents/by-household:batch", [WANG_HOME], ["id"])

    [inside] = await people.batch(people.viewer("grid_worker", scopes=(GRID,)), *asked)
    [outside] = await people.batch(people.viewer("grid_worker", scopes=(NEXT_GRID,)), *asked)

    assert [row["id"] for row in inside] == [str(WANG), str(WANG_WIFE), str(WANG_CHILD)]
    assert outside == []


async def test_a_connection_that_served_an_officer_shows_nothing_to_the_next(people: Rig) -> None:
    """After SET LOCAL a setting reads as empty text, which must not be the prefix of everything."""
    officer = people.viewer("district_officer", scopes=("330111",))
    assert await seen(people, officer) == [True] * 6
    connections = {row["pid"] for row in [await backend(people, officer) for _ in range(3)]}

    nobody = [
        people.viewer("grid_worker"),
        people.viewer("district_officer", scopes=()),
        people.viewer("resident"),
        people.viewer("gate_guard"),
    ]

    for viewer in nobody:
        assert await seen(people, viewer) == [False] * 6
        assert (await backend(people, viewer))["pid"] in connections


async def test_a_connection_that_served_wang_shows_nothing_of_him_to_the_neighbor(people: Rig) -> None:
    """The settings of one transaction do not outlive it."""
    wang = people.viewer("resident", resident_id=str(WANG), household_id=str(WANG_HOME))
    assert (await seen(people, wang))[0]

    assert await seen(people, people.viewer("resident")) == [False] * 6
    neighbor = people.viewer("resident", resident_id=str(NEIGHBOR), household_id=str(NEIGHBOR_HOME))
    assert await seen(people, neighbor) == [False, False, False, True, False, False]


async def backend(rig: Rig, viewer: Viewer) -> dict[str, int]:
    """Return which server process served a viewer's transaction."""
    from chassis.auth import session

    async with rig.state.database.request(session(viewer, rig.state.service.access)) as db:
        return {"pid": await db.connection.fetchval("SELECT pg_backend_pid()")}


async def test_ciphertexts_are_not_readable_under_a_scope(people: Rig) -> None:
    """Only the worker may read what is sealed; a statement that tried would fail, not leak."""
    rows = await people.rows(
        "SELECT has_column_privilege('residents_by_division', 'residents', c, 'SELECT') AS may "
        "FROM unnest(ARRAY['document_number_sealed', 'phone_sealed']) AS c"
    )

    assert rows == [{"may": False}, {"may": False}]


async def test_numbers_are_sealed_and_masked(people: Rig) -> None:
    """No column holds a number in the clear; what is shown is the masked form."""
    officer = people.viewer("district_officer", scopes=("330111",))

    [card] = await people.batch(officer, "/residents:batch", [WANG], ["national_id_masked", "phone_masked"])
    stored = await people.rows("SELECT to_jsonb(r)::text AS all FROM residents r WHERE id = $1", WANG)

    assert card == {"national_id_masked": "330199********1011", "phone_masked": "138****0001"}
    assert "19900501101" not in stored[0]["all"]
    assert "13800000001" not in stored[0]["all"]
