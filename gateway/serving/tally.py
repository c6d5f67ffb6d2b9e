"""A histogram that costs a tenth of the library's, read when somebody asks for the metrics.

One loop writes and the scrape runs on the same loop, so that it needs no lock.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from prometheus_client import REGISTRY
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Tally(Collector):
    """Durations by label values."""

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

    def describe(self) -> Iterable[Metric]:
        """Name the metric."""
        return [HistogramMetricFamily(self.name, self.documentation, labels=self.labels)]

    def collect(self) -> Iterable[Metric]:
        """Return the metric."""
        family = HistogramMetricFamily(self.name, self.documentation, labels=self.labels)
        for values, counts in self.counts.items():
            buckets, total = [], 0
            for bound, count in zip((*map(str, BOUNDS_S), "+Inf"), counts, strict=True):
                total += count
                buckets.append((bound, float(total)))
            family.add_metric(values, buckets, self.sums[values])
        return [family]
