"""A service: its settings, its application, and the commands of its process.

SERVICE = Service(name="residents", folder=Path(__file__).parent, access=ACCESS, routers=[...],
                  jobs=[...], handlers={...})
main(SERVICE)          # python -m services.residents serve | migrate | openapi | ...
"""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from fastapi import APIRouter, Body, FastAPI

from chassis import chain, crypto, migrate, settings, telemetry
from chassis.auth import INTERNAL_ISSUER, Access, TokenVerifier, public_keys
from chassis.clock import Clock, open_clock
from chassis.commands import expire_keys
from chassis.database import Database, connect
from chassis.errors import Problem
from chassis.facts import Consumer, Handler, Relay
from chassis.heads import SIGN_EVERY_S, open_heads
from chassis.look_ups import LookUpRules, expire_counts
from chassis.schedule import Job, Scheduler
from chassis.server import run_server
from chassis.web import NO_TELEMETRY, Front, add_handlers, add_health, frames

RESTART_S = 1.0
LOADED_ALREADY = 3  # the exit code of a load into a database that has been loaded
CHASSIS_JOBS = (
    Job("expire_keys", 3_600, expire_keys),
    Job("expire_look_up_counts", 3_600, expire_counts),
    *(Job(f"seal_{log}", chain.SEAL_EVERY_S, partial(chain.seal, log)) for log in chain.LOGS),
)


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What a service's process is told by its environment."""

    serving_database_url: str
    worker_database_url: str
    nats_url: str
    internal_public_keys: str
    matching_key: bytes
    storage_keys: str
    blind_index_key: bytes
    port: int
    host: str = "127.0.0.1"
    production: bool = False
    story_clock: str | None = None
    audit_private_key: str | None = None
    audit_folder: Path | None = None
    trace_file: Path | None = None
    otel_exporter_otlp_endpoint: str | None = None
    trace_sample_ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class OwnerSettings:
    """What migrations need."""

    database_url: str


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one service: personal numbers at rest, their look-up, and the matching of people."""

    ring: crypto.KeyRing
    blind_index: bytes
    matching: bytes

    def index(self, kind: str, value: str) -> bytes:
        """Return the blind index of a value this service stores encrypted."""
        return crypto.blind_index(self.blind_index, kind, value)

    def person(self, kind: str, number: str) -> str:
        """Return the key by which the services know a person."""
        return crypto.person_key(self.matching, kind, number)


Tool = Callable[["State", Sequence[str]], Awaitable[None]]
Handlers = Mapping[str, Handler]
Background = Callable[["State"], Awaitable[None]]
Run = Callable[[], Awaitable[None]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Service:
    """What makes one service; `handlers` that need the clock or the keys are a function of its state."""

    name: str
    folder: Path
    access: Access
    routers: Sequence[APIRouter]
    jobs: Sequence[Job] = ()
    handlers: Handlers | Callable[["State"], Handlers] = field(default_factory=dict)
    tools: Mapping[str, Tool] = field(default_factory=dict)
    background: Sequence[Background] = ()
    on_start: Callable[["State"], None] = lambda _state: None
    look_ups: LookUpRules = field(default_factory=LookUpRules)


@dataclass(slots=True)
class State:
    """What a running service holds; routes reach it by `StateDep`."""

    service: Service
    database: Database
    clock: Clock
    keys: Keys
    verifier: TokenVerifier
    scheduler: Scheduler
    relay: Relay
    consumer: Consumer
    extra: dict[str, Any] = field(default_factory=dict)


def open_state(service: Service, given: ServiceSettings) -> State:
    """Put a service together from its settings."""
    clock = open_clock(given.story_clock, production=given.production)
    database = Database(service.name, given.serving_database_url, given.worker_database_url)
    relay = Relay(database, given.nats_url)
    database.on_facts = relay.wake
    heads = open_heads(service.name, given.audit_private_key, given.audit_folder)
    jobs = [*service.jobs, *CHASSIS_JOBS, Job("sign_heads", SIGN_EVERY_S, heads.sign)]
    state = State(
        service=service,
        database=database,
        clock=clock,
        keys=Keys(crypto.open_key_ring(given.storage_keys), given.blind_index_key, given.matching_key),
        verifier=TokenVerifier(INTERNAL_ISSUER, service.name, public_keys(given.internal_public_keys)),
        scheduler=Scheduler(database, clock, jobs),
        relay=relay,
        consumer=Consumer(database, given.nats_url, service.name, {}),
    )
    state.consumer.handlers = service.handlers(state) if callable(service.handlers) else service.handlers
    service.on_start(state)
    return state


def create_app(state: State, *, with_background: bool = True) -> FastAPI:
    """Return the service's application; background work can be left to a test."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await state.database.open()
        tasks = [asyncio.create_task(keep_running(run)) for run in background(state)] if with_background else []
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await state.database.close()

    app = bare_app(state.service, lifespan)
    app.state.service = state
    add_health(app, lambda: readiness(state))
    if state.clock.is_story:
        app.include_router(clock_router(state))
    return app


