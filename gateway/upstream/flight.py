"""One call to a service on its way: it gets a place, passes the breaker, is sent, and perhaps sent once more."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from chassis.errors import CONTENT_TYPE, DeadlineExceeded, ProblemDocument, Relayed, ServiceUnavailable
from chassis.spans import Here
from gateway.engine.promise import Giver
from gateway.engine.sharing import Work
from gateway.resilience.clock import Clock
from gateway.resilience.guard import Guard
from gateway.shared.problems import ServiceAnswerUnusable
from gateway.upstream.exchange import Answer, ConnectionBroken, Content
from gateway.upstream.metrics import calls_total, retries_total

T = TypeVar("T")

RETRY_AFTER_MS_MIN = 100
GATEWAY_STATUSES = frozenset({502, 503, 504})
LATE = DeadlineExceeded.__name__

Begin = Callable[["Flight[Any]", float], None]


@dataclass(slots=True)
class Request:
    """What is sent: everything but the header lines that tell the time left."""

    method: str
    path: str
    body: Content
    block: bytes
    parent: str | None
    urgent: bool = False
    query: Mapping[str, str] | None = None


class Flight(Work[T]):
    """A call from its start to its outcome, without a task: what happens next is decided when something happens.

    It holds a place of the service's limit from its entry to its end, over both attempts. What becomes of
    an attempt is told to the breaker, except that a time-out says nothing of the service where the caller
    left it less than `patience_s`. For the transport it is where the answer goes: `keep` or `fail`.
    """

    __slots__ = (
        "_held", "_ticket", "_timeout_s", "_timer", "begin", "clock", "giver", "guard", "patience_s", "reads",
        "request", "retriable", "service", "span",
    )  # fmt: skip

    def __init__(
        self, service: str, begin: Begin, reads: Callable[[Answer], T], *, guard: Guard, clock: Clock, ends_at: float,
        patience_s: float, retriable: bool, span: Here | None,
    ) -> None:  # fmt: skip
        super().__init__(ends_at)
        self.service, self.begin, self.reads = service, begin, reads
        self.guard, self.clock = guard, clock
        self.patience_s, self.retriable, self.span = patience_s, retriable, span
        self.giver: Giver | None = None
        self.request: Request
        self._timer: asyncio.TimerHandle | None = None
        self._ticket = 0
        self._timeout_s = 0.0
        self._held = False

    def start(self) -> bool:
        """Begin, or queue for a place; return False if it queues."""
        self.guard.budget.called()
        if self.guard.limit.take():
            self.enter()
        elif self.guard.limit.wait(self, self.ends_at - self.clock(), urgent=self.request.urgent):
            return False
        else:
            self.refuse()
        return True

    def enter(self) -> None:
        """Use the place that was given."""
        self._held = True
        self._attempt()

    def refuse(self) -> None:
        """End: there was no place in time."""
        if self.clock() >= self.ends_at:
            self._fail(DeadlineExceeded(service=self.service), "late")
        else:
            self._fail(unavailable(self.service), "unavailable")

    def stop(self) -> None:
        """Stop: nobody waits any more. The connection under way closes."""
        if not self._held:
            self.guard.limit.leave(self)
        if self._timer is not None:
            self._timer.cancel()
        giver, self.giver, ticket, self._ticket = self.giver, None, self._ticket, 0
        if giver is not None:
            giver.given_up(self)
        self.guard.breaker.abandoned(ticket)
        self._end("cancelled", failed=False)

    def keep(self, answer: Answer) -> None:
        """Take the answer."""
        ticket, self._ticket, self.giver = self._ticket, 0, None
        if self.waiting:
            self._answered(answer, ticket)

    def take(self, future: asyncio.Future[Answer]) -> None:
        """Take what became of a future."""
        if future.cancelled():
            self.fail(ServiceUnavailable(service=self.service))
        elif (error := future.exception()) is not None:
            self.fail(error)
        else:
            self.keep(future.result())

    def fail(self, error: BaseException) -> None:
        """Take a failure of the transport."""
        ticket, self._ticket, self.giver = self._ticket, 0, None
        if not self.waiting:
            return  # given up: the breaker knows
        if isinstance(error, ConnectionBroken):
            self.guard.breaker.failed(ticket)
            self._broken()
        elif isinstance(error, DeadlineExceeded):
            self._late(ticket)
            self._fail(error, "late")
        elif isinstance(error, ServiceUnavailable):
            self.guard.breaker.failed(ticket)
            self._fail(error, "unavailable")
        else:
            self.guard.breaker.abandoned(ticket)
            self._fail(error, "unusable")

    def _attempt(self) -> None:
        self._timer = None
        self._timeout_s = self.ends_at - self.clock()
        if self._timeout_s <= 0:
            self._fail(DeadlineExceeded(service=self.service), "late")
            return
        self._ticket = self.guard.breaker.enter()
        if not self._ticket:
            self._fail(unavailable(self.service, self.guard.breaker.retry_after_s()), "unavailable")
            return
        self.begin(self, self._timeout_s)

    def _answered(self, answer: Answer, ticket: int) -> None:
        if answer.status < 400:
            self.guard.breaker.succeeded(ticket)
            try:
                value = self.reads(answer)
            except ServiceAnswerUnusable:
                self._fail(ServiceAnswerUnusable(service=self.service), "unusable")
                return
            self._end("ok", failed=False)
            self.succeed(value)
            return
        problem = refusal(answer, self.service)
        if answer.status not in GATEWAY_STATUSES or (isinstance(problem, Relayed) and problem.code != LATE):
            self.guard.breaker.succeeded(ticket)
        elif isinstance(problem, Relayed):
            self._late(ticket)
        else:
            self.guard.breaker.failed(ticket)
        self._fail(problem, "refused")

    def _late(self, ticket: int) -> None:
        if self._timeout_s >= self.patience_s:
            self.guard.breaker.failed(ticket)
        else:
            self.guard.breaker.abandoned(ticket)

    def _broken(self) -> None:
        budget = self.guard.budget
        if not self.retriable or not budget.take():
            self._fail(ServiceUnavailable(service=self.service), "broken")
            return
        self.retriable = False
        retries_total.counts[self.service,] += 1
        self._timer = asyncio.get_running_loop().call_later(budget.delay_s(), self._attempt)

    def _fail(self, error: BaseException, outcome: str) -> None:
        self._end(outcome, failed=True)
        self.fail_all(error)

    def _end(self, outcome: str, *, failed: bool) -> None:
        calls_total.counts[self.service, outcome] += 1
        if self.span is not None:
            self.span.end(failed=failed)
        if self._held:
            self._held = False
            self.guard.limit.give_back()


def unavailable(service: str, retry_after_s: float = 0.0) -> ServiceUnavailable:
    """Return the problem of a service that is not called now, and when to try again."""
    problem = ServiceUnavailable(service=service)
    problem.retry_after_ms = max(int(retry_after_s * 1_000), RETRY_AFTER_MS_MIN)
    return problem


def refusal(answer: Answer, service: str) -> Relayed | ServiceUnavailable:
    """Return the problem of an answer that is none; its facts name the service."""
    if answer.media_type.startswith(CONTENT_TYPE):
        try:
            relayed = Relayed(msgspec.json.decode(answer.body, type=ProblemDocument))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ServiceUnavailable(service=service)
        relayed.facts = {"service": service}
        return relayed
    return ServiceUnavailable(service=service)
