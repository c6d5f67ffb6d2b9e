"""The gateway's application: /graphql in front, everything else behind FastAPI."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.auth import INTERNAL_ISSUER, TokenSigner, private_key
from chassis.web import NO_TELEMETRY, Front, add_handlers, add_health
from gateway.engine.engine import Engine
from gateway.engine.pool import PoolLimits
from gateway.engine.transport import open_exchange
from gateway.operations import Operations
from gateway.resilience.admission import AdmissionLimits
from gateway.resilience.breaker import BreakerRules
from gateway.resilience.budget import BudgetRules
from gateway.resilience.gate import Gate
from gateway.resilience.guard import GuardRules, Guards
from gateway.resilience.limit import LimitRules
from gateway.schema import executable_schema
from gateway.serving.callers import Callers
from gateway.serving.downloads import router as downloads
from gateway.serving.gateway import Gateway
from gateway.serving.graphql import GraphQL
from gateway.serving.routes import router
from gateway.settings import GatewaySettings
from gateway.subscriptions.feed import Feed
from gateway.traits import documents
from gateway.upstream.calls import Budgets, Calls, Mint
from gateway.upstream.exchange import Exchange
from gateway.upstream.metrics import show_breaker

GRAPHQL = "/graphql"
UNHURRIED = frozenset({"/imports/returnees", "/exports/"})


@dataclass(slots=True)
class Dispatch:
    """Sends /graphql straight to its application, which stands for itself: it pays for no framework."""

    graphql: ASGIApp
    rest: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or hold one connection."""
        is_graphql = scope["type"] in {"http", "websocket"} and scope["path"] == GRAPHQL
        await (self.graphql if is_graphql else self.rest)(scope, receive, send)


def open_gateway(
    given: GatewaySettings, *, exchange: Exchange | None = None, issuer: httpx.AsyncClient | None = None
) -> Gateway:
    """Put the gateway together; a test brings a transport and an issuer of its own."""
    schema = executable_schema()
    urls = {
        "residents": given.residents_url,
        "checkpoints": given.checkpoints_url,
        "enterprises": given.enterprises_url,
    }
    signer = TokenSigner(INTERNAL_ISSUER, private_key(given.internal_private_key))
    budgets = Budgets(
        given.read_timeout_ms / 1_000, given.command_timeout_ms / 1_000, given.upstream_patience_ms / 1_000
    )
    return Gateway(
        callers=Callers(
            given.oidc_issuer, given.oidc_audience, given.oidc_jwks_url, issuer or httpx.AsyncClient(trust_env=False)
        ),
        calls=Calls(
            exchange or open_exchange(urls, pool_limits(given)),
            Mint(signer),
            budgets,
            guards=Guards(time.monotonic, guard_rules(given), show_breaker),
        ),
        operations=Operations(schema, not given.production, Engine(schema)),
        feed=Feed(given.nats_url),
        operation_s=given.operation_timeout_ms / 1_000,
        gate=Gate(admission_limits(given)),
    )


def admission_limits(given: GatewaySettings) -> AdmissionLimits:
    """Read how much may be under way and wait."""
    return AdmissionLimits(
        under_way_max=given.operations_under_way_max,
        waiting_max=given.operations_waiting_max,
        wait_s=given.operation_wait_ms / 1_000,
        standing_wait_s=given.operation_wait_standing_ms / 1_000,
        urgent_wait_s=given.operation_wait_urgent_ms / 1_000,
        turn_s=given.loop_turn_ms / 1_000,
    )


def pool_limits(given: GatewaySettings) -> PoolLimits:
    """Read how many connections a service gets, and for how long."""
    return PoolLimits(
        connections_max=given.upstream_connections_max,
        connect_s=given.upstream_connect_timeout_ms / 1_000,
        idle_s=given.upstream_idle_ms / 1_000,
    )


def guard_rules(given: GatewaySettings) -> GuardRules:
    """Read how services are guarded."""
    return GuardRules(
        BreakerRules(window_s=given.breaker_window_ms / 1_000, open_s=given.breaker_open_ms / 1_000),
        BudgetRules(calls_share=given.retries_share, per_s=given.retries_per_s),
        LimitRules(
            under_way_max=given.upstream_under_way_max,
            waiting_max=given.upstream_waiting_max,
            wait_s=given.upstream_wait_ms / 1_000,
        ),
    )


def create_app(gateway: Gateway) -> Dispatch:
    """Return the whole application."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        gateway.operations.warm(documents())
        feeding = asyncio.create_task(gateway.feed.run())
        try:
            yield
        finally:
            feeding.cancel()
            await gateway.feed.close()
            await asyncio.gather(feeding, return_exceptions=True)
            await gateway.calls.exchange.close()
            await gateway.callers.http.aclose()

    rest = FastAPI(
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
    )
    add_handlers(rest)
    add_health(rest, gateway.ready)
    rest.include_router(router(gateway))
    rest.include_router(downloads(gateway))
    return Dispatch(GraphQL(gateway), Front(rest, "gateway", trusted=False, unhurried=UNHURRIED))
