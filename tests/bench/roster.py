"""Who is measured: each server's command, and what a reader should know of it."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests.bench.install import PEERS, node, peer_environment

WARM_NODE_S = 4.0
WARM_PYTHON_S = 2.0


class Role(StrEnum):
    """What a server is in the comparison."""

    OURS = "ours"
    PEER = "peer"
    CEILING = "ceiling"


@dataclass(frozen=True, slots=True)
class Server:
    """A server; `spaced` ones write JSON in their own way and are compared by value and order.

    Answers that are not `exact` differ from time to time: each has a trace's id.
    """

    name: str
    title: str
    role: Role
    module: str
    node: bool = False
    path: str = "/graphql"
    spaced: bool = False
    exact: bool = True
    arguments: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def warm_s(self) -> float:
        """Return how long a shape is sent before it is measured."""
        return WARM_NODE_S if self.node else WARM_PYTHON_S

    def command(self, ports: Mapping[str, int], schema: Path) -> list[str]:
        """Return the command line; the first argument says where the services are."""
        urls = json.dumps({name: f"http://127.0.0.1:{port}" for name, port in ports.items()})
        if self.node:
            return [str(node()), str(PEERS / self.module), urls, str(schema)]
        return [sys.executable, "-m", f"tests.bench.servers.{self.module}", urls, *self.arguments]

    def environment(self) -> dict[str, str]:
        """Return the environment."""
        return peer_environment() if self.node else {}


ENGINE = Server("engine", "Gridweave engine", Role.OURS, "engine", arguments=("bench",))
REFERENCE = Server(
    "reference", "Strawberry tuned: our declarations and transport", Role.OURS, "reference", arguments=("bench",)
)
SERVERS = (
    ENGINE,
    Server("mercurius", "Mercurius with jit", Role.PEER, "mercurius.mjs", node=True),
    Server("apollo", "Apollo Server", Role.PEER, "apollo.mjs", node=True),
    Server("yoga", "GraphQL Yoga", Role.PEER, "yoga.mjs", node=True),
    Server("strawberry", "Strawberry as it comes", Role.PEER, "plain", spaced=True),
    REFERENCE,
    Server("handler", "hand-written handler", Role.CEILING, "handler"),
    Server("splice", "byte splicing", Role.CEILING, "splice"),
)
DOCUMENTS = Server("documents", "Gridweave engine", Role.OURS, "engine", arguments=("registered",))
DOCUMENTS_REFERENCE = Server(
    "documents-reference", "reference executor", Role.OURS, "reference", arguments=("registered",)
)
TRACED = {"off": 0.0, "5 %": 0.05, "100 %": 1.0}


def whole(name: str, ratio: float, token: str) -> Server:
    """Return the gateway's whole process: authentication, limits, and so much of tracing."""
    headers = {"authorization": f"Bearer {token}"}
    return Server(
        name, f"gateway, tracing {name}", Role.OURS, "whole", exact=False, arguments=(str(ratio),), headers=headers
    )
