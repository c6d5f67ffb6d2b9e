"""PostgreSQL and NATS of a test run's own, on free ports, in a temporary folder."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chassis.settings import process_environment
from infra import nats, postgres
from infra.addresses import free_addresses
from infra.children import plain_environment
from infra.layout import temporary_folder
from infra.nats import Nats
from infra.postgres import SUPERUSER, Postgres, choose_identity

FAST_AND_LOSSY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
}
MEMORY = Path("/dev/shm")  # noqa: S108 - a database is cloned there in a twentieth of a disk's time
MEMORY_BYTES_MIN = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class TestServers:
    """The servers of one run."""

    host: str
    postgres_port: int
    superuser: str
    superuser_password: str
    nats_url: str
    run: str


@contextmanager
def start_test_infrastructure() -> Iterator[TestServers]:
    """Start both servers; they end with this process, however it ends. Call from the main thread."""
    password, environment = secrets.token_hex(8), plain_environment(process_environment())
    addresses = free_addresses(("postgres", "nats"))
    with temporary_folder("test", memory()) as folder:
        data = folder / "postgres"
        database = Postgres(
            data, addresses["postgres"], password, folder / "postgres.log", choose_identity(data), FAST_AND_LOSSY
        )
        stream = Nats(folder / "nats", addresses["nats"], password, folder / "nats.log")
        database.prepare()
        stream.prepare()
        children = [database.child(environment), stream.child(environment)]
        try:
            for child in children:
                child.start()
            postgres.wait_ready(database, children[0])
            nats.wait_ready(stream, children[1])
            at = database.address
            yield TestServers(at.host, at.port, SUPERUSER, password, stream.url, secrets.token_hex(4))
        finally:
            for child in children:
                child.stop_now()


def memory() -> Path | None:
    """Return a folder in memory with room for a run's databases, or None."""
    if not os.access(MEMORY, os.W_OK | os.X_OK) or shutil.disk_usage(MEMORY).free < MEMORY_BYTES_MIN:
        return None
    return MEMORY
