"""Exports of forms: asked for within one's scope, decided by a second person, withdrawn, blocked when too large."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from chassis.auth import Viewer
from services.residents.form_exports.preparation import prepare_next
from tests.support.forms import (
    approved,
    ask,
    asked,
    auditor,
    decide,
    drafted,
    far_officer,
    in_use,
    install,
    officer,
    open_file,
    ready,
    status_of,
    town_officer,
)
from tests.support.people import GRID, LUSHAN, SHANSHUI, XINDENG
from tests.support.quarantine import worker
from tests.support.returnees import register
from tests.support.rig import DISTRICT, Rig, problem

BY_SCOPE, ALARMS = "/form-exports/by-scope:batch", "/form-export-alarms/by-scope:batch"


@pytest.fixture
async def forms(people: Rig) -> Rig:
    """Return the small district with the forms of the product and one return."""
    await install(people)
    await register(people)
    return people


async def history(rig: Rig, export_id: str) -> list[tuple[str, str, str | None]]:
    """Return what the history says of an export: acts, by whom, why."""
    rows = await rig.rows(
        "SELECT act, subject, reason FROM history WHERE record_id = $1::text::uuid ORDER BY id", export_id
    )
    return [(row["act"], row["subject"], row["reason"]) for row in rows]


async def facts(rig: Rig, name: str) -> list[dict[str, Any]]:
    """Return the facts of a name that wait in the outbox."""
    return [body for subject, body in await rig.facts() if subject.split(".")[1] == name]


async def test_an_export_from_request_to_download(forms: Rig) -> None:
    """Every step in the history with who and why, and told as a fact."""
    export_id = await asked(forms)
    await decide(forms, export_id, "approve", note="同意")
    assert await prepare_next(forms.state)
    await open_file(forms, export_id)

    assert await status_of(forms, export_id) == "DOWNLOADED"
    assert await history(forms, export_id) == [
        ("REQUESTED", "officer-1", "每日报送区防控办"),
        ("APPROVED", "officer-2", "同意"),
        ("PREPARED", "clock", None),
        ("DOWNLOADED", "officer-1", None),
    ]
    told = [fact["status"] for fact in await facts(forms, "form_export_changed") if fact["export_id"] == export_id]
    assert told == ["REQUESTED", "APPROVED", "READY", "DOWNLOADED"]


async def test_what_the_approver_sees(forms: Rig) -> None:
    """Which form, over what, for what, how many rows."""
    export_id = await asked(forms, town_officer(forms), scope=LUSHAN, version=1)

    fields = ["scope", "purpose", "reason", "rows_expected", "requested_by", "from_day", "download_url"]
    [row] = await forms.batch(officer(forms), "/form-exports:batch", [export_id], fields)
    assert row == {
        "scope": LUSHAN,
        "purpose": "SCREENING",
        "reason": "每日报送区防控办",
        "rows_expected": 1,
        "requested_by": f"town-{LUSHAN}-1",
        "from_day": "2020-01-28",
        "download_url": None,
    }


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({"form_code": "NOTHING"}, "FormUnknown", ["form_code"]),
        ({"version": 2}, "FormUnknown", ["version"]),
        ({"scope": "330111999"}, "DivisionUnknown", ["scope"]),
        ({"scope": "3301"}, "DivisionCodeMalformed", ["scope"]),
        ({"purpose": "CURIOSITY"}, "FieldMalformed", ["purpose"]),
        ({"reason": " "}, "ReasonMalformed", ["reason"]),
        ({"reason": "长" * 201}, "ReasonMalformed", ["reason"]),
        ({"reason": "two\nlines"}, "ReasonMalformed", ["reason"]),
        ({"format": "PDF"}, "FieldMalformed", ["format"]),
        ({"from_day": "2020-01-01", "to_day": "2020-03-03"}, "FormDaysUnfit", ["to_day"]),
        ({"form_code": "SCREENING_PROGRESS", "to_day": "2020-01-28"}, "FormFilterNotOffered", ["to_day"]),
    ],
)
async def test_a_request_is_refused(forms: Rig, values: dict[str, Any], code: str, path: list[str]) -> None:
    """Each fault by its own name, at its place; nothing is stored."""
    response = await ask(forms, **values)

    assert (problem(response), response.json()["path"]) == (code, path)
    assert await forms.rows("SELECT id FROM form_exports") == []


async def test_a_form_that_is_not_in_use_is_not_exported(forms: Rig) -> None:
    """Neither a draft nor what was retired."""
    await drafted(forms)
    draft = await ask(forms, form_code="HOUSEHOLDS_OF_TOWN", version=1)
    used = await in_use(forms)
    await forms.command(officer(forms), f"/form-versions/{used['id']}/retire", {})
    retired = await ask(forms, form_code="HOUSEHOLDS_OF_TOWN", version=2)

    assert (problem(draft), problem(retired)) == ("FormNotActive", "FormNotActive")


async def test_who_asks_for_exports(forms: Rig) -> None:
    """Officers, over a part of their own scope."""
    refused = [
        (town_officer(forms), DISTRICT, "OutOfScope"),
        (far_officer(forms), LUSHAN, "OutOfScope"),
        (worker(forms), GRID, "RoleMayNot"),
        (auditor(forms), DISTRICT, "RoleMayNot"),
        (forms.viewer("resident"), DISTRICT, "RoleMayNot"),
    ]
    for viewer, scope, code in refused:
        assert problem(await ask(forms, viewer, scope=scope)) == code
    assert (await ask(forms, town_officer(forms), scope=SHANSHUI)).status_code == 201


async def test_a_request_again_answers_the_same(forms: Rig) -> None:
    """One key, one export; another request under it is refused."""
    first, again = await ask(forms, key="k"), await ask(forms, key="k")

    assert (again.status_code, again.content) == (201, first.content)
    assert problem(await ask(forms, key="k", scope=LUSHAN)) == "IdempotencyKeyReused"
    assert len(await forms.rows("SELECT id FROM form_exports")) == 1


@pytest.mark.parametrize("act", ["approve", "refuse", "cancel"])
async def test_an_act_again_answers_the_same(forms: Rig, act: str) -> None:
    """A retry is no second act."""
    export_id = await asked(forms)
    path, body = f"/form-exports/{export_id}/{act}", {} if act == "approve" else {"reason": "理由"}

    first = await forms.command(officer(forms, 2), path, body, key="k")
    again = await forms.command(officer(forms, 2), path, body, key="k")

    assert (first.status_code, again.content) == (200, first.content)
    assert len(await history(forms, export_id)) == 2


@pytest.mark.parametrize("act", ["approve", "refuse"])
async def test_the_requester_does_not_decide(forms: Rig, act: str) -> None:
    """A second person does."""
    export_id = await asked(forms)

    response = await decide(forms, export_id, act, officer(forms), **({} if act == "approve" else {"reason": "理由"}))

    assert (problem(response), response.status_code) == ("ApprovalNeedsSecondPerson", 403)
    assert await status_of(forms, export_id) == "REQUESTED"


def who_may_not_decide(rig: Rig) -> list[tuple[Viewer, str]]:
    """Return who may not decide about an export over the district, and why."""
    return [
        (town_officer(rig), "ExportUnknown"),
        (officer(rig, 7, LUSHAN, XINDENG), "ExportUnknown"),
        (auditor(rig), "RoleMayNot"),
        (worker(rig), "RoleMayNot"),
    ]


@pytest.mark.parametrize(
    ("act", "body"), [("approve", {}), ("refuse", {"reason": "理由"}), ("cancel", {"reason": "理由"})]
)
async def test_who_decides(forms: Rig, act: str, body: dict[str, Any]) -> None:
    """Officers with authority over the whole scope; for others the export is not there."""
    export_id = await asked(forms)

    for viewer, code in who_may_not_decide(forms):
        assert problem(await decide(forms, export_id, act, viewer, **body)) == code
    assert problem(await decide(forms, str(uuid4()), act, **body)) == "ExportUnknown"
    assert await status_of(forms, export_id) == "REQUESTED"


async def test_an_officer_of_the_town_decides_for_the_town(forms: Rig) -> None:
    """Another one than the requester."""
    export_id = await asked(forms, town_officer(forms), scope=LUSHAN)

    response = await decide(forms, export_id, "approve", town_officer(forms, 2))

    assert response.json()["status"] == "APPROVED"


async def test_a_refusal_ends_an_export(forms: Rig) -> None:
    """With its reason; there is no file."""
    export_id = await asked(forms)

    refused = (await decide(forms, export_id, "refuse", reason="范围过大")).json()

    assert (refused["status"], refused["ended_reason"], refused["decided_by"]) == ("REFUSED", "范围过大", "officer-2")
    assert not await prepare_next(forms.state)
    assert problem(await open_file(forms, export_id)) == "ExportEnded"
    assert problem(await decide(forms, export_id, "refuse", reason=" ")) == "ReasonMalformed"


async def put(rig: Rig, state: str) -> str:
    """Return an export in a state."""
    if state == "REFUSED":
        export_id = await asked(rig)
        await decide(rig, export_id, "refuse", reason="理由")
    elif state == "PREPARING":
        export_id = await approved(rig)
        await prepare_next(rig.state, pages_max=1)
    elif state in {"CANCELLED", "EXPIRED", "DOWNLOADED", "READY"}:
        export_id = await ready(rig)
        if state == "CANCELLED":
            await decide(rig, export_id, "cancel", reason="理由")
        if state == "EXPIRED":
            await rig.move_clock("2020-01-29T08:00:00+08:00")
        if state == "DOWNLOADED":
            await open_file(rig, export_id)
    else:
        export_id = await (asked(rig) if state == "REQUESTED" else approved(rig))
    assert await status_of(rig, export_id) == state
    return export_id


STATES = ["REQUESTED", "APPROVED", "PREPARING", "READY", "DOWNLOADED", "REFUSED", "CANCELLED", "EXPIRED"]


@pytest.mark.parametrize("state", STATES)
async def test_what_may_happen_in_each_state(forms: Rig, state: str) -> None:
    """Decided once, downloaded when ready, withdrawn until it has ended; each refusal by its name."""
    export_id = await put(forms, state)

    download = await open_file(forms, export_id)
    decisions = [
        await decide(forms, export_id, "refuse", officer(forms, 3), reason="理由"),
        await decide(forms, export_id, "approve", officer(forms, 3)),
    ][:: 1 if state == "REQUESTED" else -1]
    cancelled = await decide(forms, export_id, "cancel", officer(forms), reason="不再需要")

    not_ready, ended = {"REQUESTED", "APPROVED", "PREPARING"}, {"REFUSED", "CANCELLED", "EXPIRED"}
    expected = "ExportNotReady" if state in not_ready else "ExportExpired" if state == "EXPIRED" else "ExportEnded"
    assert download.status_code == 201 if state in {"READY", "DOWNLOADED"} else problem(download) == expected
    if state == "REQUESTED":
        assert decisions[0].status_code == 200
    else:
        assert problem(decisions[0]) == "ExportAlreadyDecided"
    assert problem(decisions[1]) == "ExportAlreadyDecided"
    if state in ended | {"REQUESTED"}:
        assert problem(cancelled) == "ExportEnded"
    else:
        assert cancelled.json()["status"] == "CANCELLED"


async def test_of_two_decisions_exactly_one_wins(forms: Rig) -> None:
    """One approves, one refuses at the same time; the other is told that it was decided."""
    for _ in range(5):
        export_id = await asked(forms)
        responses = await asyncio.gather(
            decide(forms, export_id, "approve", officer(forms, 2)),
            decide(forms, export_id, "refuse", officer(forms, 3), reason="理由"),
        )

        won = [response.json()["status"] for response in responses if response.status_code == 200]
        lost = [problem(response) for response in responses if response.status_code != 200]
        assert (len(won), lost) == (1, ["ExportAlreadyDecided"])
        assert await status_of(forms, export_id) == won[0]
        assert len(await history(forms, export_id)) == 2
