"""Where the processes listen: `services.toml`, the environment over it, or free ports."""

import socket
import tomllib
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from infra.trouble import Trouble

FILE = Path(__file__).with_name("services.toml")
LOOPBACK = "127.0.0.1"
SERVICES = ("residents", "checkpoints", "enterprises")
PROCESSES = ("postgres", "nats", *SERVICES, "gateway", "issuer")
PORT_MAX = 65_535


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """Return the address as an HTTP client takes it."""
        return f"http://{self}"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


Addresses = Mapping[str, Address]


def load_addresses(environment: Mapping[str, str], file: Path = FILE) -> Addresses:
    """Read every address; raise Trouble for a port that is none."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: read_address(name, table[name], environment) for name in PROCESSES}


def read_address(name: str, entry: Mapping[str, object], environment: Mapping[str, str]) -> Address:
    """Read one address."""
    variable = f"{name.upper()}_PORT"
    text = environment.get(variable) or str(entry["port"])
    if not text.isdecimal() or not 0 < int(text) <= PORT_MAX:
        raise Trouble(f"{variable}={text} is no port: expected 1 to {PORT_MAX}")
    return Address(environment.get(f"{name.upper()}_HOST") or str(entry["host"]), int(text))


def free_addresses(names: Collection[str] = PROCESSES) -> Addresses:
    """Return loopback addresses with ports that nobody uses at this moment."""
    with ExitStack() as stack:
        found = {}
        for name in names:
            listener = stack.enter_context(socket.socket())
            listener.bind((LOOPBACK, 0))
            found[name] = Address(LOOPBACK, listener.getsockname()[1])
        return found


def busy_ports(addresses: Addresses) -> list[str]:
    """Return the names whose port somebody else listens on."""
    return [name for name, address in addresses.items() if not can_listen(address)]


def can_listen(address: Address) -> bool:
    """Say whether a process could listen there now."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address.host, address.port))
            listener.listen(1)
        except OSError:
            return False
    return True


def answers(address: Address) -> bool:
    """Say whether somebody accepts connections there."""
    try:
        with socket.create_connection((address.host, address.port), timeout=1):
            return True
    except OSError:
        return False


def busy_message(names: Collection[str], addresses: Addresses) -> str:
    """Say which ports are taken, and where to change them."""
    lines = [
        f"port {addresses[name].port} ({name}) is in use; free it, or set {name.upper()}_PORT"
        f" (or [{name}] port in infra/services.toml)"
        for name in names
    ]
    return "\n".join(lines)
