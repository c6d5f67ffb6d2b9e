"""An open-loop load generator: requests leave when they are due, however slowly answers come.

    python -m tests.chaos.load < plan.json > samples.json

It runs as a process of its own, so that neither the checks nor the proxy share its loop.
"""

import asyncio
import gc
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, cast

import httptools
import uvloop

CONNECTIONS_MAX = 2_000
ANSWER_TIMEOUT_S = 12.0
PERSON_DAYS = 28
LOST, UNSENT = 0, -1


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of request.

    In its body `@N@` is the number of the request, `@ID@` a person's number, `@C@` one of the choices.
    """

    label: str
    weight: float
    headers: dict[str, str]
    body: str
    choices: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send, and how fast."""

    host: str
    port: int
    rate: float
    seconds: float
    seed: int
    shapes: list[Shape]
    first: int = 1


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: when it was due, left and was answered (monotonic seconds), and how."""

    label: str
    due: float
    sent: float
    done: float
    status: int
    whole: bool
    retry_after: bool

    @property
    def ms(self) -> float:
        """Return the time from when it was due, so that a late start counts."""
        return (self.done - self.due) * 1e3

    @property
    def wire_ms(self) -> float:
        """Return the time from when it left."""
        return (self.done - self.sent) * 1e3


@dataclass(slots=True, eq=False)
class Wire(asyncio.Protocol):
    """A connection; one request at a time."""

    load: "Load"
    transport: asyncio.Transport | None = None
    parser: Any = None
    asked: tuple[str, float, float] | None = None
    retry_after: bool = False
    chunks: list[bytes] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast(asyncio.Transport, transport)

    def ask(self, label: str, due: float, request: bytes) -> None:
        """Send a request."""
        assert self.transport is not None
        self.parser, self.retry_after = httptools.HttpResponseParser(self), False
        self.chunks.clear()
        self.asked = (label, due, time.monotonic())
        self.timer = asyncio.get_running_loop().call_later(ANSWER_TIMEOUT_S, self.transport.abort)
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self.parser.feed_data(data)

    def on_header(self, name: bytes, _value: bytes) -> None:
        """Notice Retry-After."""
        self.retry_after |= name.lower() == b"retry-after"

    def on_body(self, body: bytes) -> None:
        """Keep the body."""
        self.chunks.append(body)

    def on_message_complete(self) -> None:
        """Take the answer, and be free again."""
        body = b"".join(self.chunks)
        whole = not body.startswith(b'{"errors"') and (b'"userErrors"' not in body or b'"userErrors":[]' in body)
        self.finish(self.parser.get_status_code(), whole)
        self.load.free.append(self)

    def connection_lost(self, _error: Exception | None) -> None:
        """Count what was under way as lost."""
        self.finish(LOST, False)
        self.load.lose(self)

    def finish(self, status: int, whole: bool) -> None:
        """Note how a request ended."""
        if self.asked is not None and self.timer is not None:
            self.timer.cancel()
            label, due, sent = self.asked
            self.asked = None
            self.load.note(Sample(label, due, sent, time.monotonic(), status, whole, self.retry_after))


@dataclass(slots=True)
class Load:
    """A load under way."""

    plan: Plan
    draws: random.Random
    free: list[Wire] = field(default_factory=list)
    wires: set[Wire] = field(default_factory=set)
    opening: set["asyncio.Task[None]"] = field(default_factory=set)
    samples: list[Sample] = field(default_factory=list)
    sent: int = 0

    async def run(self) -> list[Sample]:
        """Send everything when it is due, and wait for the answers."""
        plan, loop = self.plan, asyncio.get_running_loop()
        weights = [shape.weight for shape in plan.shapes]
        ready = [head(plan, shape) for shape in plan.shapes]
        due = time.monotonic()
        ends = due + plan.seconds
        while (due := due + self.draws.expovariate(plan.rate)) < ends:
            wait = due - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            [index] = self.draws.choices(range(len(weights)), weights)
            self.send(plan.shapes[index], ready[index], due)
        await asyncio.sleep(0)
        limit = loop.time() + ANSWER_TIMEOUT_S + 1
        while len(self.samples) < self.sent and loop.time() < limit:  # noqa: ASYNC110 - many end, none is the last
            await asyncio.sleep(0.05)
        return self.samples

    def send(self, shape: Shape, ready: bytes, due: float) -> None:
        """Send one request, over a free connection or a new one."""
        self.sent += 1
        body = shape.body.replace("@C@", self.draws.choice(shape.choices)) if shape.choices else shape.body
        request = ready + framed(numbered(body, self.plan.first + self.sent))
        if self.free:
            self.free.pop().ask(shape.label, due, request)
        elif len(self.wires) + len(self.opening) < CONNECTIONS_MAX:
            task = asyncio.ensure_future(self.open(shape.label, due, request))
            self.opening.add(task)
            task.add_done_callback(self.opening.discard)
        else:
            self.note(Sample(shape.label, due, due, time.monotonic(), UNSENT, False, False))

    async def open(self, label: str, due: float, request: bytes) -> None:
        """Open a connection for a request."""
        loop = asyncio.get_running_loop()
        try:
            _, wire = await loop.create_connection(lambda: Wire(self), self.plan.host, self.plan.port)
        except OSError:
            self.note(Sample(label, due, due, time.monotonic(), LOST, False, False))
            return
        self.wires.add(wire)
        wire.ask(label, due, request)

    def lose(self, wire: Wire) -> None:
        """Forget a connection."""
        self.wires.discard(wire)
        if wire in self.free:
            self.free.remove(wire)

    def note(self, sample: Sample) -> None:
        """Keep a sample."""
        self.samples.append(sample)


def head(plan: Plan, shape: Shape) -> bytes:
    """Return a request's first lines."""
    lines = [f"{name}: {value}" for name, value in shape.headers.items()]
    start = ["POST /graphql HTTP/1.1", f"Host: {plan.host}:{plan.port}", "Content-Type: application/json"]
    return ("\r\n".join([*start, *lines]) + "\r\n").encode()


def framed(body: bytes) -> bytes:
    """Return a body with its length before it."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def numbered(body: str, number: int) -> bytes:
    """Give a request its number, and a person of its own."""
    if "@N@" in body:
        body = body.replace("@ID@", national_id(number)).replace('"@N@"', str(number)).replace("@N@", str(number))
    return body.encode()


def national_id(number: int) -> str:
    """Return a valid number of the unassigned prefix."""
    day, rest = number % PERSON_DAYS + 1, number // PERSON_DAYS
    digits = f"330199{1950 + rest // 1_000 % 50}03{day:02d}{rest % 1_000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]


def main() -> None:
    """Read a plan, carry it out, and write what happened."""
    given = json.load(sys.stdin)
    plan = Plan(**given | {"shapes": [Shape(**shape) for shape in given["shapes"]]})
    gc.disable()
    samples = uvloop.run(Load(plan, random.Random(plan.seed)).run())
    json.dump([asdict(sample) for sample in samples], sys.stdout)


async def generate(plan: Plan) -> list[Sample]:
    """Run a plan in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos.load", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate(json.dumps(asdict(plan)).encode())
    return [Sample(**each) for each in json.loads(said)]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies; 0 if there are none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


if __name__ == "__main__":
    main()
