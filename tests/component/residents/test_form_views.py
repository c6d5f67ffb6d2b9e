"""No second entry: whatever happens to the records, a form's rows are those records, and an old export is not."""

import random
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.residents.form_sources.labels import TASK_STATUS, TRANSPORT
from tests.support.forms import downloaded, in_use, install, officer, ready, shown, table_of, traced
from tests.support.people import GRID, NEXT_GRID, OTHER_TOWN_GRID
from tests.support.rig import DISTRICT, Rig

COLUMNS = {"division_code": "TEXT", "name": "TEXT", "address": "TEXT", "arrives_on": "DAY", "transport_kind": "LABEL",
           "task_status": "LABEL"}  # fmt: skip
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
GRIDS = (GRID, NEXT_GRID, OTHER_TOWN_GRID)
STATUSES = sorted(TASK_STATUS)
INSERT = """
INSERT INTO returnees (district_code, id, division_code, destination_grid_code, address, name, identity_index,
    origin_code, arrives_on, transport_kind, match, candidate_ids, policy_version, registered_by, registered_at)
VALUES ('330111', $1, $2, $2, $3, $4, $5, '330300', '2020-01-28', $6, 'UNMATCHED', '{}', 1, 'test', '2020-01-28')
"""
TASK = """
INSERT INTO screening_tasks (district_code, id, division_code, returnee_id, status, reason, due_at, opened_at,
    changed_at)
VALUES ('330111', $1, $2, $1, $3, 'RETURN', '2020-01-29', '2020-01-28', '2020-01-28')
"""
RECORDS = """
SELECT e.division_code, e.name, e.address, e.arrives_on::text, e.transport_kind, t.status AS task_status
FROM returnees e JOIN screening_tasks t ON t.returnee_id = e.id ORDER BY e.division_code, e.id
"""


@pytest.fixture
async def forms(people: Rig) -> Rig:
    """Return the small district with a form of returnees and one of their tasks by village."""
    await install(people)
    columns = [{"header": name, "source_column": name, "format": form} for name, form in COLUMNS.items()]
    await in_use(people, code="VIEW", source="RETURNEES", columns=columns, filters=["DIVISION", "DAYS", "STATUS"])
    return people


async def add(rig: Rig, source: random.Random, text: str) -> None:
    """Add a record, or change one, or let one go: what officers do all day."""
    ids = [row["id"] for row in await rig.rows("SELECT id FROM returnees ORDER BY id")]
    grid, status, what = source.choice(GRIDS), source.choice(STATUSES), source.random()
    async with rig.work() as db:
        run = db.connection.execute
        if what < 0.5 or not ids:
            record = uuid4()
            kind = source.choice(sorted(TRANSPORT))
            await run(INSERT, record, grid, text, text[:20] or "某", record.bytes, kind)
            await run(TASK, record, grid, status)
        elif what < 0.8:
            chosen = source.choice(ids)
            await run("UPDATE returnees SET address = $2, division_code = $3 WHERE id = $1", chosen, text, grid)
            await run("UPDATE screening_tasks SET status = $2, division_code = $3 WHERE id = $1", chosen, status, grid)
        else:
            chosen = source.choice(ids)
            await run("DELETE FROM screening_tasks WHERE id = $1", chosen)
            await run("DELETE FROM returnees WHERE id = $1", chosen)


async def expected(rig: Rig) -> list[list[Any]]:
    """Return the records as the form should show them, worked out without it."""
    rows = await rig.rows(RECORDS)
    for row in rows:
        row["transport_kind"], row["task_status"] = TRANSPORT[row["transport_kind"]], TASK_STATUS[row["task_status"]]
    return sorted([row[name] for name in COLUMNS] for row in rows)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), texts=st.lists(TEXTS, min_size=1, max_size=8))
async def test_a_form_is_its_records(forms: Rig, seed: int, texts: list[str]) -> None:
    """After any changes: the preview is the records, the counts are theirs, a new export is, an old one is not."""
    source = random.Random(seed)
    old = await ready(forms, form_code="VIEW")
    before = await downloaded(forms, old)
    for text in texts:
        await add(forms, source, text)

    records = await expected(forms)

    assert sorted(await shown(forms, officer(forms), "VIEW")) == records
    for town in {grid[:9] for grid in GRIDS}:
        assert sorted(await shown(forms, officer(forms), "VIEW", town)) == [r for r in records if r[0].startswith(town)]
    villages = Counter(record[0][:12] for record in records)
    assert {row[0]: int(row[3]) for row in await shown(forms, officer(forms), "SCREENING_PROGRESS")} == {
        **dict.fromkeys(("330111004002", "330111004003", "330111115011"), 0), **villages,
    }  # fmt: skip
    exported = table_of(await downloaded(forms, await ready(forms, form_code="VIEW")))[2]
    assert len(exported) == len(records)
    for row in exported:
        assert (await traced(forms, row[-1], row[:-1]))["is_unaltered"] is True
    assert await downloaded(forms, old) == before


async def test_one_change_is_seen_at_once(forms: Rig) -> None:
    """Also by who looked a moment ago."""
    await add(forms, random.Random(1), "东桥路 1 号")
    first = await shown(forms, officer(forms), "VIEW", DISTRICT)
    async with forms.work() as db:
        await db.connection.execute("UPDATE returnees SET name = '李四'")

    second = await shown(forms, officer(forms), "VIEW", DISTRICT)

    assert [row[1] for row in first] == ["东桥路 1 号"]
    assert [row[1] for row in second] == ["李四"]
