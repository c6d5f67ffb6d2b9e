"""Counters and histograms for hot paths: numbers in dictionaries, read when metrics are scraped.

prometheus_client's own take a lock for each increment: ten times the cost of adding one.
A process has one event loop, and nothing else counts.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Tally(Collector):
    """A counter with labels; `counts` is by their values."""

    def __init__(self, name: str, documentation: str, labels: Sequence[str]) -> None:
        self.name, self.documentation, self.labels = name, documentation, labels
        self.counts: defaultdict[tuple[str, ...], int] = defaultdict(int)
        REGISTRY.register(self)

    def collect(self) -> Iterator[Metric]:
        """Yield the counter as it is now."""
        family = CounterMetricFamily(self.name, self.documentation, labels=self.labels)
        for values, count in list(self.counts.items()):
            family.add_metric(values, count)
        yield family

    def describe(self) -> Iterator[Metric]:
        """Yield the counter's name, so that no other takes it."""
        yield CounterMetricFamily(self.name, self.documentation, labels=self.labels)


class Durations(Collector):
    """A histogram of durations in seconds, with labels."""

    def __init__(self, name: str, documentation: str, labels: Sequence[str]) -> None:
        self.name, self.documentation, self.labels = name, documentation, labels
        self.counts: dict[tuple[str, ...], list[int]] = {}
        self.sums: dict[tuple[str, ...], float] = {}
        REGISTRY.register(self)

    def observe(self, seconds: float, *values: str) -> None:
        """Count one duration."""
        counts = self.counts.get(values)
        if counts is None:
            counts = self.counts[values] = [0] * (len(BOUNDS_S) + 1)
            self.sums[values] = 0.0
        counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.sums[values] += seconds

    def describe(self) -> Iterator[Metric]:
        """Name the metric."""
        yield HistogramMetricFamily(self.name, self.documentation, labels=self.labels)

    def collect(self) -> Iterator[Metric]:
        """Return the metric."""
        family = HistogramMetricFamily(self.name, self.documentation, labels=self.labels)
        for values, counts in self.counts.items():
            buckets, total = [], 0
            for bound, count in zip((*map(str, BOUNDS_S), "+Inf"), counts, strict=True):
                total += count
                buckets.append((bound, float(total)))
            family.add_metric(values, buckets, self.sums[values])
        yield family
