"""Pinned child processes: started with a core, asked for their CPU time, halted while others are measured."""

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.children import ROOT, plain_environment, tied

TICKS = os.sysconf("SC_CLK_TCK")
READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 5.0


class NotStarted(Exception):
    """A process did not come up; the message holds the end of what it said."""


@dataclass(frozen=True, slots=True)
class Cores:
    """Where things run: the server under test alone, everything else beside it."""

    server: int
    others: int

    @property
    def shared(self) -> bool:
        """Say whether there is one core only."""
        return self.server == self.others


def cores() -> Cores:
    """Return two cores of this process's, or the only one twice."""
    allowed = sorted(os.sched_getaffinity(0))
    return Cores(allowed[0], allowed[min(1, len(allowed) - 1)])


@dataclass(slots=True)
class Child:
    """A process that says in one line of JSON where it listens, and may be talked to in such lines."""

    name: str
    command: Sequence[str]
    core: int | None
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    cwd: Path = ROOT
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> dict[str, Any]:
        """Start on its core and return its first line."""
        here = os.sched_getaffinity(0)
        os.sched_setaffinity(0, here if self.core is None else {self.core})  # inherited, by threads as well
        try:
            with self.log.open("wb") as log:
                self.process = subprocess.Popen(
                    tied(self.command),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    cwd=self.cwd,
                    env={**plain_environment(os.environ), **self.environment},
                    start_new_session=True,
                )
        finally:
            os.sched_setaffinity(0, here)
        return self.said(READY_TIMEOUT_S)

    @property
    def pid(self) -> int:
        """Return the process's id."""
        assert self.process is not None
        return self.process.pid

    def ask(self, question: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """Send a line and return the line that answers it."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()
        return self.said(timeout_s)

    def said(self, timeout_s: float) -> dict[str, Any]:
        """Return the next line."""
        assert self.process is not None
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], timeout_s)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            why = "ended" if ready else f"said nothing within {timeout_s:.0f} s"
            raise NotStarted(f"{self.name} {why}: {self.tail()}")
        said: dict[str, Any] = json.loads(line)
        return said

    def tail(self) -> str:
        """Return the end of what it wrote on standard error."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])

    def cpu_s(self) -> float:
        """Return the CPU time used so far, by all threads."""
        return cpu_s(self.pid)

    def halt(self) -> None:
        """Stop running until told to go on."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Run again."""
        os.kill(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End the process."""
        if self.process is None or self.process.poll() is not None:
            return
        self.go_on()
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def cpu_s(pid: int) -> float:
    """Return the CPU time that a process has used, as the kernel counts it."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def family(pids: Sequence[int]) -> set[int]:
    """Return processes with all their descendants."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            parents[int(folder.name)] = int(fields[1])
    found = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def rss_mb(pid: int) -> float:
    """Return the memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@dataclass(slots=True)
class Stopwatch:
    """CPU time of some processes over a stretch of wall time."""

    pids: Mapping[str, int]
    started: float = 0.0
    before: dict[str, float] = field(default_factory=dict)

    def start(self) -> "Stopwatch":
        """Begin the stretch."""
        self.before = {name: cpu_s(pid) for name, pid in self.pids.items()}
        self.started = time.perf_counter()
        return self

    def stop(self) -> tuple[float, dict[str, float]]:
        """Return the wall time and each process's CPU time."""
        wall = time.perf_counter() - self.started
        return wall, {name: cpu_s(pid) - self.before[name] for name, pid in self.pids.items()}
