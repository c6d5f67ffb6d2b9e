"""The ceilings' way to the services: the gateway's own connections, and nothing around them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from gateway.engine.transport import open_exchange
from gateway.upstream.declare import Endpoint
from gateway.upstream.exchange import Answer, Headers, Outgoing, header_block
from tests.bench import schema

HEADERS = Headers(header_block([("content-type", "application/json")]))
TIMEOUT_S = 5.0


class Read(msgspec.Struct, omit_defaults=True, gc=False):
    """A batch read as the services take it."""

    ids: list[str]
    fields: list[str]
    arguments: dict[str, int] | None = None
    renamed: list[str] | None = msgspec.field(default=None, name="as")


encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Source:
    """An endpoint with the columns that are asked of it and their names in the answer."""

    endpoint: Endpoint
    columns: Mapping[str, str]
    arguments: dict[str, int] | None = None
    fields: list[str] = field(init=False)
    names: list[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", list(self.columns))
        object.__setattr__(self, "fields", list(self.columns.values()))


RESIDENT = {"id": "id", "name": "name", "sex": "sex", "birthOn": "birth_on", "phoneMasked": "phone_masked"}
GRID = {"code": "code", "name": "name", "workerName": "worker_name"}
ONE = Source(schema.RESIDENT, RESIDENT | {"gridCode": "grid_code"})
GRID_OF_ONE = Source(schema.GRID, GRID)
GRIDS = Source(schema.GRIDS_OF_VILLAGE, GRID)
SOME = Source(
    schema.RESIDENTS_OF_GRID,
    {name: RESIDENT[name] for name in ("id", "name", "sex", "phoneMasked")},
    {"first": 13},
)
COUNT = Source(schema.RESIDENT_COUNT, {"total": "total"})
CHECKPOINTS = Source(schema.CHECKPOINTS_OF_GRID, {name: name for name in ("id", "name", "kind", "status")})
PASSAGES = Source(schema.PASSAGE_COUNT, {"total": "total", "turnedBack": "turned_back"})
ENTERPRISES = Source(schema.ENTERPRISE_COUNT, {"total": "total", "resumed": "resumed"})
MANY = Source(schema.RESIDENTS_OF_GRID, RESIDENT | {"householdId": "household_id"}, {"first": 200})

Fetch = Callable[[Source, list[str]], Awaitable[bytes]]


def open_fetch(urls: Mapping[str, str]) -> Fetch:
    """Return what reads rows of the services; a read starts at once, its answer is awaited later."""
    exchange = open_exchange(urls)

    def fetch(source: Source, ids: list[str]) -> Awaitable[bytes]:
        body = encode(Read(ids, source.fields, source.arguments, source.names))
        endpoint = source.endpoint
        return finish(exchange.begin(Outgoing(endpoint.service, "POST", endpoint.path, body, HEADERS, TIMEOUT_S)))

    return fetch


async def finish(answer: Awaitable[Answer]) -> bytes:
    """Return the answer's bytes."""
    found = await answer
    assert found.status == 200
    return found.body
