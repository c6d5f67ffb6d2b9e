"""What the kernel says of a process: sockets, memory, CPU; and who gives way to whom."""

import os
from dataclasses import dataclass
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
SHARED_NICE = 5


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


def give_way(pid: int) -> None:
    """Let a process and its descendants run after the load generator, which must not be late."""
    for each in family(pid):
        os.setpriority(os.PRIO_PROCESS, each, SHARED_NICE)
