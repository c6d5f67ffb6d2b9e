"""What is generated for small documents, as it is committed: `python -m tests.unit.gateway.engine.golden_texts`."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.unit.gateway.engine.desk import variant

GOLDEN = Path(__file__).with_name("golden")
DOCUMENTS = {
    "plain": '{ work(key: "w1") { title year } }',
    "loads": "query ($key: String!) { work(key: $key) { era artist { name } notes(since: 3) "
    "{ text author { name } } } }",
    "page": '{ room(key: "r1") { works(first: 2) { nodes { maker { name } } pageInfo { hasNextPage endCursor } } } }',
    "interface": '{ room(key: "r1") { staff { id ... on Guide { idol { name } } } } }',
    "joins": '{ work(key: "w1") { artist { name } owner { motto } } }',
}
CONSTANT = re.compile(r"\bK\d+\b")


def readable(source: str) -> str:
    """Return code with its constants numbered as they appear."""
    names: dict[str, str] = {}
    return CONSTANT.sub(lambda found: names.setdefault(found[0], f"K{len(names) + 1}"), source) + "\n"


def texts(name: str) -> Iterator[tuple[Path, str]]:
    """Yield the files of a document: its code, and that of the careful twins."""
    found = variant(DOCUMENTS[name])
    yield GOLDEN / f"{name}.txt", readable(found.source)
    yield GOLDEN / f"{name}.careful.txt", readable("\n\n".join(map(found.writer.careful, found.fetches)))


def write() -> None:
    """Write every file anew."""
    GOLDEN.mkdir(exist_ok=True)
    for name in DOCUMENTS:
        for path, text in texts(name):
            path.write_text(text)


if __name__ == "__main__":
    write()
