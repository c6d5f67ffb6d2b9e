"""WebSocket: the protocol graphql-transport-ws, for subscriptions and whatever else a client sends."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from starlette.types import Receive, Scope, Send

from chassis.errors import Problem
from chassis.telemetry import server_span
from chassis.web import frames
from gateway.errors import entry
from gateway.operations import Refused, Request
from gateway.serving.events import responses
from gateway.serving.gateway import Gateway
from gateway.serving.messages import BODY_BYTES_MAX, Payload
from gateway.shared.problems import SubscriptionsTooMany
from gateway.upstream.context import Caller

log = structlog.get_logger()

PROTOCOL = "graphql-transport-ws"
INIT_WAIT_S = 10.0
OPERATIONS_MAX = 50


class Message(msgspec.Struct, omit_defaults=True):
    """A message of the protocol."""

    type: str
    id: str | None = None
    payload: Any = None


class Closing(Exception):
    """The connection is closed, with the protocol's code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass(slots=True)
class Socket:
    """One connection: who it belongs to, and the operations under way on it."""

    gateway: Gateway
    headers: Mapping[str, str]
    receive: Receive
    send: Send
    caller: Caller | None = None
    operations: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self, scope: Scope) -> None:
        """Hold the connection until one side closes it."""
        await self.receive()
        if PROTOCOL not in scope.get("subprotocols", ()):
            await self.send({"type": "websocket.close", "code": 4406, "reason": "Subprotocol not acceptable"})
            return
        await self.send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        try:
            await self.converse()
        except Closing as closing:
            await self.send({"type": "websocket.close", "code": closing.code, "reason": closing.reason[:120]})
        finally:
            tasks = list(self.operations.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def converse(self) -> None:
        """Take messages until the client goes away."""
        try:
            async with asyncio.timeout(INIT_WAIT_S) as waiting:
                while (message := await self.next_message()) is not None:
                    await self.handle(message)
                    if self.caller is not None:
                        waiting.reschedule(None)
        except TimeoutError:
            raise Closing(4408, "Connection initialisation timeout") from None

    async def next_message(self) -> Message | None:
        """Return the client's next message; None when it has gone."""
        event = await self.receive()
        if event["type"] == "websocket.disconnect":
            return None
        text = event.get("text") or event.get("bytes") or ""
        if len(text) > BODY_BYTES_MAX:
            raise Closing(1009, "Message too large")
        try:
            return msgspec.json.decode(text, type=Message)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Closing(4400, "Invalid message") from None

    async def handle(self, message: Message) -> None:
        """Act on one message."""
        if message.type == "connection_init":
            await self.initialize(message)
        elif message.type == "ping":
            await self.say(Message("pong"))
        elif message.type == "pong":
            return
        elif message.type == "subscribe":
            await self.start(message)
        elif message.type == "complete":
            task = self.operations.pop(message.id or "", None)
            if task is not None:
                task.cancel()
        else:
            raise Closing(4400, "Unknown message type")

    async def initialize(self, message: Message) -> None:
        """Read the caller from the token in the payload, or in the handshake's headers."""
        if self.caller is not None:
            raise Closing(4429, "Too many initialisation requests")
        given = message.payload if isinstance(message.payload, dict) else {}
        spoken = {name.lower(): str(value) for name, value in given.items() if isinstance(value, str)}
        try:
            self.caller = await self.gateway.callers.of({**self.headers, **spoken})
        except Problem as problem:
            raise Closing(4403, problem.code) from None
        await self.say(Message("connection_ack"))

    async def start(self, message: Message) -> None:
        """Start an operation."""
        if self.caller is None:
            raise Closing(4401, "Unauthorized")
        if not message.id:
            raise Closing(4400, "Invalid message")
        if message.id in self.operations:
            raise Closing(4409, f"Subscriber for {message.id} already exists")
        try:
            sent = msgspec.convert(message.payload, Payload)
        except msgspec.ValidationError:
            raise Closing(4400, "Invalid message") from None
        if len(self.operations) >= OPERATIONS_MAX:
            await self.refuse(message.id, (SubscriptionsTooMany(limit=OPERATIONS_MAX),))
            return
        request = Request(sent.query, sent.variables, sent.operationName)
        task = asyncio.create_task(self.operate(message.id, request, self.caller))
        task.add_done_callback(report)
        self.operations[message.id] = task

    async def operate(self, name: str, request: Request, caller: Caller) -> None:
        """Run an operation and send its answers."""
        try:
            prepared = self.gateway.operations.prepare(request)
            context = self.gateway.context(caller)
            with server_span(f"websocket {prepared.kind}", None, trusted=False):
                async with contextlib.aclosing(responses(self.gateway, prepared, context)) as answers:
                    async for response in answers:
                        await self.say(Message("next", name, response))
        except Refused as refused:
            await self.refuse(name, refused.problems)
        except Problem as problem:
            await self.refuse(name, (problem,))
        else:
            await self.say(Message("complete", name))
        finally:
            self.operations.pop(name, None)

    async def refuse(self, name: str, problems: tuple[Problem, ...]) -> None:
        """Say why an operation is not executed."""
        language = self.caller.language if self.caller else "en"
        await self.say(Message("error", name, [entry(problem, language) for problem in problems]))

    async def say(self, message: Message) -> None:
        """Send a message."""
        await self.send({"type": "websocket.send", "text": msgspec.json.encode(message).decode()})


def report(task: asyncio.Task[None]) -> None:
    """Log an operation that ended with a bug."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("bug", error=type(error).__name__, frames=frames(error))
