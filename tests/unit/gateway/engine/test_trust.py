"""Vouched rows are passed on as bytes; one answer of some is looked at; a broken promise ends the trust."""

from typing import Any

import msgspec
import pytest

from gateway.engine.engine import Engine
from gateway.engine.trust import LOOKED_AT_ONE_IN, SPLICED_BYTES_MIN, Trust, trust_in, withdrawn
from gateway.operations import Operations
from gateway.upstream.declare import Endpoint, Kind
from tests.unit.gateway.engine.desk import Told, comparable, told
from tests.unit.gateway.engine.services import Services
from tests.unit.gateway.engine.vouched import BOXES, leaflets, vouched_endpoint, vouched_schema

LARGE = b"x" * SPLICED_BYTES_MIN
DOCUMENTS = {
    Kind.ONE: '{ leaflet(key: "k") { title count: pages } }',
    Kind.LIST: '{ leaflets(key: "k") { count: pages title } }',
    Kind.PAGE: '{ leafletPage(key: "k", first: 90) { nodes { title count: pages } } }',
}


def rows_of(kind: Kind) -> Any:
    """Return enough for one key."""
    if kind is Kind.ONE:
        return {"title": "x" * SPLICED_BYTES_MIN, "pages": 3}
    return leaflets(90)


async def ask(endpoint: Endpoint, times: int, rows: Any) -> Told:
    """Ask for rows of an endpoint, and return what was answered last."""
    for _ in range(times):
        found = await told_of(endpoint, DOCUMENTS[endpoint.kind], Services({endpoint.path: {"k": rows}}))
    return found


def test_small_answers_are_decoded() -> None:
    """It costs next to nothing."""
    trust = Trust(vouched_endpoint(Kind.ONE))

    assert not any(trust.splices(LARGE[:-1]) for _ in range(100))


def test_first_and_then_one_of_many_is_looked_at() -> None:
    """So that a promise that is broken from the start is found at once."""
    trust = Trust(vouched_endpoint(Kind.ONE))

    spliced = [trust.splices(LARGE) for _ in range(LOOKED_AT_ONE_IN * 2)]

    assert [i for i, each in enumerate(spliced) if not each] == [0, LOOKED_AT_ONE_IN]


def test_broken_promise_ends_the_trust_and_is_counted_once() -> None:
    """Until the process starts anew."""
    endpoint = vouched_endpoint(Kind.ONE)
    trust = Trust(endpoint)

    trust.withdraw()
    trust.withdraw()

    assert not any(trust.splices(LARGE) for _ in range(100))
    assert withdrawn.counts[endpoint.service, endpoint.path] == 1


def test_endpoints_that_nobody_vouches_for_are_not_trusted() -> None:
    """And there is nothing to withdraw."""
    endpoint = Endpoint("archive", "/never-vouched:batch", Kind.ONE)
    trust = trust_in(endpoint)

    trust.withdraw()

    assert not trust.splices(LARGE)
    assert (endpoint.service, endpoint.path) not in withdrawn.counts


@pytest.mark.parametrize("kind", list(Kind))
async def test_spliced_rows_are_the_services_bytes(kind: Kind) -> None:
    """The answer is the reference's, to the byte, looked at or not."""
    endpoint = vouched_endpoint(kind)
    expected = await told(
        Operations(vouched_schema(endpoint)), DOCUMENTS[kind], None, Services({endpoint.path: {"k": rows_of(kind)}})
    )

    looked_at = await ask(endpoint, 1, rows_of(kind))
    spliced = await ask(endpoint, 1, rows_of(kind))

    assert comparable(looked_at.response) == comparable(spliced.response) == comparable(expected.response)
    assert msgspec.json.encode(spliced.response) == msgspec.json.encode(expected.response)
    assert trust_in(endpoint).answers == 2


