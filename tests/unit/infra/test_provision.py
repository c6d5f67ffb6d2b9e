"""Roles and databases on a real server: who may connect where, and as whom."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.database import connect
from chassis.migrate import migrate
from infra.provision import (
    KINDS,
    PsqlFailed,
    ask,
    is_migrated,
    login_works,
    provision_embedded,
    provision_server,
    with_login,
)
from infra.trouble import Trouble
from infra.vault import Vault
from tests.support.servers import Infrastructure


@dataclass
class Server:
    """A server on which a test makes roles of its own."""

    superuser: str
    vault: Vault
    folder: Path

    async def owner_url(self, name: str, rights: str) -> str:
        """Make a database with an owner who has some rights, and return the owner's URL."""
        admin = await connect(self.superuser)
        await admin.execute(f"CREATE ROLE {name}_owner LOGIN {rights} PASSWORD 'secret'")
        await admin.execute(f"CREATE DATABASE {name}_db OWNER {name}_owner")
        await admin.close()
        return with_login(self.superuser, f"{name}_owner", "secret", database=f"{name}_db")


@pytest.fixture
def server(infrastructure: Infrastructure, tmp_path: Path) -> Server:
    """Return the run's server."""
    return Server(infrastructure.url("postgres"), Vault(tmp_path / "secrets.json"), tmp_path)


@pytest.fixture
def name() -> str:
    """Return a service name that no other test uses."""
    return f"s{uuid4().hex[:8]}"


async def test_login_connects_to_its_own_database_only(server: Server, name: str) -> None:
    """Nobody is let into another service's database; a second run changes nothing."""
    other = f"{name}x"
    urls = provision_embedded(server.superuser, name, server.vault)
    provision_embedded(server.superuser, other, server.vault)

    again = provision_embedded(server.superuser, name, server.vault)

    assert again == urls
    assert all(login_works(url) for url in (urls.owner, urls.serving, urls.worker))
    for login in (name, f"{name}_serving", f"{name}_worker"):
        elsewhere = with_login(urls.owner, login, server.vault.password(login), database=other)
        with pytest.raises(PsqlFailed, match="permission denied for database"):
            ask(elsewhere, "SELECT 1")


async def test_serving_login_takes_on_each_kind_of_scope(server: Server, name: str) -> None:
    """It has none of their rights by itself, and not the worker's in any way."""
    urls = provision_embedded(server.superuser, name, server.vault)
    serving = await connect(urls.serving)

    for kind in KINDS:
        await serving.execute(f"BEGIN; SET LOCAL ROLE {name}_{kind}; ROLLBACK")

    usage = "SELECT pg_has_role(current_user, $1, 'USAGE')"
    assert not await serving.fetchval(usage, f"{name}_by_division")
    assert not await serving.fetchval("SELECT pg_has_role(current_user, $1, 'SET')", f"{name}_worker")
    assert not await serving.fetchval("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    await serving.close()


async def test_owner_who_may_create_roles_is_enough(server: Server, name: str) -> None:
    """On a real server nothing but the owner's URL is needed."""
    url = await server.owner_url(name, "CREATEROLE")

    urls = provision_server(url, name, server.vault, server.folder / "roles.sql")

    assert urls.owner == url
    assert login_works(urls.serving)
    assert login_works(urls.worker)
    assert urls == provision_server(url, name, server.vault, server.folder / "roles.sql")


async def test_owner_who_may_not_gets_a_script(server: Server, name: str) -> None:
    """An administrator runs the file once; then the same command goes through."""
    url, script = await server.owner_url(name, ""), server.folder / "roles.sql"

    with pytest.raises(Trouble, match="may not create roles"):
        provision_server(url, name, server.vault, script)
    admin = await connect(
        with_login(server.superuser, "postgres", password_of(server.superuser), database=f"{name}_db")
    )
    await admin.execute(script.read_text())
    await admin.close()

    urls = provision_server(url, name, server.vault, script)
    assert login_works(urls.serving)
    assert script.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://a:hidden@127.0.0.1:1/d", "Connection refused"),
        ("mysql://a:hidden@127.0.0.1/d", "expected postgresql://"),
    ],
)
async def test_server_that_is_not_there_is_said(server: Server, url: str, said: str) -> None:
    """The message names the setting and the address, never the password."""
    with pytest.raises(Trouble, match=said) as trouble:
        provision_server(url, "residents", server.vault, server.folder / "roles.sql")

    assert str(trouble.value).startswith("RESIDENTS_DATABASE_URL: ")
    assert "hidden" not in str(trouble.value)


async def test_wrong_password_is_said(server: Server, name: str) -> None:
    """What the server answers is handed on."""
    url = await server.owner_url(name, "")

    with pytest.raises(Trouble, match="password authentication failed"):
        provision_server(url.replace("secret", "wrong"), name, server.vault, server.folder / "roles.sql")


async def test_database_says_itself_what_it_has_had(server: Server, name: str) -> None:
    """Migrations run unless the ledger names exactly the files there are."""
    urls = provision_embedded(server.superuser, name, server.vault)
    file = server.folder / "0001_first.sql"
    file.write_text("-- migrate:up\nSELECT 1;\n-- migrate:down\n")
    before = is_migrated(urls.owner, server.folder)
    owner = await connect(urls.owner)
    await migrate(owner, server.folder)
    await owner.close()

    after = is_migrated(urls.owner, server.folder)
    file.write_text("-- migrate:up\nSELECT 2;\n-- migrate:down\n")

    assert (before, after, is_migrated(urls.owner, server.folder)) == (False, True, False)


def password_of(url: str) -> str:
    """Return the password in a URL."""
    return url.split("@", maxsplit=1)[0].rpartition(":")[2]
