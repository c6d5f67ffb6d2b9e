"""No text of a client gets into generated code, and odd names and literals are answered rightly."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import get_operation_ast, parse

from gateway.engine.engine import Compiled
from gateway.engine.runtime import Types
from tests.equivalence.cases import Case, Kind
from tests.equivalence.check import Check, told
from tests.equivalence.executors import Engine, Reference
from tests.equivalence.shape import SCHEMA
from tests.equivalence.universe import CODES, opaque

SEED = 44  # a universe in which every list of the document has rows
MARK = "zqx"
OWN_TEXT = re.compile(r"[a-z]?\d+|True|False")
OWN_NAME = re.compile(r"[A-Za-z]\w*")
TYPES = Types(SCHEMA)
CHECK = Check(Engine(), Reference())
CODE = CODES[-1]

NAMES = (
    "class", "None", "True", "lambda", "async", "await", "def", "exec", "eval", "import", "yield", "print", "self",
    "__class__", "__import__", "__builtins__", "__dict__", "__init__", "__shown__", "_", "__",
    "op", "r", "raw", "rows", "ids", "own", "body", "pending", "nothing", "page0", "root", "k0", "f0", "p0", "t0", "c0",
    "m0_0", "x1", "K0", "T_Division", "Out", "OutGrid", "In0", "keys", "zip", "dict", "Problem", "Surprise", "NULL",
    "cursor", "nodes", "level", "typename", "data", "errors", "a" * 63,
)  # fmt: skip
LONG_NAMES = ("b" * 64, "c" * 5_000)
TEXTS = (
    '"', "'", "\\", '\\"', '"""', "'''", "\n", "\r\n", "\u2028", "\x00", "😀",
    "{code}", "{0.__class__}", "{{}}", "%s", "%(code)s", "$code", "`id`", "${id}", "__import__('os').system('id')",
    '"); import os #', "]\n    raise SystemExit\n#", "\\u0022", "\\N{BULLET}", "f'{1}'", "#", "null", "x" * 5_000,
)  # fmt: skip

DOCUMENT = """
query {operation}(${variable}: String!, $flag: Boolean = true) {{
  {alias}: grid(code: ${variable}) {{
    {alias}: name
    ...{fragment}
    summary {{ {alias}: residents code }}
    children(first: 2) {{ {alias}: nodes {{ {alias}: code }} edges {{ {alias}: cursor node {{ level }} }} }}
    quarantineOrders(status: [ACTIVE, ISSUED]) {{ nodes {{ {alias}: healthChecks {{ {alias}: expected }} id }} }}
  }}
  other: division(code: {literal}) {{ {alias}: kind __typename }}
}}
fragment {fragment} on Grid {{
  {alias}2: code @include(if: $flag) worker {{ {alias}: name }} parent {{ {alias}: name }}
}}
"""
PLAIN = {"operation": "Q", "variable": "code", "alias": "a", "fragment": "F", "literal": f'"{CODE}"'}


def document(**texts: str) -> str:
    """Return the document with some of its names and literals replaced."""
    return DOCUMENT.format(**{**PLAIN, **texts})


def sources(query: str, variables: Mapping[str, Any]) -> Iterator[str]:
    """Yield all code that the engine makes of a document."""
    parsed = parse(query)
    operation = get_operation_ast(parsed, None)
    assert operation is not None
    compiled = Compiled(SCHEMA, TYPES, parsed, operation)
    variant = compiled.variant(compiled.variables.values(variables, hide_suggestions=False))
    yield variant.source
    for fetch in variant.fetches:
        yield variant.writer.careful(fetch)


def code_of(**texts: str) -> list[str]:
    """Return all code made of the document with some of its texts replaced."""
    variable = texts.get("variable", PLAIN["variable"])
    return list(sources(document(**texts), {variable: CODE, "flag": True}))


