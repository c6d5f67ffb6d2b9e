"""A rig: one service in this process, on a database of its own, with a caller for every role."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from joserfc.jwk import KeySet, OKPKey

from chassis.auth import INTERNAL_ISSUER, TokenSigner, Viewer, claims_of
from chassis.database import Transaction, connect
from chassis.ids import new_id
from chassis.migrate import migrate
from chassis.service import Service, ServiceSettings, State, create_app, open_state
from chassis.stream import Received
from chassis.web import Front
from tests.support.servers import Infrastructure, roles_script

STORY_START = "2020-01-28T08:00:00+08:00"
DISTRICT = "330111"
MATCHING_KEY = bytes(range(32))
INTERNAL_KEY = OKPKey.generate_key("Ed25519", auto_kid=True)

_templates: dict[str, str] = {}
_building = asyncio.Lock()


@dataclass(slots=True)
class Rig:
    """A service under test; callers go through HTTP in this process."""

    state: State
    http: httpx.AsyncClient
    signer: TokenSigner
    sequence: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    def viewer(self, role: str, *, subject: str | None = None, **grants: Sequence[str]) -> Viewer:
        """Return a caller; grants are scopes, checkpoints, enterprises, resident_id, ..."""
        plain = {k: (v,) if isinstance(v, str) else tuple(str(x) for x in v) for k, v in grants.items()}
        return Viewer(subject or f"{role}-1", role.replace("_", " "), role, DISTRICT, plain)

    def token(self, viewer: Viewer) -> str:
        """Return an internal token for the service under test."""
        return self.signer.sign(claims_of(viewer), audience=self.state.service.name, lifetime_s=60)

    def headers(self, viewer: Viewer | None, purpose: str | None = None, language: str = "en") -> dict[str, str]:
        """Return a caller's headers."""
        headers = {"Accept-Language": language}
        if viewer is not None:
            headers["Authorization"] = f"Bearer {self.token(viewer)}"
        if purpose is not None:
            headers["X-Purpose"] = purpose
        return headers

    async def command(
        self,
        viewer: Viewer | None,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        purpose: str | None = None,
        language: str = "en",
    ) -> httpx.Response:
        """Give a command, with a fresh idempotency key unless one is given."""
        headers = self.headers(viewer, purpose, language) | {"Idempotency-Key": key or str(uuid4())}
        return await self.http.post(path, json=dict(body or {}), headers=headers)

    async def ask(
        self,
        viewer: Viewer | None,
        path: str,
        ids: Sequence[object],
        fields: Sequence[str],
        *,
        purpose: str | None = None,
        language: str = "en",
        **request: Any,
    ) -> httpx.Response:
        """Send a batch read; `request` holds arguments, limit, after, before."""
        body = {"ids": [str(i) for i in ids], "fields": list(fields), **request}
        return await self.http.post(path, json=body, headers=self.headers(viewer, purpose, language))

    async def batch(
        self, viewer: Viewer | None, path: str, ids: Sequence[object], fields: Sequence[str], **request: Any
    ) -> list[Any]:
        """Send a batch read that must succeed; return its rows."""
        response = await self.ask(viewer, path, ids, fields, **request)
        assert response.status_code == 200, response.text
        rows: list[Any] = response.json()
        return rows

    def work(self) -> Any:
        """Open a transaction as the service's worker."""
        return self.state.database.work()

    async def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        """Look into the database as the worker."""
        async with self.state.database.work() as db:
            return [dict(row) for row in await db.connection.fetch(query, *arguments)]

    async def facts(self) -> list[tuple[str, dict[str, Any]]]:
        """Return what waits in the outbox, in order: subjects and bodies."""
        rows = await self.rows("SELECT subject, body FROM outbox ORDER BY id")
        return [(row["subject"], row["body"]) for row in rows]

    async def deliver(self, subject: str, division_code: str, body: Mapping[str, Any], *, fact_id: Any = None) -> None:
        """Hand a fact `<service>.<fact>` to the service as its consumer would."""
        self.sequence += 1
        service, name = subject.split(".")
        identity = fact_id or new_id()
        whole = {"id": str(identity), "division_code": division_code, **msgspec.to_builtins(dict(body))}
        fact = Received(identity, service, name, division_code, whole, self.sequence, None)
        await self.state.consumer.apply(fact)

    async def move_clock(self, to: str) -> None:
        """Move business time forward; what is due is done."""
        response = await self.http.post("/clock", json={"to": to})
        assert response.status_code == 200, response.text


def problem(response: httpx.Response) -> str:
    """Return the code of a refusal."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    return str(response.json()["code"])


async def template(service: Service, infrastructure: Infrastructure) -> str:
    """Return the name of a migrated template database of a service."""
    async with _building:
        name = f"{service.name}_template_{infrastructure.run}"
        if service.name not in _templates:
            admin = await connect(infrastructure.url("postgres"))
            await admin.execute(roles_script(service.name))
            await admin.execute(f"CREATE DATABASE {name} OWNER {service.name}")
            await admin.close()
            owner = await connect(infrastructure.url(name, service.name))
            await migrate(owner, service.folder / "migrations")
            await owner.close()
            _templates[service.name] = name
        return _templates[service.name]


@asynccontextmanager
async def own_database(service: Service, infrastructure: Infrastructure) -> AsyncIterator[str]:
    """Clone a database for one test, and drop it afterwards."""
    source, name = await template(service, infrastructure), f"{service.name}_{uuid4().hex[:12]}"
    admin = await connect(infrastructure.url("postgres"))
    try:
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY OWNER {service.name}")
        yield name
    finally:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.close()


def make_state(service: Service, infrastructure: Infrastructure, database: str, story_clock: str | None) -> State:
    """Put a service together as its process would, with this test's database and keys."""
    given = ServiceSettings(
        serving_database_url=infrastructure.url(database, f"{service.name}_serving"),
        worker_database_url=infrastructure.url(database, f"{service.name}_worker"),
        nats_url=infrastructure.nats_url,
        internal_public_keys=json.dumps(KeySet([INTERNAL_KEY]).as_dict(private=False)),
        matching_key=MATCHING_KEY,
        storage_keys=f"k1:{'11' * 32}",
        blind_index_key=bytes([7] * 32),
        port=0,
        story_clock=story_clock,
    )
    return open_state(service, given)


@asynccontextmanager
async def open_rig(
    service: Service,
    infrastructure: Infrastructure,
    *,
    story_clock: str | None = STORY_START,
    with_background: bool = False,
) -> AsyncIterator[Rig]:
    """Run a service on a database of its own."""
    async with own_database(service, infrastructure) as name:
        state = make_state(service, infrastructure, name, story_clock)
        app = create_app(state, with_background=with_background)
        transport = httpx.ASGITransport(app=Front(app, service.name, trusted=True), raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://service") as http,
        ):
            yield Rig(state, http, TokenSigner(INTERNAL_ISSUER, INTERNAL_KEY))


async def as_worker(rig: Rig, query: str, *arguments: Any) -> Any:
    """Run a statement as the worker and return its first value."""
    async with rig.state.database.work() as db:
        transaction: Transaction = db
        return await transaction.connection.fetchval(query, *arguments)
