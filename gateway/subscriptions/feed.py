"""The feed: one consumer per family of subjects in this process, fanned out in memory.

A family (`residents.order_issued`) is consumed while somebody follows it. A follower has a bounded queue;
one that falls behind reads the stream again from where it stands, so that nothing is lost and memory
stays bounded.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.client import JetStreamContext

from chassis.errors import ServiceUnavailable
from chassis.stream import Received, connected, ensure_stream, read
from gateway.shared.problems import CursorExpired
from gateway.subscriptions.cursors import KEPT_HOURS

QUEUE_MAX = 256
FETCH_BATCH = 200
FETCH_WAIT_S = 5.0
HEARTBEAT_S = 1.0
AGAIN_S = 0.5
READY_WAIT_S = 3.0

log = structlog.get_logger()


@dataclass(slots=True)
class Family:
    """One family of subjects: its consumer, and who follows it."""

    name: str
    last: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    followers: set["Follower"] = field(default_factory=set)
    task: asyncio.Task[None] | None = None

    @property
    def stream(self) -> str:
        """Return the stream's name: that of the service."""
        return self.name.split(".", maxsplit=1)[0]

    def restart(self, sequence: int) -> None:
        """Go on from a sequence: at first, or after the stream was made anew and counts from one."""
        self.last = sequence
        for follower in self.followers:
            follower.given.pop(self.stream, None)
            if follower.seen.get(self.stream, 0) > sequence:
                follower.seen[self.stream] = sequence

    def hear(self, fact: Received) -> None:
        """Hand a fact to everybody who follows."""
        self.last = fact.sequence
        for follower in self.followers:
            follower.offer(fact)


@dataclass(slots=True, eq=False)
class Follower:
    """A place in the streams of some families; `next` goes on from there."""

    feed: "Feed"
    families: Mapping[str, Family]
    seen: dict[str, int]
    queue: asyncio.Queue[Received] = field(default_factory=lambda: asyncio.Queue(QUEUE_MAX))
    behind: set[str] = field(default_factory=set)
    backlog: list[Received] = field(default_factory=list)
    given: dict[str, int] = field(default_factory=dict)

    def offer(self, fact: Received) -> None:
        """Take a fact, or remember that there is more than the queue holds."""
        try:
            self.queue.put_nowait(fact)
        except asyncio.QueueFull:
            self.behind.add(fact.service)

    async def next(self) -> Received:
        """Return the next fact; it counts as seen once `seen` is moved beyond it."""
        while True:
            if self.backlog:
                fact = self.backlog.pop(0)
            elif self.behind:
                await self.catch_up(next(iter(self.behind)))
                continue
            else:
                fact = await self.queue.get()
            if fact.sequence > max(self.seen[fact.service], self.given.get(fact.service, 0)):
                self.given[fact.service] = fact.sequence
                return fact

    async def catch_up(self, stream: str) -> None:
        """Read what the stream holds after the place one has reached; safe to be interrupted."""
        family = self.families[stream]
        try:
            place = max(self.seen[stream], self.given.get(stream, 0))
            read_now = await self.feed.read_after(family, place)
        except (NatsError, OSError, TimeoutError) as error:
            await log.awarning("stream not read", stream=stream, error=type(error).__name__)
            await asyncio.sleep(AGAIN_S)
            return
        self.backlog += read_now
        if len(read_now) < FETCH_BATCH:
            self.behind.discard(stream)

    def beyond(self, facts: Sequence[Received]) -> dict[str, int]:
        """Return the place after some facts."""
        place = dict(self.seen)
        for fact in facts:
            place[fact.service] = max(place[fact.service], fact.sequence)
        return place


