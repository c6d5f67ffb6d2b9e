"""What nobody may see, tried as everybody: by id, by list, by subscription, on shared connections."""

import asyncio
import base64
from contextlib import AsyncExitStack
from typing import Any

import pytest

from infra.story.cast import WANG_ID, Cast, scan
from infra.story.client import Listener
from infra.story.stage import SERVICES
from infra.story.wang import GRID
from infra.story.work import CREDIT_CODE, application

STRANGERS = ("neighbor", "other_grid_worker", "other_town_worker", "gate_guard", "other_gate_guard", "rival_agent",
             "enterprise_agent", "reviewer", "district_reviewer", "other_town_officer", "ops")  # fmt: skip
ENTITLED = ("district_officer", "town_officer", "grid_worker", "resident", "auditor")

CARD = "query ($id: ID!) { resident(id: $id) { id name nationalIdMasked phoneMasked household { address } } }"
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
LISTS = """
query ($grid: String!) {
  quarantineOrders(scope: $grid, status: [ISSUED, DELIVERED, ACTIVE], first: 50) { nodes { id resident { name } } }
  grid(code: $grid) {
    screeningTasks(first: 50) { nodes { id resident { name } } }
    quarantineOrders(first: 50) { nodes { id } }
    healthChecksDue(first: 50) { nodes { id } }
  }
}
"""


async def see(cast: Cast, persona: str, text: str, **variables: Any) -> Any:
    """Return what a persona is answered; errors are allowed, data is what counts."""
    return (await cast.stage.person(persona, persona).send(text, None, variables)).data


@pytest.mark.parametrize("persona", ENTITLED)
async def test_those_who_must_see_wang_do(wang_at_home: Cast, persona: str) -> None:
    """The trial would be worth nothing if nobody saw him."""
    data = await see(wang_at_home, persona, CARD, id=wang_at_home.wang_id)

    assert data["resident"]["name"] == "王小明"
    assert WANG_ID not in str(data)
    assert data["resident"]["nationalIdMasked"].startswith("330199***")


@pytest.mark.parametrize("persona", STRANGERS)
async def test_wang_is_not_found_by_id(wang_at_home: Cast, persona: str) -> None:
    """A guessed or remembered id opens nothing, as a resident or as a node."""
    order = wang_at_home.order_id

    assert (await see(wang_at_home, persona, CARD, id=wang_at_home.wang_id)).get("resident") is None
    for node in (wang_at_home.wang_id, order):
        assert (await see(wang_at_home, persona, NODE, id=node)).get("node") is None


@pytest.mark.parametrize("persona", STRANGERS)
async def test_wang_is_in_no_list(wang_at_home: Cast, persona: str) -> None:
    """A scope argument narrows the token and never widens it."""
    for scope in (GRID, "330111"):
        data = await see(wang_at_home, persona, LISTS, grid=scope)

        assert "王小明" not in str(data)
        assert wang_at_home.order_id not in str(data)


async def test_connections_that_served_an_officer_show_nothing_to_the_next(wang_at_home: Cast) -> None:
    """Requests of everybody, mixed on the same pooled connections, forty times."""
    people = [wang_at_home.stage.person(p, p) for p in ("district_officer", *STRANGERS)]

    async def look(index: int) -> None:
        person = people[index % len(people)]
        answer = await person.send(CARD, None, {"id": wang_at_home.wang_id})
        assert bool(answer.data.get("resident")) == (person.name == "district_officer"), person.name

    for _ in range(4):
        await asyncio.gather(*(look(i) for i in range(len(people) * 2)))


async def overhears(ear: Listener) -> bool:
    """Say whether a subscription delivers anything within a second."""
    try:
        await ear.next(1.0)
    except TimeoutError:
        return False
    return True


