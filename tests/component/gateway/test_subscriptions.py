"""Subscriptions over a real stream: who hears what, from where on, until when."""

import asyncio
import time

import pytest

from gateway.shared.ids import encode
from gateway.subscriptions import cursors
from gateway.subscriptions.feed import QUEUE_MAX, Family
from tests.component.gateway.desk import codes, token_of
from tests.component.gateway.district import GRID, ORDER, RESIDENT, order, uid
from tests.component.gateway.following import (
    NOTICES,
    OTHER_GRID,
    Events,
)


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (token_of("district_officer"), 0),
        (token_of("grid_worker", scopes=[GRID]), 0),
        (token_of("grid_worker", scopes=[OTHER_GRID]), 1),
        (token_of("town_officer", scopes=["330111115"]), 2),
        (token_of("resident", person={"resident_id": uid(RESIDENT, 0)}), 0),
        (token_of("resident", person={"resident_id": uid(RESIDENT, 1)}), 1),
    ],
)
async def test_notice_reaches_whom_it_concerns(events: Events, token: str, expected: int) -> None:
    """The first notice that somebody gets is the first within what the token grants."""
    after = await events.place("residents")
    await events.issue(0, GRID)
    await events.issue(1, OTHER_GRID)
    await events.issue(2, "330111115011001")

    async with events.subscribe(NOTICES, {"scope": "330111", "after": after}, token) as following:
        payload = await following.payload()

    assert payload["quarantineOrder"] == {
        "id": encode("QuarantineOrder", uid(ORDER, expected)),
        "status": "ACTIVE",
        "resident": {"name": f"居民{expected}"},
    }
    assert payload["issuedAt"] == "2020-01-28T15:04:06+08:00"


async def test_scope_narrows(events: Events) -> None:
    """An officer who follows one grid hears nothing of another."""
    after = await events.place("residents")
    await events.issue(0, GRID)
    await events.issue(1, OTHER_GRID)

    async with events.subscribe(NOTICES, {"scope": OTHER_GRID, "after": after}) as following:
        payload = await following.payload()

    assert payload["quarantineOrder"]["resident"]["name"] == "居民1"


async def test_what_a_service_does_not_show_is_not_sent(events: Events) -> None:
    """The object is loaded as the subscriber; null is no payload."""
    events.desk.stubs.rows["residents", "/quarantine-orders:batch"] = {uid(ORDER, 1): order(1)}
    after = await events.place("residents")
    await events.issue(0)
    await events.issue(1)

    async with events.subscribe(NOTICES, {"scope": "330111", "after": after}) as following:
        payload = await following.payload()

    assert payload["quarantineOrder"]["id"] == encode("QuarantineOrder", uid(ORDER, 1))


async def test_cursor_resumes(events: Events) -> None:
    """A client that comes back gets what it missed, once and in order; then it hears on."""
    after = await events.place("residents")
    for number in range(2):
        await events.issue(number)
    async with events.subscribe(NOTICES, {"scope": "330111", "after": after}) as following:
        first = await following.payload()

    async with events.subscribe(NOTICES, {"scope": "330111", "after": first["cursor"]}) as following:
        second = await following.payload()
        await events.issue(2)
        third = await following.payload()

    names = [one["quarantineOrder"]["resident"]["name"] for one in (first, second, third)]
    assert names == ["居民0", "居民1", "居民2"]


@pytest.mark.parametrize(
    ("cursor", "code"),
    [
        ("nonsense", "CursorUnknown"),
        (cursors.encode({"checkpoints": 1}), "CursorUnknown"),
        (cursors.encode({"residents": 10**9}), "CursorExpired"),
    ],
)
async def test_cursor_that_leads_nowhere(events: Events, cursor: str, code: str) -> None:
    """Reload, it says, rather than miss something."""
    async with events.subscribe(NOTICES, {"scope": "330111", "after": cursor}) as following:
        assert codes(await following.next()) == [code]


async def test_service_that_restarts_delays_a_notice(events: Events) -> None:
    """The cursor moves only after the object was read."""
    events.desk.stubs.breaking = {"residents": 4}
    after = await events.place("residents")
    await events.issue(0)

    async with events.subscribe(NOTICES, {"scope": "330111", "after": after}) as following:
        payload = await following.payload()

    assert payload["quarantineOrder"]["resident"]["name"] == "居民0"
    assert events.desk.stubs.breaking == {"residents": 0}


async def test_it_ends_when_the_token_does(events: Events) -> None:
    """And says so."""
    token = token_of(exp=int(time.time()) + 1)

    async with events.subscribe(NOTICES, {"scope": "330111"}, token, "zh") as following:
        last = await following.next()
        with pytest.raises(StopAsyncIteration):
            await following.next()

    assert codes(last) == ["TokenExpired"]
    assert last["errors"][0]["message"] == "令牌已过期。"


async def test_slow_subscriber_loses_nothing(events: Events) -> None:
    """What the queue does not hold is read from the stream again, in order."""
    count = QUEUE_MAX + 100
    async with events.subscribe(NOTICES, {"scope": GRID}) as following:
        waiting = asyncio.ensure_future(following.payload())
        await events.listening("residents.order_issued")
        for number in range(count):
            await events.issue(number)
        got = [await waiting] + [await following.payload() for _ in range(count - 1)]

    names = [one["quarantineOrder"]["resident"]["name"] for one in got]
    assert names == [f"居民{number}" for number in range(count)]


async def test_family_is_heard_once(events: Events) -> None:
    """Two subscribers share a consumer; without any there is none."""
    family = Family("residents.order_issued")
    events.desk.gateway.feed.families[family.name] = family
    async with (
        events.subscribe(NOTICES, {"scope": GRID}) as one,
        events.subscribe(NOTICES, {"scope": GRID}, token_of("grid_worker", scopes=[GRID])) as other,
    ):
        waiting = [asyncio.ensure_future(following.payload()) for following in (one, other)]
        await family.ready.wait()
        consumers = set(events.desk.gateway.feed.tasks)
        await events.issue(0)
        got = await asyncio.gather(*waiting)

    assert len(consumers) == 1
    assert {one["quarantineOrder"]["resident"]["name"] for one in got} == {"居民0"}
    assert family.task is None
