"""Steps of merges that many tests take: a second record of Wang, the merge, its undoing."""

from typing import Any
from uuid import UUID

import httpx

from chassis.auth import Viewer
from tests.support.people import FAR_HOME, WANG, WANG_HOME
from tests.support.quarantine import officer
from tests.support.rig import DISTRICT, Rig


async def register(rig: Rig, household_id: UUID | None = FAR_HOME, **person: Any) -> UUID:
    """Register somebody, Wang with a passport and another phone in another town unless said otherwise."""
    body = {
        "name": "王小明",
        "document_kind": "PASSPORT",
        "document_number": "E12345678",
        "phone": "13900000009",
        "household_id": household_id and str(household_id),
        **person,
    }
    response = await rig.command(officer(rig), "/residents", {k: v for k, v in body.items() if v is not None})
    assert response.status_code == 201, response.text
    return UUID(response.json()["id"])


async def register_child(rig: Rig, guardian_id: UUID, name: str = "王乐", birth_on: str = "2019-06-01") -> UUID:
    """Register a child without a document."""
    return await register(
        rig,
        WANG_HOME,
        name=name,
        document_kind=None,
        document_number=None,
        phone=None,
        guardian_id=str(guardian_id),
        birth_on=birth_on,
    )


async def merge(
    rig: Rig, lost_id: UUID, survivor_id: UUID = WANG, *, viewer: Viewer | None = None, **options: Any
) -> httpx.Response:
    """Merge a record into another, Wang's unless said otherwise."""
    body = {
        "survivor_id": str(survivor_id),
        "lost_id": str(lost_id),
        "reason": options.pop("reason", "REGISTERED_TWICE"),
        "note": options.pop("note", None),
    }
    return await rig.command(viewer or officer(rig), "/resident-merges", body, **options)


async def merged(rig: Rig, lost_id: UUID, survivor_id: UUID = WANG, **options: Any) -> dict[str, Any]:
    """Merge two records that must be merged; return the merge."""
    response = await merge(rig, lost_id, survivor_id, **options)
    assert response.status_code == 201, response.text
    row: dict[str, Any] = response.json()
    return row


async def undo(rig: Rig, merge_id: object, *, viewer: Viewer | None = None, **options: Any) -> httpx.Response:
    """Undo a merge."""
    return await rig.command(viewer or officer(rig), f"/resident-merges/{merge_id}/undo", {}, **options)


async def undone(rig: Rig, merge_id: object, **options: Any) -> dict[str, Any]:
    """Undo a merge that must be undone; return it."""
    response = await undo(rig, merge_id, **options)
    assert response.status_code == 200, response.text
    row: dict[str, Any] = response.json()
    return row


async def told(rig: Rig, *names: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the facts of some names, in order."""
    return [(s.split(".")[1], body) for s, body in await rig.facts() if s.split(".")[1] in names]


# What the board ought to say: every number counted from the rows themselves.
RECOUNT = """
SELECT d.code,
    (SELECT count(*) FROM residents r WHERE r.division_code = d.code AND r.status = 'REGISTERED'
        AND r.merged_into IS NULL) AS residents,
    (SELECT count(*) FROM households h WHERE h.division_code = d.code AND h.closed_on IS NULL) AS households,
    (SELECT count(*) FROM quarantine_orders o WHERE o.division_code = d.code
        AND o.status IN ('ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')) AS quarantine_orders_in_force,
    (SELECT count(*) FROM screening_tasks t WHERE t.division_code = d.code AND t.status <> 'CLOSED')
        AS screening_tasks_open
FROM divisions d WHERE d.level = 'GRID' ORDER BY d.code
"""
COUNTED = """
SELECT d.code, coalesce(c.residents, 0) AS residents, coalesce(c.households, 0) AS households,
    coalesce(c.quarantine_orders_in_force, 0) AS quarantine_orders_in_force,
    coalesce(c.screening_tasks_open, 0) AS screening_tasks_open
FROM divisions d LEFT JOIN grid_counters c ON c.division_code = d.code WHERE d.level = 'GRID' ORDER BY d.code
"""


async def assert_counted(rig: Rig) -> None:
    """The board's numbers are those of the rows."""
    assert await rig.rows(COUNTED) == await rig.rows(RECOUNT)


# Every column of every table that names a resident by a foreign key, but for what says who was merged into whom.
NAMING = """
SELECT c.conrelid::regclass::text AS owner, a.attname AS name
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2]
WHERE c.contype = 'f' AND c.confrelid = 'residents'::regclass
ORDER BY 1, 2
"""
WHO_IS_WHO = {
    ("residents", "merged_into"),
    ("resident_aliases", "lost_id"),
    ("resident_aliases", "survivor_id"),
    ("resident_merges", "lost_id"),
    ("resident_merges", "survivor_id"),
}
# History stays where it happened: who was contacted, what was found out.
HISTORY = {("contacts", "resident_id"), ("screening_findings", "resident_id")}


async def named(rig: Rig, resident_id: UUID) -> list[str]:
    """Return where a resident is named, beyond who was merged into whom."""
    places = [(row["owner"], row["name"]) for row in await rig.rows(NAMING)]
    places += [("health_checks", "resident_id")]
    found = []
    for owner, name in places:
        query = f"SELECT count(*) AS n FROM {owner} WHERE {name} = $1"  # noqa: S608 - names of the catalog
        if (owner, name) not in WHO_IS_WHO | HISTORY and (await rig.rows(query, resident_id))[0]["n"]:
            found.append(f"{owner}.{name}")
    candidates = "SELECT count(*) AS n FROM returnees WHERE $1 = ANY (candidate_ids)"
    return found + ["candidate_ids"] * (await rig.rows(candidates, resident_id))[0]["n"]


async def resident(rig: Rig, resident_id: object, *fields: str, viewer: Viewer | None = None) -> Any:
    """Read a resident by id, as an officer unless said otherwise."""
    asked = viewer or rig.viewer("district_officer", scopes=(DISTRICT,))
    [row] = await rig.batch(asked, "/residents:batch", [resident_id], fields or ("id", "name"))
    return row
