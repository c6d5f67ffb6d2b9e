"""A plan holds as few calls as can be, and each call asks for no more than what is shown."""

import asyncio

from gateway.engine.plan import Among, Choice, Fetch, Loaded, Object, Present
from gateway.shared.ids import encode
from tests.unit.gateway.engine.desk import both, variant
from tests.unit.gateway.engine.museum import (
    ARTISTS,
    EXHIBITS_OF_ROOM,
    LOANS,
    PERSONS,
    STAFF_OF_ROOM,
    WORKS,
)
from tests.unit.gateway.engine.rows import G1


def fetches(query: str, endpoint: object) -> list[Fetch]:
    """Return the fetches of an endpoint in a document's plan."""
    return [fetch for fetch in variant(query).fetches if fetch.endpoint is endpoint]


async def test_equal_loads_of_a_row_are_one() -> None:
    """The same endpoint by the same key, under whatever names, is asked once; each name shows its own."""
    query = '{ work(key: "w1") { artist { name } maker { id } painter: artist { motto } artistId: artist { name } } }'

    [fetch] = fetches(query, ARTISTS)
    told = await both(query)

    assert len(fetch.uses) == 4
    assert sorted(fetch.rows.columns) == ["id", "motto", "name"]
    assert len(told.heard) == 2


async def test_loads_with_other_arguments_are_others() -> None:
    """Equal is equal in arguments, too."""
    query = '{ work(key: "w1") { a: notes { text } b: notes(since: 1) { text } c: notes { author { name } } } }'

    told = await both(query)

    assert [heard.body.get("arguments") for heard in told.heard if heard.path.startswith("/notes")] == [
        None,
        {"since": 1},
    ]


async def test_level_asks_an_endpoint_once() -> None:
    """Loads by different keys of one level go out as one call for all their columns; each takes its own rows."""
    query = '{ work(key: "w1") { artist { name } owner { motto teacher { name } } appraisal { expert { id } } } }'

    plan = variant(query).plan
    told = await both(query)

    assert [len(together) for together in plan.joins] == [3]
    first = next(heard for heard in told.heard if heard.path == ARTISTS.path)
    assert sorted(first.ids) == ["a1", "a2", "a3"]
    assert first.fields == ["id", "motto", "name", "teacher_id"]
    assert told.paths == [ARTISTS.path, WORKS.path]  # a2, the owner, has no teacher


async def test_root_fields_join() -> None:
    """Several keys at the root are one call."""
    told = await both('{ a: work(key: "w1") { title } b: work(key: "w2") { year } c: work(key: "w1") { title } }')

    [call] = told.heard
    assert call.ids == ["w1", "w2"]
    assert call.fields == ["title", "year"]


async def test_purpose_keeps_calls_apart() -> None:
    """A call that leaves a trace of its reader asks for nothing else, and says what for."""
    told = await both('{ work(key: "w1") { insured } }')

    [call] = [heard for heard in told.heard if heard.path == LOANS.path]
    assert call.purpose == "INSURANCE"
    assert call.fields == ["insured"]


async def test_ids_are_asked_once() -> None:
    """However many rows share a key; null keys ask nothing."""
    told = await both('{ room(key: "r1") { works { nodes { artist { name } } } } }')

    [call] = [heard for heard in told.heard if heard.path == ARTISTS.path]
    assert call.ids == ["a1", "a2"]


async def test_only_what_is_shown_is_asked_for() -> None:
    """Columns of selected fields and keys of selected loads; nothing that @skip leaves out."""
    query = (
        'query ($no: Boolean!) { work(key: "w1") { title year @include(if: $no) label { text } ...F @skip(if: $no) } }'
        " fragment F on Work { appraisal { amount } artist { name } }"
    )

    told = await both(query, {"no": False})
    other = await both(query, {"no": True})

    assert told.heard[0].fields == ["artist_id", "era", "title", "worth"]
    assert other.heard[0].fields == ["era", "title", "year"]


