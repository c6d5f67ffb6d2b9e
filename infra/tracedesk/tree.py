"""Drawing a trace: who called whom, when, for how long, and what it caused elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.text import Text
from rich.tree import Tree

from infra.tracedesk.spans import Found, Span

COLORS = {"gateway": "cyan", "residents": "green", "checkpoints": "yellow", "enterprises": "magenta"}
SHOWN = ("http.response.status_code", "keys", "db.keys", "messaging.destination.name", "error.type", "story.step")


@dataclass(frozen=True, slots=True)
class Drawing:
    """The spans of one picture, and when it begins."""

    spans: list[Span]
    begin_ns: int

    def tops(self, trace_id: str) -> list[Span]:
        """Return the spans of a trace whose parent is not here."""
        here = {span.span_id for span in self.spans}
        return in_order(
            s for s in self.spans if s.trace_id == trace_id and s.parent_id not in here and not self.cause(s)
        )

    def below(self, span: Span) -> list[Span]:
        """Return what a span called, and what it caused in other traces."""
        called = (other for other in self.spans if other.parent_id == span.span_id)
        caused = (other for other in self.spans if any(link.span_id == span.span_id for link in other.links))
        return in_order({other.span_id: other for other in (*called, *caused)}.values())

    def cause(self, span: Span) -> bool:
        """Say whether another span of the picture caused this one."""
        here = {other.span_id for other in self.spans}
        return any(link.span_id in here for link in span.links)


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Return spans by their beginning."""
    return sorted(spans, key=lambda span: (span.start_ns, span.span_id))


def draw(found: Found, trace_id: str) -> Tree:
    """Return the tree of a trace and of what it caused."""
    begin_ns = min(span.start_ns for span in found.spans)
    drawing = Drawing(found.spans, begin_ns)
    tree = Tree(f"trace {trace_id}, {len(found.spans)} spans")
    drawn: set[str] = set()
    for name in [trace_id, *(other for other in found.trace_ids if other != trace_id)]:
        for top in drawing.tops(name):
            grow(tree, drawing, top, drawn)
    return tree


def grow(tree: Tree, drawing: Drawing, span: Span, drawn: set[str]) -> None:
    """Add a span and everything below it, each once."""
    if span.span_id in drawn:
        return
    drawn.add(span.span_id)
    branch = tree.add(label(span, drawing.begin_ns))
    for other in drawing.below(span):
        grow(branch, drawing, other, drawn)


def label(span: Span, begin_ns: int) -> Text:
    """Return a span's line: service, name, duration, begin, and what is worth seeing of it."""
    text = Text()
    text.append(f"{span.service} ", style=COLORS.get(span.service, "blue"))
    text.append(span.name, style="bold red" if span.status == "ERROR" else "bold")
    text.append(f"  {span.duration_ms:.1f} ms", style="white")
    text.append(f"  +{(span.start_ns - begin_ns) / 1e6:.1f}", style="dim")
    for key in SHOWN:
        if key in span.attributes:
            text.append(
                f"  {key.rpartition('.')[2]}={bytes(span.attributes[key]).decode().strip(chr(34))}", style="dim"
            )
    if span.links:
        text.append("  (a fact)" if "fact" in span.name or "consume" in span.name else "  (linked)", style="dim italic")
    return text
