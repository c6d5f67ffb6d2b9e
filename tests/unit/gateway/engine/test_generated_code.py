"""What is generated can be read, holds no text of a client, and careful code is there when it is needed."""

import builtins
import keyword
import re

import pytest

from gateway.engine.arguments import Asked
from gateway.engine.running import Running
from tests.unit.gateway.engine.desk import both, variant
from tests.unit.gateway.engine.golden_texts import DOCUMENTS, texts
from tests.unit.gateway.engine.museum import WORKS
from tests.unit.gateway.engine.rows import collection

INJECTION = "__import__('os').system('x')"
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
STRING = re.compile(r"'[^']*'|\"[^\"]*\"")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_generated_code_is_as_committed(name: str) -> None:
    """So that a reader sees what is generated, and a reviewer what changes."""
    for path, text in texts(name):
        assert path.read_text() == text, f"{path.name}: see golden_texts.py"


def test_generated_code_holds_no_text_of_the_document() -> None:
    """Response keys, arguments, columns and types travel as constants."""
    query = (
        "query Zebra ($giraffe: String!, $lion: Boolean!) { okapi: work(key: $giraffe) { tapir: title @skip(if: $lion)"
        ' ibex: subtitle artist { yak: name } notes(since: 77123, by: "QXJ0aXN0OjE") { text } appraisal { amount } } }'
    )

    found = variant(query, giraffe="w1", lion=False)
    careful = [found.writer.careful(fetch) for fetch in found.fetches]

    for source in (found.source, *careful):
        words = set(IDENTIFIER.findall(source)) | set(STRING.findall(source))
        assert not words & {"Zebra", "giraffe", "lion", "okapi", "tapir", "ibex", "yak", "title", "subtitle", "since"}
        assert "77123" not in source
        assert not STRING.findall(source)


async def test_texts_that_look_like_code_are_texts() -> None:
    """In arguments, variables, and what services answer."""
    services = collection()
    services.rows[WORKS.path]["w1"]["title"] = INJECTION
    query = 'query ($by: Int) { work(key: "w1") { title notes(since: $by) { text } } odd: work(key: "%s") { title } }'

    told = await both(query % INJECTION, {"by": 3}, services)

    assert told.data["work"]["title"] == INJECTION
    assert told.data["odd"] is None


def test_names_are_of_the_engines_own_making() -> None:
    """Constants, rows, fetches: letters and a number; the rest is what the engine and Python call things."""
    found = variant(DOCUMENTS["interface"])
    spoken = {*found.namespace, *dir(builtins), *keyword.kwlist, *dir(Running), *dir(Asked), *dir(dict)}

    own = set(IDENTIFIER.findall(found.source)) - spoken

    assert {name for name in own if not re.fullmatch(r"[a-z]+\d*(_\d+)?", name)} == set()


async def test_careful_code_is_compiled_when_it_is_needed() -> None:
    """Most operations never need it."""
    query, services = '{ work(key: "w1") { year height } }', collection()
    found = variant(query)
    assert "c0" not in found.namespace

    first = found.careful(0)

    assert found.careful(0) is first
    assert found.namespace["c0"] is first
    services.rows[WORKS.path]["w1"]["year"] = "long ago"
    told = await both(query, None, services)
    assert told.errors == [("work.year", "InternalError")]
