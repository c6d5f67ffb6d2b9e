"""Fixtures of every test: one PostgreSQL and one NATS a run."""

from collections.abc import Iterator

import pytest

from chassis.telemetry import start_logs
from tests.support.servers import Infrastructure, running_infrastructure

start_logs("tests")


@pytest.fixture(scope="session")
def infrastructure() -> Iterator[Infrastructure]:
    """Start PostgreSQL and NATS once for the run."""
    with running_infrastructure() as servers:
        yield servers
