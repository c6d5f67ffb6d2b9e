"""PostgreSQL and NATS for a test run: real ones, on free ports, gone when the run ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from infra.testing import start_test_infrastructure

KINDS = ("by_division", "by_person", "by_checkpoint", "by_enterprise")
PASSWORD = "test"


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """The servers of one test run."""

    host: str
    port: int
    superuser: str
    superuser_password: str
    nats_url: str
    run: str

    def url(self, database: str, login: str | None = None) -> str:
        """Return a connection URL, as the superuser or as one of a service's logins."""
        user, password = (login, PASSWORD) if login else (self.superuser, self.superuser_password)
        return f"postgresql://{user}:{password}@{self.host}:{self.port}/{database}"


def roles_script(service: str) -> str:
    """Return the statements that make a service's roles, as `infra/provision.py` does."""
    kinds = " ".join(f"CREATE ROLE {service}_{kind} NOLOGIN;" for kind in KINDS)
    grants = ", ".join(f"{service}_{kind}" for kind in KINDS)
    return (
        f"CREATE ROLE {service} LOGIN PASSWORD '{PASSWORD}';"
        f"CREATE ROLE {service}_serving LOGIN NOINHERIT PASSWORD '{PASSWORD}';"
        f"CREATE ROLE {service}_worker LOGIN PASSWORD '{PASSWORD}';"
        f"{kinds} GRANT {grants} TO {service}_serving;"
    )


@contextmanager
def running_infrastructure() -> Iterator[Infrastructure]:
    """Start both servers and stop them afterwards."""
    with start_test_infrastructure() as servers:
        yield Infrastructure(
            servers.host,
            servers.postgres_port,
            servers.superuser,
            servers.superuser_password,
            servers.nats_url,
            servers.run,
        )