async def test_nobody_else_hears_of_a_notice(wang_at_home: Cast) -> None:
    """A second returnee's notice reaches his grid worker and officers, and no stranger."""
    cast = wang_at_home
    late = next(r for r in cast.rows if r["origin_code"] == "330300" and r["national_id"] != WANG_ID)
    home = late["destination_grid_code"]
    async with AsyncExitStack() as stack:
        ears = {
            name: await stack.enter_async_context(cast.stage.person(name, name).listening("Notices", scope="330111"))
            for name in ("town_officer", "neighbor", "resident", "other_town_worker", "rival_agent", "gate_guard")
        }
        await scan(cast, late["national_id"], late["name"], 36.5)

        _, event = await ears["town_officer"].next(5)

        assert event["data"]["quarantineNoticeIssued"]["quarantineOrder"]["resident"]["grid"]["code"] == home
        heard = await asyncio.gather(*(overhears(ear) for name, ear in ears.items() if name != "town_officer"))
        assert heard == [False] * 5


async def test_guard_of_another_gate_sees_nothing_of_this_one(wang_at_home: Cast) -> None:
    """A guard's scope is the gate he stands at."""
    gate = "query ($id: ID!) { checkpoint(id: $id) { id passages(first: 5) { nodes { id } } } }"
    mine = await see(wang_at_home, "gate_guard", gate, id=wang_at_home.checkpoint)
    other = await see(wang_at_home, "other_gate_guard", gate, id=wang_at_home.checkpoint)

    assert mine["checkpoint"]["passages"]["nodes"]
    assert other.get("checkpoint") is None


async def test_guard_may_not_record_at_another_gate(wang_at_home: Cast) -> None:
    """The checkpoint is not his; nothing is written."""
    wang_at_home.sequence += 1
    other = wang_at_home.stage.person("other_gate_guard", "other guard")
    answer = await other.do(
        "RecordPassage",
        input={
            "idempotencyKey": "elsewhere-1",
            "checkpointId": wang_at_home.checkpoint,
            "deviceId": "gate-330111004002-2",
            "deviceSequence": 9_001,
            "direction": "ENTRY",
            "occurredAt": wang_at_home.stage.now.isoformat(),
            "temperatureC": 36.5,
            "person": {"nationalId": WANG_ID, "name": "王小明"},
            "originCode": "330300",
        },
    )

    assert answer.data["passageRecord"]["passage"] is None
    assert answer.data["passageRecord"]["userErrors"][0]["code"]


async def test_rival_sees_nothing_of_an_application(wang_at_home: Cast) -> None:
    """Not by credit code, not by id, not by list."""
    await wang_at_home.agent.do("SubmitResumption", input=application("rival-trial"))
    text = "query ($c: String!) { enterprise(creditCode: $c) { name applications(first: 5) { nodes { id } } } }"
    own = await see(wang_at_home, "enterprise_agent", text, c=CREDIT_CODE)
    application_id = own["enterprise"]["applications"]["nodes"][0]["id"]

    for persona in ("rival_agent", "grid_worker", "gate_guard", "resident", "other_town_worker", "ops"):
        found = await see(wang_at_home, persona, text, c=CREDIT_CODE)
        assert not (found.get("enterprise") or {}).get("applications", {}).get("nodes"), persona
        node = await see(wang_at_home, persona, NODE, id=application_id)
        assert node.get("node") is None, persona


async def test_no_number_leaves_the_services(wang_at_home: Cast) -> None:
    """Canaries: Wang's document, phone and name stand in no log, span, fact or metric."""
    canaries = (b"330199199005011011", b"13800000001", "王小明".encode())
    stage = wang_at_home.stage
    files = [f for n in ("logs", "traces", "nats") for f in (stage.district.layout.data / n).rglob("*") if f.is_file()]
    metrics = [(await stage.http.get(stage.district.url(name) + "/metrics")).content for name in (*SERVICES, "gateway")]

    told = {f.suffix for f in files}
    assert {".log", ".jsonl", ".blk"} <= told
    assert all(b"http_requests_total" in text for text in metrics)
    assert [f for f in files if any(c in f.read_bytes() for c in canaries)] == []
    assert [text for text in metrics if any(c in text for c in canaries)] == []


async def test_ids_of_another_type_are_refused(wang_at_home: Cast) -> None:
    """A global id says its type; a wrong one finds nothing and tells nothing."""
    wrong = base64.b64encode(b"Enterprise:not-a-uuid").decode()
    answer = await wang_at_home.officer.send(CARD, None, {"id": wrong})

    assert answer.data.get("resident") is None
