"""A desk for each test."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from chassis.stream import connected, ensure_stream
from tests.component.gateway.desk import Desk, open_desk
from tests.component.gateway.district import district
from tests.component.gateway.following import (
    STREAMS,
    Events,
)
from tests.support.servers import Infrastructure


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a gateway with stubs behind it."""
    opened = open_desk()
    async with opened.http:
        yield opened


@pytest.fixture
async def events(infrastructure: Infrastructure) -> AsyncIterator[Events]:
    """Open a gateway on the run's NATS."""
    desk = open_desk(district(3), nats_url=infrastructure.nats_url)
    feeding = asyncio.create_task(desk.gateway.feed.run())
    async with desk.http, connected(infrastructure.nats_url, "test") as client:
        for name in STREAMS:
            await ensure_stream(client.jetstream(), name)
        yield Events(desk, client.jetstream())
    await desk.gateway.feed.close()
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)
