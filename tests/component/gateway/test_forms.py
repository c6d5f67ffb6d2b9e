"""Forms through the gateway: drafted by one, used by another; an export asked for, approved, downloaded, traced."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import httpx
import pytest

from gateway.shared.ids import encode
from gateway.upstream.exchange import HttpxExchange
from services.residents.form_exports.preparation import prepare_next
from tests.component.gateway.desk import Desk, codes, open_desk, token_of
from tests.support.forms import install, table_of
from tests.support.people import GRID, LUSHAN, SHANSHUI, XINDENG, load_people
from tests.support.returnees import register
from tests.support.rig import INTERNAL_KEY, Rig

ASK = """mutation ($input: FormExportRequestInput!) { formExportRequest(input: $input) {
    formExport { id status rowsExpected downloadUrl formVersion { code version } division { name } }
    userErrors { code message path } } }"""
APPROVE = """mutation ($input: FormExportApproveInput!) { formExportApprove(input: $input) {
    formExport { status decidedBy } userErrors { code path } } }"""
ROWS = """query ($scope: String!, $code: String!) { formRows(scope: $scope, code: $code, first: 50) {
    nodes { cells { header value } } pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture
async def forms(residents: Rig) -> AsyncIterator[tuple[Desk, Rig]]:
    """Open a gateway on a residents service with people, forms, and one return."""
    await load_people(residents)
    await install(residents)
    await register(residents)
    desk = open_desk(exchange=HttpxExchange({"residents": residents.http}), internal_key=INTERNAL_KEY)
    async with desk.http:
        yield desk, residents


def officer(number: int = 1) -> str:
    """Return a district officer's token."""
    return token_of(sub=f"officer-{number}", name=f"沈国平{number}")


async def act(desk: Desk, text: str, token: str, **values: Any) -> Any:
    """Give a command; return its payload."""
    data = await desk.data(text, {"input": {"idempotencyKey": str(uuid4()), **values}}, token=token)
    [payload] = data.values()
    return payload


async def exported(desk: Desk, rig: Rig, **values: Any) -> str:
    """Ask for an export as the first officer, approve it as the second, let it be prepared; return its id."""
    wanted = {"formCode": "RETURNEES_DAILY", "scope": "330111", "purpose": "SCREENING", "reason": "日报"} | values
    asked = await act(desk, ASK, officer(), **wanted)
    assert asked["userErrors"] == []
    approved = await act(desk, APPROVE, officer(2), id=asked["formExport"]["id"])
    assert approved == {"formExport": {"status": "APPROVED", "decidedBy": "officer-2"}, "userErrors": []}
    assert await prepare_next(rig.state)
    return str(asked["formExport"]["id"])


async def download(desk: Desk, path: str, token: str) -> httpx.Response:
    """Download a file."""
    return await desk.http.get(path, headers={"authorization": f"Bearer {token}"})


async def test_a_form_is_exported(forms: tuple[Desk, Rig]) -> None:
    """Asked for by one officer, approved by another, downloaded under a Chinese name, and traced by an auditor."""
    desk, rig = forms
    export_id = await exported(desk, rig)
    query = "query ($id: ID!) { formExport(id: $id) { status downloadUrl rowsPrepared } }"

    ready = (await desk.data(query, {"id": export_id}, token=officer()))["formExport"]
    response = await download(desk, ready["downloadUrl"], officer())
    again = await download(desk, f"/exports/{export_id}", officer())

    assert (ready["status"], ready["rowsPrepared"]) == ("READY", 1)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    plain, _, name = response.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert plain == 'attachment; filename="export.csv"'
    assert re.fullmatch(r"返富人员日报表_330111_20200128_[0-9a-f]{8}\.csv", unquote(name))
    assert response.headers["cache-control"] == "no-store"
    assert again.content == response.content
    [row] = table_of(response.content)[2]
    text = """query ($c: String!, $cells: [String!]) { exportTrace(check: $c, cells: $cells) {
        rowNumber isUnaltered export { id } } }"""
    token = token_of("auditor", scopes=["330111"])
    data = await desk.data(text, {"c": row[-1], "cells": row[:-1]}, token=token)
    assert data["exportTrace"] == {"rowNumber": 1, "isUnaltered": True, "export": {"id": export_id}}


async def test_nobody_else_downloads(forms: tuple[Desk, Rig]) -> None:
    """Not the approver, not another town, not an auditor, not without a token; each by its own name."""
    desk, rig = forms
    path = f"/exports/{await exported(desk, rig)}"
    refused = {}
    for name, token in {
        "approver": officer(2),
        "auditor": token_of("auditor", scopes=["330111"]),
        "town": token_of("town_officer", scopes=[LUSHAN]),
        "resident": token_of("resident"),
    }.items():
        refused[name] = await download(desk, path, token)
    nobody = await desk.http.get(path)

    assert {name: response.json()["code"] for name, response in refused.items()} == {
        "approver": "ExportOfAnother",
        "auditor": "ExportOfAnother",
        "town": "ExportUnknown",
        "resident": "ExportUnknown",
    }
    assert (nobody.status_code, nobody.json()["code"]) == (401, "TokenMissing")
    assert await rig.rows("SELECT id FROM form_export_downloads") == []


NOBODYS = "01900000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/exports/nonsense", "IdMalformed"),
        (f"/exports/{encode('Resident', NOBODYS)}", "IdOfAnotherType"),
        (f"/exports/{NOBODYS}", "ExportUnknown"),
    ],
)
async def test_a_path_that_leads_nowhere(forms: tuple[Desk, Rig], path: str, code: str) -> None:
    """Refused by the name of the fault."""
    response = await download(forms[0], path, officer())

    assert response.json()["code"] == code


