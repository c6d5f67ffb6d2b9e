"""An answer that is not as promised costs exactly the field that is wrong, and no second call."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from tests.unit.gateway.engine.desk import both
from tests.unit.gateway.engine.museum import PERSONS, STAFF_OF_ROOM, WORKS, WORKS_OF_ROOM
from tests.unit.gateway.engine.rows import collection, person, work

BUG = "InternalError"


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a work, what is shown, and what becomes of it: the work, and where the error is."""

    columns: dict[str, Any]
    shown: str
    becomes: Any
    error: str


CASES = {
    "null in a leaf that may not be null": Wrong({"title": None}, "title year", None, "work.title"),
    "an object in a leaf": Wrong({"title": {}}, "title", None, "work.title"),
    "a text in a number": Wrong({"year": "1874!"}, "title year", {"title": "Title w1", "year": None}, "work.year"),
    "a number too large": Wrong({"year": 2**31}, "year", {"year": None}, "work.year"),
    "a value that the enum has not": Wrong({"era": "x"}, "era", {"era": None}, "work.era"),
    "a value of a plain enum": Wrong({"material": "AIR"}, "material", {"material": None}, "work.material"),
    "an item of a list": Wrong({"eras": ["a", "x"]}, "eras", {"eras": None}, "work.eras.1"),
    "null in a list": Wrong({"eras": ["a", None]}, "eras", {"eras": None}, "work.eras.1"),
    "a list that is none": Wrong({"eras": "a"}, "eras", {"eras": None}, "work.eras"),
    "null in a list in a list": Wrong({"marks": [[1], [2, None]]}, "marks", {"marks": None}, "work.marks.1.1"),
    "a nested list that is null": Wrong({"marks": [[1], None]}, "marks", {"marks": None}, "work.marks.1"),
    "a scalar that cannot be written": Wrong({"height": -1}, "height", {"height": None}, "work.height"),
    "a scalar of another type": Wrong({"height": "high"}, "height", {"height": None}, "work.height"),
    "null within an object": Wrong({"frame": {"wood": None}}, "frame { wood }", {"frame": None}, "work.frame.wood"),
    "no value within an object": Wrong({"frame": {}}, "frame { wood }", {"frame": None}, "work.frame.wood"),
    "an object that is none": Wrong({"frame": 5}, "frame { wood }", {"frame": None}, "work.frame.wood"),
    "what may be null within an object": Wrong(
        {"frame": {"wood": "oak", "era": 5}},
        "frame { wood era }",
        {"frame": {"wood": "oak", "era": None}},
        "work.frame.era",
    ),
    "objects in lists in lists": Wrong(
        {"outline": [[{"x": 1}], [{"x": None}]]}, "outline { x }", {"outline": None}, "work.outline.1.0.x"
    ),
    "an object that may lack": Wrong(
        {"shadow": [{"x": 1}, {"x": None}]}, "shadow { x }", {"shadow": [{"x": 1}, None]}, "work.shadow.1.x"
    ),
    "a column of a part": Wrong({"worth": "x"}, "appraisal { amount }", {"appraisal": None}, "work.appraisal.amount"),
    "a key that is none": Wrong({"artist_id": {}}, "artist { id } year", {"artist": None, "year": 1874}, "work.artist"),
    "a key of a load that must be": Wrong({"artist_id": "a9"}, "title maker { name }", None, "work.maker"),
    "no key of a load that must be": Wrong({"artist_id": None}, "title maker { name }", None, "work.maker"),
    "what a function reads": Wrong({"title": " "}, "label { text } year", {"label": None, "year": 1874}, "work.label"),
    "what a function cannot read": Wrong({"title": 5}, "shouted year", {"shouted": None, "year": 1874}, "work.shouted"),
    "what a function reads and is shown": Wrong({"era": "x"}, "era label { text }",
        {"era": None, "label": {"text": "TITLE W1"}}, "work.era"),
}  # fmt: skip
MISSING = {
    "title": ("title year", None, "work.title"),
    "subtitle": ("title subtitle", {"title": "Title w1", "subtitle": None}, "work.subtitle"),
    "era": ("era year", {"era": None, "year": 1874}, "work.era"),
    "frame": ("frame { wood }", {"frame": None}, "work.frame"),
    "id": ("title id", None, "work.id"),
}


@pytest.mark.parametrize("about", CASES)
async def test_what_is_wrong_is_null_where_it_may_be(about: str) -> None:
    """The field itself, or the nearest place around it that may be null; nothing is asked again."""
    case, services = CASES[about], collection()
    services.rows[WORKS.path]["w1"] = work("w1", **case.columns)

    told = await both(f'{{ work(key: "w1") {{ {case.shown} }} other: work(key: "w2") {{ title }} }}', None, services)

    assert told.response["data"] == {"work": case.becomes, "other": {"title": "Title w2"}}
    assert told.errors == [(case.error, BUG)]
    assert told.response["errors"][0]["locations"]
    assert len(set(told.paths)) == len(told.paths)


