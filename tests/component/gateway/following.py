"""Subscribers over real streams, and the facts that they wait for."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import msgspec

from chassis.language import language_of
from gateway.operations import Request, Response
from gateway.subscriptions import cursors
from gateway.subscriptions.feed import Family
from tests.component.gateway.desk import Desk, token_of
from tests.component.gateway.district import GRID, ORDER, RESIDENT, uid

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

    responses: AsyncIterator[Response]

    async def next(self) -> dict[str, Any]:
        """Return the next response, as the subscriber reads it."""
        async with asyncio.timeout(WAIT_S):
            sent = msgspec.json.encode(await anext(self.responses))
        response: dict[str, Any] = msgspec.json.decode(sent)
        return response

    async def payload(self) -> Any:
        """Return the next payload, which must be whole."""
        response = await self.next()
        assert "errors" not in response, response
        [payload] = response["data"].values()
        return payload
