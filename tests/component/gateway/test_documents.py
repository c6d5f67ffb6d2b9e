"""Every registered query, on a district of stubs: answered whole, in calls that do not grow with rows."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, OperationType, parse

import gateway
from gateway.engine.engine import Variant
from gateway.operations import Request
from gateway.shared.ids import encode
from gateway.traits import documents
from tests.component.gateway.desk import Desk, open_desk
from tests.component.gateway.district import CHECKPOINT, CREDIT_CODE, GRID, IMPORT, RESIDENT, district, uid

FOLDER = Path(gateway.__file__).parent / "documents"
VARIABLES: dict[str, dict[str, Any]] = {
    "Viewer": {},
    "DistrictBoard": {"code": "330111"},
    "EnterpriseHome": {"creditCode": CREDIT_CODE},
    "ReviewQueue": {"scope": "330111", "status": ["UNDER_REVIEW"]},
    "Gate": {"id": encode("Checkpoint", uid(CHECKPOINT))},
    "ResidentCard": {"id": encode("Resident", uid(RESIDENT))},
    "GridRound": {"code": GRID},
    "OrdersDue": {"scope": "330111"},
    "ImportReport": {"id": encode("ReturneeListImport", uid(IMPORT))},
    "WorkersDay": {"day": "2020-01-28"},
}
MOST_CALLS = {
    "Viewer": 0,
    "DistrictBoard": 8,
    "EnterpriseHome": 6,
    "ReviewQueue": 5,
    "Gate": 5,
    "ResidentCard": 11,
    "GridRound": 8,
    "OrdersDue": 3,
    "ImportReport": 2,
    "WorkersDay": 10,
}


def queries() -> list[tuple[str, str]]:
    """Return the names of all registered queries, with their documents."""
    found = []
    for file in sorted(FOLDER.glob("*.graphql")):
        text = file.read_text(encoding="utf-8")
        for node in parse(text).definitions:
            if isinstance(node, OperationDefinitionNode) and node.operation is OperationType.QUERY:
                assert node.name is not None
                found.append((node.name.value, text))
    return found


async def run(rows: int, name: str, text: str) -> Desk:
    """Run a registered query on a district of so many rows."""
    desk = open_desk(district(rows))
    async with desk.http:
        await desk.data(text, VARIABLES[name], operation=name)
    return desk


def test_registered_queries_are_compiled_beforehand() -> None:
    """The first who asks waits for no compiler; a query that would not be compiled is seen here."""
    operations = open_desk(district(1)).gateway.operations
    operations.warm(documents())

    for name, text in queries():
        compiled = operations.prepare(Request(text, VARIABLES[name], name)).compiled
        assert compiled is not None
        assert [type(each) for each in compiled.variants.values()] == [Variant], name


@pytest.mark.parametrize(("name", "text"), queries(), ids=[name for name, _ in queries()])
async def test_calls_do_not_grow_with_rows(name: str, text: str) -> None:
    """The number of calls is that of endpoints and levels, whether lists have 1 row or 20."""
    one = await run(1, name, text)
    twenty = await run(20, name, text)

    assert Counter(one.stubs.calls()) == Counter(twenty.stubs.calls())
    assert len(one.stubs.calls()) == MOST_CALLS[name]


async def test_loads_of_a_level_are_one_call() -> None:
    """Residents reached over three lists are one call a level; each level asks for its own fields only."""
    name, text = next(query for query in queries() if query[0] == "GridRound")

    desk = await run(5, name, text)

    asked = [heard for heard in desk.stubs.heard if heard.path == "/residents:batch"]
    assert [len(heard.ids) for heard in asked] == [5, 5]
    assert asked[0].body["fields"] == ["household_id", "id", "name", "phone_masked"]
    assert asked[1].body["fields"] == ["id", "name", "phone_masked"]
    assert len(set(asked[0].ids)) == 5


async def test_no_id_travels_in_a_path() -> None:
    """URLs end up in logs: reads carry their ids in the body."""
    for name, text in queries():
        desk = await run(2, name, text)
        assert all(path.endswith(":batch") for _, path in desk.stubs.calls())
