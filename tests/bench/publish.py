"""Writes a run into the documents, between markers; what a run did not measure stays as it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench import markdown
from tests.bench.chart import chart
from tests.bench.results import Results

CHART = Path("docs/bench.svg")
HEADINGS = {
    markdown.ENGLISH: (
        "## How fast it is",
        "![Requests a second on one core](docs/bench.svg)",
        "How it is measured, and the registered queries through the real services: [docs/bench.md](docs/bench.md)."
        " `make bench` measures it again.",
    ),
    markdown.CHINESE: (
        "## 有多快",
        "![单核每秒请求数](docs/bench.svg)",
        "测量方法，以及已登记查询经真实服务的数字：[docs/bench.md](docs/bench.md)。`make bench` 可重新测量。",
    ),
}
BEFORE = {markdown.ENGLISH: "## Read on", markdown.CHINESE: "## 继续阅读"}


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document that the bench writes."""

    file: Path
    name: str
    measured: Callable[[Results], object]
    text: Callable[[Results], str]


def front(language: str) -> Callable[[Results], str]:
    """Return what writes a README's section."""

    def write(results: Results) -> str:
        heading, picture, more = HEADINGS[language]
        return "\n\n".join([heading, picture, markdown.shapes_block(results, language), more])

    return write


DOCS = Path("docs/bench.md")
BLOCKS = (
    Block(Path("README.md"), "shapes", lambda r: r.shapes, front(markdown.ENGLISH)),
    Block(Path("README.zh.md"), "shapes", lambda r: r.shapes, front(markdown.CHINESE)),
    Block(DOCS, "shapes", lambda r: r.shapes, markdown.targets_block),
    Block(DOCS, "documents", lambda r: r.documents, markdown.documents_block),
    Block(DOCS, "real", lambda r: r.real, markdown.real_block),
    Block(DOCS, "memory", lambda r: r.memory, markdown.memory_block),
    Block(DOCS, "residents", lambda r: r.residents, markdown.residents_block),
)


def publish(results: Results, root: Path) -> list[Path]:
    """Write what was measured into the documents and return those that were written."""
    written = []
    for block in BLOCKS:
        if block.measured(results):
            file = root / block.file
            file.write_text(placed(file.read_text(encoding="utf-8"), block.name, block.text(results)), encoding="utf-8")
            written.append(block.file)
    if results.shapes:
        (root / CHART).write_text(chart(results), encoding="utf-8")
        written.append(CHART)
    return list(dict.fromkeys(written))


def placed(document: str, name: str, text: str) -> str:
    """Return a document with a block's text between its markers, which are made if they are missing."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    block = f"{begin}\n{text}\n{end}"
    if begin in document:
        return re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: block, document, flags=re.DOTALL)
    for heading in BEFORE.values():
        if heading in document:
            return document.replace(heading, f"{block}\n\n{heading}", 1)
    return f"{document.rstrip()}\n\n{block}\n"
