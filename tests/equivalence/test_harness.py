"""The comparison itself: it accepts the reference, notices every kind of sabotage, and says it in short."""

import pytest

from tests.equivalence.cases import Kind, case
from tests.equivalence.check import Check, Finding, told
from tests.equivalence.executors import Reference
from tests.equivalence.sabotage import ANSWERS, CALLS, Sabotaged

ENOUGH = 300
REFERENCE = Reference()


async def noticed(how: str, longer_than: int = 0) -> Finding | None:
    """Return the first case in which a sabotage is noticed, among documents of some length."""
    check = Check(Sabotaged(how, REFERENCE), REFERENCE)
    for seed in range(ENOUGH):
        for one in (case(kind, seed) for kind in Kind):
            finding = (await check.finding(one))[1] if len(one.query) > longer_than else None
            if finding is not None:
                return finding
    return None


@pytest.mark.parametrize("how", [*ANSWERS, *CALLS])
async def test_sabotage_is_noticed(how: str) -> None:
    """A comparison that misses it would prove nothing."""
    assert await noticed(how) is not None


@pytest.mark.parametrize("kind", list(Kind))
async def test_reference_answers_as_itself(kind: Kind) -> None:
    """The universe, the faults and the order of answers do not depend on chance that is not seeded."""
    check = Check(Reference(), REFERENCE)

    findings = [(await check.finding(case(kind, seed)))[1] for seed in range(ENOUGH // 2)]

    assert [told(finding) for finding in findings if finding] == []


async def test_smallest_document_is_told() -> None:
    """A difference is shown on the smallest document that has it."""
    found = await noticed("number_as_text", longer_than=1_000)
    assert found is not None

    smallest = await Check(Sabotaged("number_as_text", REFERENCE), REFERENCE).smallest(found)

    assert len(smallest.case.query) < 300
    assert smallest.case.query in told(found, smallest)


def test_case_follows_from_its_number() -> None:
    """The same number makes the same case in every process."""
    first = case(Kind.VALID, 4_242)

    assert first == case(Kind.VALID, 4_242)
