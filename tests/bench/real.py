"""The same through the real services: PostgreSQL, authentication and tracing, on all cores."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

import httpx
from rich.console import Console

from gateway.shared.ids import encode
from infra.district import District
from infra.seed import divisions, enterprises, people, sites
from infra.seed.cli import SEED
from infra.seed.returnees import returnee_list
from infra.story.cast import Cast, enter
from infra.story.home import the_notice
from infra.story.stage import Stage
from infra.story.wang import ARRIVES, START, the_gate, the_list
from tests.bench.children import Child, Stopwatch, family
from tests.bench.documents import registered
from tests.bench.ground import data_of, learn, load_generator, measure
from tests.bench.install import FOLDER
from tests.bench.results import RealLine
from tests.bench.roster import Role, Server
from tests.bench.servers.whole import PATIENCE_MS
from tests.bench.shapes import Shape

SCALE = "town"
VILLAGE = "330111004002"
VARIANTS = 64
PATIENT = ("OPERATION_WAIT_MS", "OPERATION_WAIT_STANDING_MS", "LOOP_TURN_MS", "UPSTREAM_UNDER_WAY_MAX")
RATIOS = (0.0, 0.05, 1.0)
ROUNDS = 2
WARM_S = 0.4
PAGES = {
    "Q1, one resident": """query RealResident($id: ID!) {
  resident(id: $id) { id name sex birthOn phoneMasked grid { code name worker { name } } }
}""",
    "Q2, a village's grids": """query RealDashboard($code: String!) {
  division(code: $code) {
    code
    name
    children(first: 20) {
      nodes {
        code
        name
        ... on Grid {
          worker { name }
          screeningTasks(first: 5) { nodes { id status dueAt } }
          quarantineOrders(first: 5) { nodes { id status endsOn } }
        }
        summary { residents households checkpoints passagesToday enterprises enterprisesResumed }
      }
    }
  }
}""",
    "Q3, a list of 100": """query RealList($code: String!) {
  division(code: $code) { children(first: 100) { nodes { id code name level kind } } }
}""",
}


async def run(seconds: float, step: Callable[[str], None]) -> list[RealLine]:
    """Start a district, measure every page at every ratio of tracing, and take it down."""
    found: list[RealLine] = []
    step("a district of its own is set up")
    async with played() as cast:
        pages = documents(await an_import(cast))
        token = cast.stage.district.token("district_officer")
        headers = {"authorization": f"Bearer {token}", "x-purpose": "QUARANTINE"}
        server = Server("real", "gateway", Role.OURS, "", exact=False, headers=headers)
        load = load_generator(FOLDER / "run", None)
        load.start()
        try:
            for page in pages:
                step(f"{page.name}: asked once with everything")
                checked(cast.stage.district, load, server, page)
            for number in range(ROUNDS):
                for ratio in RATIOS:
                    await restarted(cast.stage.district, ratio)
                    for page in pages:
                        step(f"{page.name}, tracing {ratio:.0%}, round {number + 1} of {ROUNDS}")
                        found.append(one(cast.stage.district, load, server, page, (ratio, seconds)))
        finally:
            load.stop()
    return found


@asynccontextmanager
async def played() -> AsyncIterator[Cast]:
    """Run a district in which a list of returnees has come in and Wang is at home."""
    async with (
        District.temporary(scale=SCALE, story_clock=START) as district,
        httpx.AsyncClient(base_url=district.url("gateway"), timeout=30) as http,
    ):
        cast = enter(Stage(district, Console(quiet=True), http, datetime.fromisoformat(START)))
        await the_list(cast)
        await the_gate(cast)
        await the_notice(cast)
        yield cast


async def an_import(cast: Cast) -> str:
    """Return the id of the list that came in: the same list again changes nothing."""
    answer = await cast.officer.upload(returnee_list(SEED, ARRIVES), cast.stage.key())
    return str(answer.data["id"])


def documents(import_id: str) -> list[Shape]:
    """Return the pages and the registered queries, with what the town's seed holds."""
    variables = real_variables(import_id)
    pages = [
        Shape(name, name, PAGES[name], tuple(found))
        for name, found in zip(PAGES, (variables["ResidentCard"], villages(), towns()), strict=True)
    ]
    return pages + [
        Shape(shape.name, shape.title, shape.document, tuple(variables[shape.name]), operation=shape.name)
        for shape in registered()
    ]


def villages() -> list[dict[str, Any]]:
    """Return the populated villages."""
    return [{"code": village.code} for village in divisions.populated(SEED, SCALE)]


def towns() -> list[dict[str, Any]]:
    """Return the towns, and the district."""
    return [{"code": "330111"}, *({"code": town.code} for town in divisions.towns())]


def real_variables(import_id: str) -> Mapping[str, list[dict[str, Any]]]:
    """Return what the registered queries are asked with."""
    residents = [resident.id for resident in people.people_of(divisions.village(SEED, VILLAGE), SEED)[1]][:VARIANTS]
    gates = [sites.checkpoint_id(SEED, site.key) for site in sites.sites(SEED, SCALE)][:VARIANTS]
    firms = [made.credit_code for made in enterprises.enterprise_records(SEED, SCALE, date(2020, 1, 28))][:VARIANTS]
    grids = [f"{village['code']}{number + 1:03}" for village in villages() for number in range(3)][:VARIANTS]
    scopes = [{"scope": code} for code in ("330111", *(village["code"] for village in villages()))][:VARIANTS]
    return {
        "Viewer": [{}],
        "DistrictBoard": towns(),
        "EnterpriseHome": [{"creditCode": code} for code in firms],
        "ReviewQueue": scopes,
        "Gate": [{"id": encode("Checkpoint", key)} for key in gates],
        "ResidentCard": [{"id": encode("Resident", key)} for key in residents],
        "GridRound": [{"code": code} for code in grids],
        "OrdersDue": scopes,
        "ImportReport": [{"id": import_id}],
    }


async def restarted(district: District, ratio: float) -> None:
    """Start the gateway again with so much of tracing."""
    gateway = district.children["gateway"]
    await gateway.stop()
    patient = dict.fromkeys(PATIENT, str(PATIENCE_MS))
    gateway.environment = {**gateway.environment, **patient, "TRACE_SAMPLE_RATIO": str(ratio)}
    await district.start("gateway")


def checked(district: District, load: Child, server: Server, page: Shape) -> None:
    """Ask with every variant once; raise AnswerDiffers for an error."""
    for body in learn(load, server, page, district.addresses["gateway"].port):
        data_of(body)


def one(district: District, load: Child, server: Server, page: Shape, asked: tuple[float, float]) -> RealLine:
    """Measure one page."""
    ratio, seconds = asked
    measure(load, server, page, WARM_S)
    gateway = district.children["gateway"].pid
    ours = [child.pid for child in district.children.values() if child.pid is not None]
    assert gateway is not None
    watch = Stopwatch({str(pid): pid for pid in family(ours)}).start()
    said = measure(load, server, page, seconds)
    _, used = watch.stop()
    requests = max(said["requests"], 1)
    return RealLine(
        page.name, ratio, said["rate"], said["p50_ms"], said["p99_ms"],
        gateway_us=1e6 * used[str(gateway)] / requests, all_us=1e6 * sum(used.values()) / requests,
    )  # fmt: skip
