"""The chart: a small SVG, readable on light and on dark, without any font of its own."""

from collections.abc import Sequence
from html import escape

from tests.bench.results import IDENTICAL, ROLES, TITLES, Figures, Results, Table, table
from tests.bench.roster import Role
from tests.bench.shapes import shapes

LABEL, COLUMN, BAR, ROW, TOP, THICK = 196, 224, 138, 26, 64, 14
MARGIN = 12
STYLE = """
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .title { font-weight: 600 } .small { font-size: 11px; fill: #59636e }
  .ours { fill: #1a7f5a } .peer { fill: #8c959f } .ceiling { fill: none; stroke: #8c959f; stroke-dasharray: 3 2 }
  .me { font-weight: 600 } .line { stroke: #d1d9e0 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .small { fill: #9198a1 } .line { stroke: #3d444d }
    .ours { fill: #3fb98a } .peer { fill: #6e7681 } .ceiling { stroke: #9198a1 }
  }"""


def chart(results: Results) -> str:
    """Return the chart of a run: a row for each server, a column for each shape."""
    found = table(results.shapes)
    names = [name for name in TITLES if name != IDENTICAL and any(name in by for by in found.values())]
    width, height = LABEL + COLUMN * len(found) + MARGIN, TOP + ROW * len(names) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" aria-label="Requests a second on one core">',
        f"<style>{STYLE}\n</style>",
        text(MARGIN, 20, "Requests a second on one core, 32 connections; longer is better", "title"),
        *heads(found, results),
        *(part for place, name in enumerate(names) for part in row(found, name, TOP + ROW * place)),
        text(MARGIN, height - 10, f"{results.machine}, {results.date[:10]}; dashed: ceilings", "small"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def heads(found: Table, results: Results) -> list[str]:
    """Return the columns' heads."""
    titles = {shape.name: shape.title for shape in shapes()}
    made = []
    for place, name in enumerate(found):
        size = results.answer_bytes.get(name, 0)
        shown = f"{size / 1000:.0f} kB" if size >= 1_000 else f"{size} B"
        made.append(text(LABEL + COLUMN * place, 44, f"{name.upper()}: {titles[name]}, {shown}", "small"))
    return made


def row(found: Table, name: str, top: int) -> list[str]:
    """Return one server's row."""
    mine = name == "engine"
    parts = [text(LABEL - 10, top + 15, TITLES[name].partition(":")[0], "me" if mine else "", "end")]
    for place, by in enumerate(found.values()):
        if name in by:
            parts += bar(by[name], max(one.rate for one in by.values()), LABEL + COLUMN * place, top, kind(name))
    return parts


def kind(name: str) -> str:
    """Return the bar's class."""
    return {Role.OURS: "ours" if name == "engine" else "peer", Role.PEER: "peer", Role.CEILING: "ceiling"}[ROLES[name]]


def bar(one: Figures, most: float, left: int, top: int, name: str) -> Sequence[str]:
    """Return a bar with its figure."""
    length = max(1.0, BAR * one.rate / most) if most else 1.0
    figure = f"{'' if one.bound else '≥ '}{short(one.rate)}"
    return (
        f'<rect class="{name}" x="{left}" y="{top + 4}" width="{length:.1f}" height="{THICK}" rx="2"/>',
        text(left + length + 6, top + 15, figure, "me" if name == "ours" else ""),
    )


def short(rate: float) -> str:
    """Return a rate with three digits at most."""
    if rate >= 10_000:
        return f"{rate / 1_000:.1f}k"
    return f"{rate:,.0f}"


def text(x: float, y: float, said: str, name: str = "", anchor: str = "start") -> str:
    """Return a piece of text."""
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{name}" text-anchor="{anchor}">{escape(said)}</text>'
