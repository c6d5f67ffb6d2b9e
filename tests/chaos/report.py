"""What a run found: its verdict as a row, its history as lines, all of it as JSON under var/chaos/."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from infra.children import ROOT

FOLDER = ROOT / "var" / "chaos"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold, what was measured, and whether it holds; None says it was only looked at."""

    name: str
    measured: str
    holds: bool | None


@dataclass(slots=True)
class Verdict:
    """One run."""

    run: str
    seed: int
    checks: list[Check] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def check(self, name: str, measured: str, holds: bool | None) -> None:
        """Add a check."""
        self.checks.append(Check(name, measured, holds))

    def check_bugs(self, bugs: Sequence[str]) -> None:
        """Check that no process logged a bug."""
        self.check("bugs logged", bugs[0][:200] if bugs else "none", not bugs)
        self.figures["bugs"] = list(bugs)

    @property
    def passed(self) -> bool:
        """Say whether everything holds."""
        return all(check.holds is not False for check in self.checks)


def show(console: Console, verdict: Verdict) -> None:
    """Print one run as soon as it is over."""
    said = "[green]pass[/green]" if verdict.passed else "[red]FAIL[/red]"
    console.print(f"\n[bold]{verdict.run}[/bold]  seed {verdict.seed}  {said}")
    for line in verdict.history:
        console.print(f"  [dim]{line}[/dim]", highlight=False)
    table = Table(box=None, show_header=False, padding=(0, 2))
    for check in verdict.checks:
        mark = {True: "[green]ok[/green]", False: "[red]FAIL[/red]", None: "[dim]seen[/dim]"}[check.holds]
        table.add_row(mark, check.name, check.measured)
    console.print(table)


def write(verdicts: Sequence[Verdict], name: str) -> Path:
    """Write the runs as JSON; return the file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}-{datetime.now().astimezone():%Y%m%d-%H%M%S}.json"
    content = [asdict(verdict) | {"passed": verdict.passed} for verdict in verdicts]
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    return file


def summary(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Print the table of all runs: what failed, or that nothing did."""
    table = Table("run", "seed", "verdict", "what does not hold")
    for verdict in verdicts:
        failed = "; ".join(f"{check.name}: {check.measured}" for check in verdict.checks if check.holds is False)
        table.add_row(verdict.run, str(verdict.seed), "pass" if verdict.passed else "FAIL", failed)
    console.print()
    console.print(table)
