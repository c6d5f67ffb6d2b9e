"""Databases and their roles: each service has an owner, a serving and a worker login, and nobody else's door.

Kinds of scope are roles without login, which the serving login takes on for one transaction. One script
makes them all; it changes nothing the second time. On a real server it runs with the login of
`*_DATABASE_URL` if that one may create roles; else it is written to a file for an administrator.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from chassis.database import Connection, connect
from chassis.settings import process_environment
from infra.layout import write_atomically
from infra.postgres import wheel_folder
from infra.trouble import Trouble
from infra.vault import Vault

KINDS = ("by_division", "by_person", "by_checkpoint", "by_enterprise")
SERVER_VERSION_MIN = 150_000


@dataclass(frozen=True, slots=True)
class Urls:
    """How one service's processes reach its database."""

    owner: str
    serving: str
    worker: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What one service needs of a server."""

    service: str
    database: str
    owner: str
    serving_password: str
    worker_password: str

    def logins(self) -> Mapping[str, str]:
        """Return the login of each of the service's two pools, with its password."""
        return {f"{self.service}_serving": self.serving_password, f"{self.service}_worker": self.worker_password}

    def script(self) -> str:
        """Return the statements that make the roles; running them again changes nothing."""
        serving, worker = self.logins()
        kinds = [f"{self.service}_{kind}" for kind in KINDS]
        missing = [create_role(name, "NOLOGIN") for name in (*kinds, serving, worker)]
        database, owner = identifier(self.database), identifier(self.owner)
        return "\n".join([
            *missing,
            f"ALTER ROLE {serving} LOGIN NOINHERIT PASSWORD '{self.serving_password}';",
            f"ALTER ROLE {worker} LOGIN PASSWORD '{self.worker_password}';",
            f"GRANT {', '.join(kinds)} TO {serving};",
            f"REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC;",
            f"GRANT CONNECT ON DATABASE {database} TO {owner}, {serving}, {worker};",
        ])  # fmt: skip


def create_role(name: str, attributes: str) -> str:
    """Return a statement that creates a role unless it is there."""
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')"
        f" THEN CREATE ROLE {identifier(name)} {attributes}; END IF; END $$;"
    )


def identifier(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


async def provision_embedded(superuser_url: str, service: str, vault: Vault) -> Urls:
    """Make a service's database, owner and roles in the embedded cluster."""
    plan = Plan(service, service, service, vault.password(f"{service}_serving"), vault.password(f"{service}_worker"))
    owner_password = vault.password(service)
    admin = await connect(superuser_url)
    try:
        await admin.execute(create_role(service, "LOGIN"))
        await admin.execute(f"ALTER ROLE {service} LOGIN PASSWORD '{owner_password}'")
        if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", service):
            await admin.execute(f"CREATE DATABASE {service} OWNER {service}")
        await admin.execute(plan.script())
    finally:
        await admin.close()
    return urls_of(with_login(superuser_url, service, owner_password, database=service), plan)


async def provision_server(owner_url: str, service: str, vault: Vault, script_file: Path) -> Urls:
    """Make a service's roles on a real server; raise Trouble with what an administrator must do."""
    if not owner_url.startswith(("postgresql://", "postgres://")):
        raise Trouble(f"{variable(service)}: expected postgresql://login:password@host:port/database")
    refused = probe(owner_url)
    if refused is not None:
        raise Trouble(f"{variable(service)}: {address_of(owner_url)}: {refused}")
    connection = await connect(owner_url)
    try:
        plan = await plan_for(connection, service, vault)
        urls = urls_of(owner_url, plan)
        if probe(urls.serving) is None and probe(urls.worker) is None:
            return urls
        await create_roles(connection, plan, script_file)
    finally:
        await connection.close()
    return urls


async def plan_for(connection: Connection, service: str, vault: Vault) -> Plan:
    """Return what the service needs on the server behind a connection; refuse one that is too old."""
    version = int(await connection.fetchval("SELECT current_setting('server_version_num')"))
    if version < SERVER_VERSION_MIN:
        raise Trouble(f"{variable(service)}: PostgreSQL 15 or later is needed, the server is {version // 10_000}")
    row = await connection.fetchrow("SELECT current_database() AS database, current_user AS owner")
    passwords = (vault.password(f"{service}_serving"), vault.password(f"{service}_worker"))
    return Plan(service, row["database"], row["owner"], *passwords)


async def create_roles(connection: Connection, plan: Plan, script_file: Path) -> None:
    """Create the roles, or leave the script for somebody who may."""
    question = "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
    if await connection.fetchval(question):
        await connection.execute(plan.script())
        return
    write_atomically(script_file, f"{plan.script()}\n".encode(), 0o600)
    raise Trouble(
        f"{variable(plan.service)}: the login {plan.owner} may not create roles. Have an administrator run\n"
        f"    psql -d {plan.database} -f {script_file}\n"
        f"(it holds passwords), and run this again; or set {variable(plan.service, 'SERVING')} and"
        f" {variable(plan.service, 'WORKER')} to logins of your own"
    )


def probe(url: str) -> str | None:
    """Return why a login does not work, in the words of psql, or None if it does."""
    parts = urlsplit(url)
    plain = urlunsplit(parts._replace(netloc=f"{parts.username or ''}@{parts.netloc.rpartition('@')[2]}"))
    environment = {**process_environment(), "PGPASSWORD": unquote(parts.password or ""), "PGCONNECT_TIMEOUT": "5"}
    command = [str(wheel_folder() / "bin" / "psql"), "-X", "-w", "-d", plain, "-c", "SELECT 1"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else done.stderr.strip().replace("\n", "; ")


def variable(service: str, login: str = "") -> str:
    """Return the name of a service's database setting."""
    return f"{service.upper()}_{login}_DATABASE_URL" if login else f"{service.upper()}_DATABASE_URL"


def urls_of(owner_url: str, plan: Plan) -> Urls:
    """Return the three URLs of a service."""
    serving, worker = (with_login(owner_url, name, password) for name, password in plan.logins().items())
    return Urls(owner_url, serving, worker)


def with_login(url: str, login: str, password: str, *, database: str | None = None) -> str:
    """Return a URL with another login, and another database if one is given."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    path = parts.path if len(parts.path) > 1 else f"/{unquote(parts.username or '')}"
    if database is not None:
        path = f"/{database}"
    return urlunsplit(parts._replace(netloc=f"{quote(login)}:{quote(password)}@{host}", path=path))


def address_of(url: str) -> str:
    """Return where a URL points, without login and password."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2] or 'localhost'}{parts.path}"
