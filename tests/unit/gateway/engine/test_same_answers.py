"""Whatever a declaration can say, the engine answers as the reference executor does."""

import pytest

from gateway.shared.ids import encode
from tests.unit.gateway.engine.desk import both
from tests.unit.gateway.engine.rows import G1, U1, W1

DOCUMENTS = {
    "columns of every type": '{ work(key: "w1") { id title subtitle year era eras material height marks } }',
    "objects in lists in lists": (
        '{ work(key: "w1") { outline { x y } shadow { x } frame { wood era corners { y } } } }'
    ),
    "objects under other names": '{ work(key: "w1") { outline { right: x } frame { __typename wood } } }',
    "parts, with loads beneath": '{ work(key: "w1") { appraisal { amount currency expert { name } } } }',
    "a part that is not there": '{ work(key: "w2") { appraisal { amount expert { name } } } }',
    "what the gateway makes": '{ work(key: "w1") { shouted label { text rows: lines } } greeting }',
    "loads that may not be null": '{ work(key: "w1") { maker { name teacher { name } } } }',
    "single columns of a load": '{ work(key: "w1") { artistName insured } }',
    "lists with arguments": '{ work(key: "w1") { notes(since: 3, about: [MODERN]) { text author { name } } } }',
    "a union": (
        '{ room(key: "r1") { exhibits { __typename ... on Painting { title artist { name } } ... on Sculpture '
        "{ weight donor { name } } } } }"
    ),
    "an interface": (
        '{ room(key: "r1") { staff { __typename id name ... on Guard { badge } ... on Guide { languages idol { '
        "name } } mentor { name } } } }"
    ),
    "types answered alike": '{ room(key: "r1") { staff { __typename id name } } }',
    "a page": (
        '{ room(key: "r1") { works(first: 2) { nodes { title } edges { cursor node { era } } pageInfo { '
        "hasNextPage hasPreviousPage startCursor endCursor } } } }"
    ),
    "a page backwards": (
        '{ room(key: "r1") { works(last: 2) { nodes { id } pageInfo { hasNextPage hasPreviousPage } } } }'
    ),
    "an empty page": (
        '{ room(key: "r2") { works { __typename nodes { title } edges { cursor } pageInfo { endCursor } } } }'
    ),
    "a row that is not there": '{ work(key: "w9") { title artist { name } } room(key: "R") { name } }',
    "fragments and aliases": (
        'query { a: work(key: "w1") { ...F } b: work(key: "w2") { ...F } } fragment F on Work { title: '
        "subtitle subtitle: title ... on Node { id } }"
    ),
    "names of the document's own": (
        'query ($on: Boolean = true) { work(key: "w1") { title @skip(if: $on) year @include(if: $on) } }'
    ),
    "something failing": "{ complaint greeting }",
}


@pytest.mark.parametrize("about", DOCUMENTS)
async def test_both_executors_answer_the_same(about: str) -> None:
    """The same data in the same order of keys, the same errors."""
    await both(DOCUMENTS[about])


async def test_objects_by_their_global_id() -> None:
    """Types that share an endpoint are told apart; unknown and malformed ids are answered as well."""
    for text in (
        encode("Work", W1),
        encode("Guard", G1),
        encode("Guide", G1),
        encode("Guide", U1),
        encode("Nix", W1),
        "?",
    ):
        await both("query ($id: ID!) { node(id: $id) { __typename id ... on Person { name } } }", {"id": text})
        await both("query ($id: ID!) { workById(id: $id) { title } }", {"id": text})