def bare_app(service: Service, lifespan: Any = None) -> FastAPI:
    """Return the application with its routes only: what OpenAPI describes."""
    app = FastAPI(
        title=service.name,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
    )
    add_handlers(app)
    for router in service.routers:
        app.include_router(router)
    return app


def background(state: State) -> list[Run]:
    """Return what runs beside the requests."""
    runs: list[Run] = [state.relay.run, state.scheduler.run]
    if state.consumer.handlers:
        runs.append(state.consumer.run)
    return runs + [partial(run, state) for run in state.service.background]


async def keep_running(run: Run) -> None:
    """Run what must never end; a bug in it is logged and it is started again, while requests go on."""
    while True:
        try:
            await run()
        except Exception as error:  # noqa: BLE001 - nobody else would ever hear of it
            await log.aerror("background work fell over", error=type(error).__name__, frames=frames(error))
        await asyncio.sleep(RESTART_S)


async def readiness(state: State) -> dict[str, bool]:
    """Say what the process needs to answer: its database. Facts wait in the outbox without NATS."""
    return {"database": await state.database.ready()}


def clock_router(state: State) -> APIRouter:
    """Return the routes of a story's clock: what is due is done before the answer."""
    router = APIRouter(include_in_schema=False)

    @router.get("/clock")
    async def read_clock() -> dict[str, str]:
        return {"now": state.clock.now().isoformat()}

    @router.post("/clock")
    async def move_clock(to: datetime = Body(embed=True)) -> dict[str, str]:
        state.clock.move(to)
        await state.scheduler.run_all()
        return {"now": state.clock.now().isoformat()}

    return router


def main(service: Service, arguments: Sequence[str] | None = None) -> None:
    """Run one command of the service's process: serve, migrate, openapi, or a tool of its own."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given[0] if given else ""
    if name == "serve":
        serve(service)
    elif name == "migrate":
        asyncio.run(run_migrations(service))
    elif name == "openapi":
        print(openapi(service), end="")  # noqa: T201 - the document is this command's output
    elif name in service.tools:
        asyncio.run(run_tool(service, service.tools[name], given[1:]))
    else:
        known = ", ".join(["serve", "migrate", "openapi", *service.tools])
        raise SystemExit(f"usage: python -m services.{service.name} COMMAND; commands: {known}")


def serve(service: Service) -> None:
    """Serve until a signal says to stop."""
    given = settings.load(ServiceSettings, prefix=service.name)
    telemetry.start(
        service.name,
        trace_folder=given.trace_file,
        otlp_endpoint=given.otel_exporter_otlp_endpoint,
        sample_ratio=given.trace_sample_ratio,
    )
    state = open_state(service, given)
    run_server(Front(create_app(state), service.name, trusted=True), service.name, given.host, given.port)


async def run_migrations(service: Service) -> None:
    """Bring the database to the schema of this code."""
    given = settings.load(OwnerSettings, prefix=service.name)
    connection = await connect(given.database_url)
    try:
        applied = await migrate.migrate(connection, service.folder / "migrations")
    except migrate.MigrationRefused as refused:
        raise SystemExit(f"{service.name}: {refused}") from None
    finally:
        await connection.close()
    print(f"{service.name}: {len(applied)} migrations applied", file=sys.stderr)  # noqa: T201


async def run_tool(service: Service, tool: Tool, arguments: Sequence[str]) -> None:
    """Run a tool with the service's state, as the worker."""
    given = settings.load(ServiceSettings, prefix=service.name)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    state = open_state(service, given)
    await state.database.open()
    try:
        await tool(state, arguments)
    except Problem as problem:
        raise SystemExit(f"{service.name}: {problem.message()}") from None
    finally:
        await state.database.close()


def openapi(service: Service) -> str:
    """Return the service's OpenAPI document, sorted."""
    return json.dumps(bare_app(service).openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
