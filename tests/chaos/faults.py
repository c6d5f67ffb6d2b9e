"""One service at fault under a steady load: what is answered, how fast, and how it heals."""

import asyncio
import json
import random
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from infra.story.wang import GRID
from infra.story.work import CREDIT_CODE
from tests.chaos.load import Plan, Sample, Shape, generate, percentile
from tests.chaos.partial import faults_of
from tests.chaos.processes import Seen, lay_out, observe
from tests.chaos.proxy import HEALTHY, Fault, Mode
from tests.chaos.report import Verdict
from tests.chaos.world import FAULTY, Question, World

WARM_S, HEALTHY_S, FAULT_S, HEAL_S, CALM_S = 3.0, 10.0, 11.0, 12.0, 2.0
RATE = 60.0
LOOK_EVERY_S = 0.1
FAST_MS = 250.0
MOST = 0.6
REFUSED = "Overloaded"  # the gateway itself was overrun; that says nothing of the service
OPENS_WITHIN_S, HEALS_WITHIN_S = 5.0, 10.0
RATIO_MAX = 1.2
RESAMPLES = 500
SOCKETS_MORE_MAX, MEMORY_MORE_MIB_MAX = 16, 24.0
UNTOUCHED = {
    "gate": (
        "gate_guard",
        "query Duty($id: ID!) { checkpoint(id: $id) { id name kind status onDuty { name } "
        "passages(first: 5) { nodes { id direction outcome occurredAt } } } }",
    ),
    "enterprise": (
        "enterprise_agent",
        "query Books($code: String!) { enterprise(creditCode: $code) { id name kind industry { code name } "
        "liaisonTeam { name } applications(first: 5) { nodes { id status } } } }",
    ),
}
WATCH = "query Watch($code: String!) { grid(code: $code) { code name } }"


