"""The schema as it is committed: up to date, described, and never broken unannounced."""

import re
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
)

import gateway
from gateway import problem_codes
from gateway.problem_codes import ProblemCode
from gateway.schema import executable_schema, schema_text
from tests.contract.problem_codes import TARGET, problems, text

FILE = Path(gateway.__file__).parent / "schema.graphql"
SCHEMA = build_schema(FILE.read_text(encoding="utf-8"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ROOTS = {"Query", "Mutation", "Subscription"}
BASELINE = Path(__file__).parent / "schema_baseline.graphql"
CODE_GONE = re.compile(r"Enum value ProblemCode\.\w+ was removed\.")


def own_types() -> list[GraphQLNamedType]:
    """Return the types that are not GraphQL's own."""
    builtin = {"String", "Int", "Float", "Boolean", "ID"}
    return [t for name, t in SCHEMA.type_map.items() if not name.startswith("__") and name not in builtin]


def described() -> Iterator[tuple[str, str | None]]:
    """Yield every place of the schema with its description."""
    for kind in own_types():
        yield kind.name, kind.description
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{kind.name}.{name}", value.description) for name, value in kind.values.items())
        elif isinstance(kind, GraphQLInputObjectType):
            yield from ((f"{kind.name}.{name}", field.description) for name, field in kind.fields.items())
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", field.description
                yield from ((f"{kind.name}.{name}({a})", arg.description) for a, arg in field.args.items())


def test_schema_is_up_to_date() -> None:
    """Run `python -m gateway schema > gateway/schema.graphql` after a change."""
    assert FILE.read_text(encoding="utf-8") == schema_text()


def test_everything_is_described() -> None:
    """To the last argument and enum value."""
    assert [place for place, description in described() if not description] == []


def test_every_type_has_its_chinese_term() -> None:
    """The term of the people who do the work."""
    assert [t.name for t in own_types() if not CHINESE.search(t.description or "")] == []


def test_there_is_no_json_scalar() -> None:
    """Everything has a type."""
    assert "JSON" not in SCHEMA.type_map


def test_lists_are_connections() -> None:
    """A list from a service that may be long has pages, and nodes beside edges."""
    for kind in own_types():
        if kind.name.endswith("Connection"):
            assert isinstance(kind, GraphQLObjectType)
            assert {"nodes", "edges", "pageInfo"} == set(kind.fields)


def test_roots_take_what_can_be_missing() -> None:
    """A service that is away nulls its own root field only."""
    for root in ROOTS - {"Subscription"}:
        kind = SCHEMA.type_map[root]
        assert isinstance(kind, GraphQLObjectType)
        required = [name for name, field in kind.fields.items() if str(field.type).endswith("!")]
        assert required == (["viewer"] if root == "Query" else [])


def test_nothing_breaks() -> None:
    """What clients were promised is deprecated before it goes; a release copies the schema to the baseline.

    Codes of problems come and go with the rules; a client that does not know one shows its message.
    """
    before = build_schema(BASELINE.read_text(encoding="utf-8"))

    broken = [change.description for change in find_breaking_changes(before, executable_schema())]

    assert [change for change in broken if not (was_deprecated(before, change) or CODE_GONE.fullmatch(change))] == []


def test_a_break_is_found() -> None:
    """A field that goes unannounced is one, an announced one is none."""
    before = build_schema('type Query { a: Int b: Int @deprecated(reason: "use a, until 2020-03") }')

    broken = [change.description for change in find_breaking_changes(before, build_schema("type Query { c: Int }"))]

    assert [change for change in broken if not was_deprecated(before, change)] == ["Field Query.a was removed."]


def was_deprecated(before: GraphQLSchema, description: str) -> bool:
    """Say whether a removed field was announced."""
    removed = re.fullmatch(r"Field (\w+)\.(\w+) was removed\.", description)
    kind = before.type_map.get(removed[1]) if removed else None
    if removed is None or not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        return False
    return kind.fields[removed[2]].deprecation_reason is not None


def test_problem_codes_are_up_to_date() -> None:
    """Run `python -m tests.contract.problem_codes`, then write the schema anew."""
    assert TARGET.read_text(encoding="utf-8") == text()
    assert {code.name for code in ProblemCode} == {*problems(), "Unlisted"}
    assert problem_codes.__doc__
