"""Boards, applications and alarms over streams, and streams that are not there."""

import asyncio
import time

import pytest

from gateway.subscriptions import cursors
from tests.component.gateway.desk import codes, open_desk, token_of
from tests.component.gateway.district import CREDIT_CODE, GRID, district, uid
from tests.component.gateway.following import (
    ALARMS,
    APPLICATIONS,
    NOTICES,
    STREAMS,
    SUMMARIES,
    Events,
)


async def test_summary_changes_are_put_together(events: Events) -> None:
    """Changes of three services that follow each other closely are one payload."""
    token = token_of("town_officer", scopes=["330111004"])
    async with events.subscribe(SUMMARIES, {"code": "330111004"}, token) as following:
        waiting = asyncio.ensure_future(following.payload())
        for service in STREAMS:
            await events.listening(f"{service}.summary_changed")
        await events.publish("residents.summary_changed", "330111115011001")
        for service in STREAMS:
            await events.publish(f"{service}.summary_changed", GRID)
        payload = await waiting

    assert payload["code"] == "330111004"
    assert payload["summary"] == {"residents": 10, "checkpoints": 2, "enterprises": 3}
    assert set(cursors.decode(payload["cursor"], frozenset(STREAMS))) == set(STREAMS)
    assert len([heard for heard in events.desk.stubs.heard if heard.service == "residents"]) == 1


async def test_summary_beyond_ones_scope_is_refused(events: Events) -> None:
    """At once: it would never say anything."""
    token = token_of("town_officer", scopes=["330111004"])

    async with events.subscribe(SUMMARIES, {"code": "330111"}, token) as following:
        assert codes(await following.next()) == ["OutOfScope"]


@pytest.mark.parametrize(
    ("token", "hears"),
    [
        (token_of("enterprise_agent", enterprises=[CREDIT_CODE]), True),
        (token_of("enterprise_agent", enterprises=["91330111MA2GRD002X"]), False),
        (token_of("reviewer", scopes=["330111115"]), True),
    ],
)
async def test_application_reaches_its_enterprise_and_reviewers(events: Events, token: str, hears: bool) -> None:
    """A rival hears nothing: the next thing it hears is the end of its token."""
    token = (
        token if hears else token_of("enterprise_agent", enterprises=["91330111MA2GRD002X"], exp=int(time.time()) + 1)
    )
    async with events.subscribe(APPLICATIONS, {"code": CREDIT_CODE}, token) as following:
        waiting = asyncio.ensure_future(following.next())
        await events.listening("enterprises.application_changed")
        await events.publish(
            "enterprises.application_changed", "330111115011001", application_id=uid(9), credit_code=CREDIT_CODE
        )
        response = await waiting

    assert codes(response) == ([] if hears else ["TokenExpired"])


async def test_alarm_reaches_the_guard_of_the_gate(events: Events) -> None:
    """A guard hears the own checkpoint's alarms only."""
    token = token_of("gate_guard", checkpoints=[uid(6)])
    async with events.subscribe(ALARMS, {"scope": "330111"}, token) as following:
        waiting = asyncio.ensure_future(following.payload())
        await events.listening("checkpoints.alarm_raised")
        await events.publish("checkpoints.alarm_raised", alarm_id=uid(13, 1), checkpoint_id=uid(6, 1), kind="GAP")
        await events.publish("checkpoints.alarm_raised", alarm_id=uid(13, 2), checkpoint_id=uid(6), kind="GAP")
        payload = await waiting

    assert payload["kind"] == "GAP"
    assert payload["checkpoint"] == {"name": "山水社区南门"}
    assert events.desk.stubs.call("/alarms:batch").ids == [uid(13, 2)]


async def test_without_nats_there_are_no_events_and_everything_else() -> None:
    """The gateway starts and answers; a subscription says that it cannot."""
    desk = open_desk(district(1))
    feeding = asyncio.create_task(desk.gateway.feed.run())
    async with desk.http:
        await desk.data("{ viewer { name } }")
        async with Events(desk, None).subscribe(NOTICES, {"scope": GRID}) as following:
            [error] = (await following.next())["errors"]
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)

    assert error["extensions"]["service"] == "nats"
    assert error["extensions"]["retryable"] is True


async def test_consumer_that_vanishes_is_made_anew(events: Events) -> None:
    """As after a restart of NATS: from where the feed stood, with what came meanwhile."""
    async with events.subscribe(NOTICES, {"scope": GRID}) as following:
        waiting = asyncio.ensure_future(following.payload())
        await events.listening("residents.order_issued")
        for consumer in await events.jetstream.consumers_info("RESIDENTS"):
            await events.jetstream.delete_consumer("RESIDENTS", consumer.name)
        await events.issue(0)
        payload = await waiting

    assert payload["quarantineOrder"]["resident"]["name"] == "居民0"
