"""Subscriptions over a real stream: who hears what, from where on, until when."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from chassis.language import language_of
from chassis.stream import connected, ensure_stream
from gateway.operations import Request
from gateway.shared.ids import encode
from gateway.subscriptions import cursors
from gateway.subscriptions.feed import QUEUE_MAX, Family
from tests.component.gateway.desk import Desk, codes, open_desk, token_of
from tests.component.gateway.district import CREDIT_CODE, GRID, ORDER, RESIDENT, district, order, uid
from tests.support.servers import Infrastructure

OTHER_GRID = "330111004002002"
NOTICES = """subscription ($scope: String!, $after: String) { quarantineNoticeIssued(scope: $scope, after: $after) {
    cursor issuedAt quarantineOrder { id status resident { name } } } }"""
SUMMARIES = """subscription ($code: String!) { divisionSummaryChanged(code: $code) {
    cursor code summary { residents checkpoints enterprises } } }"""
APPLICATIONS = """subscription ($code: String!) { resumptionApplicationChanged(creditCode: $code) {
    cursor resumptionApplication { id status } } }"""
ALARMS = """subscription ($scope: String!) { checkpointAlarmRaised(scope: $scope) {
    cursor kind raisedAt message checkpoint { name } } }"""
STREAMS = ("residents", "checkpoints", "enterprises")
WAIT_S = 10.0


@dataclass(slots=True)
class Events:
    """A gateway that hears a real stream, and a hand to publish into it."""

    desk: Desk
    jetstream: Any

    async def publish(self, name: str, division_code: str = GRID, **body: Any) -> None:
        """Publish a fact."""
        fact = {"id": str(uuid4()), "at": "2020-01-28T15:04:06+08:00", "division_code": division_code, **body}
        await self.jetstream.publish(f"{name}.{division_code}", msgspec.json.encode(fact))

    async def issue(self, number: int, division_code: str = GRID) -> None:
        """Publish that an order was issued."""
        ids = {"order_id": uid(ORDER, number), "resident_id": uid(RESIDENT, number), "person_key": f"key-{number}"}
        await self.publish("residents.order_issued", division_code, **ids)

    async def place(self, *streams: str) -> str:
        """Return the cursor of now."""
        seen = {name: (await self.jetstream.stream_info(name.upper())).state.last_seq for name in streams}
        return cursors.encode(seen)

    @asynccontextmanager
    async def subscribe(
        self, query: str, variables: Mapping[str, Any], token: str | None = None, language: str = "en"
    ) -> AsyncIterator["Following"]:
        """Follow a subscription as the token's bearer."""
        gateway = self.desk.gateway
        caller = await gateway.callers.of_token(token or token_of(), {"accept-language": language_of(language)})
        prepared = gateway.operations.prepare(Request(query, dict(variables)))
        async with aclosing(gateway.driver.responses(prepared, gateway.context(caller))) as responses:
            yield Following(responses)

    async def listening(self, name: str) -> None:
        """Wait until a family is heard."""
        await self.desk.gateway.feed.families.setdefault(name, Family(name)).ready.wait()


@dataclass(slots=True)
class Following:
    """A subscription under way."""

    responses: AsyncIterator[dict[str, Any]]

    async def next(self) -> dict[str, Any]:
        """Return the next response."""
        async with asyncio.timeout(WAIT_S):
            return await anext(self.responses)

    async def payload(self) -> Any:
        """Return the next payload, which must be whole."""
        response = await self.next()
        assert "errors" not in response, response
        [payload] = response["data"].values()
        return payload


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
