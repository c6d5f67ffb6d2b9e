"""Facts: what happened, told to whoever must know, exactly once in effect.

A fact is written to the outbox in the transaction of its cause, and published by a relay to JetStream
under `<service>.<fact>.<division code>`. A consumer writes its inbox row in the transaction of the
effect, so that a fact handled twice has one effect. Facts carry ids, codes and hashes, never a name or
a number of a person.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.client import JetStreamContext

from chassis.clock import wall_now
from chassis.database import Database, Transaction
from chassis.errors import Busy, Problem
from chassis.ids import new_id
from chassis.stream import Received, connected, ensure_stream, read
from chassis.telemetry import linked_span, traceparent

RELAY_BATCH = 500
RELAY_IDLE_S = 1.0
FETCH_BATCH = 100
FETCH_WAIT_S = 5.0
RETRY_DELAYS_S = (0.2, 1.0, 5.0, 15.0, 30.0)
DELIVERIES_MAX = 12


log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened, where; `name` is past tense, `body` holds ids, codes and hashes.

    `traceparent` is for facts of several callers in one transaction; without it, the current span counts.
    """

    name: str
    division_code: str
    body: Mapping[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)
    traceparent: str | None = None


Handler = Callable[[Transaction, Received], Awaitable[None]]

INSERT = """
INSERT INTO outbox (district_code, id, subject, body, traceparent, recorded_at)
SELECT f.district_code, f.id, f.subject, f.body::jsonb, f.traceparent, $6
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[])
    AS f(district_code, id, subject, body, traceparent)
"""
TAKE = "SELECT district_code, id, subject, body, traceparent FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED"
FORGET = "DELETE FROM outbox WHERE (district_code, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))"
REMEMBER = """
INSERT INTO inbox (district_code, fact_id, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true
"""


async def publish(db: Transaction, service: str, *facts: Fact) -> None:
    """Write facts to the outbox, in the transaction of what caused them."""
    if not facts:
        return
    now, parent = wall_now(), traceparent()
    bodies = [
        {**fact.body, "id": str(fact.id), "at": now.isoformat(), "division_code": fact.division_code} for fact in facts
    ]
    await db.connection.execute(
        INSERT,
        [fact.division_code[:6] for fact in facts],
        [fact.id for fact in facts],
        [f"{service}.{fact.name}.{fact.division_code}" for fact in facts],
        [msgspec.json.encode(body).decode() for body in bodies],
        [fact.traceparent or parent for fact in facts],
        now,
    )
    db.facts_written = True


@dataclass(slots=True)
class Relay:
    """Publishes the outbox; woken once a commit wrote facts, and otherwise looks every second."""

    database: Database
    url: str
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stream_known: bool = False

    def wake(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    async def run(self) -> None:
        """Relay for ever."""
        async with connected(self.url, f"{self.database.service} relay") as client:
            while True:
                try:
                    if not self._stream_known:
                        await ensure_stream(client.jetstream(), self.database.service)
                        self._stream_known = True
                    if await self.flush(client.jetstream()) == RELAY_BATCH:
                        continue
                except (NatsError, OSError, TimeoutError, Problem) as error:
                    self._stream_known = False  # a NATS that lost its data has no stream
                    await log.awarning("facts are waiting in the outbox", error=type(error).__name__)
                    await asyncio.sleep(RELAY_IDLE_S)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), RELAY_IDLE_S)
                self._wake.clear()

    async def flush(self, jetstream: JetStreamContext) -> int:
        """Publish one batch and forget what was acknowledged; return how many."""
        async with self.database.work() as db:
            rows = await db.connection.fetch(TAKE, RELAY_BATCH)
            if rows:
                await asyncio.gather(*(send(jetstream, row) for row in rows))
                await db.connection.execute(FORGET, [r["district_code"] for r in rows], [r["id"] for r in rows])
        return len(rows)