@dataclass(slots=True)
class Feed:
    """Facts of all services, as this process hears them."""

    url: str
    families: dict[str, Family] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    client: Client | None = None
    connection: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Keep a connection for ever; without NATS there are no events, and everything else works."""
        async with connected(self.url, "gateway feed") as client:
            self.client = client
            self.connection.set()
            await asyncio.Event().wait()

    async def close(self) -> None:
        """Stop every consumer."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def jetstream(self) -> JetStreamContext:
        """Return the stream's API of the connection."""
        assert self.client is not None, "the feed is connected"
        return self.client.jetstream()

    @contextlib.asynccontextmanager
    async def follow(self, names: Sequence[str], after: Mapping[str, int] | None) -> AsyncIterator[Follower]:
        """Follow families from a place, or from now; raise ServiceUnavailable or CursorExpired."""
        families = {name.split(".")[0]: self.families.setdefault(name, Family(name)) for name in names}
        follower = Follower(self, families, {})
        for family in families.values():
            family.followers.add(follower)
            if family.task is None:
                family.task = asyncio.create_task(self.consume(family))
                self.tasks.add(family.task)
                family.task.add_done_callback(self.tasks.discard)
        try:
            await self.start(follower, after)
            yield follower
        finally:
            for family in families.values():
                self.leave(family, follower)

    async def start(self, follower: Follower, after: Mapping[str, int] | None) -> None:
        """Put a follower in its place."""
        try:
            async with asyncio.timeout(READY_WAIT_S):
                for family in follower.families.values():
                    await family.ready.wait()
                if after is not None:
                    await self.check_kept(follower.families, after)
        except (TimeoutError, NatsError, OSError):
            raise ServiceUnavailable(service="nats") from None
        for stream, family in follower.families.items():
            follower.seen[stream] = family.last if after is None else after[stream]
            if follower.seen[stream] < family.last:
                follower.behind.add(stream)

    async def check_kept(self, families: Mapping[str, Family], after: Mapping[str, int]) -> None:
        """Raise CursorExpired unless the streams still hold what came after."""
        for stream in families:
            state = (await self.jetstream().stream_info(stream.upper())).state
            if not state.first_seq - 1 <= after[stream] <= state.last_seq:
                raise CursorExpired(path=("after",), hours=KEPT_HOURS)

    def leave(self, family: Family, follower: Follower) -> None:
        """Follow no more; a family that nobody follows is not consumed."""
        family.followers.discard(follower)
        if not family.followers and family.task:
            family.task.cancel()
            family.task = None
            family.ready.clear()

    async def consume(self, family: Family) -> None:
        """Hear a family for ever, from now on; after trouble, from where it stood."""
        await self.connection.wait()
        known = False
        while True:
            try:
                jetstream = self.jetstream()
                await ensure_stream(jetstream, family.stream)
                state = (await jetstream.stream_info(family.stream.upper())).state
                if not known or state.last_seq < family.last:
                    family.restart(state.last_seq)
                    known = True
                await self.pull(jetstream, family)
            except (NatsError, OSError, TimeoutError) as error:
                await log.awarning("feed waits", family=family.name, error=type(error).__name__)
                await asyncio.sleep(AGAIN_S)

    async def pull(self, jetstream: JetStreamContext, family: Family) -> None:
        """Hand on what comes until something fails; a consumer that has vanished sends no heartbeat."""
        async with messages(jetstream, family, family.last) as subscription:
            family.ready.set()
            while True:
                try:
                    heard = await subscription.fetch(FETCH_BATCH, timeout=FETCH_WAIT_S, heartbeat=HEARTBEAT_S)
                except TimeoutError:
                    await jetstream.consumer_info(family.stream.upper(), consumer_name(subscription))
                    continue
                for message in heard:
                    fact = understood(message)
                    if fact is not None:
                        family.hear(fact)

    async def read_after(self, family: Family, sequence: int) -> list[Received]:
        """Return a batch of what the stream holds of a family after a sequence."""
        async with messages(self.jetstream(), family, sequence) as subscription:
            try:
                heard = [understood(message) for message in await subscription.fetch(FETCH_BATCH, timeout=AGAIN_S)]
                return [fact for fact in heard if fact is not None]
            except TimeoutError:
                return []


@contextlib.asynccontextmanager
async def messages(
    jetstream: JetStreamContext, family: Family, after: int
) -> AsyncIterator[JetStreamContext.PullSubscription]:
    """Hold a consumer of a family that starts after a sequence and vanishes with its reader."""
    config = ConsumerConfig(
        ack_policy=AckPolicy.NONE,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=after + 1,
        filter_subject=f"{family.name}.>",
        inactive_threshold=30,
        mem_storage=True,
    )
    stream = family.stream.upper()
    made = await jetstream.add_consumer(stream, config)
    subscription = await jetstream.pull_subscribe_bind(consumer=made.name, stream=stream)
    try:
        yield subscription
    finally:
        with contextlib.suppress(NatsError, OSError, TimeoutError):
            await subscription.unsubscribe()
            await jetstream.delete_consumer(stream, made.name)


def understood(message: Msg) -> Received | None:
    """Return a message's fact; one that is none must not stop the others."""
    try:
        return read(message)
    except (ValueError, KeyError, msgspec.DecodeError) as error:
        log.error("fact not understood", subject=message.subject, error=type(error).__name__)
        return None


def consumer_name(subscription: JetStreamContext.PullSubscription) -> str:
    """Return the name of a subscription's consumer."""
    return str(subscription._consumer)
