"""The committed API documents against what the code says: `make contracts`, WRITE=1 writes them anew."""

import difflib
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from infra.addresses import SERVICES
from infra.children import ROOT
from infra.layout import write_atomically
from infra.processes import PROGRAMS

DIFFERENCES_MAX = 12


@dataclass(frozen=True, slots=True)
class Contract:
    """A committed document, and the command that prints it."""

    file: Path
    command: Sequence[str]


CONTRACTS = (
    *(Contract(ROOT / "services" / name / "openapi.json", PROGRAMS[name]("openapi")) for name in SERVICES),
    Contract(ROOT / "gateway" / "schema.graphql", PROGRAMS["gateway"]("schema")),
)


def check(contract: Contract, *, write: bool) -> str | None:
    """Return what is wrong with a document, or None."""
    name = contract.file.relative_to(ROOT)
    printed = subprocess.run(contract.command, cwd=ROOT, capture_output=True, check=False)
    if printed.returncode != 0:
        return f"{name}: the command that prints it failed\n{printed.stderr.decode(errors='replace').strip()}"
    if write:
        write_atomically(contract.file, printed.stdout)
        return None
    committed = contract.file.read_text(encoding="utf-8") if contract.file.exists() else ""
    return difference(str(name), committed, printed.stdout.decode())


def difference(name: str, committed: str, printed: str) -> str | None:
    """Return the first lines that differ, or None."""
    if committed == printed:
        return None
    lines = difflib.unified_diff(committed.splitlines(), printed.splitlines(), "committed", "code", n=0, lineterm="")
    first = [line for _, line in zip(range(DIFFERENCES_MAX), lines, strict=False)]
    return "\n".join([f"{name} differs from the code (make contracts WRITE=1 writes it):", *first])


def main(arguments: list[str]) -> int:
    """Check or write every document; return the exit code."""
    write = arguments == ["--write"]
    with ThreadPoolExecutor() as pool:
        faults = [fault for fault in pool.map(lambda each: check(each, write=write), CONTRACTS) if fault is not None]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(CONTRACTS) - len(faults)} of {len(CONTRACTS)} API documents {'written' if write else 'agree'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
