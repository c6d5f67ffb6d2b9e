"""The reference executor: graphql-core on the same declarations, with the gateway's transport.

It is what the answers of all the others are compared with.
"""

import asyncio
import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from graphql import DocumentNode, GraphQLSchema, execute, parse, validate

from gateway.upstream.calls import Calls
from gateway.upstream.context import Caller, Context
from tests.bench.servers.engine import OPERATION_S, SCHEMAS, officer, open_calls
from tests.bench.servers.front import Front, read, serve


@dataclass(slots=True)
class Reference:
    """Executes operations, each document parsed and validated once."""

    schema: GraphQLSchema
    calls: Calls
    caller: Caller
    documents: dict[str, DocumentNode] = field(default_factory=dict)

    async def answer(self, body: bytes) -> bytes:
        """Answer one request."""
        asked = read(body)
        document = self.documents.get(asked.query)
        if document is None:
            document = self.documents[asked.query] = parse(asked.query)
            assert validate(self.schema, document) == []
        context = Context(self.caller, self.calls, asyncio.get_running_loop().time() + OPERATION_S)
        found = execute(self.schema, document, None, context, asked.variables, asked.operationName)
        result = await found if inspect.isawaitable(found) else found
        if result.errors:
            raise result.errors[0]
        return msgspec.json.encode({"data": result.data})


def open_reference(schema: GraphQLSchema, urls: Mapping[str, str]) -> Reference:
    """Put the executor together."""
    return Reference(schema, open_calls(urls), officer())


if __name__ == "__main__":
    made = SCHEMAS[sys.argv[2]]()
    serve(lambda urls: Front(open_reference(made, urls).answer))
