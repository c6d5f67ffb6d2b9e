"""One case checked: the reference and an engine answer it, and whatever tells them apart is said."""

import json
from dataclasses import dataclass, field
from typing import Protocol

from gateway.operations import Refused
from tests.equivalence.answers import Answer
from tests.equivalence.cases import Case
from tests.equivalence.compare import told_apart
from tests.equivalence.economy import wasted
from tests.equivalence.executors import Reference
from tests.equivalence.possible import Possible
from tests.equivalence.shrink import shrunk

TEXT_MAX = 3_000
DOCUMENT_MAX = 400


class Executor(Protocol):
    """Whatever answers cases."""

    async def answer(self, case: Case) -> Answer:
        """Answer a case."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A case whose answers differ."""

    case: Case
    what: str
    expected: Answer
    found: Answer | None

    @property
    def shape(self) -> str:
        """Return the difference in short, alike for differences that are alike."""
        return " ".join("#" if any(c.isdigit() for c in word) else word for word in self.what.split("\n")[0].split())


@dataclass(slots=True)
class Check:
    """Compares an engine with the reference."""

    engine: Executor
    reference: Reference = field(default_factory=Reference)

    async def finding(self, case: Case) -> tuple[Answer | None, Finding | None]:
        """Return the engine's answer, and what tells it from the reference's."""
        expected = await self.reference.answer(case)
        try:
            found = await self.engine.answer(case)
        except Exception as error:  # noqa: BLE001 - an engine that falls over is a finding
            return None, Finding(case, f"{type(error).__name__}: {error}", expected, None)
        what = await self.difference(case, expected, found)
        return found, Finding(case, what, expected, found) if what else None

    async def difference(self, case: Case, expected: Answer, found: Answer) -> str | None:
        """Return what tells two answers, or the calls made for them, apart."""

        async def unhidden() -> Possible:
            return await self.reference.possible(case)

        what = await told_apart(expected, found, unhidden)
        if what is not None or not found.asked:
            return what
        try:
            return wasted(found, self.reference.prepared(case))
        except Refused:
            return "calls for a request that is refused"

    async def smallest(self, finding: Finding) -> Finding:
        """Return the same difference on a document as small as can be."""

        async def fails(case: Case) -> bool:
            return (await self.finding(case))[1] is not None

        _, found = await self.finding(await shrunk(finding.case, fails))
        return found or finding


def told(finding: Finding, smallest: Finding | None = None) -> str:
    """Return everything that one needs to see a difference."""
    least = smallest or finding
    case = least.case
    lines = [
        f"{case.kind} seed {case.seed}: {least.what}",
        f"  document: {case.query}",
        f"  operation: {case.operation_name}  language: {case.language}",
        f"  variables: {json.dumps(case.variables, ensure_ascii=False)}",
        f"  faults: {faults(least.expected) or 'none'}",
        f"  reference: {least.expected.text.decode()[:TEXT_MAX]}",
        f"  engine:    {least.found.text.decode()[:TEXT_MAX] if least.found else 'fell over'}",
    ]
    if smallest is not None and smallest.case.query != finding.case.query:
        lines.append(f"  first seen as: {finding.what}\n    {finding.case.query[:DOCUMENT_MAX]}")
    return "\n".join(lines)


def faults(expected: Answer) -> str:
    """Return which calls of the reference failed."""
    return ", ".join(f"{each.service} {each.path}" for each in expected.asked if each.failed)
