"""Counters for hot paths: a number in a dictionary, read when metrics are scraped.

prometheus_client's own counter takes a lock for each increment: ten times the cost of adding one.
A process has one event loop, and nothing else counts.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector


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
