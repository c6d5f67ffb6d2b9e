"""A call that fails costs its own fields at every row, and nothing beneath it is asked."""

import asyncio

import pytest

from chassis.errors import DeadlineExceeded, Problem, ServiceUnavailable
from gateway.operations import Operations
from tests.unit.gateway.engine.desk import ENGINE, both, reference, told
from tests.unit.gateway.engine.museum import (
    ARTISTS,
    EXHIBITS_OF_ROOM,
    NOTES_OF_WORK,
    PERSONS,
    ROOMS,
    SCHEMA,
    STAFF_OF_ROOM,
    WORKS,
    WORKS_OF_ROOM,
)
from tests.unit.gateway.engine.rows import collection
from tests.unit.gateway.engine.services import Services
from tests.unit.gateway.virtual_time import VirtualLoop, run_on

GONE = ServiceUnavailable(service="archive")


def failing(*paths: str, problem: Problem = GONE) -> Services:
    """Return services of which some endpoints fail."""
    services = collection()
    services.failing = dict.fromkeys(paths, problem)
    return services


async def test_error_stands_at_each_row_that_asked() -> None:
    """With the code, the service and the place in the document; a row without a key asked nothing."""
    services = failing(ARTISTS.path)

    found = await both('{ room(key: "r1") { works { nodes { title owner { name } } } } }', None, services)

    nodes = found.response["data"]["room"]["works"]["nodes"]
    assert [node["owner"] for node in nodes] == [None, None, None]
    assert found.errors == [
        ("room.works.nodes.0.owner", "ServiceUnavailable"),
        ("room.works.nodes.1.owner", "ServiceUnavailable"),
    ]
    error = found.response["errors"][0]
    assert error["extensions"]["service"] == "archive"
    assert error["extensions"]["retryable"]
    assert error["locations"] == [{"line": 1, "column": 43}]


@pytest.mark.parametrize("problem", [GONE, DeadlineExceeded(service="archive")], ids=lambda p: p.code)
async def test_nothing_beneath_a_failed_load_is_asked(problem: Problem) -> None:
    """There are no keys to ask with."""
    services = failing(ARTISTS.path, problem=problem)

    found = await both('{ work(key: "w1") { artist { teacher { name } } year } }', None, services)

    assert found.response["data"] == {"work": {"artist": None, "year": 1874}}
    assert found.errors == [("work.artist", problem.code)]
    assert found.paths == [ARTISTS.path, WORKS.path]


async def test_failed_load_that_may_not_be_null_fails_what_is_around_it() -> None:
    """The error says where it began."""
    services = failing(ARTISTS.path)

    found = await both('{ work(key: "w1") { maker { name } title } sum: work(key: "w2") { title } }', None, services)

    assert found.response["data"] == {"work": None, "sum": {"title": "Title w2"}}
    assert found.errors == [("work.maker", "ServiceUnavailable")]


async def test_single_column_of_a_failed_load_fails() -> None:
    """As the row would."""
    services = failing(ARTISTS.path)

    found = await both('{ work(key: "w1") { artistName year } }', None, services)

    assert found.errors == [("work.artistName", "ServiceUnavailable")]


@pytest.mark.parametrize(
    ("path", "shown", "field"),
    [
        (WORKS_OF_ROOM.path, "works { nodes { title } pageInfo { hasNextPage } }", "works"),
        (EXHIBITS_OF_ROOM.path, "exhibits { __typename ... on Painting { artist { name } } }", "exhibits"),
        (STAFF_OF_ROOM.path, "staff { id }", "staff"),
    ],
)
async def test_pages_and_lists_fail_as_a_whole(path: str, shown: str, field: str) -> None:
    """There is one error for the field, and none for rows that nobody knows."""
    services = failing(path)

    found = await both(f'{{ room(key: "r1") {{ name {shown} }} }}', None, services)

    assert found.response["data"] == {"room": {"name": "Hall", field: None}}
    assert found.errors == [(f"room.{field}", "ServiceUnavailable")]


