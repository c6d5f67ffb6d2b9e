"""What is scraped is what was counted."""

from itertools import count

import pytest
from prometheus_client import REGISTRY, generate_latest

from chassis.counting import Tally

numbers = count()


def tally(*labels: str) -> Tally:
    """Return a tally with a name of its own: the registry is the process's."""
    return Tally(f"test_tally_{next(numbers)}", "Counted by a test.", labels)


def scraped(of: Tally, **labels: str) -> float | None:
    """Return what a scrape sees."""
    return REGISTRY.get_sample_value(f"{of.name}_total", labels)


def test_what_is_scraped_is_what_was_counted() -> None:
    """By the values of the labels, in their order."""
    of = tally("service", "path")

    of.counts["residents", "/a"] += 1
    of.counts["residents", "/a"] += 2
    of.counts["residents", "/b"] += 5

    assert scraped(of, service="residents", path="/a") == 3.0
    assert scraped(of, service="residents", path="/b") == 5.0
    assert scraped(of, service="enterprises", path="/a") is None


def test_tally_without_labels_is_one_number() -> None:
    """It appears with its first count."""
    of = tally()
    assert scraped(of) is None

    of.counts[()] += 1

    assert scraped(of) == 1.0


def test_scrape_is_what_prometheus_reads() -> None:
    """With its help and its type."""
    of = tally("reason")
    of.counts['a "quoted" one',] += 1

    text = generate_latest(REGISTRY).decode()

    assert f"# HELP {of.name}_total Counted by a test." in text
    assert f"# TYPE {of.name}_total counter" in text
    assert f'{of.name}_total{{reason="a \\"quoted\\" one"}} 1.0' in text


def test_name_is_taken_once() -> None:
    """A second tally of one name is a mistake, found when it is made."""
    of = tally("reason")

    with pytest.raises(ValueError, match="Duplicated"):
        Tally(of.name, "The same again.", ())


def test_scrape_counts_nothing() -> None:
    """Looking at a number that is not there does not make it."""
    of = tally("reason")

    generate_latest(REGISTRY)

    assert dict(of.counts) == {}
