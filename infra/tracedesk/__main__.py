"""`make trace ID=<trace id>` prints a request as a tree; without an id, the latest requests."""

import re
import sys
from datetime import datetime
from pathlib import Path

from rich.console import Console

from chassis.clock import DISTRICT_ZONE
from chassis.settings import process_environment
from infra.layout import open_layout
from infra.tracedesk.spans import find, latest
from infra.tracedesk.tree import draw

LATEST = 20
WIDTH_MIN = 100


def main(arguments: list[str]) -> int:
    """Print a trace, or the latest; return the exit code."""
    outer = process_environment()
    folder = Path(outer.get("TRACE_FILE") or open_layout(outer).traces)
    console = Console()
    if not console.is_terminal:
        console = Console(width=max(console.width, 2 * WIDTH_MIN))
    if not arguments:
        return print_latest(console, folder)
    trace_id = read_id(arguments[0])
    if trace_id is None:
        print(f"{arguments[0]!r} is no trace id: expected 32 hex digits, or a traceparent", file=sys.stderr)
        return 2
    found = find(folder, trace_id)
    if not found.spans:
        print(f"no span of {trace_id} in {folder}; spans arrive within a second", file=sys.stderr)
        return 1
    console.print(draw(found, trace_id))
    return 0


def read_id(text: str) -> str | None:
    """Read a trace id, also out of a traceparent."""
    match = re.fullmatch(r"(?:[0-9a-f]{2}-)?([0-9a-f]{32})(?:-[0-9a-f]{16}-[0-9a-f]{2})?", text.strip().lower())
    return match[1] if match else None


def print_latest(console: Console, folder: Path) -> int:
    """Print the latest requests with their trace ids."""
    roots = latest(folder, LATEST)
    if not roots:
        print(f"no traces in {folder} yet", file=sys.stderr)
        return 1
    for span in roots:
        at = datetime.fromtimestamp(span.start_ns / 1e9, DISTRICT_ZONE)
        console.print(
            f"{at:%H:%M:%S}  {span.trace_id}  {span.duration_ms:8.1f} ms  {span.service} {span.name}", highlight=False
        )
    console.print("\nmake trace ID=<trace id> prints one as a tree")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
