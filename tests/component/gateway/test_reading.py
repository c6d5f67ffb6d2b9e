"""Ids, nodes, interfaces, pages, projections, as clients see them."""

from typing import Any

import pytest

from gateway.shared.ids import encode
from tests.component.gateway.desk import Desk, codes
from tests.component.gateway.district import GRID, ORDER, RESIDENT, district, uid

PAGE = """query ($first: Int, $after: String, $last: Int, $before: String) {
    quarantineOrders(scope: "330111", first: $first, after: $after, last: $last, before: $before) {
        nodes { id } edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
RESIDENT_ID = encode("Resident", uid(RESIDENT))


@pytest.fixture
def full(desk: Desk) -> Desk:
    """Return a desk whose lists have seven rows."""
    desk.stubs.rows = district(7).rows
    return desk


async def orders(desk: Desk, **page: Any) -> Any:
    """Return a page of orders."""
    found = (await desk.data(PAGE, page))["quarantineOrders"]
    assert [edge["node"] for edge in found["edges"]] == found["nodes"]
    return found


async def test_pages_forward(full: Desk) -> None:
    """Every row once, in order, until there is no next page."""
    seen, after = [], None
    while True:
        page = await orders(full, first=3, after=after)
        seen += [node["id"] for node in page["nodes"]]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert seen == [encode("QuarantineOrder", uid(ORDER, n)) for n in range(7)]


async def test_pages_backward(full: Desk) -> None:
    """From the end, pages in the list's order."""
    seen: list[str] = []
    before = None
    while True:
        page = await orders(full, last=3, before=before)
        seen = [node["id"] for node in page["nodes"]] + seen
        assert page["pageInfo"]["hasNextPage"] is (before is not None)
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break

    assert seen == [encode("QuarantineOrder", uid(ORDER, n)) for n in range(7)]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ({"first": 0}, "PageTooLong"),
        ({"first": 101}, "PageTooLong"),
        ({"last": -1}, "PageTooLong"),
        ({"first": 1, "last": 1}, "PageAmbiguous"),
        ({"first": 1, "before": "MA"}, "PageAmbiguous"),
        ({"after": "%%"}, "CursorUnknown"),
    ],
)
async def test_impossible_page_is_refused(full: Desk, page: dict[str, Any], code: str) -> None:
    """A page has 1 to 100 rows, in one direction."""
    response = await full.ask(PAGE, page)

    assert codes(response) == [code]
    assert response["data"] == {"quarantineOrders": None}
    assert full.stubs.heard == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (encode("Household", uid(1)), "IdOfAnotherType"),
        (encode("Resident", "1; DROP TABLE"), "IdMalformed"),
        (uid(RESIDENT), "IdMalformed"),
        ("", "IdMalformed"),
    ],
)
async def test_wrong_id_is_refused(full: Desk, given: str, code: str) -> None:
    """An id of another type finds nothing of this one."""
    response = await full.ask("query ($id: ID!) { resident(id: $id) { name } }", {"id": given})

    assert codes(response) == [code]


async def test_node_serves_every_type(full: Desk) -> None:
    """`node` asks for the fields of its type only; a division is known by its code."""
    query = """query ($a: ID!, $b: ID!) {
        a: node(id: $a) { __typename id ... on Resident { name } ... on Enterprise { creditCode } }
        b: node(id: $b) { __typename id ... on Division { name } ... on Grid { worker { name } } } }"""

    data = await full.data(query, {"a": RESIDENT_ID, "b": encode("Grid", GRID)})

    assert data["a"] == {"__typename": "Resident", "id": RESIDENT_ID, "name": "居民0"}
    assert data["b"]["__typename"] == "Grid"
    assert data["b"]["worker"] == {"name": "羊红"}
    assert full.stubs.call("/residents:batch").body["fields"] == ["id", "name"]


async def test_node_of_a_level_that_it_is_not(full: Desk) -> None:
    """A code with the name of another level names nothing."""
    data = await full.data("query ($id: ID!) { node(id: $id) { id } }", {"id": encode("Grid", "330111")})

    assert data == {"node": None}


async def test_interface_is_resolved_by_level(full: Desk) -> None:
    """The level is asked for even if the client does not."""
    data = await full.data('{ division(code: "330111004") { __typename parent { __typename } } }')

    assert data == {"division": {"__typename": "Town", "parent": {"__typename": "District"}}}
    assert [heard.body["fields"] for heard in full.stubs.heard] == [["level", "parent_code"], ["level"]]


async def test_grid_of_a_villages_code_is_none(full: Desk) -> None:
    """A village is no grid."""
    assert await full.data('{ grid(code: "330111004002") { name } }') == {"grid": None}


async def test_only_selected_fields_are_asked_for(full: Desk) -> None:
    """Through aliases, fragments, @skip and @include, with the keys of selected loads."""
    query = """query ($id: ID!, $no: Boolean!) { resident(id: $id) {
        alias: name ...More phoneMasked @include(if: $no) birthOn @skip(if: true)
        ... on Resident @include(if: $no) { sex } ... on Node { id } } }
        fragment More on Resident { quarantineOrders(first: 1) { edges { node { healthChecks { missed } } } } }"""

    data = await full.data(query, {"id": RESIDENT_ID, "no": False})

    assert full.stubs.call("/residents:batch").body["fields"] == ["id", "name"]
    assert full.stubs.call("/quarantine-orders/by-resident:batch").body["fields"] == ["health_checks_missed"]
    assert data["resident"]["quarantineOrders"]["edges"] == [{"node": {"healthChecks": {"missed": 1}}}]


async def test_same_loads_with_other_arguments_are_other_calls(full: Desk) -> None:
    """Arguments tell calls of one endpoint apart, and nothing else does."""
    query = """query ($id: ID!) { resident(id: $id) {
        a: quarantineOrders(status: [ACTIVE]) { nodes { id } } b: quarantineOrders { nodes { id } }
        c: quarantineOrders { nodes { status } } } }"""

    await full.data(query, {"id": RESIDENT_ID})

    lists = [heard.body for heard in full.stubs.heard if heard.path == "/quarantine-orders/by-resident:batch"]
    assert [body.get("arguments") for body in lists] == [{"status": ["ACTIVE"]}, None]
    assert lists[1]["fields"] == ["id", "status"]


async def test_person_key_joins_and_is_not_shown(full: Desk) -> None:
    """A passage's person is found by a key that no client sees."""
    data = await full.data(
        """query ($id: ID!) { node(id: $id) { ... on Passage { resident { name } } } }""",
        {"id": encode("Passage", uid(7, 3))},
    )

    assert data == {"node": {"resident": {"name": "居民3"}}}
    assert full.stubs.call("/residents/by-person-key:batch").ids == ["key-3"]
    assert "personKey" not in (await full.ask("{ __schema { types { fields { name } } } }"))["data"].__repr__()


async def test_dates_and_enums_pass_through(full: Desk) -> None:
    """Services' texts are what clients get; a path of a finding is one of the input."""
    data = await full.data(
        """{ resumptionApplications(scope: "330111", first: 1) { nodes {
        plannedOn submittedAt status precheck { findings { path } } } } }"""
    )

    assert data["resumptionApplications"]["nodes"] == [
        {
            "plannedOn": "2020-02-20",
            "submittedAt": "2020-02-15T09:00:00+08:00",
            "status": "UNDER_REVIEW",
            "precheck": {"findings": [{"path": ["roster", "1", "nationalId"]}]},
        }
    ]
