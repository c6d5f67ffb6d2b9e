"""The executors under comparison, each behind the same few lines."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from joserfc.jwk import OKPKey

from chassis.auth import TokenSigner, Viewer
from gateway.engine.engine import Engine as CompilingEngine
from gateway.engine.fallback import executions
from gateway.operations import Operations, Prepared, Refused, Request, failure
from gateway.resilience.breaker import BreakerRules
from gateway.resilience.budget import BudgetRules
from gateway.resilience.guard import GuardRules, Guards
from gateway.schema import executable_schema
from gateway.upstream.calls import Budgets, Calls, Mint
from gateway.upstream.context import Caller, Context
from tests.equivalence.answers import Answer, encoded
from tests.equivalence.cases import Case
from tests.equivalence.possible import Possible, possible_errors
from tests.equivalence.services import Services

OPERATION_S = 30.0  # stubs answer at once: whoever takes this long hangs
NEVER = 1_000_000
VIEWER = Viewer("officer-1", "沈国平", "district_officer", "330111", {"scopes": ("330111", "330111004")})
MINT = Mint(TokenSigner("gridweave-gateway", OKPKey.generate_key("Ed25519", auto_kid=True)))


GENEROUS = GuardRules(
    BreakerRules(failures_min=NEVER, failures_alone_min=NEVER), BudgetRules(saved_max=NEVER, jitter_s=0.0)
)


def still() -> float:
    """Return the time of a clock that stands still: what a call is answered must not depend on the ones before."""
    return 0.0


def context_of(case: Case, services: Services) -> Context:
    """Return an operation's context on some services."""
    caller = Caller(VIEWER, "token-1", 2**31, case.language)
    return Context(
        caller,
        Calls(services, MINT, Budgets(OPERATION_S, OPERATION_S), guards=Guards(still, GENEROUS)),
        asyncio.get_running_loop().time() + OPERATION_S,
    )


def request_of(case: Case) -> Request:
    """Return a case as a client sends it."""
    return Request(case.query, case.variables, case.operation_name)


@dataclass(slots=True)
class Reference:
    """Strawberry's executor."""

    operations: Operations = field(default_factory=lambda: Operations(executable_schema()))

    async def answer(self, case: Case) -> Answer:
        """Answer a case."""
        return await answered(self.operations, case)

    def prepared(self, case: Case) -> Prepared:
        """Return the case's operation, or raise Refused."""
        return self.operations.prepare(request_of(case))

    async def possible(self, case: Case) -> Possible:
        """Return every error that a case can have."""
        services = Services(case.universe(), case.faults(), case.language)
        return await possible_errors(self.prepared(case), context_of(case, services))


async def answered(operations: Operations, case: Case) -> Answer:
    """Run a case's operation."""
    services = Services(case.universe(), case.faults(), case.language)
    context = context_of(case, services)
    started = time.process_time()
    try:
        prepared = operations.prepare(request_of(case))
    except Refused as refused:
        return Answer(encoded(failure(list(refused.problems), case.language)))
    async with asyncio.timeout(OPERATION_S):
        response = await operations.run(prepared, context)
    text = encoded(response)
    return Answer(text, services.asked, None, time.process_time() - started)


@dataclass(slots=True)
class Engine:
    """The compiled engine, as the gateway runs it: what it does not compile, the reference answers."""

    operations: Operations = field(
        default_factory=lambda: Operations(executable_schema(), engine=CompilingEngine(executable_schema()))
    )

    async def answer(self, case: Case) -> Answer:
        """Answer a case, and note by the gateway's own count why the engine did not take it."""
        before = Counter(executions.counts)
        found = await answered(self.operations, case)
        reasons = [reason for (_, reason), count in executions.counts.items() if count > before[_, reason]]
        found.reason = "".join(reasons) or None
        return found
