"""The ground on which servers meet: stub services, a load generator, and the servers on a core of their own."""

import contextlib
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tests.bench.children import Child, Cores, NotStarted, Stopwatch, cores
from tests.bench.install import FOLDER
from tests.bench.load import CONNECTIONS
from tests.bench.roster import Server
from tests.bench.schema import schema_text
from tests.bench.shapes import Shape

BUSY = 0.9
JOB_TIMEOUT_S = 180.0
LISTENING_TIMEOUT_S = 10.0
POLL_S = 0.02


class AnswerDiffers(Exception):
    """A server's answer is not the reference's."""


class Answered(msgspec.Struct):
    """A response: `data` as its bytes."""

    data: msgspec.Raw = msgspec.Raw()
    errors: msgspec.Raw = msgspec.Raw()


class Measured(msgspec.Struct, omit_defaults=True):
    """One stretch of load on one server."""

    server: str
    shape: str
    rate: float
    requests: int
    p50_ms: float
    p99_ms: float
    p999_ms: float
    cpu_us: float
    busy: float
    others_busy: float


@dataclass(slots=True)
class Ground:
    """Everything that runs while the bench does."""

    at: Cores
    folder: Path
    load: Child
    stubs: Child
    ports: Mapping[str, int]
    say: Callable[[str], None]
    running: dict[str, Child] = field(default_factory=dict)
    listening: dict[str, int] = field(default_factory=dict)

    def start(self, server: Server) -> None:
        """Start a server on the core kept for it, and halt it until its turn."""
        schema = self.folder / "schema.graphql"
        schema.write_text(schema_text(), encoding="utf-8")
        command, environment = server.command(self.ports, schema), server.environment()
        child = Child(server.name, command, self.at.server, self.folder / f"{server.name}.log", environment)
        self.listening[server.name] = int(child.start()["port"])
        self.running[server.name] = child
        wait_listening(server.name, self.listening[server.name])
        child.halt()

    def stop(self) -> None:
        """End everything."""
        for child in (*self.running.values(), self.load, self.stubs):
            child.stop()

    @contextmanager
    def turn(self, server: Server) -> Iterator[Child]:
        """Let one server run, and nothing else on its core."""
        child = self.running[server.name]
        child.go_on()
        try:
            yield child
        finally:
            child.halt()

    def learn(self, server: Server, shape: Shape) -> list[bytes]:
        """Send every variant once and return the bodies; the load generator keeps them."""
        with self.turn(server):
            return learn(self.load, server, shape, self.listening[server.name])

    def send(self, server: Server, shape: Shape, seconds: float, *, identical: bool = False) -> Measured:
        """Keep a server busy for a while and say what came of it."""
        with self.turn(server) as child:
            watch = Stopwatch({"server": child.pid, "load": self.load.pid, "stubs": self.stubs.pid}).start()
            said = measure(self.load, server, shape, seconds, identical=identical)
            wall, used = watch.stop()
        return Measured(
            server.name, shape.name, said["rate"], said["requests"], said["p50_ms"], said["p99_ms"], said["p999_ms"],
            cpu_us=1e6 * used["server"] / max(said["requests"], 1),
            busy=used["server"] / wall,
            others_busy=(used["load"] + used["stubs"]) / wall,
        )  # fmt: skip


def learn(load: Child, server: Server, shape: Shape, port: int) -> list[bytes]:
    """Send every variant once and return the bodies; the load generator keeps them."""
    asked = {
        "do": "learn", "job": f"{server.name}/{shape.name}", "port": port, "path": server.path,
        "headers": dict(server.headers), "bodies": [b.decode() for b in shape.bodies()], "exact": server.exact,
        "connections": CONNECTIONS,
    }  # fmt: skip
    return [body.encode() for body in told(load, asked)["bodies"]]


def measure(load: Child, server: Server, shape: Shape, seconds: float, *, identical: bool = False) -> dict[str, Any]:
    """Send what was learned for so many seconds and return what the load generator counted."""
    job = f"{server.name}/{shape.name}"
    return told(load, {"do": "measure", "job": job, "seconds": seconds, "identical": identical})


def told(load: Child, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Give the load generator a job; raise AnswerDiffers for what it found wrong."""
    said = load.ask(asked, JOB_TIMEOUT_S)
    if "wrong" in said:
        raise AnswerDiffers(f"{asked['job']}: {said['wrong']}")
    return said


def load_generator(folder: Path, core: int | None) -> Child:
    """Return the load generator's process."""
    return Child("load", [sys.executable, "-m", "tests.bench.load"], core, folder / "load.log")


@contextmanager
def open_ground(say: Callable[[str], None]) -> Iterator[Ground]:
    """Start the stub services and the load generator; whatever was started ends with the block."""
    at, folder = cores(), FOLDER / "run"
    folder.mkdir(parents=True, exist_ok=True)
    if at.shared:
        say("one core only: servers, stubs and load share it, rates are lower than they would be")
    stubs = Child("stubs", [sys.executable, "-m", "tests.bench.stubs"], at.others, folder / "stubs.log")
    load = load_generator(folder, at.others)
    try:
        ports = stubs.start()["ports"]
        load.start()
        ground = Ground(at, folder, load, stubs, ports, say)
    except BaseException:
        stubs.stop()
        load.stop()
        raise
    try:
        yield ground
    finally:
        ground.stop()


def wait_listening(name: str, port: int) -> None:
    """Wait until a server takes connections; raise NotStarted."""
    ends = time.monotonic() + LISTENING_TIMEOUT_S
    while time.monotonic() < ends:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(POLL_S)
    raise NotStarted(f"{name} does not listen on port {port}")


def data_of(body: bytes, *, spaced: bool = False) -> bytes:
    """Return the bytes of a response's `data`; raise AnswerDiffers for one with errors."""
    answered = msgspec.json.decode(body, type=Answered)
    if bytes(answered.errors):
        raise AnswerDiffers(f"errors: {bytes(answered.errors)[:500]!r}")
    data = bytes(answered.data)
    return msgspec.json.encode(msgspec.json.decode(data)) if spaced else data


def check(server: Server, shape: Shape, bodies: Sequence[bytes], wanted: Sequence[bytes]) -> None:
    """Compare a server's answers with the reference's, byte for byte; raise AnswerDiffers."""
    for variables, body, reference in zip(shape.variants, bodies, wanted, strict=True):
        data = data_of(body, spaced=server.spaced)
        if data != reference:
            at = next((n for n, pair in enumerate(zip(data, reference, strict=False)) if pair[0] != pair[1]), 0)
            raise AnswerDiffers(
                f"{server.name} answers {shape.name} with {dict(variables)} differently from byte {at}: "
                f"{data[max(0, at - 40) : at + 80]!r} instead of {reference[max(0, at - 40) : at + 80]!r}"
            )


def started(ground: Ground, servers: Sequence[Server]) -> list[Server]:
    """Start servers and return those that came up; say which did not."""
    up = []
    for server in servers:
        try:
            ground.start(server)
        except NotStarted as trouble:
            ground.say(f"{server.name} left out: {trouble}")
        else:
            up.append(server)
    return up