async def test_a_large_file_comes_whole(forms: tuple[Desk, Rig]) -> None:
    """Several pieces, in order, of the length that was announced."""
    desk, rig = forms
    async with rig.work() as db:
        await db.connection.execute(
            "INSERT INTO households SELECT '330111', gen_random_uuid(), $1, 'Z ' || n || repeat('号', 60)"
            " FROM generate_series(1, 1500) n",
            GRID,
        )
    draft = """mutation ($input: FormDraftInput!) { formDraft(input: $input) {
        formVersion { id columns { header format } } userErrors { code path } } }"""
    columns = [{"header": "地址", "sourceColumn": "address", "format": "TEXT"}]
    given = {"code": "HOMES", "title": "住户", "titleEnglish": "Homes", "office": "区民政局", "source": "HOUSEHOLDS"}
    version = (await act(desk, draft, officer(), **given, unit="RECORD", columns=columns))["formVersion"]
    activate = """mutation ($input: FormActivateInput!) { formActivate(input: $input) {
        formVersion { status } userErrors { code } } }"""
    own = await act(desk, activate, officer(), id=version["id"])
    others = await act(desk, activate, officer(2), id=version["id"])

    export_id = await exported(desk, rig, formCode="HOMES")
    content = (await download(desk, f"/exports/{export_id}", officer())).content

    assert own["userErrors"] == [{"code": "ActivationNeedsSecondPerson"}]
    assert others["formVersion"] == {"status": "ACTIVE"}
    rows = table_of(content)[2]
    assert len(rows) == 1_504
    assert len({row[-1] for row in rows}) == 1_504
    assert len(content) > 256 * 1024


async def test_rows_are_shown_within_scope(forms: tuple[Desk, Rig]) -> None:
    """Headers and values, no clear number; nothing of another town; an unknown form by its name."""
    desk, _ = forms
    town = token_of("town_officer", scopes=[LUSHAN])

    mine = (await desk.data(ROWS, {"scope": LUSHAN, "code": "RETURNEES_DAILY"}, token=town))["formRows"]
    others = await desk.data(
        ROWS, {"scope": "330111", "code": "RETURNEES_DAILY"}, token=token_of("town_officer", scopes=[XINDENG])
    )
    unknown = await desk.ask(ROWS, {"scope": LUSHAN, "code": "NOTHING"}, token=town)
    residents = await desk.data(ROWS, {"scope": LUSHAN, "code": "RETURNEES_DAILY"}, token=token_of("resident"))

    [line] = mine["nodes"]
    cells = {cell["header"]: cell["value"] for cell in line["cells"]}
    assert (cells["姓名"], cells["证件号码"], cells["来源地风险"]) == ("王小明", "330199********1011", None)
    assert mine["pageInfo"] == {"hasNextPage": False, "endCursor": mine["pageInfo"]["endCursor"]}
    assert others["formRows"]["nodes"] == residents["formRows"]["nodes"] == []
    assert codes(unknown) == ["FormUnknown"]


