"""An export of too many named people is blocked, whoever asks and whenever it grows; who sees exports and alarms."""

import asyncio

import pytest

from chassis import settings
from services.residents.form_exports.alarms import blocked
from services.residents.form_exports.preparation import prepare_next
from services.residents.form_exports.settings import ExportLimits, limits_of
from tests.support.forms import (
    approved,
    ask,
    asked,
    auditor,
    decide,
    far_officer,
    in_use,
    install,
    officer,
    status_of,
    town_officer,
)
from tests.support.people import LUSHAN, XINDENG
from tests.support.quarantine import wang, worker
from tests.support.returnees import register
from tests.support.rig import DISTRICT, Rig, problem

BY_SCOPE, ALARMS = "/form-exports/by-scope:batch", "/form-export-alarms/by-scope:batch"
NAMES = {
    "code": "NAMES",
    "source": "RESIDENTS",
    "columns": [{"header": "姓名", "source_column": "name", "format": "TEXT"}],
}


@pytest.fixture
async def forms(people: Rig) -> Rig:
    """Return the small district, a form of names, and 6,000 people more in a town."""
    await install(people)
    await in_use(people, **NAMES)
    async with people.work() as db:
        await db.connection.execute(
            "INSERT INTO residents (district_code, id, division_code, household_id, name, name_initials, sex, relation,"
            " person_key, registered_at) SELECT r.district_code, gen_random_uuid(), r.division_code, r.household_id,"
            " '某某' || n, 'MM', 'UNKNOWN', 'OTHER', 'key-' || n, r.registered_at"
            " FROM generate_series(1, 5995) n, residents r WHERE r.name = '王小明'"
        )
    return people


async def test_an_export_of_6000_names_is_blocked(forms: Rig) -> None:
    """Refused with rows and limit in both languages; the alarm stays: a row, a fact, a number."""
    counted = blocked.counts["district_officer",]

    response = await ask(forms, form_code="NAMES")
    chinese = await forms.command(
        officer(forms), "/form-exports",
        {"form_code": "NAMES", "scope": DISTRICT, "purpose": "SCREENING", "reason": "全区"}, language="zh",
    )  # fmt: skip

    assert (problem(response), response.status_code, response.json()["path"]) == ("ExportTooLarge", 413, ["scope"])
    assert response.json()["detail"] == "The export has 6001 rows; at most 1000 may leave. It has been reported."
    assert chinese.json()["detail"] == "该导出共 6001 行，上限为 1000 行，已拦截并上报。"
    assert await forms.rows("SELECT id FROM form_exports") == []
    rows = await forms.rows("SELECT scope, rows_counted, rows_max, subject, role FROM form_export_alarms")
    assert rows[0] == {
        "scope": DISTRICT, "rows_counted": 6_001, "rows_max": 1_000, "subject": "officer-1", "role": "district_officer",
    }  # fmt: skip
    told = [body for subject, body in await forms.facts() if subject == f"residents.export_blocked.{DISTRICT}"]
    assert [(fact["form"], fact["rows"], fact["rows_max"]) for fact in told] == [("NAMES", 6_001, 1_000)] * 2
    assert blocked.counts["district_officer",] == counted + 2


async def test_one_attempt_raises_one_alarm(forms: Rig) -> None:
    """A client that tries the same command again does not alarm again; the refusal is the same."""
    first, again = await ask(forms, form_code="NAMES", key="k"), await ask(forms, form_code="NAMES", key="k")

    assert problem(first) == problem(again) == "ExportTooLarge"
    assert len(await forms.rows("SELECT id FROM form_export_alarms")) == 1


async def test_many_names_do_not_leave_in_parts(forms: Rig) -> None:
    """What one person asks for in 24 hours is counted together; what was refused or withdrawn is not."""
    forms.state.extra["export_limits"] = ExportLimits(export_named_rows_max=7_000, export_named_rows_per_day_max=7_000)
    await asked(forms, form_code="NAMES")
    withdrawn = await asked(forms, form_code="NAMES", scope=XINDENG)
    await decide(forms, withdrawn, "cancel", officer(forms), reason="不再需要")

    response = await ask(forms, form_code="NAMES", scope=LUSHAN)
    others = [
        await ask(forms, form_code="NAMES", scope=XINDENG),
        await ask(forms, officer(forms, 2), form_code="NAMES"),
    ]
    await forms.move_clock("2020-01-29T08:00:00+08:00")
    tomorrow = await ask(forms, form_code="NAMES", scope=LUSHAN)

    assert (problem(response), response.status_code) == ("ExportsTooLargeToday", 413)
    assert "12001" in response.json()["detail"]
    assert [other.status_code for other in (*others, tomorrow)] == [201, 201, 201]
    rows = await forms.rows("SELECT rows_counted, rows_max FROM form_export_alarms")
    assert rows == [{"rows_counted": 12_001, "rows_max": 7_000}]


