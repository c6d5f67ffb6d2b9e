"""Lists of returnees as clients see them: followed, compared, cancelled, their probable matches decided."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from gateway.shared.ids import encode
from gateway.upstream.exchange import HttpxExchange
from services.residents.imports.worker import process_next
from tests.component.gateway.desk import Desk, open_desk, token_of
from tests.support.lists import WANG_ROW, stranger, table
from tests.support.people import GRID, LUSHAN, WANG, WANG_PHONE, XINDENG, load_people
from tests.support.rig import INTERNAL_KEY, Rig

REPORT = """query ($id: ID!) { returneeListImport(id: $id) { listName status version linesDone bytesDone contentBytes
  rowsRead rowsStored rowsRefused uploadedAt startedAt finishedAt expectedEndAt failureCode failureMessage } }"""
DIFFERENCE = """query ($from: ID!, $to: ID!) { returneeListDifference(from: $from, to: $to) {
  addedCount goneCount changedCount unchangedCount refusedBefore refusedAfter
  fromImport { version } toImport { version }
  added(first: 10) { nodes { line returnee { name nationalIdMasked } } pageInfo { hasNextPage } }
  gone(first: 10) { nodes { line returnee { name } } }
  changed(first: 1) { nodes { line fromLine fields returnee { arrivesOn } returneeBefore { arrivesOn } }
    pageInfo { hasNextPage endCursor } } } }"""
QUEUE = """query ($scope: String!) { returneesToMatch(scope: $scope, first: 5) { nodes { id name match matchedBy address
  candidates { residentId name nationalIdMasked phoneMasked divisionCode isWithinScope } } } }"""
DECIDED = "{ returnee { match matchedBy resident { name } } userErrors { code path } }"


@pytest.fixture
async def desk(residents: Rig) -> AsyncIterator[Desk]:
    """Open a gateway on a residents service with the people of a small district."""
    await load_people(residents)
    exchange = HttpxExchange({"residents": residents.http})
    made = open_desk(exchange=exchange, internal_key=INTERNAL_KEY)
    async with made.http:
        yield made


def officer(*scopes: str) -> str:
    """Return the token of an officer."""
    return token_of("town_officer", scopes=list(scopes or (LUSHAN,)))


async def sent(desk: Desk, rig: Rig, rows: list[dict[str, str]], token: str) -> str:
    """Upload a list through the gateway, and let it be processed; return its id."""
    headers = {"authorization": f"Bearer {token}", "content-type": "text/csv"}
    response = await desk.http.post("/imports/returnees", content=table(rows).encode(), headers=headers)
    assert response.status_code == 202, response.text
    while await process_next(rig.state):
        pass
    return str(response.json()["id"])


async def act(desk: Desk, token: str, mutation: str, fields: str, **given: str) -> Any:
    """Send a mutation with one input."""
    kind = mutation[0].upper() + mutation[1:]
    query = f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {fields} }}"
    answer = await desk.ask(query, {"input": {**given, "idempotencyKey": str(uuid4())}}, token=token)
    assert "errors" not in answer, answer
    return answer["data"][mutation]


async def test_an_import_is_followed(desk: Desk, residents: Rig) -> None:
    """With everything that says how far it is."""
    token = officer()
    import_id = await sent(desk, residents, [WANG_ROW], token)

    report = (await desk.ask(REPORT, {"id": import_id}, token=token))["data"]["returneeListImport"]

    assert (report["status"], report["listName"], report["version"]) == ("DONE", "returnees", 1)
    assert (report["rowsRead"], report["rowsStored"], report["linesDone"]) == (1, 1, 2)
    assert report["bytesDone"] == report["contentBytes"] > 0
    assert report["finishedAt"]
    assert (report["expectedEndAt"], report["failureCode"]) == (None, None)


async def test_two_versions_are_compared(desk: Desk, residents: Rig) -> None:
    """In one query: the numbers, and a page of each kind; null for whoever does not see both."""
    token = officer()
    before = await sent(desk, residents, [WANG_ROW, stranger(1), stranger(2)], token)
    after = await sent(
        desk,
        residents,
        [WANG_ROW | {"arrives_on": "2020-01-30"}, stranger(2, address="别处"), stranger(3), stranger(4, name="")],
        token,
    )

    found = await desk.ask(DIFFERENCE, {"from": before, "to": after}, token=token)
    other = await desk.ask(DIFFERENCE, {"from": before, "to": after}, token=officer(XINDENG))

    difference = found["data"]["returneeListDifference"]
    assert [difference[f"{kind}Count"] for kind in ("added", "gone", "changed", "unchanged")] == [1, 1, 2, 0]
    assert (difference["refusedBefore"], difference["refusedAfter"]) == (0, 1)
    assert (difference["fromImport"], difference["toImport"]) == ({"version": 1}, {"version": 2})
    assert [node["line"] for node in difference["added"]["nodes"]] == [4]
    assert [node["line"] for node in difference["gone"]["nodes"]] == [3]
    [changed] = difference["changed"]["nodes"]
    assert (changed["line"], changed["fromLine"], changed["fields"]) == (2, 2, ["ARRIVES_ON"])
    assert (changed["returneeBefore"]["arrivesOn"], changed["returnee"]["arrivesOn"]) == ("2020-01-28", "2020-01-30")
    assert difference["changed"]["pageInfo"]["hasNextPage"]
    assert other["data"] == {"returneeListDifference": None}


async def test_an_import_is_cancelled_and_run_again(desk: Desk, residents: Rig) -> None:
    """As the service allows; a refusal names the fact."""
    token = officer()
    import_id = await sent(desk, residents, [WANG_ROW], token)
    fields = "{ returneeListImport { status } userErrors { code path } }"

    for mutation, code in (("returneeListImportCancel", "ImportEnded"), ("returneeListImportRetry", "ImportNotFailed")):
        answer = await act(desk, token, mutation, fields, id=import_id)
        assert answer == {"returneeListImport": None, "userErrors": [{"code": code, "path": []}]}


async def test_refusals_are_downloaded(desk: Desk, residents: Rig) -> None:
    """Whoever sees the import gets them as a file, in the language asked for."""
    token = officer()
    import_id = await sent(desk, residents, [WANG_ROW, stranger(1, name="")], token)

    url, headers = f"/imports/returnees/{import_id}/refusals.csv", {"accept-language": "zh"}
    response = await desk.http.get(url, headers={**headers, "authorization": f"Bearer {token}"})
    refused = await desk.http.get(url, headers={**headers, "authorization": f"Bearer {officer(XINDENG)}"})

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.content.decode("utf-8-sig").splitlines()[1].startswith("3,name,FieldMissing,缺少")
    assert refused.status_code == 404


async def test_a_probable_match_is_decided(desk: Desk, residents: Rig) -> None:
    """The queue shows the candidates; the decision shows the resident, and a second one is refused."""
    token = officer()
    await sent(desk, residents, [stranger(1, phone=WANG_PHONE), stranger(2, phone=WANG_PHONE)], token)
    answer = await desk.ask(QUEUE, {"scope": LUSHAN}, token=token)
    first, second = answer["data"]["returneesToMatch"]["nodes"]
    [candidate] = first["candidates"]

    confirmed = await act(
        desk, token, "returneeMatchConfirm", DECIDED, id=first["id"], residentId=candidate["residentId"]
    )
    again = await act(desk, token, "returneeMatchReject", DECIDED, id=first["id"])
    entered = await act(desk, token, "returneeEnterRoster", DECIDED, id=second["id"])

    assert candidate == {
        "residentId": encode("Resident", str(WANG)),
        "name": "王小明",
        "nationalIdMasked": "330199********1011",
        "phoneMasked": "138****0001",
        "divisionCode": GRID,
        "isWithinScope": True,
    }
    assert confirmed["returnee"] == {"match": "MATCHED", "matchedBy": "PERSON", "resident": {"name": "王小明"}}
    assert again == {"returnee": None, "userErrors": [{"code": "MatchDecided", "path": []}]}
    assert entered["returnee"]["matchedBy"] == "REGISTERED"
    assert (await desk.ask(QUEUE, {"scope": LUSHAN}, token=token))["data"]["returneesToMatch"]["nodes"] == []
