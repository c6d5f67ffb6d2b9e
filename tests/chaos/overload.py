"""Far more is asked than can be done: what still gets through, and how soon the rest is told to come again."""

import asyncio
import json
from dataclasses import dataclass, replace
from typing import Any

from chassis.database import connect
from infra.addresses import Address
from infra.story.work import CREDIT_CODE
from infra.trouble import Trouble
from tests.chaos.load import Plan, Sample, Shape, generate, percentile
from tests.chaos.processes import observe
from tests.chaos.report import Verdict
from tests.chaos.world import World

SETTINGS = {"RESIDENTS_URL": "", "TRACE_SAMPLE_RATIO": "0.05"}  # no proxy; traces as in production
GOOD_WITHIN_MS = 1_000.0
FIRST_RATE, STEP, RATE_MAX = 30.0, 1.3, 5_000.0
STEP_S, OVERLOAD_S, WARM_S, REST_S = 6.0, 14.0, 2.0, 6.0
KEPT_SHARE = 0.9
FACTORS = (2, 5, 10)
JUDGED = 5
GOODPUT_MIN, URGENT_MIN = 0.8, 0.99
REFUSED_WITHIN_MS = 20.0
CARDS_MAX = 1_000
URGENT = ("scan", "check")
CHECK = (
    "query Check($id: ID!) { resident(id: $id) { id name healthCode { color decidedAt reasons { code message } } } }"
)


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one load."""

    rate: float
    seconds: float
    samples: list[Sample]

    def good(self, *labels: str) -> list[Sample]:
        """Return what was answered whole and in time, of some kinds or of all."""
        return [s for s in self.of(*labels) if s.status == 200 and s.whole and s.ms <= GOOD_WITHIN_MS]

    def of(self, *labels: str) -> list[Sample]:
        """Return the samples of some kinds or of all."""
        return [s for s in self.samples if not labels or s.label in labels]

    @property
    def goodput(self) -> float:
        """Return how many a second were answered whole and in time."""
        return len(self.good()) / self.seconds

    @property
    def refused(self) -> list[Sample]:
        """Return what was told to come again."""
        return [s for s in self.samples if s.status == 503 and s.retry_after]

    @property
    def lag_ms(self) -> float:
        """Return how late the generator itself was, 99 of 100 times at most."""
        return percentile([(s.sent - s.due) * 1e3 for s in self.samples if s.status > 0], 0.99)


async def run_overload(world: World) -> Verdict:
    """Find the peak, go beyond it, and come back."""
    verdict = Verdict("overload", world.seed)
    shapes = await mix(world)
    before, numbers = observe(world.pid("gateway")), Numbers()
    peak = await find_peak(world, shapes, numbers, verdict)
    verdict.figures["peak_per_s"] = peak
    for factor in FACTORS:
        await asyncio.sleep(REST_S)
        judge(verdict, factor, peak, await offer(world, shapes, numbers, peak * factor, OVERLOAD_S))
    await asyncio.sleep(REST_S)
    back = await offer(world, shapes, numbers, peak / 2, STEP_S)
    after = observe(world.pid("gateway"))
    share = len(back.good()) / max(len(back.samples), 1)
    verdict.check("half of the peak afterwards", f"{share:.1%} good", share >= URGENT_MIN)
    verdict.check("gateway's sockets", f"{before.sockets} before, {after.sockets} after", None)
    verdict.check("gateway's memory", f"{before.memory_mib:.0f} before, {after.memory_mib:.0f} MiB after", None)
    verdict.check_bugs(world.bugs())
    return verdict


@dataclass(slots=True)
class Numbers:
    """Numbers that no two requests share."""

    next: int = 1_000

    def take(self, count: int) -> int:
        """Return the first of so many numbers."""
        first, self.next = self.next, self.next + count
        return first


async def find_peak(world: World, shapes: list[Shape], numbers: Numbers, verdict: Verdict) -> float:
    """Offer more and more until two steps in a row answer less than their share; return the best goodput."""
    await offer(world, shapes, numbers, FIRST_RATE, STEP_S)
    rate, peak, behind = FIRST_RATE, 0.0, 0
    while behind < 2 and rate <= RATE_MAX:
        part = await offer(world, shapes, numbers, rate, STEP_S)
        peak = max(peak, part.goodput)
        behind = behind + 1 if part.goodput < KEPT_SHARE * part.rate else 0
        verdict.history.append(f"offered {describe(part)}")
        rate *= STEP
    if not peak:
        raise Trouble(f"nothing was answered whole: {verdict.history[-1]}")
    return peak


async def offer(world: World, shapes: list[Shape], numbers: Numbers, rate: float, seconds: float) -> Part:
    """Offer a rate for some seconds; what came while it warmed up does not count."""
    at: Address = world.district.addresses["gateway"]
    count = int(rate * (seconds + WARM_S) * 2) + 100
    plan = Plan(at.host, at.port, rate, seconds + WARM_S, world.seed, shapes, numbers.take(count))
    samples = await generate(plan)
    begins = min((s.due for s in samples), default=0.0) + WARM_S
    counted = [s for s in samples if s.due >= begins]
    return Part(len(counted) / seconds, seconds, counted)


def judge(verdict: Verdict, factor: int, peak: float, part: Part) -> None:
    """Judge one overload; the issue's promise is of five times the peak, the others are looked at."""
    verdict.history.append(f"{factor:2d}x      {describe(part)}")
    judged, share = factor == JUDGED, part.goodput / max(peak, 0.1)
    verdict.check(f"{factor}x goodput", f"{share:.0%} of the peak", share >= GOODPUT_MIN if judged else None)
    late = percentile([s.wire_ms for s in part.refused], 0.99)
    middle = percentile([s.wire_ms for s in part.refused], 0.5)
    figures = f"{len(part.refused)}, p50 {middle:.1f}, p99 {late:.1f} ms"
    verdict.check(f"{factor}x refusals", figures, late <= REFUSED_WITHIN_MS if judged else None)
    for label in URGENT:
        asked, good = len(part.of(label)), len(part.good(label))
        figures = f"{good} of {asked}, p99 {percentile([s.ms for s in part.of(label)], 0.99):.0f} ms"
        verdict.check(f"{factor}x {label}s", figures, good >= URGENT_MIN * asked if judged else None)
    others = len(part.samples) - len(part.good()) - len(part.refused)
    verdict.check(f"{factor}x neither good nor refused", f"{others}: {statuses(part)}", None)
    verdict.figures[f"{factor}x"] = figures_of(part)