async def send(jetstream: JetStreamContext, row: Any) -> None:
    """Publish one row under its id, so that a second time is recognized."""
    headers = {"Nats-Msg-Id": str(row["id"])}
    if row["traceparent"]:
        headers["traceparent"] = row["traceparent"]
    await jetstream.publish(row["subject"], msgspec.json.encode(row["body"]), headers=headers, timeout=5)


@dataclass(slots=True)
class Consumer:
    """Handles facts of other services, each in one transaction with its inbox row.

    `handlers` maps `<service>.<fact>` to a function; `name` is the durable consumer.
    """

    database: Database
    url: str
    name: str
    handlers: Mapping[str, Handler]
    deliveries_max: int = DELIVERIES_MAX

    async def run(self) -> None:
        """Consume for ever, one task a stream."""
        streams = {subject.split(".")[0] for subject in self.handlers}
        async with connected(self.url, f"{self.name} consumer") as client:
            await asyncio.gather(*(self.consume(client.jetstream(), stream) for stream in streams))

    async def consume(self, jetstream: JetStreamContext, stream: str) -> None:
        """Consume one stream for ever."""
        while True:
            try:
                await self.pull(jetstream, stream)
            except (NatsError, OSError, TimeoutError, Problem) as error:
                await log.awarning("consumer waits", stream=stream, error=type(error).__name__)
                await asyncio.sleep(RELAY_IDLE_S)

    async def pull(self, jetstream: JetStreamContext, stream: str) -> None:
        """Subscribe and handle batches until something fails."""
        await ensure_stream(jetstream, stream)
        subjects = [f"{subject}.>" for subject in self.handlers if subject.startswith(f"{stream}.")]
        config = ConsumerConfig(
            durable_name=f"{self.name}",
            filter_subjects=subjects,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=30,
            max_deliver=-1,
            deliver_policy=DeliverPolicy.ALL,
        )
        await jetstream.add_consumer(stream.upper(), config)
        subscription = await jetstream.pull_subscribe_bind(durable=self.name, stream=stream.upper())
        while True:
            try:
                messages = await subscription.fetch(FETCH_BATCH, timeout=FETCH_WAIT_S)
            except TimeoutError:
                continue
            for place, message in enumerate(messages):
                try:
                    await self.handle(jetstream, message)
                except Busy:
                    for later in messages[place + 1 :]:
                        await later.nak(delay=RETRY_DELAYS_S[0])
                    raise

    async def handle(self, jetstream: JetStreamContext, message: Msg) -> None:
        """Handle one message; a bad one is retried, then put aside where ops can see it."""
        try:
            fact = read(message)
            with linked_span(f"consume {fact.service}.{fact.name}", fact.traceparent):
                await self.apply(fact)
        except Busy:
            await message.nak(delay=RETRY_DELAYS_S[0])
            raise
        except Exception as error:  # noqa: BLE001 - a poisonous fact must not stop the others
            await self.put_aside(jetstream, message, error)
        else:
            await message.ack()

    async def apply(self, fact: Received) -> None:
        """Run the handler once for a fact, with its inbox row."""
        handler = self.handlers[f"{fact.service}.{fact.name}"]
        async with self.database.work() as db:
            fresh = await db.connection.fetchval(REMEMBER, fact.division_code[:6], fact.id, wall_now())
            if fresh:
                await handler(db, fact)

    async def put_aside(self, jetstream: JetStreamContext, message: Msg, error: Exception) -> None:
        """Retry later, or move the message to the dead letters."""
        tries = message.metadata.num_delivered or 1
        await log.aerror("fact not handled", subject=message.subject, tries=tries, error=type(error).__name__)
        if tries < self.deliveries_max:
            await message.nak(delay=RETRY_DELAYS_S[min(tries, len(RETRY_DELAYS_S)) - 1])
            return
        await ensure_stream(jetstream, "dead")
        headers = {**(message.headers or {}), "Nats-Msg-Id": f"{self.name}-{message.metadata.sequence.stream}"}
        await jetstream.publish(f"dead.{self.name}.{message.subject}", message.data, headers=headers)
        await message.ack()
