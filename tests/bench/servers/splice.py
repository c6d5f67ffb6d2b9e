"""The other ceiling: the services' bytes glued together, nothing decoded at all.

Rows are cut apart where one ends and the next begins. That holds as long as no text contains such a
place: good enough for a ceiling, which is there to be measured and not to be served.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench.servers import upstream
from tests.bench.servers.front import Front, read, serve
from tests.bench.servers.upstream import Fetch, open_fetch
from tests.bench.shapes import Q1, Q2, Q3

CODE_MARK = b',"gridCode":"'
LISTS, ROWS, QUOTE = b"],[", b"},{", b'"'
CODE = len(b'"code":"')
ID = slice(len(b'"id":"'), len(b'"id":"') + 36)
TOTAL = len(b'"total":')


@dataclass(slots=True)
class Splicer:
    """One function for each shape."""

    fetch: Fetch

    async def answer(self, body: bytes) -> bytes:
        """Answer one request."""
        asked = read(body)
        return await SPLICERS[asked.query](self.fetch, asked.variables or {})


async def q1(fetch: Fetch, variables: Mapping[str, Any]) -> bytes:
    """Glue the grid into the resident: the row is all but its last column, the grid's code."""
    row = await fetch(upstream.ONE, [variables["id"]])
    at = row.rindex(CODE_MARK)
    grid = await fetch(upstream.GRID_OF_ONE, [row[at + len(CODE_MARK) : -3].decode()])
    return b'{"data":{"resident":%b,"grid":%b}}}' % (row[1:at], grid[1:-1])


async def q2(fetch: Fetch, variables: Mapping[str, Any]) -> bytes:
    """Glue the columns of the dashboard together."""
    grids = (await fetch(upstream.GRIDS, [variables["village"]]))[3:-3].split(ROWS)
    codes = [grid[CODE : grid.index(QUOTE, CODE)].decode() for grid in grids]
    sites, people = fetch(upstream.CHECKPOINTS, codes), fetch(upstream.SOME, codes)
    counts, firms = fetch(upstream.COUNT, codes), fetch(upstream.ENTERPRISES, codes)
    placed = [of_grid.split(ROWS) for of_grid in (await sites)[3:-3].replace(b"}],[{", LISTS).split(LISTS)]
    ids = [site[ID].decode() for of_grid in placed for site in of_grid]
    seen = iter((await fetch(upstream.PASSAGES, ids))[2:-2].split(ROWS))
    columns = zip(
        grids,
        (await people)[2:-2].split(LISTS),
        (await counts)[2:-2].split(ROWS),
        placed,
        (await firms)[2:-2].split(ROWS),
        strict=True,
    )
    boards = [
        b'%b,"residents":[%b],"residentCount":%b,"checkpoints":[{%b}],"enterprises":{%b}'
        % (
            grid,
            residents,
            count[TOTAL:],
            ROWS.join([b'%b,"passages":{%b}' % (site, next(seen)) for site in of_grid]),
            firm,
        )
        for grid, residents, count, of_grid, firm in columns
    ]
    return b'{"data":{"grids":[{%b}]}}' % ROWS.join(boards)


async def q3(fetch: Fetch, variables: Mapping[str, Any]) -> bytes:
    """Wrap the list."""
    return b'{"data":{"residents":%b}}' % (await fetch(upstream.MANY, [variables["grid"]]))[1:-1]


SPLICERS: Mapping[str, Callable[[Fetch, Mapping[str, Any]], Awaitable[bytes]]] = {Q1: q1, Q2: q2, Q3: q3}

if __name__ == "__main__":
    serve(lambda urls: Front(Splicer(open_fetch(urls)).answer))
