"""A ceiling: what a person would write by hand for each shape, with msgspec."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tests.bench.servers import upstream
from tests.bench.servers.front import Front, read, serve
from tests.bench.servers.upstream import Fetch, open_fetch
from tests.bench.shapes import Q1, Q2, Q3


class Person(msgspec.Struct, rename="camel", gc=False):
    """A resident of Q1."""

    id: str
    name: str
    sex: str | None
    birth_on: str | None
    phone_masked: str | None
    grid_code: str


class Listed(msgspec.Struct, rename="camel", gc=False):
    """A resident of Q3."""

    id: str
    name: str
    sex: str | None
    birth_on: str | None
    phone_masked: str | None
    household_id: str


class Neighbor(msgspec.Struct, rename="camel", gc=False):
    """A resident of Q2."""

    id: str
    name: str
    sex: str | None
    phone_masked: str | None


class Grid(msgspec.Struct, rename="camel", gc=False):
    """A grid."""

    code: str
    name: str
    worker_name: str | None


class Passages(msgspec.Struct, rename="camel", gc=False):
    """Counts of a checkpoint."""

    total: int
    turned_back: int


class Enterprises(msgspec.Struct, gc=False):
    """Counts of a grid."""

    total: int
    resumed: int


class Total(msgspec.Struct, gc=False):
    """One count of a grid."""

    total: int


class Checkpoint(msgspec.Struct):
    """A checkpoint; the counts come later."""

    id: str
    name: str
    kind: str
    status: str
    passages: Passages | None = None


encode = msgspec.json.Encoder().encode
persons = msgspec.json.Decoder(list[Person | None]).decode
grids = msgspec.json.Decoder(list[Grid | None]).decode
lists_of_grids = msgspec.json.Decoder(list[list[Grid]]).decode
neighbors = msgspec.json.Decoder(list[list[Neighbor]]).decode
totals = msgspec.json.Decoder(list[Total | None]).decode
checkpoints = msgspec.json.Decoder(list[list[Checkpoint]]).decode
passages = msgspec.json.Decoder(list[Passages | None]).decode
enterprises = msgspec.json.Decoder(list[Enterprises | None]).decode
listed = msgspec.json.Decoder(list[list[Listed]]).decode


@dataclass(slots=True)
class Handler:
    """One function for each shape."""

    fetch: Fetch

    async def answer(self, body: bytes) -> bytes:
        """Answer one request."""
        asked = read(body)
        variables: Mapping[str, Any] = asked.variables or {}
        return encode({"data": await HANDLERS[asked.query](self.fetch, variables)})


async def q1(fetch: Fetch, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one resident with the grid."""
    [person] = persons(await fetch(upstream.ONE, [variables["id"]]))
    if person is None:
        return {"resident": None}
    [grid] = grids(await fetch(upstream.GRID_OF_ONE, [person.grid_code]))
    return {
        "resident": {
            "id": person.id,
            "name": person.name,
            "sex": person.sex,
            "birthOn": person.birth_on,
            "phoneMasked": person.phone_masked,
            "grid": grid,
        }
    }


async def q2(fetch: Fetch, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the dashboard."""
    [found] = lists_of_grids(await fetch(upstream.GRIDS, [variables["village"]]))
    codes = [grid.code for grid in found]
    sites, people = fetch(upstream.CHECKPOINTS, codes), fetch(upstream.SOME, codes)
    counts, firms = fetch(upstream.COUNT, codes), fetch(upstream.ENTERPRISES, codes)
    placed = checkpoints(await sites)
    flat = [site for of_grid in placed for site in of_grid]
    seen = passages(await fetch(upstream.PASSAGES, [site.id for site in flat]))
    for site, count in zip(flat, seen, strict=True):
        site.passages = count
    rows = zip(found, neighbors(await people), totals(await counts), placed, enterprises(await firms), strict=True)
    return {
        "grids": [
            {
                "code": grid.code,
                "name": grid.name,
                "workerName": grid.worker_name,
                "residents": residents,
                "residentCount": count and count.total,
                "checkpoints": of_grid,
                "enterprises": firm,
            }
            for grid, residents, count, of_grid, firm in rows
        ]
    }


async def q3(fetch: Fetch, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the list."""
    [found] = listed(await fetch(upstream.MANY, [variables["grid"]]))
    return {"residents": found}


HANDLERS: Mapping[str, Callable[[Fetch, Mapping[str, Any]], Awaitable[dict[str, Any]]]] = {Q1: q1, Q2: q2, Q3: q3}

if __name__ == "__main__":
    serve(lambda urls: Front(Handler(open_fetch(urls)).answer))
