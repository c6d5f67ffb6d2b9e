"""The ground on which servers meet: stub services, a load generator, and the servers on a core of their own."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tests.bench.children import Child, Cores, NotStarted, Stopwatch, cores
from tests.bench.install import FOLDER
from tests.bench.roster import Server
from tests.bench.schema import schema_text
from tests.bench.shapes import Shape
from tests.bench.stubs import urls

BUSY = 0.9
JOB_TIMEOUT_S = 60.0


class AnswerDiffers(Exception):
    """A server's answer is not the reference's."""


class Answered(msgspec.Struct):
    """A response: `data` as its bytes."""

    data: msgspec.Raw
    errors: msgspec.Raw | None = None


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

    @property
    def bound(self) -> bool:
        """Say whether the server's core was the bottleneck, so that the rate is the server's own."""
        return self.busy >= BUSY


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

    @property
    def urls(self) -> dict[str, str]:
        """Return the stub services' addresses."""
        return urls(self.ports)

    def start(self, server: Server) -> None:
        """Start a server on the core kept for it, and halt it until its turn."""
        schema = self.folder / "schema.graphql"
        schema.write_text(schema_text(), encoding="utf-8")
        command, environment = server.command(self.urls, schema), server.environment()
        child = Child(server.name, command, self.at.server, self.folder / f"{server.name}.log", environment)
        self.listening[server.name] = int(child.start()["port"])
        self.running[server.name] = child
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
        asked = {
            "do": "learn", "job": f"{server.name}/{shape.name}", "port": self.listening[server.name],
            "path": server.path, "headers": dict(server.headers), "bodies": [b.decode() for b in shape.bodies()],
        }  # fmt: skip
        with self.turn(server):
            return [body.encode() for body in self.told(asked)["bodies"]]

    def send(self, server: Server, shape: Shape, seconds: float, *, identical: bool = False) -> Measured:
        """Keep a server busy for a while and say what came of it."""
        asked = {"do": "measure", "job": f"{server.name}/{shape.name}", "seconds": seconds, "identical": identical}
        with self.turn(server) as child:
            watch = Stopwatch({"server": child.pid, "load": self.load.pid, "stubs": self.stubs.pid}).start()
            said = self.told(asked)
            wall, used = watch.stop()
        return Measured(
            server.name, shape.name, said["rate"], said["requests"], said["p50_ms"], said["p99_ms"], said["p999_ms"],
            cpu_us=1e6 * used["server"] / max(said["requests"], 1),
            busy=used["server"] / wall,
            others_busy=(used["load"] + used["stubs"]) / wall,
        )  # fmt: skip

    def told(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Give the load generator a job; raise AnswerDiffers for what it found wrong."""
        said = self.load.ask(asked, JOB_TIMEOUT_S)
        if "wrong" in said:
            raise AnswerDiffers(f"{asked['job']}: {said['wrong']}")
        return said


@contextmanager
def open_ground(say: Callable[[str], None]) -> Iterator[Ground]:
    """Start the stub services and the load generator; whatever was started ends with the block."""
    at, folder = cores(), FOLDER / "run"
    folder.mkdir(parents=True, exist_ok=True)
    if at.shared:
        say("one core only: servers, stubs and load share it, rates are lower than they would be")
    stubs = Child("stubs", [sys.executable, "-m", "tests.bench.stubs"], at.others, folder / "stubs.log")
    load = Child("load", [sys.executable, "-m", "tests.bench.load"], at.others, folder / "load.log")
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


def data_of(body: bytes, *, spaced: bool = False) -> bytes:
    """Return the bytes of a response's `data`; raise AnswerDiffers for one with errors."""
    answered = msgspec.json.decode(body, type=Answered)
    if answered.errors is not None:
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
