"""A district in which Wang is at home, one of its services behind a proxy, and what its people ask."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from rich.console import Console

from infra.addresses import free_addresses
from infra.district import District
from infra.seed.cli import SEED
from infra.seed.returnees import returnee_list
from infra.story.cast import Cast, enter
from infra.story.client import documents
from infra.story.home import the_notice
from infra.story.stage import Stage, done, require
from infra.story.wang import ARRIVES, GRID, START, the_gate, the_list
from infra.story.work import CREDIT_CODE, application
from infra.trouble import Trouble
from tests.chaos.proxy import FaultProxy, open_proxy

FAULTY = "residents"
DEADLINE_MS = 5_000
HEALTHY_WITHIN_S = 15.0
LOOK_AGAIN_S = 0.2
ASKED_AGAIN_MAX = 5
SCOPE = "330111115"
WAITING = ["SUBMITTED", "PRECHECKED", "UNDER_REVIEW"]


@dataclass(frozen=True, slots=True)
class Question:
    """An operation as somebody asks it."""

    name: str
    text: str
    persona: str
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back, after how long, and how often the gateway had been overrun before."""

    status: int
    body: Mapping[str, Any]
    ms: float
    refusals: int = 0

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Return the errors of the answer."""
        return list(self.body.get("errors") or [])


@dataclass(slots=True)
class World:
    """A district under trial."""

    district: District
    proxy: FaultProxy
    cast: Cast
    http: httpx.AsyncClient
    questions: dict[str, Question]
    tokens: dict[str, str]
    seed: int

    def headers(self, persona: str, deadline_ms: int = DEADLINE_MS) -> dict[str, str]:
        """Return the headers of somebody's request."""
        if persona not in self.tokens:
            self.tokens[persona] = self.district.token(persona)
        return {
            "Authorization": f"Bearer {self.tokens[persona]}",
            "Accept-Language": "en",
            "X-Deadline-Ms": str(deadline_ms),
        }

    async def ask(self, question: Question) -> Heard:
        """Ask one question; a gateway that is overrun is asked again when it says, as a client would."""
        for refusals in range(ASKED_AGAIN_MAX + 1):
            heard = await self.ask_once(question, refusals)
            if heard.status != httpx.codes.SERVICE_UNAVAILABLE:
                break
            await asyncio.sleep(heard.errors[0]["extensions"].get("retryAfterMs", 1_000) / 1_000)
        return heard

    async def ask_once(self, question: Question, refusals: int = 0) -> Heard:
        """Ask one question once."""
        body = {"query": question.text, "operationName": question.name, "variables": dict(question.variables)}
        started = time.perf_counter()
        response = await self.http.post("/graphql", json=body, headers=self.headers(question.persona))
        ms = (time.perf_counter() - started) * 1e3
        return Heard(response.status_code, response.json(), ms, refusals)

    async def ask_all(self) -> list[tuple[Question, Heard]]:
        """Ask every registered query at once."""
        asked = list(self.questions.values())
        return list(zip(asked, await asyncio.gather(*map(self.ask, asked)), strict=True))

    async def healthy(self) -> dict[str, Any]:
        """Return what every query answers, once all are answered whole; a breaker takes its time to close."""
        ends = time.monotonic() + HEALTHY_WITHIN_S
        while True:
            answers = await self.ask_all()
            gaps = {question.name: heard.body for question, heard in answers if heard.errors}
            if not gaps:
                return {question.name: heard.body["data"] for question, heard in answers}
            if time.monotonic() > ends:
                raise Trouble(f"not answered whole within {HEALTHY_WITHIN_S:.0f} s: {gaps}")
            await asyncio.sleep(LOOK_AGAIN_S)

    def bugs(self) -> list[str]:
        """Return what the district's processes logged as bugs, each kind once: process, error and frames."""
        found: dict[str, None] = {}
        for name in self.district.children:
            for line in self.district.layout.log(name).read_text(encoding="utf-8", errors="replace").splitlines():
                if '"event": "bug"' in line and line.startswith("{"):
                    entry = json.loads(line)
                    found[f"{name}: {entry.get('error')} at {entry.get('frames')}"] = None
        return list(found)

    def pids(self) -> dict[str, int]:
        """Return the ids of all processes of the district."""
        return {name: self.pid(name) for name in self.district.children}

    def pid(self, name: str) -> int:
        """Return the id of a process of the district."""
        pid = self.district.children[name].pid
        assert pid is not None
        return pid


@asynccontextmanager
async def open_world(seed: int, settings: Mapping[str, str] | None = None) -> AsyncIterator[World]:
    """Run a district whose residents service is behind a proxy, and bring Wang home."""
    addresses = free_addresses()
    async with open_proxy(addresses[FAULTY], seed) as proxy:
        given = {f"{FAULTY.upper()}_URL": proxy.address.url, **(settings or {})}
        limits = httpx.Limits(max_connections=400, max_keepalive_connections=100)
        async with (
            District.temporary(scale="story", story_clock=START, addresses=addresses, settings=given) as district,
            httpx.AsyncClient(base_url=district.url("gateway"), timeout=30, limits=limits, trust_env=False) as http,
        ):
            cast = enter(Stage(district, Console(quiet=True), http, datetime.fromisoformat(START)))
            await the_list(cast)
            await the_gate(cast)
            await the_notice(cast)
            yield World(district, proxy, cast, http, await questions(cast), {}, seed)


async def questions(cast: Cast) -> dict[str, Question]:
    """Return every registered query, with variables for which there is something to see."""
    stage = cast.stage
    listed = await cast.officer.upload(returnee_list(SEED, ARRIVES), stage.key())
    done(await cast.agent.do("SubmitResumption", input=application(stage.key())), "resumptionApplicationSubmit")
    given: dict[str, tuple[str, dict[str, Any]]] = {
        "Viewer": ("district_officer", {}),
        "DistrictBoard": ("district_officer", {"code": "330111004002", "first": 50}),
        "EnterpriseHome": ("enterprise_agent", {"creditCode": CREDIT_CODE}),
        "ReviewQueue": ("reviewer", {"scope": SCOPE, "status": WAITING}),
        "Gate": ("gate_guard", {"id": cast.checkpoint}),
        "ResidentCard": ("grid_worker", {"id": cast.wang_id}),
        "GridRound": ("grid_worker", {"code": GRID}),
        "OrdersDue": ("town_officer", {"scope": "330111004"}),
        "ImportReport": ("district_officer", {"id": listed.data["id"]}),
        "WorkersDay": ("grid_worker", {"day": ARRIVES.isoformat()}),
    }
    texts = registered_queries()
    require(texts.keys() == given.keys(), "every registered query is asked", sorted(texts.keys() ^ given.keys()))
    return {name: Question(name, texts[name], *given[name]) for name in sorted(given)}


def registered_queries() -> dict[str, str]:
    """Return the texts of the registered queries by their names."""
    return {name: text for name, text in documents().items() if text.startswith("query ")}
