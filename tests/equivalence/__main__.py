"""Compares executors for as long as one likes: `python -m tests.equivalence --cases 100000 --seed 1 --processes 2`."""

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field

import structlog

from tests.equivalence import seeds
from tests.equivalence.cases import Case, Kind, case
from tests.equivalence.check import Check, Finding, told
from tests.equivalence.executors import Engine

CHUNK = 500
SHOWN_MAX = 5
SILENT = 50
KINDS = tuple(Kind)


@dataclass(slots=True)
class Tally:
    """What came of some cases; of the differences that are alike, the first is told on its smallest document."""

    cases: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    differences: Counter[str] = field(default_factory=Counter)
    different: int = 0
    told: dict[str, str] = field(default_factory=dict)
    smallest: dict[str, Case] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Add what came of other cases."""
        self.cases += other.cases
        self.reasons += other.reasons
        self.differences += other.differences
        self.different += other.different
        self.told = {**other.told, **self.told}
        self.smallest = {**other.smallest, **self.smallest}

    @property
    def fast(self) -> float:
        """Return the share of cases that the engine answered itself."""
        return self.reasons["fast"] / max(sum(self.reasons.values()), 1)


def chunk(first: int, count: int, kinds: tuple[Kind, ...]) -> Tally:
    """Check some cases in this process; the cases of a number take turns in kind."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(SILENT))
    return asyncio.run(tallied(case(kinds[n // 4 % len(kinds)], n) for n in range(first, first + count)))


async def tallied(cases: Iterator[Case]) -> Tally:
    """Check cases and count what comes of them."""
    tally, check = Tally(), Check(Engine())
    for one in cases:
        tally.cases += 1
        answer, finding = await check.finding(one)
        if answer is not None:
            tally.reasons[answer.reason or "fast"] += 1
        if finding is not None:
            await note(tally, check, finding)
    return tally


async def note(tally: Tally, check: Check, finding: Finding) -> None:
    """Note a difference; the first of its shape is shrunk."""
    tally.differences[finding.shape] += 1
    tally.different += 1
    if finding.shape not in tally.told and len(tally.told) < SHOWN_MAX:
        smallest = await check.smallest(finding)
        tally.told[finding.shape] = told(finding, smallest)
        tally.smallest[finding.shape] = smallest.case


def chunks(first: int, cases: int) -> Iterator[tuple[int, int]]:
    """Yield where each chunk begins and how long it is."""
    for begin in range(first, first + cases, CHUNK):
        yield begin, min(CHUNK, first + cases - begin)


def run(options: argparse.Namespace) -> Tally:
    """Check all cases on several processes and print how it goes."""
    total, started = Tally(), time.monotonic()
    kinds = tuple(Kind(name) for name in options.kinds.split(",")) if options.kinds else KINDS
    with ProcessPoolExecutor(options.processes) as pool:
        under_way: list[Future[Tally]] = [
            pool.submit(chunk, begin, count, kinds) for begin, count in chunks(options.seed * 1_000_000, options.cases)
        ]
        for future in as_completed(under_way):
            if future.exception() is not None:
                pool.shutdown(wait=False, cancel_futures=True)
            total.add(future.result())
            rate = total.cases / (time.monotonic() - started)
            say(
                f"{total.cases:>9,} cases  {rate:6.0f}/s  fast {total.fast:6.1%}  different {total.different}",
            )
    return total


def verdict(total: Tally, *, keep: bool) -> int:
    """Print what came of it; return 1 if any answers differ."""
    for text in list(total.told.values())[: SHOWN_MAX * 4]:
        say(text + "\n")
    for shape, count in total.differences.most_common(40):
        say(f"{count:>7}  {shape[:160]}")
    say("answered by: " + ", ".join(f"{reason} {count:,}" for reason, count in total.reasons.most_common()))
    say(f"{total.cases:,} cases, {total.different:,} different")
    if keep:
        for case_of_shape in list(total.smallest.values())[: SHOWN_MAX * 4]:
            seeds.keep(case_of_shape)
    return 1 if total.different else 0


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.equivalence", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kinds", default="", help="valid, partial, broken; comma between")
    parser.add_argument("--keep", action="store_true", help="write the smallest failing cases to seeds.txt")
    options = parser.parse_args()
    return verdict(run(options), keep=options.keep)


if __name__ == "__main__":
    sys.exit(main())
