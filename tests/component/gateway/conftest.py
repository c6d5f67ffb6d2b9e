"""A desk for each test; spans are made, as in a process that serves."""

from collections.abc import AsyncIterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from tests.component.gateway.desk import Desk, open_desk

if not isinstance(trace.get_tracer_provider(), TracerProvider):
    trace.set_tracer_provider(TracerProvider())


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a gateway with stubs behind it."""
    opened = open_desk()
    async with opened.http:
        yield opened
