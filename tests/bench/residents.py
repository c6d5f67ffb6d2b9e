"""The residents service at the size of a whole district: an import, search and lists, a round of screening.

A district of 832,017 residents is seeded once and kept; each run works on a copy of it.
"""

import asyncio
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

import httpx
from graphql import GraphQLField, GraphQLObjectType

from chassis.clock import Clock
from chassis.settings import process_environment
from gateway.schema import executable_schema
from infra.addresses import PROCESSES, free_addresses
from infra.district import District
from infra.layout import Layout
from infra.seed.cli import SEED
from infra.seed.divisions import DISTRICT, SHANSHUI
from tests.bench.arrivals import pieces, returnee_list
from tests.bench.children import cpu_s, family, rss_mb
from tests.bench.install import FOLDER
from tests.bench.results import ImportLine, PageLine, ResidentsLines, RoundLine

SCALE = "district"
SEEDED, COPY = FOLDER / "residents" / "seeded", FOLDER / "residents" / "run"
ROWS = (10_000, 100_000)
ASKED_EVERY_S = 0.25
IMPORT_S_MAX, ROUND_S_MAX, HTTP_S_MAX = 900.0, 300.0, 120.0
PAGES_ASKED = 200
WARM_PAGES = 20
GRID = f"{SHANSHUI}001"
PURPOSE = {"x-purpose": "SCREENING"}
REPORT = "query ($id: ID!) { returneeListImport(id: $id) { status rowsRead rowsStored rowsRefused } }"
LISTS = {
    "screening tasks of a grid": (
        "query ($scope: String!) { grid(code: $scope)"
        " { screeningTasks(first: 50) { nodes { id status dueAt returnee { name arrivesOn } } } } }"
    ),
    "quarantine orders": (
        "query ($scope: String!) { quarantineOrders(scope: $scope, first: 50) { nodes { id status endsOn } } }"
    ),
    "matches to decide": (
        "query ($scope: String!) { returneesToMatch(scope: $scope, first: 50)"
        " { nodes { id name candidates { name } } } }"
    ),
}
LOOKED_FOR = ("王", "王小", "wx", "山水", "李")
OPEN_ROUND = """mutation ($input: ScreeningRoundOpenInput!) {
  screeningRoundOpen(input: $input) { screeningRound { id } userErrors { code message } } }"""
