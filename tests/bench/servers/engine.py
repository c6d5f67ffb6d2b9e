"""The gateway's engine behind the raw front: no authentication, no tracing, as the peers do it."""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from graphql import GraphQLSchema
from joserfc.jwk import OKPKey

from chassis.auth import INTERNAL_ISSUER, TokenSigner, Viewer, private_key
from gateway import schema as registered
from gateway.engine import engine as compiling
from gateway.engine.transport import open_exchange
from gateway.operations import Operations, Request
from gateway.resilience.guard import GuardRules, Guards
from gateway.resilience.limit import LimitRules
from gateway.upstream.calls import Calls, Mint
from gateway.upstream.context import Caller, Context
from tests.bench import schema as bench
from tests.bench.servers.front import Front, read, serve

OPERATION_S = 9.0
CALLS_MAX = 64  # the stubs take as many; a service with PostgreSQL behind it is asked less at once
TOKEN_LIFE_S = 2_000_000_000
encode = msgspec.json.Encoder().encode

SCHEMAS = {"bench": bench.executable_schema, "registered": registered.executable_schema}


@dataclass(slots=True)
class Engine:
    """Runs operations for one caller."""

    operations: Operations
    calls: Calls
    caller: Caller

    async def answer(self, body: bytes) -> bytes:
        """Answer one request."""
        asked = read(body)
        prepared = self.operations.prepare(Request(asked.query, asked.variables, asked.operationName))
        ends_at = self.calls.loop.time() + OPERATION_S
        return encode(await self.operations.run(prepared, Context(self.caller, self.calls, ends_at)))


def open_calls(urls: Mapping[str, str]) -> Calls:
    """Return the services as the gateway calls them."""
    key = json.dumps(OKPKey.generate_key("Ed25519", auto_kid=True).as_dict(private=True))
    rules = GuardRules(limit=LimitRules(under_way_max=CALLS_MAX))
    guards = Guards(time.monotonic, rules)
    return Calls(open_exchange(urls), Mint(TokenSigner(INTERNAL_ISSUER, private_key(key))), guards=guards)


def officer() -> Caller:
    """Return who asks."""
    viewer = Viewer("officer-1", "officer", "district_officer", "330111", {"scopes": ("330111",)})
    return Caller(viewer, "bench", TOKEN_LIFE_S)


def open_engine(schema: GraphQLSchema, urls: Mapping[str, str]) -> Engine:
    """Put the engine together."""
    return Engine(Operations(schema, engine=compiling.Engine(schema)), open_calls(urls), officer())


if __name__ == "__main__":
    made = SCHEMAS[sys.argv[2]]()
    serve(lambda urls: Front(open_engine(made, urls).answer))
