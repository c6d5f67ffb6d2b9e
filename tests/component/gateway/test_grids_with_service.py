"""Divisions, grid workers and coverage through the gateway, on the real residents service."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from gateway.shared.ids import encode
from gateway.upstream.exchange import HttpxExchange
from tests.component.gateway.desk import Desk, open_desk, token_of
from tests.support.people import FAR_GRID, GRID, LUSHAN, NEXT_GRID, NEXT_WORKER, WORKER, XINDENG, load_people
from tests.support.rig import INTERNAL_KEY, Rig

DISTRICT = token_of("district_officer")
TOWN = token_of("town_officer", scopes=[LUSHAN])
RESIDENT = token_of("resident")
OWN = token_of("grid_worker", scopes=[GRID], sub=str(WORKER))
W, R = encode("GridWorker", str(WORKER)), encode("Resident", str(WORKER))
ELSEWHERE = {"divisionCode": XINDENG, "name": "沈芳", "phone": "13910000009"}


@pytest.fixture
async def desk(residents: Rig) -> AsyncIterator[Desk]:
    """Open a gateway on a residents service with the small district."""
    await load_people(residents)
    opened = open_desk(exchange=HttpxExchange({"residents": residents.http}), internal_key=INTERNAL_KEY)
    async with opened.http:
        yield opened


async def act(desk: Desk, name: str, given: Mapping[str, Any], selection: str, token: str = TOWN) -> Any:
    """Carry out a mutation and return its payload."""
    kind = f"{name[0].upper()}{name[1:]}Input"
    document = (
        f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ {selection} userErrors {{ code path message }} }} }}"
    )
    data = await desk.data(document, {"input": {"idempotencyKey": "k-1", **given}}, token=token)
    return data[name]


async def test_clients_of_before_go_on(desk: Desk) -> None:
    """`division(code:)` and `grid(code:)` answer as they did."""
    query = """query ($town: String!, $grid: String!) {
        division(code: $town) { __typename code name level kind parent { code } }
        grid(code: $grid) { code worker { name } } }"""

    assert await desk.data(query, {"town": LUSHAN, "grid": GRID}, token=RESIDENT) == {
        "division": {
            "__typename": "Town",
            "code": LUSHAN,
            "name": "鹿山街道",
            "level": "TOWN",
            "kind": "SUBDISTRICT",
            "parent": {"code": "330111"},
        },
        "grid": {"code": GRID, "worker": {"name": "陈建国"}},
    }


async def test_a_code_is_read_in_its_code_system(desk: Desk, residents: Rig) -> None:
    """The same digits mean two towns; a day outside the validity finds nothing."""
    async with residents.work() as db:
        await db.connection.execute(
            "INSERT INTO division_aliases VALUES ('330111', 'CIVIL_AFFAIRS', $1, $2, '2019-10-31', '2020-06-30')",
            LUSHAN,
            XINDENG,
        )
    query = """query ($code: String!, $system: DivisionCodeSystem, $day: Date) {
        here: division(code: $code) { name }
        there: division(code: $code, codeSystem: $system, onDay: $day) {
            name code codeSystem validFrom validTo aliases { codeSystem code validFrom validTo } }
        literal: division(code: $code, codeSystem: CIVIL_AFFAIRS, onDay: "2020-07-01") { name } }"""

    found = await desk.data(query, {"code": LUSHAN, "system": "CIVIL_AFFAIRS", "day": "2020-06-30"}, token=RESIDENT)
    ours = await desk.data(query, {"code": LUSHAN, "system": "STATISTICAL", "day": "2019-10-30"}, token=RESIDENT)

    assert (found["here"]["name"], found["there"]["name"], found["literal"]) == ("鹿山街道", "新登镇", None)
    assert found["there"] | {"name": None} == {
        "name": None,
        "code": XINDENG,
        "codeSystem": "STATISTICAL",
        "validFrom": "2019-10-31",
        "validTo": None,
        "aliases": [
            {"codeSystem": "CIVIL_AFFAIRS", "code": LUSHAN, "validFrom": "2019-10-31", "validTo": "2020-06-30"},
            {"codeSystem": "CIVIL_AFFAIRS", "code": "330111102", "validFrom": "2019-10-31", "validTo": None},
        ],
    }
    assert (ours["here"]["name"], ours["there"]) == ("鹿山街道", None)


async def test_a_worker_from_registration_to_leave(desk: Desk) -> None:
    """Registered, assigned, standing in elsewhere, changed, and gone."""
    registered = await act(
        desk,
        "gridWorkerRegister",
        {"divisionCode": LUSHAN, "name": "沈芳", "phone": "13910000009"},
        "gridWorker { id name phoneMasked division { code } grids(first: 5) { nodes { code } } }",
    )
    worker = registered["gridWorker"]["id"]
    assigned = await act(
        desk,
        "gridAssign",
        {"gridCode": GRID, "workerId": worker, "reason": "轮岗"},
        "gridAssignment { id kind startsOn endsOn worker { name } grid { code worker { name } } }",
    )
    standing_in = await act(
        desk,
        "gridStandIn",
        {"gridCode": NEXT_GRID, "workerId": worker, "endsOn": "2020-01-30"},
        "gridAssignment { kind grid { worker { name } } }",
    )
    changed = await act(
        desk,
        "gridWorkerChange",
        {"id": worker, "phone": "13910000010"},
        """gridWorker { phoneMasked grids(first: 5) { nodes { code } }
            assignments(first: 5) { nodes { kind grid { code } startsOn endsOn } } }""",
    )
    refused = await act(desk, "gridWorkerLeave", {"id": worker}, "gridWorker { id }")
    left = await act(desk, "gridWorkerLeave", {"id": worker, "acceptUncovered": True}, "gridWorker { leftOn }")

    assert registered["gridWorker"] | {"id": None} == {
        "id": None,
        "name": "沈芳",
        "phoneMasked": "139****0009",
        "division": {"code": LUSHAN},
        "grids": {"nodes": []},
    }
    assert assigned["gridAssignment"]["grid"] == {"code": GRID, "worker": {"name": "沈芳"}}
    assert (assigned["gridAssignment"]["kind"], assigned["gridAssignment"]["endsOn"]) == ("PRIMARY", None)
    assert standing_in["gridAssignment"] == {"kind": "STAND_IN", "grid": {"worker": {"name": "沈芳"}}}
    assert changed["gridWorker"]["grids"]["nodes"] == [{"code": GRID}, {"code": NEXT_GRID}]
    assert len(changed["gridWorker"]["assignments"]["nodes"]) == 2
    assert (refused["gridWorker"], refused["userErrors"][0]["code"]) == (None, "GridsStillServed")
    assert left["gridWorker"] == {"leftOn": "2020-01-28"}


async def test_a_grid_from_its_first_to_its_last_day(desk: Desk) -> None:
    """Added it alarms; acknowledged and assigned it is covered; empty it closes."""
    code = f"{FAR_GRID[:12]}002"
    added = await act(
        desk,
        "divisionAdd",
        {"code": code, "name": "第2网格"},
        "grid { id code name parent { code } uncoveredGrids }",
        DISTRICT,
    )
    alarms = """query ($scope: String!) { coverageAlarms(scope: $scope, status: [RAISED]) {
        nodes { id uncoveredSince grid { code } acknowledgedAt } }
        division(code: $scope) { uncoveredGrids } }"""
    seen = await desk.data(alarms, {"scope": LUSHAN}, token=TOWN)
    [alarm] = seen["coverageAlarms"]["nodes"]
    acknowledged = await act(
        desk,
        "coverageAlarmAcknowledge",
        {"id": alarm["id"], "note": "明天到岗"},
        "coverageAlarm { status note acknowledgedAt raisedAt grid { code } }",
    )
    assigned = await act(
        desk,
        "gridAssign",
        {"gridCode": code, "workerId": encode("GridWorker", str(NEXT_WORKER))},
        "gridAssignment { id }",
    )
    covered = await desk.data(alarms, {"scope": LUSHAN}, token=TOWN)
    ended = await act(desk, "gridAssignmentEnd", {"id": assigned["gridAssignment"]["id"]}, "gridAssignment { endsOn }")
    closed = await act(desk, "divisionClose", {"code": code, "reason": "合并"}, "grid { code validTo }", DISTRICT)

    assert added["grid"] | {"id": None} == {
        "id": None,
        "code": code,
        "name": "第2网格",
        "parent": {"code": FAR_GRID[:12]},
        "uncoveredGrids": 1,
    }
    assert (alarm["grid"]["code"], alarm["uncoveredSince"], seen["division"]) == (
        code,
        "2020-01-28",
        {"uncoveredGrids": 1},
    )
    assert (acknowledged["coverageAlarm"]["status"], acknowledged["coverageAlarm"]["note"]) == ("RAISED", "明天到岗")
    assert acknowledged["coverageAlarm"]["raisedAt"].startswith("2020-01-28T08:00:00")
    assert (covered["coverageAlarms"]["nodes"], covered["division"]) == ([], {"uncoveredGrids": 0})
    assert ended["gridAssignment"] == {"endsOn": "2020-01-28"}
    assert closed["grid"] == {"code": code, "validTo": "2020-01-28"}


@pytest.mark.parametrize(
    ("name", "given", "token", "refusal"),
    [
        ("divisionAdd", {"code": f"{GRID[:12]}009", "name": "网格"}, TOWN, ("RoleMayNot", [])),
        ("divisionClose", {"code": GRID}, DISTRICT, ("GridNotEmpty", [])),
        ("divisionClose", {"code": "../../x"}, DISTRICT, ("DivisionCodeMalformed", ["code"])),
        ("gridAssign", {"gridCode": GRID, "workerId": W}, TOWN, ("AlreadyAssigned", ["workerId"])),
        ("gridAssign", {"gridCode": GRID, "workerId": R}, TOWN, ("IdOfAnotherType", ["workerId"])),
        ("gridAssign", {"gridCode": "x", "workerId": W}, TOWN, ("DivisionCodeMalformed", ["gridCode"])),
        ("gridWorkerChange", {"id": W}, TOWN, ("NothingChanges", [])),
        ("gridWorkerRegister", ELSEWHERE, TOWN, ("OutOfScope", ["divisionCode"])),
    ],
)
async def test_refusals_name_the_field(
    desk: Desk, name: str, given: dict[str, str], token: str, refusal: tuple[str, list[str]]
) -> None:
    """A refusal is an outcome: code, path and a sentence."""
    payload = await act(desk, name, given, "__typename", token)

    [error] = payload["userErrors"]
    assert (error["code"], error["path"]) == refusal


async def test_a_worker_sees_the_own_assignments(desk: Desk) -> None:
    """And colleagues' names, not when they serve where; the list of workers is by part of the district."""
    query = """query ($own: ID!, $other: ID!, $scope: String!) {
        own: gridWorker(id: $own) { name assignments(first: 5) { nodes { grid { code } startsOn } } }
        other: gridWorker(id: $other) { name assignments(first: 5) { nodes { startsOn } } }
        node(id: $own) { __typename ... on GridWorker { grids(first: 5) { nodes { code } } } }
        gridWorkers(scope: $scope) { nodes { name } } }"""
    variables = {
        "own": encode("GridWorker", str(WORKER)),
        "other": encode("GridWorker", str(NEXT_WORKER)),
        "scope": LUSHAN,
    }

    data = await desk.data(query, variables, token=OWN)

    assert data["own"] == {
        "name": "陈建国",
        "assignments": {"nodes": [{"grid": {"code": GRID}, "startsOn": "2019-10-31"}]},
    }
    assert data["other"] == {"name": "周丽", "assignments": {"nodes": []}}
    assert data["node"] == {"__typename": "GridWorker", "grids": {"nodes": [{"code": GRID}]}}
    assert {node["name"] for node in data["gridWorkers"]["nodes"]} == {"陈建国", "周丽"}
