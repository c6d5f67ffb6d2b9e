"""What the kernel says of a process: sockets, memory, CPU; and which cores it may use."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
CORES = sorted(os.sched_getaffinity(0))
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Seen:
    """A process at one moment."""

    sockets: int
    memory_mib: float
    cpu_s: float


def observe(pid: int) -> Seen:
    """Look at a process."""
    links = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    times = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    cpu_s = (int(times[11]) + int(times[12])) / TICKS_A_SECOND
    return Seen(sum(link.startswith("socket:") for link in links), pages * PAGE_BYTES / 2**20, cpu_s)


def family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry.parent.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def lay_out(pids: Mapping[str, int], apart: str) -> str:
    """Give one process a core that only the load generator uses as well, and all others the rest; say how it is."""
    first, *rest = CORES
    if not rest:
        return "one core for all: figures say little"
    for name, pid in pids.items():
        for each in family(pid):
            os.sched_setaffinity(each, {first} if name == apart else rest)
    os.sched_setaffinity(0, {first})
    return f"{apart} and generator on core {first}, the other processes on {rest}"


def use_all_cores() -> None:
    """Let this process, and those that it starts, run anywhere again."""
    os.sched_setaffinity(0, CORES)
