"""`make up` with stand-in processes: whatever is killed, nothing stays behind and nothing is lost."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from chassis.settings import process_environment
from infra.addresses import PROCESSES, free_addresses
from infra.children import ROOT, start_time
from infra.layout import Layout, write_atomically
from infra.processes import Surroundings
from infra.seeding import Seeding
from infra.supervisor import run_file
from infra.trouble import Trouble
from infra.vault import Vault
from tests.unit.infra.stand_in import GENERATOR

UP = (sys.executable, "-u", "-m", "tests.unit.infra.stand_in", "up")
RUN = (sys.executable, "-m", "infra.run")
PARENT = "import os, subprocess, sys; subprocess.run([*sys.argv[1:], '--tether', str(os.getpid())])"
PATIENCE_S = 60


@dataclass
class Terminal:
    """A terminal in which `make up` runs."""

    data: Path
    process: "subprocess.Popen[str]"
    seen: str = ""

    def read_until(self, words: str) -> str:
        """Return what is printed up to these words."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + PATIENCE_S
        said = ""
        while words not in said:
            readable, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            chunk = os.read(self.process.stdout.fileno(), 65536).decode() if readable else ""
            assert chunk, f"no {words!r} in:\n{said}"
            said += chunk
        return said

    def pids(self) -> dict[str, int]:
        """Return the processes of the district."""
        content = json.loads(Path(run_file(Layout(self.data))).read_text())
        assert len(content["processes"]) == len(PROCESSES)
        return {**{name: p["pid"] for name, p in content["processes"].items()}, "supervisor": content["pid"]}

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of infra.run on the same data."""
        environment = {**process_environment(), "GRIDWEAVE_DATA": str(self.data)}
        return subprocess.run(
            [*RUN, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )


def gone(pids: dict[str, int], seconds: float = 30) -> list[str]:
    """Wait for processes to end, and return the names of those that did not."""
    left = []
    for name, pid in pids.items():
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        readable, _, _ = select.select([handle], [], [], seconds)
        os.close(handle)
        if not readable and start_time(pid) is not None:
            left.append(name)
    return left


Start = Callable[..., Terminal]


@contextmanager
def terminals(data: Path) -> Iterator[Start]:
    """Start districts of stand-ins on one data folder, and end what is left of them."""
    processes = []

    def open_terminal(*before: str) -> Terminal:
        process = subprocess.Popen(
            [*before, *UP, str(data)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        processes.append(process)
        return Terminal(data, process)

    yield open_terminal
    for process in processes:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start districts on a folder of the test's own."""
    with terminals(tmp_path / "var") as open_terminal:
        yield open_terminal


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """Return a terminal in which a district is up, for tests that leave it so."""
    with terminals(tmp_path_factory.mktemp("district") / "var") as open_terminal:
        up = open_terminal()
        up.read_until("stops it.")
        yield up


def test_data_is_kept_between_runs(start: Start) -> None:
    """The first run seeds; the second finds everything in its place."""
    first = start()
    said = first.read_until("stops it.")
    first.process.send_signal(signal.SIGINT)
    ended = first.process.wait(PATIENCE_S)
    again = start().read_until("stops it.")

    assert "seeding residents (scale town)" in said
    assert "curl -s http://127.0.0.1:" in said
    assert ended == 0
    assert "seeding" not in again


def test_second_up_says_so(terminal: Terminal) -> None:
    """One data folder is run once; the second says where the first is, and touches nothing."""
    second = terminal.run("up")

    assert "already up" in second.stdout
    assert second.returncode == 0
    assert "residents" in terminal.run("status").stdout


def test_down_stops_everything(start: Start) -> None:
    """`make down` from another terminal ends the first one, and says so again when nothing is up."""
    terminal = start()
    terminal.read_until("stops it.")
    pids = terminal.pids()

    down = terminal.run("down")

    assert down.stdout == "stopped\n"
    assert terminal.process.wait(PATIENCE_S) == 0
    assert gone(pids) == []
    assert terminal.run("down").stdout == "the district is not up\n"
    assert terminal.run("status").returncode == 3


def test_killed_supervisor_takes_everything_along(start: Start) -> None:
    """A kill -9 of the supervisor ends every process, and the next run works on the same data."""
    terminal = start()
    terminal.read_until("stops it.")
    pids = terminal.pids()

    os.kill(pids["supervisor"], signal.SIGKILL)

    assert gone(pids) == []
    assert "seeding" not in start().read_until("stops it.")


def test_killed_parent_takes_everything_along(start: Start) -> None:
    """A kill -9 of `make` ends the supervisor and every process."""
    terminal = start(sys.executable, "-c", PARENT)
    terminal.read_until("stops it.")
    pids = terminal.pids()

    terminal.process.kill()

    assert gone(pids) == []


@pytest.mark.parametrize("name", ["residents", "nats", "postgres"])
def test_killed_process_is_said_and_started_again(terminal: Terminal, name: str) -> None:
    """A child that dies is named with how it ended, and is back soon."""
    os.kill(terminal.pids()[name], signal.SIGKILL)
    said = terminal.read_until("is ready again")

    assert f"{name} ended (killed by SIGKILL)" in said


def test_port_in_use_is_named(start: Start, tmp_path: Path) -> None:
    """A port that somebody else has is said with the setting that changes it, before anything is started."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        ports = {name: address.port for name, address in free_addresses().items()}
        ports["residents"] = other.getsockname()[1]
        (tmp_path / "var.ports").write_text(json.dumps(ports))

        said = start().read_until("RESIDENTS_PORT")

    assert f"port {ports['residents']} (residents) is in use" in said
    assert not (tmp_path / "var" / "postgres").exists()


def test_reset_asks_before_it_deletes(start: Start) -> None:
    """Without anybody to ask nothing is deleted; YES=1 stops the district and deletes its data."""
    terminal = start()
    terminal.read_until("stops it.")

    refused = terminal.run("reset")
    deleted = terminal.run("reset", "--yes")

    assert refused.returncode == 1
    assert "YES=1" in refused.stderr
    assert deleted.returncode == 0
    assert terminal.process.wait(PATIENCE_S) == 0
    assert not Layout(terminal.data).postgres.exists()


def test_other_scale_needs_a_reset(tmp_path: Path) -> None:
    """Data of one scale is not silently another's."""
    layout = Layout(tmp_path)
    write_atomically(layout.state, json.dumps({"embedded": {"scale": "town", "steps": []}}).encode())
    seeding = Seeding(layout, Surroundings({}, layout, Vault(tmp_path / "s"), {}, "", {}), {}, GENERATOR, print)

    assert seeding.scale(None) == "town"
    assert seeding.scale("town") == "town"
    with pytest.raises(Trouble, match="run `make reset` before SCALE=district"):
        seeding.scale("district")
    with pytest.raises(Trouble, match="SCALE=village is not known"):
        seeding.scale("village")


def test_process_gets_only_what_it_needs(terminal: Terminal) -> None:
    """No service is told another's database, and only migrations know the owner's login."""
    port = json.loads(terminal.data.with_suffix(".ports").read_text())["residents"]

    variables = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).json()

    assert {v for v in variables if v.endswith("_DATABASE_URL")} == {
        "RESIDENTS_SERVING_DATABASE_URL",
        "RESIDENTS_WORKER_DATABASE_URL",
    }
    assert "INTERNAL_PRIVATE_KEY" not in variables
    assert "ISSUER_PRIVATE_KEY" not in variables