async def test_part_that_is_not_there_leads_nowhere() -> None:
    """Loads beneath a part are asked for the rows that have it: those whose column `present` is not null."""
    query = '{ room(key: "r1") { works { nodes { appraisal { expert { name } } } } } }'

    [fetch] = fetches(query, ARTISTS)
    told = await both(query)

    assert fetch.guards == {(Present("worth"),)}
    assert told.data["room"]["works"]["nodes"][1]["appraisal"] is None
    assert "worth" in told.heard[1].fields


async def test_load_of_one_type_is_asked_for_rows_of_that_type() -> None:
    """What a fragment on a type selects counts for its rows only."""
    query = '{ room(key: "r1") { staff { ... on Guide { idol { name } } } } }'

    [fetch] = fetches(query, ARTISTS)
    told = await both(query)

    assert fetch.guards == {(Among("job", "Person", frozenset({"Guide"})),)}
    assert [heard.ids for heard in told.heard if heard.path == ARTISTS.path] == [["a2"]]
    assert len(told.data["room"]["staff"]) == 2


async def test_load_of_several_types_is_asked_for_rows_of_any() -> None:
    """One load that two types select differently has both conditions, and is one call."""
    query = (
        '{ room(key: "r1") { staff { ... on Guide { mentor { name } languages } ... on Guard { mentor { name } } } } }'
    )

    [fetch] = fetches(query, PERSONS)
    told = await both(query)

    assert fetch.guards == {(Among("job", "Person", frozenset({name})),) for name in ("Guide", "Guard")}
    assert [heard.ids for heard in told.heard if heard.path == PERSONS.path] == [["g1"]]


def test_types_answered_alike_share_one_way() -> None:
    """What each type shows decides, not how many types there are."""
    alike = use('{ room(key: "r1") { staff { __typename id name } } }')
    apart = use('{ room(key: "r1") { staff { name ... on Guard { badge } } } }')

    assert isinstance(alike, Object)
    assert alike.told == ("job", "Person")
    assert isinstance(apart, Choice)
    assert sorted(sorted(names) for names, _ in apart.ways) == [["Guard"], ["Guide"]]


def use(query: str) -> object:
    """Return how the staff of a room is answered."""
    [fetch] = fetches(query, STAFF_OF_ROOM)
    return fetch.uses[0]


async def test_union_tells_its_types_by_a_column() -> None:
    """Its members name the column."""
    query = '{ room(key: "r1") { exhibits { ... on Painting { artist { name } } ... on Sculpture { title } } } }'

    [fetch] = fetches(query, EXHIBITS_OF_ROOM)
    told = await both(query)

    assert "kind" in fetch.rows.columns
    assert told.data == {"room": {"exhibits": [{"artist": {"name": "Artist a1"}}, {"title": "S"}]}}


async def test_page_is_asked_for_one_row_more() -> None:
    """It tells whether there are others, and is not shown; as the reference asks, so that a broken row counts alike."""
    told = await both('{ room(key: "r1") { works(first: 2) { nodes { year } pageInfo { hasNextPage } } } }')

    assert told.heard[1].body["limit"] == 3
    assert len(told.data["room"]["works"]["nodes"]) == 2


async def test_node_of_another_type_is_none() -> None:
    """Types that share an endpoint are told apart by a column, in the row."""
    query = f'{{ node(id: "{encode("Guide", G1)}") {{ __typename id }} }}'

    [fetch] = variant(query).fetches
    told = await both(query)

    assert fetch.only == ("job", "guide")
    assert told.data == {"node": None}


def test_field_of_no_row_needs_no_call() -> None:
    """A global id of an unknown type finds nothing, and asks nobody."""
    query = '{ node(id: "Tml4OjExMTExMTExLTExMTEtNDExMS04MTExLTExMTExMTExMTExMQ") { id } greeting }'

    found = variant(query)

    assert found.fetches == []
    assert isinstance(found.plan.root.fields[0], Loaded)
    assert asyncio.iscoroutinefunction(found.run)