def describe(part: Part) -> str:
    """Return a line on a load."""
    p50, p99 = (percentile([s.ms for s in part.good()], share) for share in (0.5, 0.99))
    return (
        f"{part.rate:7.1f}/s: good {part.goodput:6.1f}/s (p50 {p50:.0f}, p99 {p99:.0f} ms), "
        f"refused {len(part.refused) / part.seconds:.1f}/s, generator late by {part.lag_ms:.1f} ms"
    )


def statuses(part: Part) -> dict[str, int]:
    """Count answers by status; 0 was lost, -1 could not be sent, "late" came whole after its time."""
    counts: dict[str, int] = {}
    good = set(map(id, part.good()))
    for sample in part.samples:
        if id(sample) not in good and not (sample.status == 503 and sample.retry_after):
            late = sample.status == 200 and sample.whole
            name = "late" if late else "partial" if sample.status == 200 else str(sample.status)
            counts[name] = counts.get(name, 0) + 1
    return counts


def figures_of(part: Part) -> dict[str, Any]:
    """Return a load's figures for the JSON file."""
    return {
        "offered_per_s": part.rate,
        "good_per_s": part.goodput,
        "refused": len(part.refused),
        "refused_p99_ms": percentile([s.wire_ms for s in part.refused], 0.99),
        "generator_lag_p99_ms": part.lag_ms,
        "statuses": statuses(part),
        "by_kind": {
            label: [len(part.of(label)), len(part.good(label)), percentile([s.ms for s in part.good(label)], 0.99)]
            for label in sorted({s.label for s in part.samples})
        },
    }


async def mix(world: World) -> list[Shape]:
    """Return the load: boards and cards of many places and people, scans and code checks."""
    people, places = await found(world)
    board, card = world.questions["DistrictBoard"], world.questions["ResidentCard"]
    officer = world.headers("district_officer")
    scan = {
        "idempotencyKey": "chaos-@N@",
        "checkpointId": world.cast.checkpoint,
        "deviceId": "gate-330111004002-1",
        "deviceSequence": "@N@",
        "direction": "ENTRY",
        "occurredAt": world.cast.stage.now.isoformat(),
        "temperatureC": 36.5,
        "person": {"nationalId": "@ID@", "name": "欧阳远"},
        "originCode": "330111",
        "companions": 0,
        "vehiclePlate": None,
    }
    enterprise = replace(world.questions["EnterpriseHome"], variables={"creditCode": CREDIT_CODE})
    return [
        Shape("board", 40, officer, body(board.text, board.name, {"code": "@C@", "first": 20}), places),
        Shape("card", 40, officer, body(card.text, card.name, {"id": "@C@"}), people),
        Shape("enterprise", 10, world.headers(enterprise.persona), body(enterprise.text, None, enterprise.variables)),
        Shape("check", 5, officer, body(CHECK, "Check", {"id": "@C@"}), people),
        Shape(
            "scan", 5, world.headers("gate_guard"), body(world.cast.guard.texts["RecordPassage"], None, {"input": scan})
        ),
    ]


def body(text: str, name: str | None, variables: Any) -> str:
    """Return a request's body."""
    return json.dumps({"query": text, "operationName": name, "variables": variables}, ensure_ascii=False)


async def found(world: World) -> tuple[list[str], list[str]]:
    """Return global ids of residents, and codes of divisions, as they stand in the database."""
    postgres = world.district.postgres
    assert postgres is not None
    database = await connect(postgres.url("residents"))
    query = "SELECT encode(convert_to('Resident:' || id, 'UTF8'), 'base64') AS id FROM residents ORDER BY id LIMIT $1"
    people = [str(row["id"]).replace("\n", "") for row in await database.fetch(query, CARDS_MAX)]
    towns = "SELECT code FROM divisions WHERE level IN ('TOWN', 'VILLAGE') ORDER BY code"
    places = [str(row["code"]) for row in await database.fetch(towns)]
    await database.close()
    return people, places
