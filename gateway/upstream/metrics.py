"""What is counted of the calls to services."""

from functools import cache

from prometheus_client import Counter, Gauge

from gateway.resilience.breaker import State

calls_total = Counter("upstream_calls_total", "Calls to services by what became of them.", ["service", "outcome"])
retries_total = Counter("upstream_retries_total", "Reads tried once more.", ["service"])
shared_total = Counter("upstream_reads_shared_total", "Reads answered by one under way.", ["service"])
breaker_state = Gauge("upstream_breaker_state", "0 closed, 1 tried with a few calls, 2 open.", ["service"])
connections_open = Gauge("upstream_connections_open", "Connections to a service.", ["service"])


@cache  # labels are services and outcomes of this program
def calls_by(service: str, outcome: str) -> Counter:
    """Return the counter of one outcome."""
    return calls_total.labels(service, outcome)


def show_breaker(service: str, state: State) -> None:
    """Show a breaker's state."""
    breaker_state.labels(service).set(state)
