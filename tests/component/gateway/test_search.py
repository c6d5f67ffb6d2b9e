"""Search through the gateway, on the real services."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.upstream.exchange import HttpxExchange
from tests.component.gateway.desk import Desk, open_desk, token_of
from tests.support.people import GRID, OTHER_TOWN_GRID, WANG_NUMBER, load_people
from tests.support.rig import INTERNAL_KEY, Rig

QUERY = """query ($scope: String!, $search: String!, $by: ResidentSearchBy, $first: Int, $after: String) {
  residents(scope: $scope, search: $search, by: $by, first: $first, after: $after) {
    nodes { name status grid { code } household { address } }
    pageInfo { hasNextPage endCursor }
  }
}"""


@pytest.fixture
async def desk(residents: Rig, checkpoints: Rig, enterprises: Rig) -> AsyncIterator[Desk]:
    """Open a gateway on the three services, the small district loaded."""
    await load_people(residents)
    exchange = HttpxExchange(
        {"residents": residents.http, "checkpoints": checkpoints.http, "enterprises": enterprises.http}
    )
    opened = open_desk(exchange=exchange, internal_key=INTERNAL_KEY)
    async with opened.http:
        yield opened


async def search(desk: Desk, text: str, *scopes: str, purpose: str | None = None, **variables: Any) -> dict[str, Any]:
    """Search as the officer of some scopes; return the page."""
    given = {"scope": "330111", "search": text} | variables
    headers = {"x-purpose": purpose} if purpose else {}
    token = token_of("town_officer", scopes=list(scopes or ("330111",)))
    data = await desk.data(QUERY, given, token=token, headers=headers)
    page: dict[str, Any] = data["residents"]
    return page


def names(page: dict[str, Any]) -> list[str]:
    """Return whom a page shows."""
    return [node["name"] for node in page["nodes"]]


async def test_one_field_for_every_way(desk: Desk) -> None:
    """What a text is, the service tells."""
    assert names(await search(desk, "小明")) == ["王小明"]
    assert names(await search(desk, "wxm", GRID)) == ["王小明"]
    assert names(await search(desk, "三幢二单元502")) == ["孙芳"]
    assert names(await search(desk, WANG_NUMBER, purpose="SCREENING")) == ["王小明"]
    assert names(await search(desk, "0001", by="PHONE", purpose="HELP")) == ["王小明"]
    assert names(await search(desk, "小明", OTHER_TOWN_GRID)) == []
    assert (await search(desk, "小明"))["nodes"][0]["household"] == {"address": "山水社区 3 幢 2 单元 501"}


async def test_pages(desk: Desk) -> None:
    """Cursor by cursor."""
    found: list[str] = []
    after = None
    while True:
        page = await search(desk, "w", first=1, after=after)
        found += names(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert found == ["吴刚", "王乐", "王小明"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "SearchEmpty"), ("1", "NumberNotWhole"), ("%", "SearchUnreadable"), (WANG_NUMBER, "PurposeRequired")],
)
async def test_refusals_are_errors_of_the_field(desk: Desk, text: str, code: str) -> None:
    """With their code; a number without a purpose is one of them."""
    response = await desk.ask(
        QUERY, {"scope": "330111", "search": text}, token=token_of("town_officer", scopes=["330111"])
    )

    assert response["data"]["residents"] is None
    [error] = response["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["residents"], code)


async def test_looks_at_a_number_are_never_shared(desk: Desk, residents: Rig) -> None:
    """Two equal queries at once leave two rows in the read log."""
    await asyncio.gather(*(search(desk, WANG_NUMBER, purpose="SCREENING") for _ in range(3)))

    assert await residents.rows("SELECT count(*) AS n FROM read_log") == [{"n": 3}]
