"""A whole district: servers, databases, seed and processes, started and stopped as one.

async with District.temporary(scale="story", story_clock="2020-01-28T08:00:00+08:00") as district:
    district.url("gateway"); district.token("grid_worker"); await district.stop("residents")
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from chassis.settings import process_environment
from infra import nats, postgres
from infra.addresses import (
    PROCESSES,
    SERVICES,
    Addresses,
    busy_message,
    busy_ports,
    free_addresses,
)
from infra.children import ROOT, Child, plain_environment, tied
from infra.layout import Layout, temporary_folder
from infra.nats import Nats
from infra.postgres import Postgres, choose_identity
from infra.processes import PROGRAMS, Program, Surroundings, issuer_environment
from infra.provision import Urls, is_migrated, provision_embedded, provision_server, variable
from infra.readiness import wait_ready
from infra.seeding import Seeding
from infra.tokens import open_issuer
from infra.trouble import Trouble
from infra.vault import Vault, open_vault

PORTS_TIMEOUT_S = 5.0
POLL_S = 0.05
GENERATOR = Program("seed", (PROGRAMS["issuer"].command[0], "-m", "infra.seed"))
TRUE = ("1", "true")


def silent(_text: str) -> None:
    """Say nothing."""


@dataclass(slots=True)
class District:
    """One district, and the children that make it up."""

    layout: Layout
    addresses: Addresses
    scale: str | None = None
    story_clock: str | None = None
    outer: Mapping[str, str] = field(default_factory=process_environment)
    say: Callable[[str], None] = silent
    programs: Mapping[str, Program] = field(default_factory=lambda: dict(PROGRAMS))
    generator: Program = GENERATOR
    children: dict[str, Child] = field(default_factory=dict)
    postgres: Postgres | None = None
    nats: Nats | None = None
    _vault: Vault | None = None
    _surroundings: Surroundings | None = None

    @classmethod
    @asynccontextmanager
    async def temporary(
        cls,
        *,
        scale: str = "story",
        story_clock: str | None = None,
        say: Callable[[str], None] = silent,
        programs: Mapping[str, Program] | None = None,
        generator: Program = GENERATOR,
        addresses: Addresses | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> AsyncIterator["District"]:
        """Run a district on free ports and in a temporary folder, whatever the environment names.

        `settings` are set as an operator would: `RESIDENTS_URL` puts something between gateway and service.
        """
        named = {name.upper() for name in PROCESSES}
        outer = {
            key: value
            for key, value in process_environment().items()
            if key.partition("_")[0] not in named and key not in ("STORY_CLOCK", "PRODUCTION", "GRIDWEAVE_DATA")
        }
        with temporary_folder("district") as folder:
            district = cls(
                Layout(folder),
                addresses or free_addresses(),
                scale,
                story_clock,
                outer | dict(settings or {}),
                say,
                programs or PROGRAMS,
                generator,
            )
            try:
                await district.open()
                yield district
            finally:
                await district.close()

    @property
    def vault(self) -> Vault:
        """Return the district's secrets."""
        if self._vault is None:
            self._vault = open_vault(self.layout)
        return self._vault

    @property
    def production(self) -> bool:
        """Say whether this is the real thing: then nothing of the demo is started."""
        return self.outer.get("PRODUCTION", "0").lower() in TRUE

    def url(self, name: str) -> str:
        """Return a process's address."""
        return self.addresses[name].url

    def token(self, persona: str) -> str:
        """Return a token for a demo persona."""
        environment = issuer_environment(self.outer, self.layout, self.vault, self.addresses)
        return open_issuer(environment).token(persona)

    async def open(self) -> None:
        """Start everything, seed what is missing, and wait until all of it is ready."""
        self.layout.create()
        await self.check_ports()
        self.start_servers()
        urls = await self.provision()
        assert self.nats is not None or self.outer.get("NATS_URL")
        nats_url = self.nats.url if self.nats is not None else self.outer["NATS_URL"]
        self._surroundings = Surroundings(
            self.outer, self.layout, self.vault, self.addresses, nats_url, urls, self.story_clock
        )
        await self.migrate()
        if not self.production:
            seeding = Seeding(self.layout, self._surroundings, self.programs, self.generator, self.say)
            await seeding.run(self.scale)
        await self.start_all()

    async def close(self) -> None:
        """Stop everything: first who asks, last who keeps."""
        for group in (("gateway", "issuer", *SERVICES), ("nats",), ("postgres",)):
            await asyncio.gather(*(self.children[name].stop() for name in group if name in self.children))

    async def start(self, name: str) -> None:
        """Start one process and wait until it is ready."""
        child = self.children[name]
        if child.running:
            return
        if name == "postgres":
            assert self.postgres is not None
            await asyncio.to_thread(self.postgres.prepare)
        child.start()
        await self.wait(name)

    async def stop(self, name: str) -> None:
        """Stop one process."""
        await self.children[name].stop()

    async def wait(self, name: str) -> None:
        """Wait until a process is ready."""
        child = self.children[name]
        if name == "postgres" and self.postgres is not None:
            await asyncio.to_thread(postgres.wait_ready, self.postgres, child)
        elif name == "nats" and self.nats is not None:
            await asyncio.to_thread(nats.wait_ready, self.nats, child)
        else:
            await wait_ready(child, self.addresses[name])

    def wanted(self) -> list[str]:
        """Return the processes that run here: real servers and a real issuer are somebody else's."""
        embedded = any(not self.outer.get(variable(name)) for name in SERVICES)
        left_out = {
            "postgres": not embedded,
            "nats": bool(self.outer.get("NATS_URL")),
            "issuer": self.production,
        }
        return [name for name in PROCESSES if not left_out.get(name)]

    async def check_ports(self) -> None:
        """Raise Trouble for ports in use; one that is being given up gets a moment."""
        if self.production and not (self.outer.get("OIDC_ISSUER") and self.outer.get("OIDC_JWKS_URL")):
            raise Trouble("PRODUCTION=1 needs OIDC_ISSUER and OIDC_JWKS_URL: the demo's issuer does not run there")
        mine = {name: self.addresses[name] for name in self.wanted()}
        deadline = time.monotonic() + PORTS_TIMEOUT_S
        while busy := busy_ports(mine):
            if time.monotonic() > deadline:
                raise Trouble(busy_message(busy, self.addresses))
            await asyncio.sleep(POLL_S)

    def start_servers(self) -> None:
        """Start PostgreSQL and NATS, unless real ones are named."""
        wanted = self.wanted()
        if "postgres" in wanted:
            data, log = self.layout.postgres, self.layout.log("postgres")
            password = self.vault.password("postgres")
            self.postgres = Postgres(data, self.addresses["postgres"], password, log, choose_identity(data))
            self.postgres.prepare()
            self.start_server(self.postgres.child(plain_environment(self.outer)))
            postgres.wait_ready(self.postgres, self.children["postgres"])
        if "nats" in wanted:
            password, log = self.vault.password("nats"), self.layout.log("nats")
            self.nats = Nats(self.layout.nats, self.addresses["nats"], password, log)
            self.nats.prepare()
            self.start_server(self.nats.child(plain_environment(self.outer)))
            nats.wait_ready(self.nats, self.children["nats"])

    def start_server(self, child: Child) -> None:
        """Start a server and remember it."""
        self.say(f"starting {child.name}")
        self.children[child.name] = child
        child.start()

    async def provision(self) -> dict[str, Urls]:
        """Return how each service reaches its database, made if it is not there."""
        return {name: await asyncio.to_thread(self.provision_one, name) for name in SERVICES}

    def provision_one(self, name: str) -> Urls:
        """Make one service's database and roles, or take the logins that the operator names."""
        owner = self.outer.get(variable(name))
        serving, worker = (self.outer.get(variable(name, login)) for login in ("SERVING", "WORKER"))
        if owner and serving and worker:
            return Urls(owner, serving, worker)
        if owner:
            return provision_server(owner, name, self.vault, self.layout.secrets / f"{name}-roles.sql")
        assert self.postgres is not None
        return provision_embedded(self.postgres.url(), name, self.vault)

    async def migrate(self) -> None:
        """Bring the three databases to the schema of this code, side by side."""
        self.say("migrating the databases")
        await asyncio.gather(*(self.migrate_one(name) for name in SERVICES))

    async def migrate_one(self, name: str) -> None:
        """Run one service's migrations with its owner's login."""
        assert self._surroundings is not None
        owner_url = self._surroundings.urls[name].owner
        if await asyncio.to_thread(is_migrated, owner_url, ROOT / "services" / name / "migrations"):
            return
        process = await asyncio.create_subprocess_exec(
            *tied(self.programs[name]("migrate")),
            cwd=ROOT,
            env=self._surroundings.of_owner(name),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        if process.returncode != 0:
            raise Trouble(f"the migrations of {name} failed:\n{said.decode(errors='replace').strip()}")

    async def start_all(self) -> None:
        """Start our own processes together and wait for all."""
        assert self._surroundings is not None
        names = [name for name in self.wanted() if name in self.programs]
        self.say(f"starting {', '.join(names)}")
        for name in names:
            environment = self._surroundings.environment(name)
            self.children[name] = Child(name, self.programs[name]("serve"), environment, self.layout.log(name))
            self.children[name].start()
        await asyncio.gather(*(self.wait(name) for name in names))
