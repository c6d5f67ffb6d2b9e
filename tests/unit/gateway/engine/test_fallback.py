"""What the engine does not compile runs on the reference executor, once, and is counted by reason."""

from collections.abc import Mapping

import pytest

from gateway.engine.engine import VARIANTS_MAX
from gateway.engine.fallback import FAST, NotCompiled, Reason, executions
from gateway.operations import Operations
from tests.unit.gateway.engine.desk import ENGINE, Told, comparable, compiled, reference, told
from tests.unit.gateway.engine.museum import SCHEMA
from tests.unit.gateway.engine.rows import collection

DOCUMENTS = {
    Reason.EFFECT: "mutation { complain }",
    Reason.INTROSPECTION: '{ __type(name: "Work") { name } work(key: "w1") { title } }',
    Reason.DIRECTIVE: 'query @calm { work(key: "w1") { title } }',
    Reason.RESOLVER: '{ clock work(key: "w1") { title artist { name } } }',
    Reason.EMBEDDED_LOAD: '{ work(key: "w1") { frame { wood gilder { name } } } }',
    Reason.COLUMN: '{ work(key: "w1") { year catalogue { number } } }',
    Reason.INPUT_OBJECT: '{ similar(key: "w1") { text } }',
    Reason.ARGUMENT: 'query ($era: Era = MODERN) { work(key: "w1") { notes(about: [ANTIQUE, $era]) { text } } }',
}
VALUES = {Reason.ARGUMENT: {"era": None}}


async def fallen_back(reason: Reason, query: str, values: Mapping[str, object] | None) -> tuple[Told, Told]:
    """Run a document that falls back for a reason; return what both executors did."""
    before, fast = executions.counts["reference", reason.value], executions.counts[FAST]

    expected = await reference(query, values)
    found = await told(Operations(SCHEMA, engine=ENGINE), query, values)

    assert executions.counts["reference", reason.value] == before + 1
    assert executions.counts[FAST] == fast
    return expected, found


@pytest.mark.parametrize("reason", DOCUMENTS)
async def test_document_that_is_not_compiled_runs_on_the_reference(reason: Reason) -> None:
    """With the same answer for the same calls: nothing is executed twice."""
    expected, found = await fallen_back(reason, DOCUMENTS[reason], VALUES.get(reason))

    assert comparable(found.response) == comparable(expected.response)
    assert found.paths == expected.paths


async def test_variable_that_only_the_reference_can_refuse_runs_there() -> None:
    """A null for a condition, or for an argument that may not be null: the document is valid, the value is not."""
    for query in (
        'query ($if: Boolean = true, $key: String = "w1") { work(key: $key) { title @skip(if: $if) year } }',
        'query ($key: String = "w1") { work(key: $key) { title } }',
    ):
        expected, found = await fallen_back(Reason.ARGUMENT, query, {"key": None, "if": None})

        assert comparable(found.response) == comparable(expected.response)
        assert found.heard == []


async def test_variants_are_bounded() -> None:
    """Each combination of conditions is code; who sends very many combinations gets the reference executor."""
    names = [f"v{i}" for i in range(7)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    shown = " ".join(f"{name}: title @include(if: ${name})" for name in names)
    query = f'query ({declared}) {{ work(key: "w1") {{ year {shown} }} }}'
    operations, answers = Operations(SCHEMA, engine=ENGINE), []
    before = executions.counts["reference", Reason.VARIANTS.value]

    for i in range(VARIANTS_MAX + 3):
        values = {name: bool(i >> bit & 1) for bit, name in enumerate(names)}
        found = await told(operations, query, values)
        assert len(found.data["work"]) == 1 + sum(values.values())
        answers.append(found)

    assert executions.counts["reference", Reason.VARIANTS.value] == before + 3
    assert {len(found.heard) for found in answers} == {1}


def test_every_reason_has_a_document() -> None:
    """Here, or in the test of the bound on variants."""
    assert {*DOCUMENTS, Reason.VARIANTS} == set(Reason)


def test_reason_is_found_before_any_call() -> None:
    """A plan is made before anything is asked; the same reason is told again without planning again."""
    found = compiled(DOCUMENTS[Reason.EMBEDDED_LOAD])

    for _ in range(2):
        with pytest.raises(NotCompiled) as left:
            found.variant({})
        assert left.value.reason is Reason.EMBEDDED_LOAD
    assert list(found.variants.values()) == [Reason.EMBEDDED_LOAD]


async def test_operations_of_the_engine_are_counted_too() -> None:
    """The share of the fast path is one division away."""
    before = executions.counts[FAST]

    await told(Operations(SCHEMA, engine=ENGINE), '{ work(key: "w1") { title } }', None, collection())

    assert executions.counts[FAST] == before + 1