@pytest.mark.parametrize("body", [b"", b"nul", b"{}", b"[]", b"[null,null]", b"\xff", b"5"], ids=repr)
async def test_answer_that_is_none_is_a_failed_load(body: bytes) -> None:
    """No JSON, or not aligned with the ids: none of it can be used."""
    services = collection()
    services.bodies[ARTISTS.path] = body

    found = await both('{ work(key: "w1") { artist { name } title } }', None, services)

    assert found.response["data"] == {"work": {"artist": None, "title": "Title w1"}}
    assert found.errors == [("work.artist", "ServiceAnswerUnusable")]
    assert len(found.heard) == 2


async def test_failed_joint_call_fails_everybody_who_joined() -> None:
    """Each at its own place."""
    services = failing(ARTISTS.path)

    found = await both('{ work(key: "w1") { artist { name } owner { motto } } }', None, services)

    assert found.errors == [("work.artist", "ServiceUnavailable"), ("work.owner", "ServiceUnavailable")]


async def test_problem_of_an_argument_is_the_fields_own() -> None:
    """Nobody is asked; the other fields are answered."""
    query = 'query ($first: Int) { room(key: "r1") { name works(first: $first) { nodes { title } } } }'

    found = await both(query, {"first": 0})

    assert found.response["data"] == {"room": {"name": "Hall", "works": None}}
    assert found.errors == [("room.works", "PageTooLong")]
    assert found.paths == [ROOMS.path]


async def test_load_of_nothing_is_no_failure() -> None:
    """A page of a key that is null is empty, a row null, a list empty: without a call, whatever fails."""
    services = failing(ARTISTS.path, PERSONS.path)

    found = await both('{ work(key: "w3") { owner { name } } person(key: "none") { name } }', None, services)

    assert found.data == {"work": {"owner": None}, "person": None}


def seconds(query: str, services: Services) -> float:
    """Return how long the engine takes if answers take no time."""
    loop, took = VirtualLoop(), [0.0]

    async def run() -> None:
        await told(Operations(SCHEMA, engine=ENGINE), query, None, services)
        took[0] = asyncio.get_running_loop().time()

    run_on(loop, run())
    return took[0]


def test_no_join_waits_for_loads_beneath_a_failed_one() -> None:
    """They will not come: the others of the level go out at once."""
    query = '{ work(key: "w1") { artist { teacher { name } } notes { author { name teacher { motto } } } } }'

    assert seconds(query, failing(NOTES_OF_WORK.path)) == 0.0
    assert seconds(query, collection()) == 0.0


NO_KEY = {
    "a key that is null": '{ work(key: "w3") { artist { name } owner { name } } }',
    "loads beneath a null": '{ work(key: "w3") { artist { teacher { name } } owner { teacher { motto } } } }',
    "an argument that finds nothing": '{ work(key: "w1") { title } other: work(key: "?") { title } }',
    "a refused argument": '{ a: workById(id: "?") { title } work(key: "w1") { title } }',
}


@pytest.mark.parametrize("about", NO_KEY)
def test_no_join_waits_for_loads_without_keys(about: str) -> None:
    """Nothing is asked for them, and that is known when the others are asked for."""
    assert seconds(NO_KEY[about], collection()) == 0.0


async def test_list_that_is_null_costs_its_own_row() -> None:
    """The lists of other rows in the same answer are as good as ever."""
    services, query = collection(), '{ room(key: "r1") { works { nodes { notes { text } } } } }'
    services.rows[NOTES_OF_WORK.path]["w2"] = None

    expected = (await reference(query, None, services)).response
    found = (await told(Operations(SCHEMA, engine=ENGINE), query, None, services)).response

    assert found == expected


async def test_null_row_of_a_list_is_the_items_error() -> None:
    """Not one of the fields that it does not have."""
    services = collection()
    services.rows[NOTES_OF_WORK.path]["w1"] = [None]

    found = await told(Operations(SCHEMA, engine=ENGINE), '{ work(key: "w1") { notes { text } } }', None, services)

    assert found.errors == [("work.notes.0", "InternalError")]
