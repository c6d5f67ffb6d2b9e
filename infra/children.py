"""Child processes that never outlive their supervisor, each with a log file of its own."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCH = Path(__file__).with_name("launch.py")
OPERATING_SYSTEM = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "VIRTUAL_ENV")
LOG_BYTES_MAX = 16 * 1024 * 1024
TAIL_LINES = 12
TAIL_BYTES = 16_384
GRACE_S = 10.0
POLL_S = 0.02


def tied(command: Sequence[str], *, identity: str = "self", death_signal: signal.Signals = signal.SIGKILL) -> list[str]:
    """Return the command as one that ends with this process."""
    return [sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid()), str(int(death_signal)), identity, *command]


@dataclass(slots=True)
class Child:
    """One process of the district: how it is started, and the process while it runs."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    identity: str = "self"
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = field(default=0.0)

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the supervisor only.

        Call from the main thread: the kernel ties a child to the thread that started it.
        """
        assert not self.running, f"{self.name} runs already"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                tied(self.command, identity=self.identity, death_signal=self.death_signal),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=dict(self.environment),
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int | None:
        """Return the process's id, or None before the first start."""
        return self.process.pid if self.process is not None else None

    @property
    def running(self) -> bool:
        """Say whether the process lives."""
        return self.process is not None and self.process.poll() is None

    @property
    def ending(self) -> str:
        """Say how the process ended."""
        code = self.process.poll() if self.process is not None else None
        if code is None:
            return "still running"
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    async def stop(self, grace_s: float = GRACE_S) -> None:
        """Ask the process to stop, and kill it when it does not."""
        self.signal(self.stop_signal)
        deadline = time.monotonic() + grace_s
        while self.running and time.monotonic() < deadline:  # noqa: ASYNC110 - a process sets no event
            await asyncio.sleep(POLL_S)
        self.kill()

    def stop_now(self, grace_s: float = GRACE_S) -> None:
        """Do the same without an event loop."""
        self.signal(self.stop_signal)
        if self.process is not None and self.running:
            try:
                self.process.wait(grace_s)
            except subprocess.TimeoutExpired:
                self.kill()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if the process still lives."""
        if self.process is not None and self.running:
            self.process.send_signal(number)

    def kill(self) -> None:
        """Kill the process and wait for its end."""
        if self.process is not None and self.running:
            self.process.kill()
            self.process.wait()

    def tail(self, lines: int = TAIL_LINES) -> list[str]:
        """Return the last lines of the log."""
        return tail(self.log, lines)


def plain_environment(outer: Mapping[str, str]) -> dict[str, str]:
    """Return what any program needs of the operating system, and no secret."""
    return {key: outer[key] for key in OPERATING_SYSTEM if key in outer}


def tail(file: Path, lines: int) -> list[str]:
    """Return the last lines of a file."""
    if not file.exists():
        return []
    with file.open("rb") as log:
        log.seek(max(0, file.stat().st_size - TAIL_BYTES * max(1, lines // TAIL_LINES)))
        return log.read().decode(errors="replace").splitlines()[-lines:]


def start_time(pid: int) -> int | None:
    """Return when a process started, in ticks since boot, or None: a pid alone may name a stranger."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *rest = text.rpartition(")")[2].split()
    return None if state == "Z" else int(rest[18])
