"""`python -m tests.bench`: measure, print, keep as JSON, and write it into the documents if asked to."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console

from infra.children import ROOT
from tests.bench import memory, real, residents
from tests.bench.compare import Comparison, Plan, compare_documents, compare_traced
from tests.bench.documents import registered
from tests.bench.ground import Ground, open_ground
from tests.bench.install import FOLDER, NotInstalled, install
from tests.bench.machine import machine, versions
from tests.bench.publish import publish
from tests.bench.report import show
from tests.bench.results import Results
from tests.bench.roster import ENGINE, SERVERS, Server
from tests.bench.shapes import shapes

SECONDS = 1.5
DOCUMENT_SECONDS = 1.0
TRACED = ("GridRound", "ResidentCard", "DistrictBoard")
WIDTH = 140  # of a log
PARTS = ("shapes", "documents", "real", "memory", "residents")
DEFAULT_PARTS = PARTS[:3]


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--shapes", type=names, help="only these of q1, q2, q3")
    parser.add_argument("--servers", type=names, help="only these, and the engine")
    parser.add_argument("--seconds", type=float, help=f"of each stretch of load; {SECONDS:g} by default")
    parser.add_argument("--parts", type=names, help=f"of {', '.join(PARTS)}; the first three by default")
    parser.add_argument("--write", action="store_true", help="write README.md, README.zh.md and docs/")
    return parser.parse_args(arguments)


def names(text: str) -> list[str]:
    """Return the names of a list with commas."""
    return [name.strip().lower() for name in text.split(",") if name.strip()]


def main(arguments: Sequence[str]) -> int:
    """Run the bench."""
    asked, console = options(arguments), Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    narrowed = asked.shapes or asked.servers
    parts = asked.parts or (["shapes"] if narrowed else list(DEFAULT_PARTS))
    with console.status("installing the peers") as status:

        def step(text: str) -> None:
            status.update(text)
            if not console.is_terminal:
                console.print(text, highlight=False)

        servers = [] if parts == ["residents"] else chosen(asked.servers, console)
        seconds = asked.seconds or SECONDS
        results = Results(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}", machine(), versions(), seconds)
        if "shapes" in parts:
            wanted = [shape for shape in shapes() if not asked.shapes or shape.name in asked.shapes]
            with ground(console) as at:
                comparison = Comparison(at, Plan(servers, wanted, seconds), step)
                results.shapes, results.answer_bytes = comparison.run()
        stretch = asked.seconds or DOCUMENT_SECONDS
        if "documents" in parts:
            with ground(console) as at:
                results.documents = compare_documents(at, registered(), stretch, step)
                some = [document for document in registered() if document.name in TRACED]
                results.traced = compare_traced(at, some, stretch, step)
        if "real" in parts:
            results.real = asyncio.run(real.run(stretch, step))
        if "memory" in parts:
            with ground(console) as at:
                results.memory = memory.run(at, step)
        if "residents" in parts:
            results.residents = asyncio.run(residents.run(step))
    show(results, console)
    console.print(f"kept as {results.save(FOLDER).relative_to(ROOT)}")
    if asked.write:
        console.print(f"written: {', '.join(map(str, publish(results, ROOT)))}")
    return 0


@contextmanager
def ground(console: Console) -> Iterator[Ground]:
    """Open the ground; what it has to say is printed."""
    with open_ground(lambda text: console.print(f"[yellow]{text}[/]", highlight=False)) as at:
        yield at


def chosen(wanted: Sequence[str] | None, console: Console) -> list[Server]:
    """Return the servers to measure; peers that cannot be installed are left out, and it says so."""
    found = [server for server in SERVERS if not wanted or server.name in wanted or server is ENGINE]
    if any(server.node for server in found):
        try:
            install()
        except NotInstalled as reason:
            console.print(f"[yellow]the peers on node are left out: {reason}[/]", highlight=False)
            found = [server for server in found if not server.node]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