@dataclass(frozen=True, slots=True)
class Case:
    """A fault by name: something at the proxy, or done to the process; `opens` if its breaker must open."""

    name: str
    fault: Fault = HEALTHY
    begin: Callable[[World], Awaitable[None]] | None = None
    end: Callable[[World], Awaitable[None]] | None = None
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the service through the gateway."""

    at: float
    ms: float
    code: str


async def kill(world: World) -> None:
    """Kill the service; nobody starts it again."""
    world.district.children[FAULTY].kill()


async def start(world: World) -> None:
    """Start the service, and wait until it is ready."""
    await world.cast.stage.start(FAULTY)
    lay_out(world.pids(), "gateway")


async def freeze(world: World) -> None:
    """Stop the service in its tracks."""
    world.district.children[FAULTY].signal(signal.SIGSTOP)


async def thaw(world: World) -> None:
    """Let the service go on."""
    world.district.children[FAULTY].signal(signal.SIGCONT)


CASES: dict[str, tuple[Case, ...]] = {
    "down": (
        Case("killed", begin=kill, end=start, opens=True),
        Case("stopped in its tracks", begin=freeze, end=thaw, opens=True),
        Case("port closed", Fault(Mode.REFUSE), opens=True),
        Case("black hole", Fault(Mode.BLACK_HOLE), opens=True),
    ),
    "slow": tuple(
        Case(f"{seconds:g} s slow", Fault(Mode.DELAY, delay_s=seconds), opens=seconds >= 30)
        for seconds in (0.2, 2.0, 30.0)
    ),
    "resets": tuple(
        Case(f"{share:.0%} {mode.value}", Fault(mode, share=share))
        for mode in (Mode.RESET_AT_ACCEPT, Mode.RESET_MID_ANSWER)
        for share in (0.05, 0.2, 0.5)
    ),
}


async def run_case(world: World, case: Case) -> Verdict:
    """Run one fault under load; return what was found."""
    verdict, looks, pid = Verdict(case.name, world.seed), list[Look](), world.pid("gateway")
    whole = await world.healthy()
    load = asyncio.create_task(generate(plan(world)))
    await asyncio.sleep(WARM_S)
    before, began = observe(pid), time.monotonic()
    watching = asyncio.create_task(watch(world, looks))
    await asyncio.sleep(HEALTHY_S)
    faulted = time.monotonic()
    await world.proxy.set(case.fault)
    if case.begin:
        await case.begin(world)
    await check_documents(verdict, "documents at once", world, whole)
    during = observe(pid)
    await asyncio.sleep(max(faulted + FAULT_S - time.monotonic(), 0.5))
    await check_documents(verdict, "documents later", world, whole)
    await world.proxy.set(HEALTHY)
    if case.end:
        await case.end(world)
    mended = time.monotonic()
    await until_calm(looks, mended + HEAL_S)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    compare_others(verdict, await load, (began, faulted), (faulted, mended))
    check_breaker(verdict, case, looks, faulted, mended)
    check_size(verdict, before, during, observe(pid))
    verdict.check_bugs(world.bugs())
    verdict.figures |= {"looks": [asdict(look) for look in looks], "breaker": await breaker_metrics(world)}
    return verdict


def plan(world: World) -> Plan:
    """Return the steady load: twice as much that does not need the service as what does."""
    at = world.district.addresses["gateway"]
    variables = {"gate": {"id": world.cast.checkpoint}, "enterprise": {"code": CREDIT_CODE}}
    shapes = [
        Shape(name, 2.0, world.headers(persona), json.dumps({"query": text, "variables": variables[name]}))
        for name, (persona, text) in UNTOUCHED.items()
    ]
    for name in ("ResidentCard", "Gate"):
        shapes.append(shape_of(world, world.questions[name], 1.0))
    return Plan(at.host, at.port, RATE, WARM_S + HEALTHY_S + FAULT_S + 2.0, world.seed, shapes)


def shape_of(world: World, question: Question, weight: float) -> Shape:
    """Return a registered question as the generator sends it."""
    body = {"query": question.text, "operationName": question.name, "variables": dict(question.variables)}
    return Shape(question.name, weight, world.headers(question.persona), json.dumps(body))


async def check_documents(verdict: Verdict, name: str, world: World, whole: dict[str, Any]) -> None:
    """Check what is left of every registered query's answer."""
    answers = await world.ask_all()
    wrong = {q.name: found for q, heard in answers if (found := faults_of(q, whole[q.name], heard, FAULTY))}
    said = "; ".join(f"{name}: {found[0][:160]}" for name, found in wrong.items())
    slowest, refused = max(heard.ms for _, heard in answers), sum(heard.refusals for _, heard in answers)
    right = f"all {len(answers)} as they must be, within {slowest:.0f} ms; {refused} refused as too many at first"
    verdict.check(name, said or right, not wrong)


def check_size(verdict: Verdict, before: Seen, during: Seen, after: Seen) -> None:
    """Check that the gateway has not grown."""
    sockets = f"{before.sockets}, {during.sockets} under the fault, {after.sockets} afterwards"
    verdict.check("gateway's sockets", sockets, after.sockets - before.sockets <= SOCKETS_MORE_MAX)
    memory = f"{before.memory_mib:.0f}, {during.memory_mib:.0f}, {after.memory_mib:.0f} MiB"
    verdict.check("gateway's memory", memory, after.memory_mib - before.memory_mib <= MEMORY_MORE_MIB_MAX)


async def watch(world: World, looks: list[Look]) -> None:
    """Look at the service again and again, without waiting for slow answers."""
    question = Question("Watch", WATCH, "grid_worker", {"code": GRID})
    under_way: set[asyncio.Task[None]] = set()

    async def look() -> None:
        at = time.monotonic()
        heard = await world.ask_once(question)
        code = heard.errors[0]["extensions"]["code"] if heard.errors else ""
        looks.append(Look(at, heard.ms, code))

    try:
        while True:
            task = asyncio.create_task(look())
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            await asyncio.sleep(LOOK_EVERY_S)
    finally:
        await asyncio.gather(*under_way, return_exceptions=True)


async def until_calm(looks: list[Look], latest: float) -> None:
    """Wait until all has been well for a while, or for as long as one may wait."""
    calm = False
    while not calm and time.monotonic() < latest:
        await asyncio.sleep(LOOK_EVERY_S)
        last = [look for look in looks if look.at > time.monotonic() - CALM_S]
        calm = len(last) > CALM_S / LOOK_EVERY_S / 2 and not any(map(is_bad, last))


