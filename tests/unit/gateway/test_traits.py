"""How urgent an operation is, and under which name it is counted: read from its document."""

import pytest
from graphql import get_operation_ast, parse

from gateway.traits import FOLDER, Priority, may_be_urgent, traits_of

SCAN = "mutation { passageRecord(input: {}) { passage { id } } }"
CODE = "healthCode { color reasons { code message } decidedAt }"


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        (SCAN, Priority.URGENT),
        ("mutation { a: passageRecord(input: {}) { passage { id } } passageBatchUpload(input: {}) { batch { id } } }",
         Priority.URGENT),
        ("mutation { passageRecord(input: {}) { passage { id } } gridEventOpen(input: {}) { userErrors { code } } }",
         Priority.COMMAND),
        ("mutation { quarantineOrderRelease(input: {}) { userErrors { code } } }", Priority.COMMAND),
        (f'{{ resident(id: "x") {{ id name {CODE} }} }}', Priority.URGENT),
        (f'query Q($id: ID!) {{ node(id: $id) {{ ... on Resident {{ {CODE} }} }} }}', Priority.URGENT),
        (f'{{ ...R }} fragment R on Query {{ resident(id: "x") {{ ...C }} }} fragment C on Resident {{ {CODE} }}',
         Priority.URGENT),
        (f'{{ resident(id: "x") {{ {CODE} grid {{ name }} }} }}', Priority.ORDINARY),
        (f'{{ resident(id: "x") {{ {CODE} }} other: resident(id: "y") {{ {CODE} }} }}', Priority.ORDINARY),
        (f'{{ resident(id: "x") {{ {CODE} }} viewer {{ name }} }}', Priority.ORDINARY),
        ('{ resident(id: "x") { name } }', Priority.ORDINARY),
        ("{ viewer { name } }", Priority.ORDINARY),
        ("{ __typename }", Priority.ORDINARY),
        ('subscription { passageRecorded(scope: "33") { cursor } }', Priority.ORDINARY),
    ],
)  # fmt: skip
def test_priority(text: str, priority: Priority) -> None:
    """A gate's scans and health-code checks first; whoever hangs more onto them is as ordinary as that."""
    document = parse(text)
    operation = get_operation_ast(document)

    assert operation is not None
    assert traits_of(document, operation).priority is priority
    assert priority is not Priority.URGENT or may_be_urgent(text)


def test_registered_operations_are_counted_by_name() -> None:
    """By what they are, not by what they are called; everything else is one."""
    text = (FOLDER / "gate.graphql").read_text(encoding="utf-8")
    document = parse(text)
    named = get_operation_ast(document, "Gate")
    impostor = get_operation_ast(parse("query Gate { viewer { name } }"))

    assert named is not None
    assert impostor is not None
    assert traits_of(document, named).label == "Gate"
    assert traits_of(document, impostor).label == "other"
    assert traits_of(document, impostor).name == "Gate"
