"""Cases whose answers once differed: kept beside the tests, one a line, and run again by each of them.

A line holds the seed of the data and the whole document, so that it stays the same case when the
generator of documents changes.
"""

from dataclasses import asdict
from pathlib import Path

import msgspec

from tests.equivalence.cases import Case

FILE = Path(__file__).parent / "seeds.txt"


def kept() -> list[Case]:
    """Return the cases that are kept."""
    lines = FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else []
    return [msgspec.json.decode(line, type=Case) for line in lines if line and not line.startswith("#")]


def keep(case: Case) -> None:
    """Add a case unless it is there."""
    if case not in kept():
        with FILE.open("a", encoding="utf-8") as file:
            file.write(msgspec.json.encode(asdict(case)).decode() + "\n")
