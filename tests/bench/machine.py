"""The machine and the versions that a figure belongs to."""

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import msgspec

from tests.bench.install import PEERS, node

PACKAGES = ("strawberry-graphql", "graphql-core", "uvicorn", "uvloop", "httptools", "httpx", "msgspec", "fastapi")
PEER_PACKAGES = ("mercurius", "graphql-jit", "fastify", "@apollo/server", "@as-integrations/fastify", "graphql-yoga",
                 "graphql", "dataloader", "undici")  # fmt: skip


class Machine(msgspec.Struct):
    """What it ran on."""

    processor: str
    cores: int
    memory_gb: float
    system: str
    kernel: str

    def __str__(self) -> str:
        return f"{self.cores} cores of {self.processor}, {self.memory_gb:.0f} GB, {self.system}"


def machine() -> Machine:
    """Return what this runs on."""
    return Machine(
        after("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        len(os.sched_getaffinity(0)),
        round(int((after("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) / 2**20, 1),
        after("/etc/os-release", "PRETTY_NAME", "=") or platform.system(),
        platform.release(),
    )


def after(file: str, name: str, mark: str = ":") -> str | None:
    """Return what a file says after a name."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError:
        return None
    for line in text.splitlines():
        if line.startswith(name):
            return line.partition(mark)[2].strip().strip('"')
    return None


def versions() -> dict[str, str]:
    """Return the versions of everything that takes part."""
    found = {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    if node().exists():
        said = subprocess.run([str(node()), "--version"], capture_output=True, text=True, check=False)
        found["node"] = said.stdout.strip().removeprefix("v")
    for name in PEER_PACKAGES:
        file = PEERS / "node_modules" / name / "package.json"
        if file.exists():
            found[name] = json.loads(file.read_text(encoding="utf-8"))["version"]
    return found


def interpreter() -> str:
    """Return the interpreter that runs the bench."""
    return sys.executable
