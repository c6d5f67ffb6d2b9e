"""A case: a document, variables, a universe and faults, all from one number."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from random import Random
from typing import Any

from graphql import GraphQLObjectType

from tests.equivalence import registered
from tests.equivalence.document import Selection, Signature, written
from tests.equivalence.faults import Faults
from tests.equivalence.inputs import Inputs
from tests.equivalence.shape import SCHEMA
from tests.equivalence.universe import Universe
from tests.equivalence.writer import DEPTH, Fragment, Writer, used

CASES_PER_DOCUMENT = 4
SPOILT = (0.01, 0.03, 0.1, 0.3)
REGISTERED, CHANGED, INTROSPECTING, SEVERAL = 0.1, 0.15, 0.015, 0.12
SIZES = (3, 8, 8, 15, 25, 45)
OTHERS = (
    "query Other { viewer { name } }",
    "mutation class { __typename }",
    'subscription S { checkpointAlarmRaised(scope: "330111") { cursor } }',
)
INTROSPECTION = ('__type(name: "Grid") { name kind }', "__schema { queryType { name } }")
NAMES = ("Q", "Other1", "class", "None", "_", "GetEverything")


class Kind(StrEnum):
    """What goes wrong in a case."""

    VALID = "valid"
    PARTIAL = "partial"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Case:
    """What two executors are given."""

    kind: Kind
    seed: int
    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    language: str
    registered: str | None = None

    def universe(self) -> Universe:
        """Return the rows."""
        spoilt = SPOILT[self.seed % len(SPOILT)] if self.kind is Kind.BROKEN else 0.0
        return Universe(self.seed, spoilt)

    def faults(self) -> Faults:
        """Return what goes wrong on the way to a service."""
        return Faults(self.seed if self.kind is Kind.PARTIAL else None)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A document with what its variables take."""

    query: str
    inputs: Inputs
    operation_name: str | None
    registered: str | None = None


def case(kind: Kind, seed: int) -> Case:
    """Return the case of a number; consecutive numbers share a document."""
    document = drawn(seed // CASES_PER_DOCUMENT)
    chance = Random(seed)
    variables = document.inputs.values(chance)
    given: dict[str, Any] | None = variables
    if not variables and chance.random() < 0.5:
        given = None
    language = chance.choice(("en", "zh"))
    return Case(kind, seed, document.query, given, document.operation_name, language, document.registered)


def as_case(kind: Kind, name: str, seed: int) -> Case:
    """Return a case of a registered query, all its variables valid."""
    file, _, variables = registered.queries()[name]
    values = Inputs(Random(seed), variables=dict(variables)).valid(Random(seed))
    return Case(kind, seed, file.read_text(encoding="utf-8"), values, name, "en", name)


@lru_cache(maxsize=8)
def drawn(seed: int) -> Drawn:
    """Return the document of a number: a registered one, a changed one, or one made up."""
    chance = Random(seed)
    roll = chance.random()
    if roll < REGISTERED + CHANGED:
        name = chance.choice(sorted(registered.queries()))
        if roll < REGISTERED:
            return as_registered(name, chance)
        writer = Writer(chance, Inputs(chance), 10)
        selections, fragments = registered.changed(name, writer)
        return assembled(writer, selections, fragments, [])
    writer = Writer(chance, Inputs(chance), chance.choice(SIZES))
    query = SCHEMA.query_type
    assert isinstance(query, GraphQLObjectType)
    selections = writer.selections(query, DEPTH, Signature())
    extra = [chance.choice(INTROSPECTION)] if chance.random() < INTROSPECTING else []
    return assembled(writer, selections, writer.fragments, extra)


def as_registered(name: str, chance: Random) -> Drawn:
    """Return a registered document as it is."""
    file, _, variables = registered.queries()[name]
    inputs = Inputs(chance, variables=dict(variables))
    return Drawn(file.read_text(encoding="utf-8"), inputs, name, name)


def assembled(writer: Writer, selections: list[Selection], fragments: dict[str, Fragment], extra: list[str]) -> Drawn:
    """Return a document: one operation to run, sometimes others beside it, and the fragments in use."""
    chance, inputs = writer.chance, writer.inputs
    reached = used(selections, fragments)
    body = " ".join([written(selections), *extra, *(fragments[name].text for name in reached)])
    kept = {n: v for n, v in inputs.variables.items() if f"${n}" in set(tokens(body))}
    inputs.variables = kept
    definitions = f"({', '.join(v.definition for v in kept.values())})" if kept else ""
    several = chance.random() < SEVERAL
    name = chance.choice(NAMES) if several or chance.random() < 0.5 else ""
    head = f"query {name}{definitions} " if name or kept or chance.random() < 0.5 else ""
    parts = [f"{head}{{ {' '.join([written(selections), *extra])} }}"]
    parts += [fragments[each].text for each in sorted(reached)]
    parts += [chance.choice([o for o in OTHERS if f" {name} " not in o])] if several else []
    chance.shuffle(parts)
    asked = name if name and (several or chance.random() < 0.5) else None
    if several and chance.random() < 0.05:
        asked = chance.choice((None, "Missing"))
    return Drawn("\n".join(parts), inputs, asked)


def tokens(text: str) -> list[str]:
    """Return the variables of a text, roughly: words that begin with a dollar sign."""
    for mark in "()[]{},:":
        text = text.replace(mark, " ")
    return [word for word in text.split() if word.startswith("$")]
