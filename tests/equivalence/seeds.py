"""Seeds that once failed: kept beside the tests, one a line, and run again by each of them."""

from pathlib import Path

from tests.equivalence.cases import Kind

FILE = Path(__file__).parent / "seeds.txt"


def kept() -> list[tuple[Kind, int]]:
    """Return the seeds that are kept; a line is `kind seed`, and what follows is a remark."""
    lines = FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else []
    words = [line.split() for line in lines if line and not line.startswith("#")]
    return [(Kind(word[0]), int(word[1])) for word in words]


def keep(kind: Kind, seed: int, remark: str) -> None:
    """Add a seed unless it is there."""
    if (kind, seed) not in kept():
        with FILE.open("a", encoding="utf-8") as file:
            file.write(f"{kind} {seed} {remark.splitlines()[0][:100]}\n")
