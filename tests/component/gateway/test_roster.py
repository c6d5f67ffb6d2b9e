"""The roster through the gateway, on the real services: what a client sends to change, move and close."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from gateway.shared.ids import encode
from gateway.upstream.exchange import HttpxExchange
from tests.component.gateway.desk import Desk, open_desk, token_of
from tests.support.people import (
    FAR_HOME,
    GRID,
    NEIGHBOR,
    OTHER_TOWN_GRID,
    WANG,
    WANG_CHILD,
    WANG_HOME,
    WANG_WIFE,
    load_people,
    national_id,
)
from tests.support.rig import INTERNAL_KEY, Rig

ERRORS = "userErrors { code path message }"
CARD = "id name status closedOn relation proxyName proxy { name } guardian { name } grid { code } household { address }"


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


def person(resident_id: object) -> str:
    """Return a resident's global id."""
    return encode("Resident", str(resident_id))


def home(household_id: object) -> str:
    """Return a household's global id."""
    return encode("Household", str(household_id))


async def give(desk: Desk, name: str, shown: str, given: dict[str, Any], *scopes: str) -> dict[str, Any]:
    """Give a command as the grid worker of some scopes, Wang's grid if none; return its payload."""
    kind = name[0].upper() + name[1:]
    query = f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ {shown} {ERRORS} }} }}"
    token = token_of("grid_worker", scopes=list(scopes or (GRID,)))
    data = await desk.data(query, {"input": given | {"idempotencyKey": str(uuid4())}}, token=token)
    payload: dict[str, Any] = data[name]
    return payload


async def ask(desk: Desk, query: str, *scopes: str) -> dict[str, Any]:
    """Ask something as the grid worker of some scopes."""
    data: dict[str, Any] = await desk.data(query, {}, token=token_of("grid_worker", scopes=list(scopes or (GRID,))))
    return data


async def test_a_household_from_its_beginning_to_its_end(desk: Desk) -> None:
    """Registered, corrected, entered, emptied, closed."""
    place = {"gridCode": GRID, "address": "山水社区 12 幢 101"}
    made = await give(desk, "householdRegister", "household { id address grid { code } }", place)
    house = made["household"]["id"]
    move = {"id": person(WANG_WIFE), "fromHouseholdId": home(WANG_HOME), "householdId": house, "relation": "HEAD"}

    changed = await give(desk, "householdChange", "household { address }", {"id": house, "address": "12 幢 102"})
    moved = await give(desk, "residentMove", f"resident {{ {CARD} }}", move)
    full = await give(desk, "householdClose", "household { closedOn }", {"id": house})
    seen = await ask(desk, f'{{ household(id: "{house}") {{ head {{ name }} members {{ nodes {{ name }} }} }} }}')
    left = await give(desk, "residentLeave", "resident { status closedOn }", {"id": person(WANG_WIFE)})
    closed = await give(desk, "householdClose", "household { closedOn members { nodes { name } } }", {"id": house})

    assert changed["household"] == {"address": "12 幢 102"}
    assert moved["resident"]["household"] == {"address": "12 幢 102"}
    assert [e["code"] for e in full["userErrors"]] == ["HouseholdNotEmpty"]
    assert seen["household"] == {"head": {"name": "李红"}, "members": {"nodes": [{"name": "李红"}]}}
    assert left["resident"] == {"status": "LEFT", "closedOn": "2020-01-28"}
    assert closed["household"] == {"closedOn": "2020-01-28", "members": {"nodes": []}}


async def test_a_child_grows_into_a_record(desk: Desk) -> None:
    """Corrected, given a document, and reported for by somebody."""
    child = person(WANG_CHILD)
    document = {"id": child, "documentNumber": national_id("20190601", 101)}

    changed = await give(desk, "residentChange", f"resident {{ {CARD} }}", {"id": child, "name": "王乐乐"})
    given = await give(desk, "residentDocumentGive", "resident { documentKind nationalIdMasked }", document)
    proxy = {"id": child, "proxyId": person(WANG_WIFE)}
    named = await give(desk, "residentProxySet", f"resident {{ {CARD} }}", proxy)
    removed = await give(desk, "residentProxyRemove", "resident { proxyName proxy { name } }", {"id": child})

    assert changed["resident"]["name"] == "王乐乐"
    assert changed["resident"]["guardian"] == {"name": "王小明"}
    assert given["resident"]["documentKind"] == "NATIONAL_ID"
    assert (named["resident"]["proxyName"], named["resident"]["proxy"]) == ("李红", {"name": "李红"})
    assert removed["resident"] == {"proxyName": None, "proxy": None}


async def test_a_move_across_scopes(desk: Desk) -> None:
    """Afterwards the old grid's worker does not find the person, and the new one's does."""
    given = {"id": person(WANG), "fromHouseholdId": home(WANG_HOME), "householdId": home(FAR_HOME)}
    query = f'{{ resident(id: "{person(WANG)}") {{ {CARD} }} }}'

    moved = await give(desk, "residentMove", "resident { id }", given)
    before, after = await ask(desk, query), await ask(desk, query, OTHER_TOWN_GRID)
    again = await give(desk, "residentMove", "resident { id }", given)

    assert moved["userErrors"] == []
    assert before["resident"] is None
    assert after["resident"]["grid"] == {"code": OTHER_TOWN_GRID}
    assert [e["code"] for e in again["userErrors"]] == ["ResidentUnknown"]


async def test_refusals_name_the_field(desk: Desk) -> None:
    """In the words of the schema."""
    own = {"id": person(NEIGHBOR), "guardianId": person(NEIGHBOR)}
    wrong = await give(desk, "residentChange", "resident { id }", own)
    late = await give(desk, "residentDie", "resident { id }", {"id": person(NEIGHBOR), "on": "2020-01-29"})

    assert [(e["code"], e["path"]) for e in wrong["userErrors"]] == [("OwnGuardian", ["guardianId"])]
    assert [(e["code"], e["path"]) for e in late["userErrors"]] == [("DayInFuture", ["on"])]
