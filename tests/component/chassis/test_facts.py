"""Facts over a real NATS: relayed after commit, handled once, put aside when poisonous."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from chassis import stream
from chassis.ids import new_id
from chassis.service import keep_running
from tests.component.chassis.test_chassis import GRID, make
from tests.component.chassis.widgets_service import SERVICE
from tests.support.rig import Rig, open_rig
from tests.support.servers import Infrastructure


@pytest.fixture
async def live(infrastructure: Infrastructure) -> AsyncIterator[Rig]:
    """Run the small service with its relay and its consumer."""
    async with open_rig(SERVICE, infrastructure, with_background=True) as rig:
        yield rig


async def eventually(rig: Rig, query: str, expected: int) -> None:
    """Wait until a count is reached."""
    async with asyncio.timeout(10):
        while len(await rig.rows(query)) != expected:
            pass


async def test_committed_fact_is_published_under_its_subject(live: Rig, infrastructure: Infrastructure) -> None:
    """The outbox is empty once JetStream has acknowledged."""
    client = await stream.connect(infrastructure.nats_url, "test")
    await stream.ensure_stream(client.jetstream(), "widgets")
    subscription = await client.jetstream().subscribe("widgets.made.>", ordered_consumer=True)

    widget = await make(live, "told")

    async with asyncio.timeout(10):
        while True:
            fact = stream.read(await subscription.next_msg(timeout=10))
            if fact.body["widget_id"] == widget:
                break
    assert (fact.service, fact.name, fact.division_code) == ("widgets", "made", GRID)
    await eventually(live, "SELECT 1 FROM outbox", 0)
    await client.close()


async def test_fact_of_another_service_has_one_effect(live: Rig, infrastructure: Infrastructure) -> None:
    """Published twice, handled once; a poisonous one does not stop the next."""
    client = await stream.connect(infrastructure.nats_url, "test")
    jetstream = client.jetstream()
    await stream.ensure_stream(jetstream, "shops")
    body = '{{"id": "{0}", "division_code": "{1}", "widget_id": "{0}", "name": "{2}"}}'
    first, second = new_id(), new_id()

    await jetstream.publish(f"shops.wanted.{GRID}", b'{"id": "%s"}' % str(new_id()).encode())
    for _ in range(2):
        await jetstream.publish(f"shops.wanted.{GRID}", body.format(first, GRID, "a").encode())
    await jetstream.publish(f"shops.wanted.{GRID}", body.format(second, GRID, "b").encode())

    await eventually(live, "SELECT 1 FROM widgets", 2)
    await client.close()


async def test_background_work_that_falls_over_is_started_again() -> None:
    """A bug in a relay or a consumer is not the end of it."""
    ran: list[int] = []
    again = asyncio.Event()

    async def fall_over() -> None:
        ran.append(1)
        if len(ran) > 1:
            again.set()
            await asyncio.Event().wait()
        raise ValueError

    task = asyncio.create_task(keep_running(fall_over))
    await asyncio.wait_for(again.wait(), 10)
    task.cancel()

    assert len(ran) == 2


@pytest.mark.parametrize("poison", [b"no json", b'{"id": "019c0000-0000-7000-8000-000000000000"}'])
async def test_poisonous_fact_ends_among_the_dead_letters(
    live: Rig, infrastructure: Infrastructure, poison: bytes
) -> None:
    """One that cannot be read, or not be handled, is put aside where ops can see it."""
    live.state.consumer.deliveries_max = 1
    client = await stream.connect(infrastructure.nats_url, "test")
    jetstream = client.jetstream()
    for name in ("shops", "dead"):
        await stream.ensure_stream(jetstream, name)
    dead = await jetstream.subscribe("dead.widgets.>", ordered_consumer=True)

    await jetstream.publish(f"shops.wanted.{GRID}", poison)

    async with asyncio.timeout(20):
        while (letter := await dead.next_msg(timeout=20)).data != poison:
            pass
    assert letter.subject == f"dead.widgets.shops.wanted.{GRID}"
    await client.close()
