"""Unmasking, read log, history and alarms through the gateway, on the real service."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.shared.ids import encode
from gateway.upstream.exchange import HttpxExchange
from tests.component.gateway.desk import Desk, codes, open_desk, token_of
from tests.support.people import GRID, WANG, WANG_NUMBER, WANG_PHONE, load_people
from tests.support.rig import INTERNAL_KEY, Rig

WANG_ID = encode("Resident", str(WANG))
UNMASK = """mutation ($input: ResidentUnmaskInput!) { residentUnmask(input: $input) {
    unmasked { documentKind documentNumber phone } userErrors { code message path } } }"""
READ_LOG = """query ($id: ID!) { resident(id: $id) { name readLog { nodes { readBy role purpose what } } } }"""
HISTORY = """query ($id: ID!) { resident(id: $id) { history { nodes {
    changedBy role kind act reason erasedAt values { field before after } } } } }"""
ALARMS = """query { lookUpAlarms(scope: "330111") { nodes {
    subject role period lookUps lookUpsMax isRefused divisionCode } } }"""


@pytest.fixture
async def desk(residents: Rig) -> AsyncIterator[Desk]:
    """Open a gateway on the residents service with a small district."""
    await load_people(residents)
    opened = open_desk(exchange=HttpxExchange({"residents": residents.http}), internal_key=INTERNAL_KEY)
    async with opened.http:
        yield opened


def stepped_up(role: str = "district_officer", **claims: Any) -> str:
    """Return a token as an OpenID provider gives it right after a second factor."""
    return token_of(role, **{"auth_time": int(time.time()), "acr": "2", "amr": ["pwd", "otp"], **claims})


def given(**values: Any) -> dict[str, Any]:
    """Return an unmasking's variables."""
    both = ["DOCUMENT_NUMBER", "PHONE"]
    return {"input": {"id": WANG_ID, "fields": both, "purpose": "HELP", "idempotencyKey": "k", **values}}


async def test_numbers_are_shown_after_a_second_factor(desk: Desk, residents: Rig) -> None:
    """The token's claims reach the service; the same key again is shown and logged again."""
    token = stepped_up()

    answers = [(await desk.data(UNMASK, given(), token=token))["residentUnmask"] for _ in range(2)]

    shown = {"documentKind": "NATIONAL_ID", "documentNumber": WANG_NUMBER, "phone": WANG_PHONE}
    assert answers == [{"unmasked": shown, "userErrors": []}] * 2
    assert len(await residents.rows("SELECT id FROM read_log")) == 2


@pytest.mark.parametrize(
    ("claims", "values", "code", "path"),
    [
        ({"auth_time": 1_580_000_000}, {}, "StepUpRequired", []),
        ({"amr": ["pwd"]}, {}, "StepUpRequired", []),
        ({}, {"purpose": None}, "PurposeRequired", ["purpose"]),
        ({"role": "grid_worker", "scopes": ["330111115011001"]}, {}, "ResidentUnknown", []),
        ({"role": "auditor"}, {}, "RoleMayNot", []),
    ],
)
async def test_refusals_are_told(
    desk: Desk, claims: dict[str, Any], values: dict[str, Any], code: str, path: list[str]
) -> None:
    """Each is an entry of userErrors, and nothing is shown."""
    payload = (await desk.data(UNMASK, given(**values), token=stepped_up(**claims)))["residentUnmask"]

    assert payload["unmasked"] is None
    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [(code, path)]


async def test_the_header_says_the_purpose_too(desk: Desk, residents: Rig) -> None:
    """As for every other look-up."""
    headers = {"x-purpose": "QUARANTINE"}

    payload = (await desk.data(UNMASK, given(purpose=None), token=stepped_up(), headers=headers))["residentUnmask"]

    assert payload["userErrors"] == []
    assert [row["purpose"] for row in await residents.rows("SELECT purpose FROM read_log")] == ["QUARANTINE"]


async def test_auditors_read_who_looked(desk: Desk) -> None:
    """With the purpose AUDIT; without it the field alone fails."""
    await desk.data(UNMASK, given(), token=stepped_up())
    auditor = token_of("auditor", scopes=["330111"])

    data = await desk.data(READ_LOG, {"id": WANG_ID}, token=auditor, headers={"x-purpose": "AUDIT"})
    unsaid = await desk.ask(READ_LOG, {"id": WANG_ID}, token=auditor)
    worker = token_of("grid_worker", scopes=[GRID])
    hidden = await desk.ask(READ_LOG, {"id": WANG_ID}, token=worker, headers={"x-purpose": "AUDIT"})

    assert data["resident"]["readLog"]["nodes"] == [
        {
            "readBy": "district_officer-1",
            "role": "district_officer",
            "purpose": "HELP",
            "what": "resident_unmask:DOCUMENT_NUMBER:PHONE",
        }
    ]
    assert (unsaid["data"]["resident"]["readLog"], codes(unsaid)) == (None, ["PurposeRequired"])
    assert (hidden["data"]["resident"]["name"], codes(hidden)) == ("王小明", ["RoleMayNot"])


async def test_history_is_read(desk: Desk, residents: Rig) -> None:
    """What happened to the record, with values before and after."""
    officer = residents.viewer("district_officer", scopes=("330111",))
    body = {"resident_id": str(WANG), "reason": "TRAVEL_FROM_RISK_AREA"}
    assert (await residents.command(officer, "/quarantine-orders", body)).status_code == 201

    data = await desk.data(HISTORY, {"id": WANG_ID})

    [entry] = data["resident"]["history"]["nodes"]
    assert (entry["kind"], entry["act"], entry["changedBy"]) == ("health_code", "DECIDED", "district_officer-1")
    values = {value["field"]: (value["before"], value["after"]) for value in entry["values"]}
    assert values["color"] == ("GREEN", "RED")


async def test_alarms_on_mass_look_ups_are_listed(desk: Desk) -> None:
    """For officers and auditors."""
    worker = stepped_up("grid_worker", scopes=[GRID])
    for _ in range(61):
        await desk.data(UNMASK, given(), token=worker)

    data = await desk.data(ALARMS, token=token_of("auditor", scopes=["330111"]))
    hidden = await desk.ask(ALARMS, token=worker)

    assert data["lookUpAlarms"]["nodes"] == [
        {
            "subject": "grid_worker-1",
            "role": "grid_worker",
            "period": "HOUR",
            "lookUps": 61,
            "lookUpsMax": 60,
            "isRefused": False,
            "divisionCode": GRID,
        }
    ]
    assert (hidden["data"], codes(hidden)) == ({"lookUpAlarms": None}, ["RoleMayNot"])
