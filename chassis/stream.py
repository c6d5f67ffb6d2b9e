"""The stream of facts in NATS JetStream: connecting, and reading what is heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

STREAM_AGE_S = 72 * 3600
DUPLICATE_WINDOW_S = 600
RECONNECT_WAIT_S = 0.5
CONNECT_AGAIN_S = 1.0

log = structlog.get_logger()


class Received(msgspec.Struct, frozen=True):
    """A fact as a consumer gets it."""

    id: UUID
    service: str
    name: str
    division_code: str
    body: dict[str, Any]
    sequence: int
    traceparent: str | None


async def connect(url: str, name: str) -> Client:
    """Connect to NATS and keep reconnecting for ever; facts wait in the outbox meanwhile."""
    return await nats.connect(
        url,
        name=name,
        max_reconnect_attempts=-1,
        reconnect_time_wait=RECONNECT_WAIT_S,
        connect_timeout=2,
        error_cb=quiet,
        allow_reconnect=True,
    )


@asynccontextmanager
async def connected(url: str, name: str) -> AsyncIterator[Client]:
    """Hold a connection, waiting for the server as long as it takes."""
    client: Client | None = None
    while client is None:
        try:
            client = await connect(url, name)
        except (NatsError, OSError, TimeoutError) as error:
            await log.awarning("nats is not there yet", error=type(error).__name__)
            await asyncio.sleep(CONNECT_AGAIN_S)
    try:
        yield client
    finally:
        await client.close()


async def quiet(error: Exception) -> None:
    """Say that NATS is in trouble; the relay and consumers retry by themselves."""
    await log.awarning("nats", error=type(error).__name__)


async def ensure_stream(jetstream: JetStreamContext, name: str) -> None:
    """Make the stream of a service if it is not there: `RESIDENTS` holds `residents.>`."""
    config = StreamConfig(
        name=name.upper(),
        subjects=[f"{name.lower()}.>"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        max_age=STREAM_AGE_S,
        duplicate_window=DUPLICATE_WINDOW_S,
    )
    try:
        await jetstream.stream_info(name.upper())
    except NotFoundError:
        await jetstream.add_stream(config)


def read(message: Msg) -> Received:
    """Read a fact from a message."""
    service, name, division_code = message.subject.split(".", 2)
    body = msgspec.json.decode(message.data, type=dict[str, Any])
    return Received(
        id=UUID(str(body["id"])),
        service=service,
        name=name,
        division_code=division_code,
        body=body,
        sequence=message.metadata.sequence.stream,
        traceparent=(message.headers or {}).get("traceparent"),
    )
