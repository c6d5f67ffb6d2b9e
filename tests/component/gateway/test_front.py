"""The front over a real server: clients that go away, more than can be done, tokens that are known."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.engine.transport import open_exchange
from gateway.operations import Request
from gateway.resilience.admission import AdmissionLimits
from gateway.resilience.gate import Gate
from gateway.serving.callers import sharing_key
from gateway.upstream.exchange import Answer, Outgoing
from tests.component.gateway.desk import ISSUER_KEY, OTHER_KEY, Desk, open_desk, token_of
from tests.component.gateway.district import district
from tests.component.gateway.stubs import Stubs
from tests.component.gateway.test_connections import WAIT_S, hear, say, served, socket_to

VIEWER = "{ viewer { name } }"
BOARD = '{ division(code: "330111") { name } }'
DECLARE = """mutation { riskRegionDeclare(
    input: {idempotencyKey: "k", code: "330300", level: HIGH, validFrom: "2020-01-20"}) { userErrors { code } } }"""


class Slow(Stubs):
    """Services that take as long as one lets them."""

    def __init__(self) -> None:
        super().__init__(district(1).rows)
        self.asked, self.given_up, self.may_answer = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.answered = asyncio.Event()

    async def exchange(self, request: Outgoing) -> Answer:
        """Answer when it is time; remember who did not wait for it."""
        self.asked.set()
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.given_up.set()
            raise
        self.answered.set()
        return await super().exchange(request)


@contextlib.asynccontextmanager
async def asking(where: str, query: str) -> AsyncIterator[asyncio.StreamWriter]:
    """Send an operation over a connection of one's own, and leave it at the end."""
    host, port = where.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    body = json.dumps({"query": query}).encode()
    head = f"POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token_of()}\r\n"
    form = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + form.encode() + body)
    await writer.drain()
    try:
        yield writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def test_client_that_goes_away_is_worked_for_no_more() -> None:
    """The calls of its query are given up, and its place is free again."""
    slow = Slow()
    desk = open_desk(slow)
    async with desk.http, served(desk) as where, asyncio.timeout(WAIT_S):
        async with asking(where, BOARD):
            await slow.asked.wait()
            assert not slow.given_up.is_set()
        await slow.given_up.wait()
        slow.may_answer.set()
        async with httpx.AsyncClient() as http:
            after = await http.post(
                f"http://{where}/graphql", json={"query": BOARD}, headers={"authorization": f"Bearer {token_of()}"}
            )
    assert after.json()["data"]["division"]["name"]
    assert desk.gateway.gate.admission.under_way == 0


async def test_service_sees_that_nobody_waits() -> None:
    """The connection over which it is asked closes when the client goes away."""
    asked, closed = asyncio.Event(), asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        with contextlib.suppress(OSError):
            await reader.read()
        closed.set()
        writer.close()

    service = await asyncio.start_server(never, "127.0.0.1", 0)
    url = "http://{}:{}".format(*service.sockets[0].getsockname())
    desk = open_desk(exchange=open_exchange(dict.fromkeys(("residents", "checkpoints", "enterprises"), url)))
    async with desk.http, served(desk) as where, asyncio.timeout(WAIT_S):
        async with asking(where, BOARD):
            await asked.wait()
        await closed.wait()
    service.close()


async def test_command_is_carried_through_when_its_client_goes_away() -> None:
    """It has been sent; nobody takes it back half-way."""
    slow = Slow()
    desk = open_desk(slow)
    async with desk.http, served(desk) as where, asyncio.timeout(WAIT_S):
        async with asking(where, DECLARE):
            await slow.asked.wait()
        async with httpx.AsyncClient() as http:
            for _ in range(5):
                await http.get(f"http://{where}/livez")
        assert not slow.given_up.is_set()
        slow.may_answer.set()
        await slow.answered.wait()


async def test_deadline_ends_an_operation() -> None:
    """503 with its code when nothing came of it in time; the calls are given up."""
    slow = Slow()
    desk = open_desk(slow)
    async with desk.http, asyncio.timeout(WAIT_S):
        response = await desk.post(BOARD, headers={"x-deadline-ms": "120"})

    assert response.status_code in {200, 503}
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["DeadlineExceeded"]
    await slow.given_up.wait()


@pytest.fixture
async def full() -> AsyncIterator[Desk]:
    """Open a gateway with a place for one and a queue for none, both taken."""
    slow = Slow()
    desk = open_desk(slow)
    desk.gateway.gate = Gate(AdmissionLimits(under_way_max=1, waiting_max=0, urgent_wait_s=0.0))
    async with desk.http:
        await desk.data(VIEWER)
        holding = asyncio.create_task(desk.post(BOARD))
        await slow.asked.wait()
        yield desk
        slow.may_answer.set()
        assert (await holding).status_code == 200


