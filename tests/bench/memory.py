"""Memory: a million operations through the engine, and ten thousand different documents."""

from collections.abc import Callable, Sequence

from tests.bench.children import rss_mb
from tests.bench.ground import Ground, started
from tests.bench.results import MemoryLine
from tests.bench.roster import ENGINE
from tests.bench.shapes import Q2, Shape, shapes

OPERATIONS = 1_000_000
DOCUMENTS = 10_000
DOCUMENTS_A_JOB = 500
SAMPLE_S = 5.0
PER = 100_000


def run(ground: Ground, step: Callable[[str], None]) -> list[MemoryLine]:
    """Return how the engine's memory goes with operations and with documents."""
    if not started(ground, [ENGINE]):
        return []
    return [operations(ground, step), documents(ground, step)]


def operations(ground: Ground, step: Callable[[str], None]) -> MemoryLine:
    """Send a million operations of Q1 and look at the memory in between."""
    shape, child = shapes()[0], ground.running[ENGINE.name]
    ground.learn(ENGINE, shape)
    ground.send(ENGINE, shape, SAMPLE_S)
    counts, held, seconds = [0], [rss_mb(child.pid)], 0.0
    while counts[-1] < OPERATIONS:
        step(f"memory: {counts[-1]:,} of {OPERATIONS:,} operations, {held[-1]:.1f} MB")
        counts.append(counts[-1] + ground.send(ENGINE, shape, SAMPLE_S).requests)
        held.append(rss_mb(child.pid))
        seconds += SAMPLE_S
    return MemoryLine("one document", counts[-1], seconds, held, PER * later_slope(counts, held))


def documents(ground: Ground, step: Callable[[str], None]) -> MemoryLine:
    """Send ten thousand documents that differ, each twice: once to learn it, once more."""
    child = ground.running[ENGINE.name]
    counts, held = [0], [rss_mb(child.pid)]
    for start in range(0, DOCUMENTS, DOCUMENTS_A_JOB):
        step(f"memory: {start:,} of {DOCUMENTS:,} documents, {held[-1]:.1f} MB")
        for number in range(start, start + DOCUMENTS_A_JOB):
            shape = Shape(f"d{number % 2}", "", Q2.replace("query Dashboard", f"query Dashboard{number}"), VILLAGE)
            ground.learn(ENGINE, shape)
        counts.append(start + DOCUMENTS_A_JOB)
        held.append(rss_mb(child.pid))
    return MemoryLine("different documents", DOCUMENTS, 0.0, held, PER * later_slope(counts, held))


VILLAGE = ({"village": "330111000001"}, {"village": "330111000002"})


def later_slope(counts: Sequence[int], held: Sequence[float]) -> float:
    """Return the slope of the second half: pools and caches fill first, what counts is what comes after."""
    half = len(counts) // 2
    return slope(counts[half:], held[half:])


def slope(places: Sequence[float], values: Sequence[float]) -> float:
    """Return how much a value grows with each place, by least squares."""
    count = len(places)
    if count < 2:
        return 0.0
    middle, mean = sum(places) / count, sum(values) / count
    above = sum((place - middle) * (value - mean) for place, value in zip(places, values, strict=True))
    return above / (sum((place - middle) ** 2 for place in places) or 1.0)