async def test_parts_at_the_same_time_are_counted_together(forms: Rig) -> None:
    """Two requests at once do not both pass."""
    forms.state.extra["export_limits"] = ExportLimits(export_named_rows_max=7_000, export_named_rows_per_day_max=7_000)

    responses = await asyncio.gather(*(ask(forms, form_code="NAMES") for _ in range(3)))

    assert sorted(response.status_code for response in responses) == [201, 413, 413]


async def test_a_smaller_part_may_be_asked_for(forms: Rig) -> None:
    """The limit is of rows, not of forms."""
    response = await ask(forms, form_code="NAMES", scope=XINDENG)

    assert (response.status_code, response.json()["rows_expected"]) == (201, 1)


async def test_counts_are_not_limited(forms: Rig) -> None:
    """However small the limit is: a form of counts names nobody."""
    forms.state.extra["export_limits"] = ExportLimits(export_named_rows_max=0)

    assert (await ask(forms, form_code="SCREENING_PROGRESS")).status_code == 201
    assert problem(await ask(forms, form_code="NAMES", scope=XINDENG)) == "ExportTooLarge"


async def test_the_limit_is_a_setting(forms: Rig) -> None:
    """From the environment; without it 1,000 named people."""
    environment = {"RESIDENTS_EXPORT_NAMED_ROWS_MAX": "6001", "RESIDENTS_EXPORT_NAMED_ROWS_PER_DAY_MAX": "6001"}

    forms.state.extra["export_limits"] = settings.load(ExportLimits, prefix="residents", environment=environment)

    assert (await ask(forms, form_code="NAMES")).status_code == 201
    del forms.state.extra["export_limits"]
    assert limits_of(forms.state).export_named_rows_max == 1_000


async def test_what_grows_beyond_the_limit_is_blocked_when_it_is_prepared(forms: Rig) -> None:
    """After its approval: refused by the clock with the alarm; nothing of it is kept."""
    await register(forms)
    export_id = await approved(forms)
    forms.state.extra["export_limits"] = ExportLimits(export_named_rows_max=1)
    await register(forms, arrives_on="2020-01-29")
    async with forms.work() as db:
        await db.connection.execute("UPDATE form_exports SET to_day = '2020-01-29'")

    assert await prepare_next(forms.state)

    assert await status_of(forms, export_id) == "REFUSED"
    assert [r["ended_reason"] for r in await forms.rows("SELECT ended_reason FROM form_exports")] == ["ExportTooLarge"]
    assert len(await forms.rows("SELECT id FROM form_export_alarms")) == 1
    assert await forms.rows("SELECT position FROM form_export_pieces") == []


async def test_who_sees_exports_and_alarms(forms: Rig) -> None:
    """Whoever has authority over the whole scope of each."""
    district, town = await asked(forms, scope=DISTRICT), await asked(forms, scope=LUSHAN)
    await ask(forms, form_code="NAMES", scope=LUSHAN)

    async def seen(viewer: object, scope: str = DISTRICT) -> tuple[list[str], int]:
        [exports] = await forms.batch(viewer, BY_SCOPE, [scope], ["id"])  # type: ignore[arg-type]
        [alarms] = await forms.batch(viewer, ALARMS, [scope], ["subject"])  # type: ignore[arg-type]
        return [row["id"] for row in exports], len(alarms)

    assert await seen(officer(forms)) == ([town, district], 1)
    assert await seen(officer(forms), LUSHAN) == ([town], 1)
    assert await seen(auditor(forms)) == ([town, district], 1)
    assert await seen(town_officer(forms)) == ([town], 1)
    for viewer in (far_officer(forms), worker(forms), wang(forms), forms.viewer("ops")):
        assert await seen(viewer) == ([], 0)


async def test_exports_by_their_state(forms: Rig) -> None:
    """As an approver lists what waits."""
    waiting = await asked(forms)
    await approved(forms)

    [rows] = await forms.batch(officer(forms), BY_SCOPE, [DISTRICT], ["id"], arguments={"status": ["REQUESTED"]})

    assert [row["id"] for row in rows] == [waiting]