ROUND = "query ($id: ID!) { screeningRound(id: $id) { readyAt } }"

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Desk:
    """Who asks the district."""

    district: District
    http: httpx.AsyncClient

    async def ask(self, persona: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Return what a persona gets; raise for errors."""
        headers = {"authorization": f"Bearer {self.district.token(persona)}", **PURPOSE}
        response = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        answer = response.json()
        if answer.get("errors"):
            raise RuntimeError(f"{query}: {answer['errors']}")
        data: dict[str, Any] = answer["data"]
        return data


async def run(step: Step) -> ResidentsLines:
    """Measure all of it."""
    async with (
        whole_district(step) as district,
        httpx.AsyncClient(base_url=district.url("gateway"), timeout=120) as http,
    ):
        desk = Desk(district, http)
        imports = []
        for rows in ROWS:
            step(f"a list of {rows:,} rows is imported")
            imports.append(await an_import(desk, rows))
        step("pages are read, as a grid worker and as an officer of the district")
        pages = await lists(desk) + await searches(desk, step)
        return ResidentsLines(imports, pages, await rounds(desk, step))


@asynccontextmanager
async def whole_district(step: Step) -> AsyncIterator[District]:
    """Run a copy of a district of full size, which is seeded first if it has not been."""
    if not (SEEDED / "seeded").exists():
        step("a district of 832,017 residents is seeded; this takes some minutes, once")
        district = district_at(Layout(SEEDED), step)
        try:
            await district.open()
        finally:
            await district.close()
        (SEEDED / "seeded").touch()
    shutil.rmtree(COPY, ignore_errors=True)
    await asyncio.to_thread(subprocess.run, ["cp", "-a", "--reflink=auto", str(SEEDED), str(COPY)], check=True)
    district = district_at(Layout(COPY), step)
    try:
        await district.open()
        yield district
    finally:
        await district.close()
        shutil.rmtree(COPY, ignore_errors=True)


def district_at(layout: Layout, step: Step) -> District:
    """Return a district of full size in a folder, whatever the environment names."""
    named = {name.upper() for name in PROCESSES}
    ours = ("STORY_CLOCK", "PRODUCTION", "GRIDWEAVE_DATA")
    outer = {
        key: value
        for key, value in process_environment().items()
        if key.partition("_")[0] not in named and key not in ours
    }
    return District(layout, free_addresses(), SCALE, None, outer, step)


async def an_import(desk: Desk, rows: int) -> ImportLine:
    """Upload a list and follow it to its end."""
    content = await asyncio.to_thread(returnee_list, SEED + rows, rows, Clock().today(), scale=SCALE)
    residents, postgres = pid(desk, "residents"), pid(desk, "postgres")
    before = rss_mb(residents)
    used, held = (cpu_s(residents), cpu_of_family(postgres)), [before]
    started = time.perf_counter()
    headers = {"authorization": f"Bearer {desk.district.token('district_officer')}", "content-type": "text/csv"}
    response = await desk.http.post(
        "/imports/returnees", params={"listName": f"bench {rows}"}, content=stream(content), headers=headers
    )
    response.raise_for_status()
    uploaded_s = time.perf_counter() - started
    while True:
        answer = await desk.ask("district_officer", REPORT, {"id": response.json()["id"]})
        report = answer["returneeListImport"]
        held.append(rss_mb(residents))
        if report["status"] not in {"QUEUED", "RUNNING"}:
            break
        if time.perf_counter() - started > IMPORT_S_MAX:
            raise RuntimeError(f"the import has not ended after {IMPORT_S_MAX:g} s: {report}")
        await asyncio.sleep(ASKED_EVERY_S)
    wall_s = time.perf_counter() - started
    if report["status"] != "DONE" or report["rowsRead"] != rows:
        raise RuntimeError(f"the import ended otherwise: {report}")
    return ImportLine(
        rows=rows, stored=report["rowsStored"], refused=report["rowsRefused"], upload_s=uploaded_s, wall_s=wall_s,
        rows_per_s=rows / wall_s, residents_cpu_s=cpu_s(residents) - used[0],
        postgres_cpu_s=cpu_of_family(postgres) - used[1], rss_before_mb=before, rss_peak_mb=max(held),
        rss_after_mb=held[-1],
    )  # fmt: skip


async def stream(content: bytes) -> AsyncIterator[bytes]:
    """Yield a file as it would come in."""
    for piece in pieces(content):
        yield piece


def pid(desk: Desk, name: str) -> int:
    """Return a process's id."""
    found = desk.district.children[name].pid
    assert found is not None
    return found


def cpu_of_family(root: int) -> float:
    """Return the CPU time of a process and of its children that live: PostgreSQL keeps its connections' processes."""
    return sum(cpu_s(one) for one in family([root]))


async def lists(desk: Desk) -> list[PageLine]:
    """Read the pages of one grid."""
    return [await both(desk, name, query, [{"scope": GRID}]) for name, query in LISTS.items()]


async def searches(desk: Desk, step: Step) -> list[PageLine]:
    """Look for residents of a grid, if the schema has the search."""
    field = root_field("Query", "residents")
    if field is None or not {"scope", "search", "by"} <= field.args.keys():
        step("the schema has no search of residents: left out")
        return []
    kinds = {name: str(field.args[name].type) for name in ("scope", "search", "by")}
    query = (
        f"query ($scope: {kinds['scope']}, $search: {kinds['search']}) "
        "{ residents(scope: $scope, search: $search, first: 20) { nodes { id name } } }"
    )
    whole = "query ($scope: String!) { residents(scope: $scope, first: 50) { nodes { id name } } }"
    found = [
        await both(desk, name, query, [{"scope": scope, "search": text} for text in LOOKED_FOR])
        for name, scope in (("search of residents in a grid", GRID), ("search of residents, all one may see", DISTRICT))
    ]
    if not kinds["search"].endswith("!"):
        found.append(await both(desk, "residents of a grid", whole, [{"scope": GRID}]))
    return found


async def both(desk: Desk, name: str, query: str, variables: list[dict[str, Any]]) -> PageLine:
    """Read one page as a grid worker and as an officer of the district, in turn."""
    taken: dict[str, list[float]] = {"grid_worker": [], "district_officer": []}
    for turn in range(WARM_PAGES + PAGES_ASKED):
        for persona, times in taken.items():
            began = time.perf_counter()
            await desk.ask(persona, query, variables[turn % len(variables)])
            if turn >= WARM_PAGES:
                times.append(1e3 * (time.perf_counter() - began))
    worker, officer = taken.values()
    return PageLine(name, median(worker), p95(worker), median(officer), p95(officer))


def p95(times: list[float]) -> float:
    """Return the time under which 95 of 100 lie."""
    return quantiles(times, n=20)[-1]


async def rounds(desk: Desk, step: Step) -> list[RoundLine]:
    """Open a round over all households, if the schema has rounds."""
    if root_field("Mutation", "screeningRoundOpen") is None:
        step("the schema has no screening rounds: left out")
        return []
    step("a screening round over all households is opened")
    given = {"scope": DISTRICT, "title": "bench", "reason": "bench", "idempotencyKey": str(uuid4())}
    given |= {"dueAt": (datetime.now(UTC) + timedelta(days=3)).isoformat()}
    postgres, started = pid(desk, "postgres"), time.perf_counter()
    used = cpu_of_family(postgres)
    answer = (await desk.ask("district_officer", OPEN_ROUND, {"input": given}))["screeningRoundOpen"]
    if answer["userErrors"]:
        raise RuntimeError(f"the round was refused: {answer['userErrors']}")
    answered_s = time.perf_counter() - started
    asked = {"id": answer["screeningRound"]["id"]}
    while (await desk.ask("district_officer", ROUND, asked))["screeningRound"]["readyAt"] is None:
        if time.perf_counter() - started > ROUND_S_MAX:
            raise RuntimeError(f"the round is not ready after {ROUND_S_MAX:g} s")
        await asyncio.sleep(ASKED_EVERY_S)
    return [RoundLine(answered_s, time.perf_counter() - started, cpu_of_family(postgres) - used)]


def root_field(root: str, name: str) -> GraphQLField | None:
    """Return a field of the schema's roots, if there is one."""
    kind = executable_schema().type_map[root]
    assert isinstance(kind, GraphQLObjectType)
    field: GraphQLField | None = kind.fields.get(name)
    return field
