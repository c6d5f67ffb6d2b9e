"""The foreground of `make up`: starts a district, watches it, and ends it whatever happens.

It stops on Ctrl-C, SIGTERM, SIGHUP, and when the process that started it is gone. A child that dies is
said aloud and started again, a bounded number of times.
"""

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from infra.children import Child, start_time
from infra.district import District
from infra.launch import PR_SET_PDEATHSIG
from infra.layout import Layout, lock, write_atomically
from infra.trouble import Trouble

WATCH_S = 0.2
BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
HEALTHY_S = 60.0
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class AlreadyUp(Exception):
    """Another supervisor runs this data folder."""


def say(text: str) -> None:
    """Print a line, even when nobody reads any more."""
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)


@dataclass(slots=True)
class Deaths:
    """How often one child died lately, and when it may be started again."""

    count: int = 0
    due_at: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """Runs one district in the foreground."""

    district: District
    tether: int | None = None
    deaths: dict[str, Deaths] = field(default_factory=dict)
    started_at: float = field(default_factory=time.monotonic)

    async def run(self) -> None:
        """Run until told to stop; raise AlreadyUp or Trouble."""
        layout = self.district.layout
        layout.create()
        held = lock(layout.run / "lock")
        if held is None:
            raise AlreadyUp
        with held:
            self.tie()
            task = asyncio.current_task()
            assert task is not None
            for number in STOPPING:
                asyncio.get_running_loop().add_signal_handler(number, self.on_signal, task)
            watch = asyncio.create_task(self.watch_tether(task))
            try:
                self.write_run_file()
                await self.district.open()
                self.write_run_file()
                self.greet()
                await self.watch()
            except asyncio.CancelledError:
                say("\nstopping")
            finally:
                watch.cancel()
                await self.district.close()
                run_file(layout).unlink(missing_ok=True)
        say("stopped")

    def tie(self) -> None:
        """Ask the kernel to tell us when the process that started us dies."""
        if self.tether is not None:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)

    async def watch_tether(self, task: "asyncio.Task[object]") -> None:
        """Stop when the process that started us is gone, should the kernel not have told."""
        while self.tether is None or start_time(self.tether) is not None:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(WATCH_S)
        task.cancel()

    def on_signal(self, task: "asyncio.Task[object]") -> None:
        """Stop; a second signal, or one while stopping, kills what does not want to end."""
        if task.cancelling():
            for child in self.district.children.values():
                child.kill()
        else:
            task.cancel()

    def greet(self) -> None:
        """Print what is up, and one command that answers."""
        seconds = time.monotonic() - self.started_at
        say(f"\nThe district is up after {seconds:.1f} s.\n")
        say(greeting(self.district))
        say("\nCtrl-C or `make down` stops it.")

    async def watch(self) -> None:
        """Restart what dies; give up on a child that keeps dying, and leave the others up."""
        while True:
            self.write_run_file()
            for child in list(self.district.children.values()):
                if not child.running:
                    await self.revive(child)
            await asyncio.sleep(WATCH_S)

    async def revive(self, child: Child) -> None:
        """Say that a child died, and start it again when its time has come."""
        deaths = self.deaths.setdefault(child.name, Deaths())
        if deaths.due_at == 0.0:
            self.mourn(child, deaths)
        if deaths.count > len(BACKOFF_S) or time.monotonic() < deaths.due_at:
            return
        deaths.due_at = 0.0
        try:
            await self.district.start(child.name)
        except Trouble as trouble:
            say(str(trouble))
        else:
            self.write_run_file()
            say(f"{child.name} is ready again (pid {child.pid})")

    def mourn(self, child: Child, deaths: Deaths) -> None:
        """Say how a child ended, with its last words, and when it is started again."""
        if time.monotonic() - child.started_at > HEALTHY_S:
            deaths.count = 0
        deaths.count += 1
        say(f"\n{child.name} ended ({child.ending}); the last lines of {child.log}:")
        for line in child.tail(5):
            say(f"    {line}")
        if deaths.count > len(BACKOFF_S):
            deaths.due_at = float("inf")
            say(f"{child.name} keeps ending and is left alone; the others stay up. Mend it and run `make up` again.")
            return
        pause = BACKOFF_S[deaths.count - 1]
        deaths.due_at = time.monotonic() + pause
        say(f"starting {child.name} again in {pause} s")

    def write_run_file(self) -> None:
        """Tell `status` and `down` who runs, with start times, since a pid alone may come to name a stranger."""
        processes = {
            name: {"pid": child.pid, "start_time": start_time(child.pid)}
            for name, child in self.district.children.items()
            if child.running and child.pid is not None
        }
        content = {
            "pid": os.getpid(),
            "start_time": start_time(os.getpid()),
            "python": sys.version.split()[0],
            "addresses": {name: str(address) for name, address in self.district.addresses.items()},
            "processes": processes,
        }
        text = json.dumps(content, indent=1).encode()
        file = run_file(self.district.layout)
        if not file.exists() or file.read_bytes() != text:
            with contextlib.suppress(OSError):  # a full disk does not end the district
                write_atomically(file, text)


def run_file(layout: Layout) -> Path:
    """Return the file in which a supervisor says who it is."""
    return layout.run / "supervisor.json"


def greeting(district: District) -> str:
    """Return the addresses and one command that answers."""
    lines = [f"  {name:12} {shown(district, name)}" for name in district.wanted()]
    if district.layout.personas.exists() and not district.production:
        lines += ["", "Try (`make token` lists the personas):", "", curl(district)]
    return "\n".join(lines)


def shown(district: District, name: str) -> str:
    """Return a process's address as one would use it."""
    if name in ("postgres", "nats"):
        return str(district.addresses[name])
    return f"{district.url(name)}/graphql" if name == "gateway" else district.url(name)


def curl(district: District) -> str:
    """Return a command line that asks the gateway who one is and what stands in the district."""
    wish = '{ viewer { name role scopes } division(code: "330111") { name summary { residents households } } }'
    query = json.dumps({"query": wish})
    return (
        f"curl -s {district.url('gateway')}/graphql -H 'Content-Type: application/json' \\\n"
        f"  -H 'Authorization: Bearer {district.token('district_officer')}' \\\n"
        f"  -d '{query}'"
    )
