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

from chassis import migrate
from chassis.settings import process_environment
from infra.children import plain_environment
from infra.layout import write_atomically
from infra.postgres import wheel_folder
from infra.trouble import Trouble
from infra.vault import Vault

KINDS = ("by_division", "by_person", "by_checkpoint", "by_enterprise")
SERVER_VERSION_MIN = 150_000
CONNECT_TIMEOUT_S = 5


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


def provision_embedded(superuser_url: str, service: str, vault: Vault) -> Urls:
    """Make a service's database, owner and roles in the embedded cluster."""
    plan = Plan(service, service, service, vault.password(f"{service}_serving"), vault.password(f"{service}_worker"))
    owner_password = vault.password(service)
    script = [create_role(service, "LOGIN"), f"ALTER ROLE {service} LOGIN PASSWORD '{owner_password}';"]
    if not ask(superuser_url, f"SELECT true FROM pg_database WHERE datname = '{service}'"):  # noqa: S608 - a name of ours
        script.append(f"CREATE DATABASE {service} OWNER {service};")
    psql(superuser_url, "-f", "-", script="\n".join([*script, plan.script()]))
    return urls_of(with_login(superuser_url, service, owner_password, database=service), plan)


def provision_server(owner_url: str, service: str, vault: Vault, script_file: Path) -> Urls:
    """Make a service's roles on a real server; raise Trouble with what an administrator must do."""
    if not owner_url.startswith(("postgresql://", "postgres://")):
        raise Trouble(f"{variable(service)}: expected postgresql://login:password@host:port/database")
    try:
        plan = plan_for(owner_url, service, vault)
        urls = urls_of(owner_url, plan)
        if not (login_works(urls.serving) and login_works(urls.worker)):
            create_roles(owner_url, plan, script_file)
    except PsqlFailed as failed:
        raise Trouble(f"{variable(service)}: {failed}") from None
    return urls


def plan_for(owner_url: str, service: str, vault: Vault) -> Plan:
    """Return what the service needs on the server behind a URL; refuse one that is too old."""
    version = int(ask(owner_url, "SELECT current_setting('server_version_num')"))
    if version < SERVER_VERSION_MIN:
        raise Trouble(f"{variable(service)}: PostgreSQL 15 or later is needed, the server is {version // 10_000}")
    database, owner = ask(owner_url, "SELECT current_database()"), ask(owner_url, "SELECT current_user")
    return Plan(service, database, owner, vault.password(f"{service}_serving"), vault.password(f"{service}_worker"))


def create_roles(owner_url: str, plan: Plan, script_file: Path) -> None:
    """Create the roles, or leave the script for somebody who may."""
    question = "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
    if ask(owner_url, question) == "t":
        psql(owner_url, "-f", "-", script=plan.script())
        return
    write_atomically(script_file, f"{plan.script()}\n".encode(), 0o600)
    raise Trouble(
        f"{variable(plan.service)}: the login {plan.owner} may not create roles. Have an administrator run\n"
        f"    psql -d {plan.database} -f {script_file}\n"
        f"(it holds passwords), and run this again; or set {variable(plan.service, 'SERVING')} and"
        f" {variable(plan.service, 'WORKER')} to logins of your own"
    )


class PsqlFailed(Trouble):
    """The server refused, or was not there; the message is psql's, without a password."""


def psql(url: str, *arguments: str, script: str = "") -> str:
    """Run psql and return what it prints. It is used because it says in a sentence what is wrong."""
    parts = urlsplit(url)
    plain = urlunsplit(parts._replace(netloc=f"{parts.username or ''}@{parts.netloc.rpartition('@')[2]}"))
    environment = {
        **plain_environment(process_environment()),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGCONNECT_TIMEOUT": str(CONNECT_TIMEOUT_S),
        "PGOPTIONS": "-c client_min_messages=warning",
    }
    command = [str(wheel_folder() / "bin" / "psql"), "-X", "-w", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", plain]
    done = subprocess.run(
        [*command, *arguments], input=script, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = "; ".join(line.strip() for line in done.stderr.splitlines() if "PASSWORD" not in line)
        raise PsqlFailed(f"{address_of(url)}: {said}")
    return done.stdout.strip()


def ask(url: str, query: str) -> str:
    """Return the only value of a query."""
    return psql(url, "-c", query)


def login_works(url: str) -> bool:
    """Say whether a login is there with this password and may connect."""
    try:
        return ask(url, "SELECT 1") == "1"
    except PsqlFailed:
        return False


def is_migrated(owner_url: str, folder: Path) -> bool:
    """Say whether a database has had exactly these migrations: then no process need be started to find out."""
    files = ",".join(f"{each.version} {each.sha256}" for each in migrate.read(folder))
    query = "SELECT string_agg(version || ' ' || sha256, ',' ORDER BY version) FROM schema_migrations"
    try:
        return ask(owner_url, query) == files
    except (PsqlFailed, migrate.MigrationRefused):
        return False  # the service's own command says what is the matter


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