async def test_pages_of_counts_follow_each_other(forms: tuple[Desk, Rig]) -> None:
    """A village a row, by code; a cursor goes on where the page ended."""
    text = """query ($after: String) { formRows(scope: "330111", code: "SCREENING_PROGRESS", first: 2, after: $after) {
        edges { cursor node { cells { value } } } pageInfo { hasNextPage endCursor } } }"""
    desk, _ = forms

    first = (await desk.data(text, token=officer()))["formRows"]
    second = (await desk.data(text, {"after": first["pageInfo"]["endCursor"]}, token=officer()))["formRows"]

    found = [edge["node"]["cells"][0]["value"] for edge in [*first["edges"], *second["edges"]]]
    assert found == ["330111004002", "330111004003", "330111115011"]
    assert first["edges"][0]["node"]["cells"][3]["value"] == "1"
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_forms_and_their_versions(forms: tuple[Desk, Rig]) -> None:
    """What the district starts with; found by node as well."""
    text = """{ forms(scope: "330111") { nodes { id code active { title version } versions { nodes { status } } } }
        form(code: "QUARANTINE_REGISTER") { id title office source unit namesPeople filters columns { header format } }
        old: form(code: "QUARANTINE_REGISTER", version: 7) { id } }"""
    desk, _ = forms

    data = await desk.data(text, token=officer())
    node = await desk.data(
        "query ($id: ID!) { node(id: $id) { ... on FormVersion { code } } }",
        {"id": data["form"]["id"]},
        token=officer(),
    )

    assert [form["code"] for form in data["forms"]["nodes"]] == [
        "HEALTH_CHECKS_DAILY", "QUARANTINE_REGISTER", "RETURNEES_DAILY", "SCREENING_PROGRESS",
    ]  # fmt: skip
    assert data["forms"]["nodes"][3]["active"] == {"title": "排查进度表", "version": 1}
    assert (data["form"]["title"], data["form"]["namesPeople"]) == ("居家隔离人员登记表", True)
    assert data["old"] is None
    assert node == {"node": {"code": "QUARANTINE_REGISTER"}}


async def test_refusals_name_field_and_rule(forms: tuple[Desk, Rig]) -> None:
    """In the words of the input, in the caller's language; lists of exports and alarms within scope."""
    desk, rig = forms
    rig.state.extra.pop("export_limits", None)
    wanted = {"formCode": "RETURNEES_DAILY", "purpose": "SCREENING", "reason": "日报"}

    outside = await act(desk, ASK, token_of("town_officer", scopes=[XINDENG]), **wanted, scope=LUSHAN)
    unfit = await act(desk, ASK, officer(), **wanted, scope=SHANSHUI, recordStatuses=["OPEN", "GONE"])
    taken = await act(desk, ASK, officer(), **wanted, scope=SHANSHUI)
    text = """query ($scope: String!) { formExports(scope: $scope, status: [REQUESTED]) { nodes { id } }
        formExportAlarms(scope: $scope) { nodes { rowsCounted } } }"""
    listed = await desk.data(text, {"scope": "330111"}, token=token_of("town_officer", scopes=[LUSHAN]))
    hidden = await desk.data(text, {"scope": "330111"}, token=token_of("town_officer", scopes=[XINDENG]))

    assert [(e["code"], e["path"]) for e in outside["userErrors"]] == [("OutOfScope", ["scope"])]
    assert [(e["code"], e["path"]) for e in unfit["userErrors"]] == [("FormStatusUnknown", ["recordStatuses", "1"])]
    assert taken["formExport"]["division"] == {"name": "山水社区"}
    assert listed == {"formExports": {"nodes": [{"id": taken["formExport"]["id"]}]}, "formExportAlarms": {"nodes": []}}
    assert hidden["formExports"]["nodes"] == []
