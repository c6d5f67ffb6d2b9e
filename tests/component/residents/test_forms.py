"""Forms: drafted, brought into use by a second person, retired, and shown within one's scope."""

import asyncio
from typing import Any

import pytest

from tests.support.forms import (
    DRAFT,
    activate,
    auditor,
    drafted,
    in_use,
    install,
    officer,
    town_officer,
)
from tests.support.people import LUSHAN
from tests.support.rig import Rig, problem

VERSIONS, OF_FORM = "/form-versions:batch", "/form-versions/by-form:batch"


@pytest.fixture
async def forms(people: Rig) -> Rig:
    """Return the small district with the forms of the product."""
    await install(people)
    return people


async def history(rig: Rig, version_id: object) -> list[tuple[str, str]]:
    """Return what the history says of a version: acts, and by whom."""
    rows = await rig.rows(
        "SELECT act, subject FROM history WHERE record_id = $1::text::uuid ORDER BY id", str(version_id)
    )
    return [(row["act"], row["subject"]) for row in rows]


async def test_a_district_starts_with_forms_once(forms: Rig) -> None:
    """In use at once; the job again changes nothing, and no district gets another's."""
    before = await forms.rows("SELECT id FROM form_versions ORDER BY id")

    await install(forms)

    assert len(before) == 4
    assert await forms.rows("SELECT id FROM form_versions ORDER BY id") == before


async def test_a_version_is_drafted_activated_superseded_and_retired(forms: Rig) -> None:
    """Each step in the history; what an older version says stays as it was."""
    first = await in_use(forms)
    columns = [{"header": "门牌", "source_column": "address", "format": "TEXT"}]
    second = await drafted(forms, columns=columns)
    active = (await activate(forms, second["id"])).json()
    retired = await forms.command(officer(forms), f"/form-versions/{second['id']}/retire", {})

    [rows] = await forms.batch(officer(forms), OF_FORM, [first["form_id"]], ["version", "status", "columns"])
    assert (first["version"], second["version"]) == (1, 2)
    assert (active["status"], retired.json()["status"]) == ("ACTIVE", "RETIRED")
    assert [(row["version"], row["status"]) for row in rows] == [(2, "RETIRED"), (1, "RETIRED")]
    assert rows[0]["columns"] == columns
    assert rows[1]["columns"] == DRAFT["columns"]
    assert await history(forms, first["id"]) == [
        ("DRAFTED", "officer-1"),
        ("ACTIVATED", "officer-2"),
        ("RETIRED", "officer-2"),
    ]
    assert await history(forms, second["id"]) == [
        ("DRAFTED", "officer-1"),
        ("ACTIVATED", "officer-2"),
        ("RETIRED", "officer-1"),
    ]


async def test_what_a_version_says_cannot_be_changed(forms: Rig) -> None:
    """Not even by the worker: the database refuses."""
    for statement in ("UPDATE form_columns SET header = 'x'", "UPDATE form_versions SET title = 'x'"):
        with pytest.raises(Exception, match="permission denied"):
            async with forms.work() as db:
                await db.connection.execute(statement)


async def test_who_drafted_may_not_activate(forms: Rig) -> None:
    """A second person is needed; the draft stays a draft."""
    version = await drafted(forms)

    response = await activate(forms, version["id"], officer(forms))

    assert (problem(response), response.status_code) == ("ActivationNeedsSecondPerson", 403)
    [row] = await forms.batch(officer(forms), VERSIONS, [version["id"]], ["status"])
    assert row == {"status": "DRAFT"}


async def test_of_two_activations_one_version_is_in_use(forms: Rig) -> None:
    """At once by two officers: the newer one stays, whichever comes first."""
    first, second = await drafted(forms), await drafted(forms)

    responses = await asyncio.gather(
        activate(forms, first["id"], officer(forms, 2)), activate(forms, second["id"], officer(forms, 3))
    )

    rows = await forms.rows("SELECT version FROM form_versions WHERE status = 'ACTIVE' AND title = '镇街住户一览表'")
    assert responses[1].status_code == 200
    assert responses[0].status_code == 200 or problem(responses[0]) == "FormVersionOlder"
    assert [row["version"] for row in rows] == [2]


@pytest.mark.parametrize(
    ("setting", "act", "code"),
    [
        ("DRAFT", "retire", "FormNotActive"),
        ("RETIRED", "retire", "FormNotActive"),
        ("ACTIVE", "activate", "FormNotDraft"),
        ("RETIRED", "activate", "FormNotDraft"),
    ],
)
async def test_a_transition_that_is_refused(forms: Rig, setting: str, act: str, code: str) -> None:
    """By the state that the version is in."""
    version = await (drafted(forms) if setting == "DRAFT" else in_use(forms))
    if setting == "RETIRED":
        await forms.command(officer(forms), f"/form-versions/{version['id']}/retire", {})

    response = await forms.command(officer(forms, 2), f"/form-versions/{version['id']}/{act}", {})

    assert problem(response) == code


@pytest.mark.parametrize("act", ["activate", "retire"])
async def test_a_version_that_is_not_there(forms: Rig, act: str) -> None:
    """404."""
    response = await forms.command(officer(forms), f"/form-versions/00000000-0000-7000-8000-000000000000/{act}", {})

    assert problem(response) == "FormVersionUnknown"


async def test_who_decides_about_forms(forms: Rig) -> None:
    """District officers of the whole district; nobody else."""
    version = await drafted(forms)
    path = f"/form-versions/{version['id']}/activate"
    one_town = officer(forms, 5, LUSHAN)

    assert problem(await forms.command(town_officer(forms), "/forms", DRAFT)) == "RoleMayNot"
    assert problem(await forms.command(auditor(forms), "/forms", DRAFT)) == "RoleMayNot"
    assert problem(await forms.command(one_town, "/forms", DRAFT)) == "OutOfScope"
    assert problem(await forms.command(town_officer(forms), path, {})) == "RoleMayNot"
    assert problem(await forms.command(one_town, f"/form-versions/{version['id']}/retire", {})) == "OutOfScope"


async def test_a_draft_again_answers_the_same(forms: Rig) -> None:
    """One key, one version."""
    first = await forms.command(officer(forms), "/forms", DRAFT, key="k")
    again = await forms.command(officer(forms), "/forms", DRAFT, key="k")
    other = await forms.command(officer(forms), "/forms", DRAFT | {"title": "另一表"}, key="k")

    assert (again.status_code, again.content) == (201, first.content)
    assert problem(other) == "IdempotencyKeyReused"
    assert len(await forms.rows("SELECT id FROM form_versions WHERE drafted_by = 'officer-1'")) == 1


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({"code": "households"}, "FormCodeMalformed", ["code"]),
        ({"source": "PASSAGES"}, "FieldMalformed", ["source"]),
        ({"columns": [{"header": "a", "source_column": "phone_sealed", "format": "TEXT"}]}, "FormColumnUnknown",
         ["columns", "0", "source_column"]),
        ({"sql": "SELECT 1"}, "FieldMalformed", ["sql"]),
    ],
)  # fmt: skip
async def test_a_draft_is_refused_with_field_and_rule(forms: Rig, values: Any, code: str, path: list[str]) -> None:
    """In both languages; nothing is stored."""
    for language in ("en", "zh"):
        response = await forms.command(officer(forms), "/forms", DRAFT | values, language=language)
        assert (problem(response), response.json()["path"]) == (code, path)

    assert len(await forms.rows("SELECT id FROM forms")) == 4
