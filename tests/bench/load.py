"""The load generator: a closed loop over connections that are kept, cheaper than what it measures.

`python -m tests.bench.load` takes jobs as lines of JSON and answers each with a line. `learn` sends every
variant once and keeps what came; `measure` sends them in turn and checks each answer's status and
length, and all bytes of one in so many.
"""

import array
import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httptools
import uvloop

from tests.bench.lines import tell

CONNECTIONS = 32
SAMPLE_EVERY = 61
GRACE_S = 60.0
END = b"\r\n\r\n"
STATUS = slice(9, 12)


class Wrong(Exception):
    """An answer is not what it was when it was checked."""


@dataclass(slots=True)
class Job:
    """Requests to a server, with what follows the head of each one's response.

    Where answers are not exact (each has a trace's id), their length is what their head says.
    """

    port: int
    requests: list[bytes]
    answers: list[bytes] = field(default_factory=list)
    exact: bool = True
    connections: int = CONNECTIONS


@dataclass(slots=True)
class Run:
    """One measurement under way."""

    job: Job
    until: float
    last: asyncio.Future[None]
    latencies: "array.array[float]" = field(default_factory=lambda: array.array("d"))
    turn: int = 0
    open: int = 0
    ended: float = 0.0

    def next(self) -> int | None:
        """Return the variant to send next, or None when time is up."""
        if time.perf_counter() >= self.until:
            return None
        turn, self.turn = self.turn, self.turn + 1
        return turn % len(self.job.requests)

    def close(self) -> None:
        """Count a connection that is done."""
        self.open -= 1
        self.ended = time.perf_counter()
        if not self.open and not self.last.done():
            self.last.set_result(None)

    def fail(self, why: str) -> None:
        """End the run."""
        if not self.last.done():
            self.last.set_exception(Wrong(why))


class Connection(asyncio.Protocol):
    """One request after the other."""

    __slots__ = ("got", "left", "run", "sample", "started", "transport", "variant")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.got: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport
        self.run.open += 1
        self.send()

    def send(self) -> None:
        """Send the next request, or close."""
        variant = self.run.next()
        if variant is None:
            self.run.close()
            self.transport.close()
            return
        self.variant, self.left = variant, -1
        self.sample = self.run.job.exact and self.run.turn % SAMPLE_EVERY == 0
        self.started = time.perf_counter()
        self.transport.write(self.run.job.requests[variant])  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Count what came of the answer; when all is there, go on."""
        if self.left < 0:
            if self.got:
                data = b"".join((*self.got, data))
                self.got = []
            at = data.find(END)
            if at < 0:
                self.got.append(data)
                return
            if data[STATUS] != b"200":
                self.run.fail(f"answered {data[:200]!r}")
                return
            self.left = at + 4 + (len(self.run.job.answers[self.variant]) if self.run.job.exact else length(data[:at]))
        if self.sample:
            self.got.append(data)
        self.left -= len(data)
        if self.left > 0:
            return
        self.run.latencies.append(time.perf_counter() - self.started)
        self.check()
        self.send()

    def check(self) -> None:
        """Compare a sampled answer; each answer's length must be exact."""
        if self.left < 0:
            self.run.fail(f"an answer is {-self.left} bytes longer than it was")
        if self.sample:
            body = b"".join(self.got).partition(END)[2]
            self.got = []
            if body != self.run.job.answers[self.variant]:
                self.run.fail(f"an answer differs: {body[:200]!r}")

    def connection_lost(self, _error: Exception | None) -> None:
        """Say so if an answer was still due."""
        if self.left > 0 or time.perf_counter() < self.run.until:
            self.run.fail("the server closed a connection")


def length(head: bytes) -> int:
    """Return the length of the body that a head announces."""
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


@dataclass(slots=True)
class Learned:
    """A response, read whole."""

    status: int = 0
    complete: bool = False
    body: bytes = b""
    parser: Any = None

    def on_body(self, data: bytes) -> None:
        """Take a part of the body."""
        self.body += data

    def on_message_complete(self) -> None:
        """Note the end."""
        self.complete = True


async def learn(job: Job) -> list[str]:
    """Send every variant once; keep the bytes on the wire and return the bodies."""
    reader, writer = await asyncio.open_connection("127.0.0.1", job.port, limit=2**24)
    bodies = []
    for request in job.requests:
        writer.write(request)
        learned, wire = Learned(), b""
        parser = httptools.HttpResponseParser(learned)
        while not learned.complete:
            data = await asyncio.wait_for(reader.read(2**20), GRACE_S)
            if not data:
                raise Wrong("the server closed the connection")
            wire += data
            parser.feed_data(data)
        if parser.get_status_code() != 200:
            raise Wrong(f"answered {parser.get_status_code()}: {learned.body[:300]!r}")
        job.answers.append(wire.partition(END)[2])
        bodies.append(learned.body.decode())
    writer.close()
    return bodies


async def measure(job: Job, seconds: float) -> dict[str, Any]:
    """Keep every connection busy for so long; return counts and latencies."""
    loop, started, cpu = asyncio.get_running_loop(), time.perf_counter(), time.process_time()
    run = Run(job, started + seconds, loop.create_future())
    for _ in range(job.connections):
        await loop.create_connection(lambda: Connection(run), "127.0.0.1", job.port)
    await asyncio.wait_for(run.last, seconds + GRACE_S)
    wall, count, latencies = run.ended - started, len(run.latencies), sorted(run.latencies)
    return {
        "requests": count,
        "seconds": wall,
        "rate": count / wall,
        "cpu_s": time.process_time() - cpu,
        **{name: 1e3 * percentile(latencies, share) for name, share in PERCENTILES.items()},
    }


PERCENTILES = {"p50_ms": 0.5, "p99_ms": 0.99, "p999_ms": 0.999}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the ordered values does not exceed (nearest rank)."""
    if not values:
        return 0.0
    rank = -(-len(values) * share // 1)
    return values[max(0, min(len(values), int(rank)) - 1)]


def request_bytes(port: int, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return a request as it goes over the wire."""
    named = {
        "host": f"127.0.0.1:{port}",
        "content-type": "application/json",
        "accept": "application/json",
        **headers,
        "content-length": str(len(body)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


async def work(jobs: dict[str, Job], asked: dict[str, Any]) -> dict[str, Any]:
    """Carry out one line."""
    if asked["do"] == "learn":
        bodies = [body.encode() for body in asked["bodies"]]
        port, path = asked["port"], asked["path"]
        requests = [request_bytes(port, path, body, asked["headers"]) for body in bodies]
        job = Job(port, requests, exact=asked["exact"], connections=asked["connections"])
        found = await learn(job)
        jobs[asked["job"]] = job
        return {"bodies": found}
    job = jobs[asked["job"]]
    if asked.get("identical"):
        job = Job(job.port, job.requests[:1], job.answers[:1], exact=job.exact, connections=job.connections)
    return await measure(job, asked["seconds"])


async def serve() -> None:
    """Carry out lines until there are no more."""
    jobs: dict[str, Job] = {}
    tell({"ready": True})
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        try:
            said = await work(jobs, json.loads(line))
        except (TimeoutError, Wrong, OSError) as error:
            said = {"wrong": str(error) or f"{type(error).__name__} after {GRACE_S:.0f} s"}
        tell(said)


if __name__ == "__main__":
    uvloop.run(serve())
