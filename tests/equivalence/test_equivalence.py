"""The engine answers as the reference does: a fixed budget of cases, and every seed that ever failed."""

from collections import Counter

import pytest

from tests.equivalence import seeds
from tests.equivalence.cases import Case, Kind, as_case, case
from tests.equivalence.check import Check, told
from tests.equivalence.executors import Engine, Reference
from tests.equivalence.registered import queries

CHUNK = 250
CASES = {Kind.VALID: 2_000, Kind.PARTIAL: 1_500, Kind.BROKEN: 1_500}
CHUNKS = [(kind, begin) for kind, count in CASES.items() for begin in range(0, count, CHUNK)]
FAST_SHARE = 0.9
REGISTERED_SEEDS = 12
CHECK = Check(Engine(), Reference())


async def checked(cases: list[Case]) -> Counter[str]:
    """Compare the answers to cases; return how often each way to answer was taken."""
    reasons: Counter[str] = Counter()
    for one in cases:
        answer, finding = await CHECK.finding(one)
        if finding is not None:
            pytest.fail(told(finding, await CHECK.smallest(finding)), pytrace=False)
        assert answer is not None
        reasons[answer.reason or "fast"] += 1
    return reasons


@pytest.mark.parametrize(("kind", "begin"), CHUNKS)
async def test_answers_are_equal(kind: Kind, begin: int) -> None:
    """Data, order of keys, errors, and what the services are asked."""
    reasons = await checked([case(kind, seed) for seed in range(begin, begin + CHUNK)])

    assert reasons["fast"] >= FAST_SHARE * CHUNK, reasons


@pytest.mark.parametrize("name", sorted(queries()))
@pytest.mark.parametrize("kind", list(Kind))
async def test_registered_queries_are_fast(name: str, kind: Kind) -> None:
    """What clients send never falls back, whatever the services do."""
    reasons = await checked([as_case(kind, name, seed) for seed in range(REGISTERED_SEEDS)])

    assert reasons == {"fast": REGISTERED_SEEDS}


@pytest.mark.parametrize("one", seeds.kept(), ids=lambda one: f"{one.kind}-{one.seed}")
async def test_kept_case_is_equal(one: Case) -> None:
    """What failed once does not fail again."""
    await checked([one])