def is_bad(look: Look) -> bool:
    """Say whether a look was not answered whole and at once."""
    return bool(look.code) or look.ms > FAST_MS


def compare_others(
    verdict: Verdict, samples: Sequence[Sample], health: tuple[float, float], fault: tuple[float, float]
) -> None:
    """Compare how fast the others' fields came in health and under the fault."""
    others = [s for s in samples if s.label in UNTOUCHED]
    first, second = ([s for s in others if start <= s.due < end] for start, end in (health, fault))
    low, high = interval([s.wire_ms for s in first], [s.wire_ms for s in second], random.Random(verdict.seed))
    slow, slower = (percentile([s.wire_ms for s in part], 0.99) for part in (first, second))
    lag = percentile([(s.sent - s.due) * 1e3 for s in others], 0.99)
    figures = f"p99 {slow:.1f} -> {slower:.1f} ms, ratio {slower / max(slow, 0.1):.2f} (90 %: {low:.2f} to {high:.2f})"
    verdict.check(f"others, {len(first)} and {len(second)} answers", figures, low <= RATIO_MAX)
    good = sum(s.status == 200 and s.whole for s in second)
    refused = sum(s.status == 503 and s.retry_after for s in second)
    figures = f"{good} of {len(second)}, {refused} refused as too many"
    verdict.check("others answered whole, or refused", figures, good + refused == len(second))
    verdict.figures |= {"generator_lag_p99_ms": lag, "p99_ms": [slow, slower], "ratio": [low, high]}


def interval(first: list[float], second: list[float], draws: random.Random) -> tuple[float, float]:
    """Return where nine of ten ratios of p99 lie when both samples are drawn again: few answers tell little."""
    ratios = sorted(
        percentile(draws.choices(second, k=len(second)), 0.99)
        / max(percentile(draws.choices(first, k=len(first)), 0.99), 0.1)
        for _ in range(RESAMPLES if first and second else 0)
    )
    return (percentile(ratios, 0.05), percentile(ratios, 0.95))


def check_breaker(verdict: Verdict, case: Case, looks: Sequence[Look], faulted: float, mended: float) -> None:
    """Find when failing became fast, and when all was well again."""
    during = [look for look in looks if faulted <= look.at < mended]
    opened = opens_after([look for look in during if look.code != REFUSED], faulted)
    later = [look.ms <= FAST_MS for look in during if look.at >= faulted + opened]
    holds = opened <= OPENS_WITHIN_S if case.opens else None
    figures = f"{opened:.1f} s; {sum(later) / max(len(later), 1):.0%} within {FAST_MS:.0f} ms from then on"
    verdict.check("fails at once after" if case.opens else "answers or fails at once after", figures, holds)
    healed = max((look.at for look in looks if look.at >= mended and is_bad(look)), default=mended) - mended
    verdict.check("well again after", f"{healed:.1f} s", healed <= HEALS_WITHIN_S)
    codes: dict[str, int] = {}
    for look in during:
        codes[look.code or "answered"] = codes.get(look.code or "answered", 0) + 1
    verdict.history += [
        f"{0:6.1f} s  fault begins; until it ends: {codes}",
        f"{opened:6.1f} s  most answers come within {FAST_MS:.0f} ms from here on",
        f"{mended - faulted:6.1f} s  fault ends",
        f"{mended - faulted + healed:6.1f} s  every answer is whole from here on",
    ]


def opens_after(during: Sequence[Look], faulted: float) -> float:
    """Return when at least most looks of a second ended at once; those that try the service anew may wait."""
    ordered = sorted(during, key=lambda look: look.at)
    for look in ordered:
        second = [other.ms <= FAST_MS for other in ordered if look.at <= other.at < look.at + 1]
        if look.ms <= FAST_MS and sum(second) >= MOST * len(second):
            return look.at - faulted
    return (ordered[-1].at if ordered else faulted) - faulted


async def breaker_metrics(world: World) -> list[str]:
    """Return what the gateway's metrics say of breakers, if anything."""
    text = (await world.http.get("/metrics")).text
    return [line for line in text.splitlines() if "breaker" in line and not line.startswith("#")]