async def test_spliced_rows_are_not_looked_into() -> None:
    """That is what trust means, and why a contract test has to earn it."""
    endpoint = vouched_endpoint(Kind.LIST)
    await ask(endpoint, 1, leaflets(90))

    rows = [{"title": 5, "pages": "many"}, *leaflets(90)]
    found = await ask(endpoint, 1, rows)

    assert found.data["leaflets"][0] == {"count": "many", "title": 5}


async def test_broken_promise_is_found_within_so_many_answers() -> None:
    """The answer that is looked at is mended, and from then on every one is."""
    endpoint = vouched_endpoint(Kind.LIST)
    await ask(endpoint, 1, leaflets(90))
    rows = [*leaflets(90), {"title": "last", "pages": "many"}]

    found = await ask(endpoint, LOOKED_AT_ONE_IN, rows)
    again = await ask(endpoint, 1, rows)

    assert found.errors == again.errors == [("leaflets.90.count", "InternalError")]
    assert withdrawn.counts[endpoint.service, endpoint.path] == 1


@pytest.mark.parametrize("body", [b"[", b"[[],", b"nonsense"], ids=repr)
async def test_small_answer_that_is_none_is_unusable(body: bytes) -> None:
    """It is decoded, after all."""
    endpoint = vouched_endpoint(Kind.LIST)
    await ask(endpoint, 1, leaflets(90))

    found = await told_of(endpoint, DOCUMENTS[Kind.LIST], Services(bodies={endpoint.path: body}))

    assert found.errors == [("leaflets", "ServiceAnswerUnusable")]


async def test_answers_for_many_keys_are_spliced_part_by_part() -> None:
    """One row leads to each; a key that is null asks nothing."""
    endpoint = vouched_endpoint(Kind.LIST)
    services = boxes(endpoint)

    looked_at = await told_of(endpoint, BOXES_OF_ALL, services)
    spliced = await told_of(endpoint, BOXES_OF_ALL, services)

    assert looked_at.data == spliced.data
    assert [len(box["leaflets"]) for box in spliced.data["boxes"]] == [90, 40, 0]


@pytest.mark.parametrize(
    "body", [b"[[],[],[" + b" " * SPLICED_BYTES_MIN + b"]]", b"Bad gateway " * 1_000], ids=["three", "none"]
)
async def test_spliced_answer_is_aligned_with_its_ids(body: bytes) -> None:
    """If it is not, the load has failed, and nothing else has."""
    endpoint = vouched_endpoint(Kind.LIST)
    services = boxes(endpoint)
    await told_of(endpoint, BOXES_OF_ALL, services)
    services.bodies[endpoint.path] = body

    found = await told_of(endpoint, BOXES_OF_ALL, services)

    assert found.errors == [
        ("boxes.0.leaflets", "ServiceAnswerUnusable"),
        ("boxes.1.leaflets", "ServiceAnswerUnusable"),
    ]


async def test_spliced_answer_of_one_key_is_a_list_of_one() -> None:
    """What goes out is JSON, whatever came in."""
    endpoint = vouched_endpoint(Kind.LIST)
    await ask(endpoint, 1, leaflets(90))
    services = Services(bodies={endpoint.path: b"Bad gateway " * 1_000})

    found = await told_of(endpoint, DOCUMENTS[Kind.LIST], services)

    assert found.errors == [("leaflets", "ServiceAnswerUnusable")]


BOXES_OF_ALL = '{ boxes(key: "all") { leaflets { title pages } } }'


def boxes(endpoint: Endpoint) -> Services:
    """Return services with a full box, a smaller one, and one that has no id."""
    rows = {"all": [{"id": "b1"}, {"id": "b2"}, {"id": None}]}
    return Services({BOXES.path: rows, endpoint.path: {"b1": leaflets(90), "b2": leaflets(40)}})


async def told_of(endpoint: Endpoint, query: str, services: Services) -> Told:
    """Run a document on the engine."""
    schema = vouched_schema(endpoint)
    return await told(Operations(schema, engine=Engine(schema)), query, None, services)