@pytest.mark.parametrize("column", MISSING)
async def test_column_that_is_missing_is_a_failure_of_its_field(column: str) -> None:
    """Missing is not null: the service was asked for it."""
    (shown, becomes, error), services = MISSING[column], collection()
    del services.rows[WORKS.path]["w1"][column]

    told = await both(f'{{ work(key: "w1") {{ {shown} }} }}', None, services)

    assert told.response["data"] == {"work": becomes}
    assert told.errors == [(error, BUG)]
    assert len(told.heard) == 1


@pytest.mark.parametrize("row", [5, "text", [], True], ids=str)
async def test_row_that_is_no_object_is_no_answer(row: Any) -> None:
    """Rows are objects or null: a service that sends anything else has not answered."""
    services = collection()
    services.rows[WORKS.path]["w1"] = row

    told = await both('{ work(key: "w1") { year subtitle } }', None, services)

    assert told.response["data"] == {"work": None}
    assert told.errors == [("work", "ServiceAnswerUnusable")]


async def test_null_reaches_the_data_when_nothing_on_the_way_may_be_null() -> None:
    """Then there are no data, and the error says where it began."""
    services = collection()
    services.rows[WORKS.path]["w1"]["title"] = None

    told = await both('{ sureWork(key: "w1") { title } work(key: "w2") { year } }', None, services)

    assert told.response["data"] is None
    assert told.errors == [("sureWork.title", BUG)]


async def test_null_in_a_row_of_a_page_is_null_above_the_page() -> None:
    """`nodes`, its items and the edges may not be null; the page may."""
    query = '{ room(key: "r1") { name works { nodes { year } edges { cursor node { title } } } } }'
    services = collection()
    services.rows[WORKS_OF_ROOM.path]["r1"][1]["title"] = None

    told = await both(query, None, services)

    assert told.response["data"] == {"room": {"name": "Hall", "works": None}}
    assert told.errors == [("room.works.edges.1.node.title", BUG)]


async def test_row_of_a_page_may_not_be_null() -> None:
    """Its item is where the error is."""
    services = collection()
    services.rows[WORKS_OF_ROOM.path]["r1"][1] = None

    told = await both('{ room(key: "r1") { works { nodes { title } } } }', None, services)

    assert told.response["data"] == {"room": {"works": None}}
    assert told.errors == [("room.works.nodes.1", BUG)]


@pytest.mark.parametrize("cursor", [5, None, {}], ids=str)
async def test_cursor_is_a_text(cursor: Any) -> None:
    """Clients cannot go on from anything else."""
    services = collection()
    rows = services.rows[WORKS_OF_ROOM.path]
    services.bodies[WORKS_OF_ROOM.path] = msgspec.json.encode([[{**rows["r1"][0], "cursor": cursor}]])

    told = await both('{ room(key: "r1") { works { nodes { title } pageInfo { endCursor } } } }', None, services)

    assert told.response["data"]["room"]["works"] == {
        "nodes": [{"title": "Title w1"}],
        "pageInfo": {"endCursor": None},
    }
    assert told.errors == [("room.works.pageInfo.endCursor", BUG)]


@pytest.mark.parametrize("job", ["janitor", "", None, 5, []], ids=str)
async def test_row_of_an_unknown_type_is_a_failure(job: Any) -> None:
    """By itself it may be null; in a list of what may not, the list is."""
    services = collection()
    services.rows[PERSONS.path]["g1"] = person("g1", job)
    services.rows[STAFF_OF_ROOM.path]["r1"][0]["job"] = job

    alone = await both('{ person(key: "g1") { __typename name } }', None, services)
    listed = await both('{ room(key: "r1") { name staff { name ... on Guard { badge } } } }', None, services)

    assert alone.response["data"] == {"person": None}
    assert alone.errors == [("person", BUG)]
    assert listed.response["data"] == {"room": {"name": "Hall", "staff": None}}
    assert listed.errors == [("room.staff.0", BUG)]


async def test_what_is_well_is_answered_beside_what_is_wrong() -> None:
    """One row of three is wrong; loads beneath all of them are still one call."""
    services = collection()
    services.rows[WORKS_OF_ROOM.path]["r1"][0]["year"] = "long ago"

    told = await both('{ room(key: "r1") { works { nodes { year artist { name } } } } }', None, services)

    nodes = told.response["data"]["room"]["works"]["nodes"]
    assert [node["year"] for node in nodes] == [None, 1874, 1874]
    assert [node["artist"]["name"] for node in nodes] == ["Artist a1", "Artist a2", "Artist a1"]
    assert told.errors == [("room.works.nodes.0.year", BUG)]
    assert len(told.heard) == 3


async def test_type_is_told_by_a_column_under_another_name() -> None:
    """Rows that are answered as they are have the response's keys, the column that tells their type too."""
    query = '{ person(key: "g1") { name post: job } }'
    nameless, unknown = collection(), collection()
    nameless.rows[PERSONS.path]["g1"]["name"] = None
    unknown.rows[PERSONS.path]["g1"]["job"] = "janitor"

    assert (await both(query)).data == {"person": {"name": "Person g1", "post": "guard"}}
    assert (await both(query, None, nameless)).errors == [("person.name", BUG)]
    assert (await both(query, None, unknown)).errors == [("person", BUG)]
