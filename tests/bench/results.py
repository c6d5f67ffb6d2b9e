"""What a run found: every stretch of load, and the figures that are drawn from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from statistics import median

import msgspec

from tests.bench.ground import BUSY, Measured
from tests.bench.machine import Machine
from tests.bench.roster import SERVERS, Role

IDENTICAL = "engine-identical"
TITLES = {**{server.name: server.title for server in SERVERS}, IDENTICAL: "Gridweave engine, identical requests"}
ROLES = {**{server.name: server.role for server in SERVERS}, IDENTICAL: Role.OURS}
ORDER = (*TITLES,)


@dataclass(frozen=True, slots=True)
class Target:
    """What the engine is to reach for a shape."""

    times_best_peer: float
    share_of_splicing: float
    cpu_us: float


TARGETS = {"q1": Target(2, 0.8, 50), "q2": Target(6, 0.7, 200), "q3": Target(3, 0.7, 70)}


class RealLine(msgspec.Struct):
    """One document through the real services; CPU in microseconds a request."""

    document: str
    tracing: float
    rate: float
    p50_ms: float
    p99_ms: float
    gateway_us: float
    all_us: float


class MemoryLine(msgspec.Struct):
    """Memory of the engine's process while operations go through it."""

    case: str
    operations: int
    seconds: float
    samples_mb: list[float]
    slope_mb: float


class ImportLine(msgspec.Struct):
    """One list, from the first byte of its upload until every row is stored or refused."""

    rows: int
    stored: int
    refused: int
    upload_s: float
    wall_s: float
    rows_per_s: float
    residents_cpu_s: float
    postgres_cpu_s: float
    rss_before_mb: float
    rss_peak_mb: float
    rss_after_mb: float


class PageLine(msgspec.Struct):
    """One page as a grid worker and as an officer of the whole district reads it, through the gateway."""

    page: str
    worker_p50_ms: float
    worker_p95_ms: float
    officer_p50_ms: float
    officer_p95_ms: float

    @property
    def ratio(self) -> float:
        """Return how much longer the grid worker waits."""
        return self.worker_p50_ms / self.officer_p50_ms


class RoundLine(msgspec.Struct):
    """A round over all households: when it was answered, and when every task was written."""

    answered_s: float
    ready_s: float
    postgres_cpu_s: float


class ResidentsLines(msgspec.Struct):
    """The residents service at the size of a whole district."""

    imports: list[ImportLine] = []
    pages: list[PageLine] = []
    rounds: list[RoundLine] = []


class Results(msgspec.Struct, omit_defaults=True):
    """One run of the bench."""

    date: str
    machine: Machine
    versions: dict[str, str]
    seconds: float
    answer_bytes: dict[str, int] = {}
    shapes: list[Measured] = []
    documents: list[Measured] = []
    traced: list[Measured] = []
    real: list[RealLine] = []
    memory: list[MemoryLine] = []
    residents: ResidentsLines | None = None

    def save(self, folder: Path) -> Path:
        """Write the run as JSON and return the file."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.date.replace(':', '').replace(' ', 'T')}.json"
        file.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1))
        return file


class Limit(StrEnum):
    """What kept a rate from being higher."""

    SERVER = "server"
    LOAD = "load generator"
    ELSEWHERE = "other processes"


@dataclass(frozen=True, slots=True)
class Figures:
    """A server's figures for a shape: medians over the rounds, and how far the rates lie apart."""

    rate: float
    spread: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    busy: float
    limit: Limit

    @property
    def bound(self) -> bool:
        """Say whether the rate is the server's own."""
        return self.limit is Limit.SERVER


def figures(stretches: Sequence[Measured]) -> Figures:
    """Return the medians of one server's stretches of one shape."""
    rates = [one.rate for one in stretches]
    middle = median(rates)
    return Figures(
        rate=middle,
        spread=(max(rates) - min(rates)) / 2 / middle if middle else 0.0,
        p50_ms=median(one.p50_ms for one in stretches),
        p99_ms=median(one.p99_ms for one in stretches),
        cpu_us=median(one.cpu_us for one in stretches),
        busy=median(one.busy for one in stretches),
        limit=limit(median(one.busy for one in stretches), median(one.others_busy for one in stretches)),
    )


def limit(busy: float, others_busy: float) -> Limit:
    """Return what kept a rate from being higher, by how busy both sides' cores were."""
    if busy >= BUSY:
        return Limit.SERVER
    return Limit.LOAD if others_busy >= BUSY else Limit.ELSEWHERE


Table = Mapping[str, Mapping[str, Figures]]


def table(stretches: Iterable[Measured]) -> Table:
    """Return the figures by shape and server, servers in their usual order."""
    found: dict[str, dict[str, list[Measured]]] = {}
    for one in stretches:
        found.setdefault(one.shape, {}).setdefault(one.server, []).append(one)
    rank = {name: place for place, name in enumerate(ORDER)}
    return {
        shape: {name: figures(of) for name, of in sorted(by.items(), key=lambda item: rank.get(item[0], len(rank)))}
        for shape, by in found.items()
    }


@dataclass(frozen=True, slots=True)
class Verdict:
    """The engine against its target for a shape; None where the other side was not measured."""

    shape: str
    target: Target
    times_best_peer: float | None
    best_peer: str | None
    share_of_splicing: float | None
    cpu_us: float

    def lines(self) -> list[tuple[str, str, str, bool]]:
        """Return what is wanted, the target, what was found, and whether that is enough."""
        found = [
            ("CPU a request", f"at most {self.target.cpu_us:.0f} µs", f"{self.cpu_us:.0f} µs",
             self.cpu_us <= self.target.cpu_us),
        ]  # fmt: skip
        if self.share_of_splicing is not None:
            found.insert(0, (
                "rate, byte splicing", f"at least {self.target.share_of_splicing:g} x",
                f"{self.share_of_splicing:.2f} x", self.share_of_splicing >= self.target.share_of_splicing,
            ))  # fmt: skip
        if self.times_best_peer is not None and self.best_peer is not None:
            found.insert(0, (
                f"rate, {TITLES[self.best_peer]}", f"at least {self.target.times_best_peer:g} x",
                f"{self.times_best_peer:.1f} x", self.times_best_peer >= self.target.times_best_peer,
            ))  # fmt: skip
        return found


def verdicts(stretches: Sequence[Measured]) -> list[Verdict]:
    """Return how the engine stands; ratios are medians over the rounds, each taken within one round."""
    found = []
    for shape, servers in table(stretches).items():
        if "engine" not in servers:
            continue
        peers = [name for name in servers if ROLES[name] is Role.PEER]
        best = max(peers, key=lambda name: servers[name].rate, default=None)
        found.append(
            Verdict(
                shape,
                TARGETS[shape],
                ratio(stretches, shape, best) if best else None,
                best,
                ratio(stretches, shape, "splice") if "splice" in servers else None,
                servers["engine"].cpu_us,
            )
        )
    return found


def ratio(stretches: Sequence[Measured], shape: str, other: str) -> float:
    """Return the engine's rate over another's."""
    mine = [one.rate for one in stretches if one.shape == shape and one.server == "engine"]
    others = [one.rate for one in stretches if one.shape == shape and one.server == other]
    return median(a / b for a, b in zip(mine, others, strict=False))