async def check(query: str, variables: dict[str, Any] | None = None) -> None:
    """Compare the engine's answer with the reference's; it must be the engine's own."""
    answer, finding = await CHECK.finding(Case(Kind.VALID, SEED, query, variables, None, "en"))
    assert finding is None, told(finding)
    assert answer is not None
    assert answer.reason is None


@pytest.mark.parametrize("place", ["operation", "variable", "alias", "fragment"])
def test_code_is_the_same_whatever_the_names(place: str) -> None:
    """Code that does not change with a client's names holds none of them."""
    texts = {place: MARK}

    made = code_of(**texts)

    assert made == code_of()
    assert not any(MARK in text for text in made)


def test_code_is_the_same_whatever_the_literals() -> None:
    """Values travel as constants."""
    made = code_of(literal=f'"{MARK}"')

    assert made == code_of()
    assert not any(MARK in text for text in made)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:20])
def test_code_is_the_same_whatever_the_alias(name: str) -> None:
    """Python's words and names of the engine's own change nothing but constants."""
    assert code_of(alias=name) == code_of()


@pytest.mark.parametrize("name", LONG_NAMES, ids=len)
def test_code_holds_no_long_alias(name: str) -> None:
    """A name that no service takes as a column's is a constant, too."""
    assert not any(name[:20] in text for text in code_of(alias=name))


def test_code_holds_names_of_its_own_only() -> None:
    """No import, no text, no name with two underscores, no attribute that leads out."""
    for text in code_of(alias="__class__", operation="__import__", fragment="eval"):
        for node in ast.walk(ast.parse(text)):
            assert not isinstance(node, ast.Import | ast.ImportFrom | ast.Global | ast.ClassDef | ast.JoinedStr)
            named = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", None)
            if isinstance(named, str):
                assert OWN_NAME.fullmatch(named), named
                assert not named.startswith("_"), named
            if isinstance(node, ast.Constant):
                assert node.value is None or OWN_TEXT.fullmatch(str(node.value)), node.value


@pytest.mark.parametrize("name", [*NAMES, *LONG_NAMES], ids=lambda name: name[:20])
async def test_odd_alias_is_answered(name: str) -> None:
    """Under any response key, at every level, in every kind of object."""
    await check(document(alias=name), {"code": CODE})


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("True", "None")], ids=lambda name: name[:20])
async def test_odd_names_are_answered(name: str) -> None:
    """Operations, variables and fragments may be called anything; a fragment is never called `on`."""
    await check(document(operation=name, variable=name, fragment=name), {name: CODE})


@pytest.mark.parametrize("text", TEXTS, ids=repr)
async def test_odd_literal_is_answered(text: str) -> None:
    """As a literal, as a block of text, as a variable, as an id and as a cursor."""
    written = quoted(text)
    await check(document(literal=written), {"code": text})
    await check("query ($id: ID!) { node(id: $id) { id } }", {"id": opaque(f"Resident:{text}")})
    await check(f'{{ division(code: "{CODES[0]}") {{ children(first: 1, after: {written}) {{ nodes {{ code }} }} }} }}')


@pytest.mark.parametrize("value", ["__class__", "None", "ACTIVE_", "mro", "name"])
async def test_odd_value_of_an_enum_is_refused_alike(value: str) -> None:
    """By the document's check as a literal, by the variables' check otherwise."""
    field = '{ quarantineOrders(scope: "330111", status: $s) { nodes { id } } }'

    await check(f"query ($s: [QuarantineOrderStatus!]) {field}", {"s": [value]})
    await check(field.replace("$s", value))


def quoted(text: str) -> str:
    """Return a text as a GraphQL literal."""
    return (
        '"'
        + "".join(c if c.isalnum() and c.isascii() else "".join(f"\\u{u:04x}" for u in units(c)) for c in text)
        + '"'
    )


def units(character: str) -> list[int]:
    """Return the UTF-16 units of a character."""
    raw = character.encode("utf-16-be")
    return [int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2)]
