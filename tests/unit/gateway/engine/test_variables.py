"""Values that are plainly of their type are taken at once; everything else as the reference does it."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from gateway.engine.variables import INT_MAX, Variables, VariablesRefused
from gateway.operations import Operations
from tests.unit.gateway.engine.desk import ENGINE, comparable, reference, told
from tests.unit.gateway.engine.museum import SCHEMA
from tests.unit.gateway.engine.museum_values import Era
from tests.unit.gateway.engine.rows import collection

PLAIN: dict[str, list[Any]] = {
    "Int": [0, -1, INT_MAX, -INT_MAX - 1, None],
    "Int!": [7],
    "String": ["", "text", None],
    "ID": ["7", "x"],
    "Boolean!": [True, False],
    "[Int!]": [[], [1, 2], None],
    "[[String]!]!": [[], [["a", None], []]],
    "[Boolean]": [[None, True]],
}
ODD: dict[str, list[Any]] = {
    "Int": [1.0, True, "7", INT_MAX + 1, [1], {}],
    "Int!": [None, "x"],
    "String!": [5, None, True, ["a"]],
    "ID": [7, 7.0, True, {}],
    "Boolean": [1, "true", 0],
    "[Int!]": [5, [None], ["a"], [[1]]],
    "[[Int]]": [[5], [["a"]]],
    "Era": ["modern", "m", 5, True, "NIX"],
    "[Era!]!": [["MODERN", None], ["x"], None],
    "Likeness": [{"era": "MODERN"}, {"era": "x"}, {"nix": 1}, 5],
    "Length": ["3 cm", 5],
}


def variables(declared: str) -> Variables:
    """Return the variables of an operation."""
    [operation] = parse(f"query ({declared}) {{ greeting }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    return Variables(SCHEMA, operation.variable_definitions or ())


def taken(declared: str, given: dict[str, Any]) -> Any:
    """Return the values, or the messages of a refusal."""
    try:
        return variables(declared).values(given, hide_suggestions=False)
    except VariablesRefused as refused:
        return [error.message for error in refused.errors]


def as_reference(declared: str, given: dict[str, Any]) -> Any:
    """Return the same, as graphql-core has it."""
    own = variables(declared)
    own.plain = None
    try:
        return own.values(given, hide_suggestions=False)
    except VariablesRefused as refused:
        return [error.message for error in refused.errors]


@pytest.mark.parametrize("kind", PLAIN)
def test_plain_values_are_taken_as_they_are(kind: str) -> None:
    """As the reference takes them."""
    for value in PLAIN[kind]:
        found = taken(f"$v: {kind}", {"v": value})

        assert found == {"v": value} == as_reference(f"$v: {kind}", {"v": value})
        assert found["v"] is value or isinstance(value, list)


@pytest.mark.parametrize("kind", ODD)
def test_other_values_are_the_references(kind: str) -> None:
    """Taken or refused: with its values, and its words."""
    for value in ODD[kind]:
        assert taken(f"$v: {kind}", {"v": value}) == as_reference(f"$v: {kind}", {"v": value})


def test_enums_become_their_values() -> None:
    """Those of the schema, not the names that clients use."""
    expected = as_reference("$v: [Era!]", {"v": ["MODERN"]})

    assert taken("$v: [Era!]", {"v": ["MODERN"]}) == expected
    assert [getattr(each, "value", each) for each in expected["v"]] == [Era.MODERN.value]


@pytest.mark.parametrize(
    ("declared", "given", "found"),
    [
        ("$v: Int = 3", {}, {"v": 3}),
        ("$v: Int = 3", {"v": None}, {"v": None}),
        ("$v: Int! = 3", {}, {"v": 3}),
        ("$v: Int", {}, {}),
        ("$v: Int = null", {}, {"v": None}),
        ("$v: [String!] = [\"a\"], $w: Boolean = true", {"w": False}, {"v": ["a"], "w": False}),
        ("$v: Int", {"v": 1, "unknown": object()}, {"v": 1}),
    ],
)  # fmt: skip
def test_absent_is_not_null(declared: str, given: dict[str, Any], found: Any) -> None:
    """A default stands for what is absent; null stays null; what nobody declared is left out."""
    assert taken(declared, given) == found == as_reference(declared, given)


def test_default_that_does_not_fit_is_refused_as_the_reference_does() -> None:
    """Validation finds it first; should it not, the reference has the last word."""
    own = variables('$v: Int = "x", $w: Int')

    assert own.plain is None


@pytest.mark.parametrize("given", [{}, {"key": None}, {"key": 5}, {"key": ["w1"]}, None], ids=repr)
async def test_refused_variables_are_answered_as_the_reference_does(given: dict[str, Any] | None) -> None:
    """Without data, and without a call."""
    query, services = "query ($key: String!) { work(key: $key) { title } }", collection()

    expected = await reference(query, given, services)
    found = await told(Operations(SCHEMA, engine=ENGINE), query, given, services)

    assert comparable(found.response) == comparable(expected.response)
    assert "data" not in found.response
    assert found.heard == []
