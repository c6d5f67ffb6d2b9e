"""The gateway on the real services, their databases empty: every registered operation is understood by all."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from graphql import OperationDefinitionNode, OperationType, parse

import gateway
from gateway.shared.ids import encode
from gateway.upstream.exchange import HttpxExchange
from tests.component.gateway.desk import Desk, open_desk, token_of
from tests.component.gateway.test_documents import FOLDER, VARIABLES
from tests.support.rig import INTERNAL_KEY, Rig

EXAMPLES: dict[str, Any] = json.loads(
    (Path(gateway.__file__).parent / "documents" / "variables.json").read_text("utf-8")
)
IDS = {
    "RecordPassage": "Checkpoint",
    "UploadOfflinePassages": "Checkpoint",
    "DeliverNotice": "QuarantineOrder",
    "ReleaseOrder": "QuarantineOrder",
    "ReportHealthCheck": "QuarantineOrder",
    "ApproveResumption": "ResumptionApplication",
    "ReturnResumption": "ResumptionApplication",
}
REFUSED = {
    "DeclareRiskRegion": ("district_officer", "OriginUnknown", ["code"]),
    "RegisterReturnee": ("district_officer", "DivisionUnknown", ["destination", "gridCode"]),
    "RecordPassage": ("gate_guard", "OccurredInFuture", ["occurredAt"]),
    "UploadOfflinePassages": ("gate_guard", "DeviceUnknown", ["deviceId"]),
    "DeliverNotice": ("grid_worker", "OrderUnknown", []),
    "ReportHealthCheck": ("grid_worker", "OrderUnknown", ["quarantineOrderId"]),
    "ReleaseOrder": ("town_officer", "OrderUnknown", []),
    "SubmitResumption": ("enterprise_agent", "EnterpriseUnknown", ["creditCode"]),
    "ApproveResumption": ("reviewer", "ApplicationUnknown", []),
    "ReturnResumption": ("reviewer", "ApplicationUnknown", []),
    "OpenProblem": ("enterprise_agent", "EnterpriseUnknown", ["creditCode"]),
}
GRANTS: dict[str, dict[str, Any]] = {
    "grid_worker": {"scopes": ["330111004002001"]},
    "town_officer": {"scopes": ["330111004"]},
    "reviewer": {"scopes": ["330111115"]},
    "gate_guard": {"checkpoints": [str(uuid4())]},
    "enterprise_agent": {"enterprises": ["91330111MA2GRD001J"]},
    "resident": {"person": {"resident_id": str(uuid4()), "household_id": str(uuid4()), "person_key": "0" * 64}},
}


def operations(kind: OperationType) -> list[Any]:
    """Return every registered operation of a kind, with its document."""
    found = []
    for file in sorted(FOLDER.glob("*.graphql")):
        text = file.read_text(encoding="utf-8")
        for node in parse(text).definitions:
            if isinstance(node, OperationDefinitionNode) and node.operation is kind:
                assert node.name is not None
                found.append(pytest.param(node.name.value, text, id=node.name.value))
    return found


@pytest.fixture
async def whole(residents: Rig, checkpoints: Rig, enterprises: Rig) -> AsyncIterator[Desk]:
    """Open a gateway on the three services."""
    exchange = HttpxExchange(
        {"residents": residents.http, "checkpoints": checkpoints.http, "enterprises": enterprises.http}
    )
    desk = open_desk(exchange=exchange, internal_key=INTERNAL_KEY)
    async with desk.http:
        yield desk


@pytest.mark.parametrize(("name", "text"), operations(OperationType.QUERY))
async def test_query_is_understood(whole: Desk, name: str, text: str) -> None:
    """As everybody: what is not there or not to be seen is null or empty, and nothing is an error."""
    for role in ("district_officer", "resident", "gate_guard", "enterprise_agent", "reviewer", "auditor", "ops"):
        token = token_of(role, **GRANTS.get(role, {}))
        response = await whole.ask(text, VARIABLES[name], operation=name, token=token)
        assert "errors" not in response, (role, response["errors"])


@pytest.mark.parametrize(("name", "text"), operations(OperationType.MUTATION))
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_mutation_is_understood(whole: Desk, name: str, text: str, language: str) -> None:
    """The contract's example reaches the service, which knows why not: nothing is there yet."""
    role, code, path = REFUSED[name]
    variables = json.loads(json.dumps(EXAMPLES[name]).replace("<id>", encode(IDS.get(name, "Resident"), str(uuid4()))))

    data = await whole.data(
        text,
        variables,
        operation=name,
        token=token_of(role, **GRANTS.get(role, {})),
        headers={"accept-language": language},
    )

    [payload] = data.values()
    [error] = payload["userErrors"]
    assert (error["code"], error["path"]) == (code, path)
    assert any("\u4e00" <= character <= "\u9fff" for character in error["message"]) is (language == "zh")


async def test_pages_from_both_ends(whole: Desk, residents: Rig) -> None:
    """The last page of a list, and the one before it, as the service's database has them."""
    codes = ["330111", *(f"330111{number:03}" for number in range(1, 6))]
    async with residents.work() as db:
        for code in codes:
            await db.connection.execute(
                "INSERT INTO divisions VALUES ('330111', $1, $2, $3, $1, $1, $4, 'STATISTICAL', '2020-01-01', NULL)",
                code,
                "DISTRICT" if len(code) == 6 else "TOWN",
                "DISTRICT" if len(code) == 6 else "TOWN",
                None if len(code) == 6 else "330111",
            )
    query = """query ($last: Int, $before: String) { division(code: "330111") { children(last: $last, before: $before) {
        nodes { code } pageInfo { hasNextPage hasPreviousPage startCursor } } } }"""

    last = (await whole.data(query, {"last": 2}))["division"]["children"]
    before = (await whole.data(query, {"last": 3, "before": last["pageInfo"]["startCursor"]}))["division"]["children"]

    assert [node["code"] for node in last["nodes"]] == ["330111004", "330111005"]
    assert (last["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (False, True)
    assert [node["code"] for node in before["nodes"]] == ["330111001", "330111002", "330111003"]
    assert (before["pageInfo"]["hasNextPage"], before["pageInfo"]["hasPreviousPage"]) == (True, False)