@pytest.mark.parametrize(("language", "said"), [("en", "More is asked"), ("zh-CN", "当前请求过多")])
async def test_refused_for_want_of_room(full: Desk, language: str, said: str) -> None:
    """503 with code, trace id and when to come back, in the caller's language."""
    response = await full.post(VIEWER, headers={"accept-language": language})

    [error] = response.json()["errors"]
    assert response.status_code == 503
    assert error["message"].startswith(said)
    extensions = error["extensions"]
    assert (extensions["code"], extensions["retryable"]) == ("Overloaded", True)
    assert extensions["traceId"] == response.headers["traceresponse"].split("-")[1]
    assert response.headers["retry-after-ms"] == str(extensions["retryAfterMs"])
    assert int(response.headers["retry-after"]) == -(-extensions["retryAfterMs"] // 1_000)
    assert 500 <= extensions["retryAfterMs"] <= 1_500


async def test_metrics_of_the_gate(full: Desk) -> None:
    """Who is under way, who waits, who was refused by urgency; operations by registered name only."""
    await full.post(VIEWER)
    metrics = (await full.http.get("/metrics")).text

    assert "gateway_operations_under_way 1.0" in metrics
    assert "gateway_operations_waiting 0.0" in metrics
    assert 'gateway_operations_refused_total{priority="ordinary"}' in metrics
    assert 'gateway_operation_duration_seconds_bucket{le="+Inf",operation="other",outcome="overloaded"}' in metrics
    assert 'http_requests_total{route="/graphql",service="gateway",status="503"}' in metrics


async def test_refused_over_websocket() -> None:
    """The operation ends with its error, the connection goes on."""
    desk = open_desk(district(1))
    async with desk.http, served(desk) as where, socket_to(where, token_of()) as ws:
        desk.gateway.gate = Gate(AdmissionLimits(under_way_max=1, waiting_max=0))
        desk.gateway.gate.admission.under_way = 1
        await say(ws, type="subscribe", id="1", payload={"query": VIEWER})
        refused = await hear(ws)
        desk.gateway.gate.leave()
        await say(ws, type="subscribe", id="2", payload={"query": VIEWER})
        answered = await hear(ws)

    assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "Overloaded")
    assert answered["payload"]["data"] == {"viewer": {"name": "沈国平"}}


async def test_known_token_still_expires(desk: Desk) -> None:
    """It is not verified again, and ends when it says."""
    token = token_of(exp=int(time.time()) + 60)
    await desk.data(VIEWER, token=token)
    await desk.data(VIEWER, token=token)
    desk.gateway.callers.clock = lambda: time.time() + 100

    response = await desk.post(VIEWER, token=token)

    assert response.json()["errors"][0]["extensions"]["code"] == "TokenExpired"


async def test_withdrawn_key_ends_its_tokens(desk: Desk) -> None:
    """As soon as the keys have been fetched anew, which they are by themselves."""
    token = token_of()
    await desk.data(VIEWER, token=token)
    desk.issuer.keys = [OTHER_KEY]
    desk.gateway.callers.keys_kept_s = -1.0
    for _ in range(20):
        response = await desk.post(VIEWER, token=token)

    assert response.json()["errors"][0]["extensions"]["code"] == "TokenInvalid"
    assert (await desk.post(VIEWER, token=token_of(key=OTHER_KEY))).status_code == 200
    desk.issuer.keys = [ISSUER_KEY]


async def test_unchanged_keys_keep_what_is_known(desk: Desk) -> None:
    """To fetch them again costs nobody a verification."""
    await desk.data(VIEWER)
    before = desk.gateway.callers.known({"authorization": f"Bearer {token_of()}"})
    await desk.gateway.callers.fetch()

    assert desk.issuer.asked == 2
    assert desk.gateway.callers.known({"authorization": f"Bearer {token_of()}"}) is before


async def test_what_two_requests_share(desk: Desk) -> None:
    """Only what is asked alike by the same person in the same language for the same purpose."""
    callers = desk.gateway.callers

    async def key(query: str = VIEWER, language: str = "en", purpose: str = "GATE", **rest: object) -> bytes:
        variables = rest.pop("variables", {"a": 1, "b": [1, 2]})
        headers = {"accept-language": language, "x-purpose": purpose}
        caller = await callers.of_token(token_of(**rest), headers)  # type: ignore[arg-type]
        return sharing_key(Request(query, variables), caller)  # type: ignore[arg-type]

    base = await key()
    assert await key(variables={"b": [1, 2], "a": 1}) == base
    others = [
        await key(BOARD),
        await key(variables={"a": 1.0, "b": [1, 2]}),
        await key(variables={"a": True, "b": [1, 2]}),
        await key(variables={"a": 1, "b": [2, 1]}),
        await key(language="zh"),
        await key(purpose="HELP"),
        await key(role="grid_worker"),
        await key(scopes=["330112"]),
        await key(sub="another"),
        await key(checkpoints=["c-1"]),
    ]
    assert len({base, *others}) == len(others) + 1
