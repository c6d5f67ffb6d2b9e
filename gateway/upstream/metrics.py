"""What is counted of the calls to services."""

from prometheus_client import Gauge

from chassis.counting import Tally
from gateway.resilience.breaker import State

calls_total = Tally("upstream_calls", "Calls to services by what became of them.", ["service", "outcome"])
retries_total = Tally("upstream_retries", "Reads tried once more.", ["service"])
shared_total = Tally("upstream_reads_shared", "Reads answered by one under way.", ["service"])
breaker_state = Gauge("upstream_breaker_state", "0 closed, 1 tried with a few calls, 2 open.", ["service"])
connections_open = Gauge("upstream_connections_open", "Connections to a service.", ["service"])


def show_breaker(service: str, state: State) -> None:
    """Show a breaker's state."""
    breaker_state.labels(service).set(state)
