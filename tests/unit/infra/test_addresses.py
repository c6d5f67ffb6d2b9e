"""Addresses: the file, the environment over it, and ports that are taken."""

import socket

import pytest

from infra.addresses import (
    PROCESSES,
    Address,
    busy_message,
    busy_ports,
    free_addresses,
    load_addresses,
)
from infra.trouble import Trouble


def test_file_names_every_process() -> None:
    """The addresses that everybody is told are those of services.toml."""
    addresses = load_addresses({})

    assert tuple(addresses) == PROCESSES
    assert addresses["gateway"].url == "http://127.0.0.1:8000"
    assert [addresses[name].port for name in ("residents", "checkpoints", "enterprises")] == [8101, 8102, 8103]


def test_environment_wins() -> None:
    """A port can be changed for one run."""
    addresses = load_addresses({"RESIDENTS_PORT": "9101", "GATEWAY_HOST": "0.0.0.0"})  # noqa: S104

    assert addresses["residents"] == Address("127.0.0.1", 9101)
    assert str(addresses["gateway"]) == "0.0.0.0:8000"


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1"])
def test_port_that_is_none_is_refused(text: str) -> None:
    """The message names the variable and the range."""
    with pytest.raises(Trouble, match=r"NATS_PORT=.* expected 1 to 65535"):
        load_addresses({"NATS_PORT": text})


def test_taken_port_is_found_and_said() -> None:
    """A port that somebody listens on is named with its setting."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]

        addresses = {"nats": Address("127.0.0.1", port), **free_addresses(["residents"])}

        assert busy_ports(addresses) == ["nats"]
        assert f"port {port} (nats) is in use; free it, or set NATS_PORT" in busy_message(["nats"], addresses)
