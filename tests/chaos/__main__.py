"""`make chaos`: faults and overload against a district of its own; exit code 1 if something does not hold."""

import argparse
import asyncio
import sys
import time

from rich.console import Console

from infra.children import ROOT
from infra.trouble import Trouble
from tests.chaos import report
from tests.chaos.faults import CASES, run_case
from tests.chaos.overload import SETTINGS, run_overload
from tests.chaos.processes import lay_out, use_all_cores
from tests.chaos.report import Verdict
from tests.chaos.world import open_world

OVERLOAD = "overload"
RUNS = (*CASES, OVERLOAD)
SEED = 330_111


async def run(names: list[str], seed: int, console: Console) -> list[Verdict]:
    """Carry out runs, each in a district of its own."""
    verdicts = []
    for name in names:
        use_all_cores()
        console.print(f"\n{name}: a district is set up ...")
        async with open_world(seed, SETTINGS if name == OVERLOAD else None) as world:
            console.print(lay_out(world.pids(), "gateway"))
            if name == OVERLOAD:
                verdicts.append(await run_overload(world))
                report.show(console, verdicts[-1])
            for case in CASES.get(name, ()):
                verdicts.append(await run_case(world, case))
                report.show(console, verdicts[-1])
    return verdicts


def main(arguments: list[str]) -> int:
    """Run what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Faults and overload.")
    parser.add_argument("run", nargs="?", choices=RUNS, help="one run; all of them without it")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    console, started = Console(), time.monotonic()
    names = [options.run] if options.run else list(RUNS)
    try:
        verdicts = asyncio.run(run(names, options.seed, console))
    except Trouble as trouble:
        console.print(str(trouble), style="red")
        return 2
    except KeyboardInterrupt:
        return 130
    report.summary(console, verdicts)
    file = report.write(verdicts, options.run or "all")
    console.print(f"{time.monotonic() - started:.0f} s; all figures: {file.relative_to(ROOT)}")
    return 0 if all(verdict.passed for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
