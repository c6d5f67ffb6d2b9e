"""Equal queries under way are one; nobody gets less by it than they would have alone."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from chassis.auth import Viewer
from gateway.engine.together import DEADLINE_TOLERANCE_S, Together, shared
from gateway.operations import Operations, Request
from gateway.upstream.context import Context
from tests.unit.gateway.engine.desk import ENGINE, VIEWER, context_of
from tests.unit.gateway.engine.museum import LOANS, SCHEMA, WORKS
from tests.unit.gateway.engine.rows import collection
from tests.unit.gateway.engine.services import Services

END = 100.0


@dataclass(slots=True)
class Work:
    """Work that a test ends."""

    together: Together[str] = field(default_factory=Together)
    started: list["asyncio.Future[str]"] = field(default_factory=list)

    def ask(self, key: str = "k", ends_at: float = END) -> "asyncio.Task[str]":
        """Ask in a task of one's own, as every operation does."""
        return asyncio.ensure_future(self.together.run(key, ends_at, self.work))

    def work(self) -> Awaitable[str]:
        """Start."""
        self.started.append(asyncio.get_running_loop().create_future())
        return self.started[-1]


async def turns(count: int = 8) -> None:
    """Let the loop go round."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_equal_queries_are_one() -> None:
    """Everybody gets the outcome; others are answered by themselves; who was answered so is counted."""
    work, before = Work(), shared.counts[()]
    asked = [work.ask() for _ in range(4)]
    other = work.ask("other")
    await turns()
    work.started[0].set_result("done")
    work.started[1].set_result("other")

    assert await asyncio.gather(*asked, other) == ["done"] * 4 + ["other"]
    assert len(work.started) == 2
    assert shared.counts[()] == before + 3


async def test_nothing_is_kept() -> None:
    """Who comes after the answer asks anew."""
    work = Work()
    first = work.ask()
    await turns()
    work.started[0].set_result("old")
    assert await first == "old"
    assert work.together.under_way == {}

    second = work.ask()
    await turns()
    work.started[1].set_result("new")

    assert await second == "new"


async def test_when_the_first_leaves_another_takes_over() -> None:
    """Its work is lost, and one of those who wait does it anew, for all of them."""
    work = Work()
    asked = [work.ask() for _ in range(3)]
    await turns()
    asked[0].cancel()
    await turns()
    work.started[1].set_result("done")

    assert await asyncio.gather(*asked[1:]) == ["done", "done"]
    assert asked[0].cancelled()
    assert len(work.started) == 2


async def test_when_the_first_fails_the_others_try_themselves() -> None:
    """A read may be done again; the failure is that of whoever met it."""
    work = Work()
    asked = [work.ask() for _ in range(3)]
    await turns()
    work.started[0].set_exception(ValueError("broken"))
    with pytest.raises(ValueError, match="broken"):
        await asked[0]
    await turns()
    work.started[1].set_result("done")

    assert await asyncio.gather(*asked[1:]) == ["done", "done"]


async def test_one_who_waits_may_leave() -> None:
    """The work goes on for the others."""
    work = Work()
    asked = [work.ask() for _ in range(3)]
    await turns()
    asked[1].cancel()
    await turns()
    work.started[0].set_result("done")

    assert await asyncio.gather(*asked[::2]) == ["done", "done"]


async def test_query_with_less_time_left_is_not_waited_for() -> None:
    """Its answer may lack what it had no time for; one with as much or more is."""
    work = Work()
    asked = [work.ask(ends_at=END), work.ask(ends_at=END + DEADLINE_TOLERANCE_S), work.ask(ends_at=END + 5)]
    await turns()
    assert len(work.started) == 2
    asked.append(work.ask(ends_at=END + 4))
    await turns()
    work.started[0].set_result("hurried")
    work.started[1].set_result("patient")

    assert await asyncio.gather(*asked) == ["hurried", "hurried", "patient", "patient"]
    assert work.together.under_way == {}


async def answers(query: str, contexts: list[Context]) -> list[bytes]:
    """Return the answers of one operation for several callers at the same time."""
    operations = Operations(SCHEMA, engine=ENGINE)
    prepared = operations.prepare(Request(query))
    found = await asyncio.gather(*(operations.run(prepared, context) for context in contexts))
    return [msgspec.json.encode(each) for each in found]


def contexts(services: Services, count: int, **given: Any) -> list[Context]:
    """Return contexts of one caller."""
    return [context_of(services, **given) for _ in range(count)]


async def test_a_callers_equal_queries_cost_the_calls_of_one() -> None:
    """Errors included: each gets the same answer."""
    services = collection()
    services.rows[WORKS.path]["w1"]["title"] = None

    found = await answers('{ work(key: "w1") { title artist { name } } }', contexts(services, 5))

    assert len(set(found)) == 1
    assert len(services.heard) == 2


async def test_nobody_gets_anothers_answer() -> None:
    """Who asks is part of what is equal."""
    services = collection()
    eve = Viewer("visitor-2", "Eve", VIEWER.role, VIEWER.district_code, VIEWER.grants)
    own, other = context_of(services), context_of(services, viewer=eve)

    found = await answers('{ greeting work(key: "w1") { title } }', [own, other])

    assert [b"Ada" in found[0], b"Eve" in found[1]] == [True, True]
    assert len(services.heard) == 2


async def test_sensitive_reads_are_not_shared() -> None:
    """Each leaves a trace of its reader: by the load's purpose, or by the caller's."""
    by_load, by_caller = collection(), collection()

    await answers('{ work(key: "w1") { insured } }', contexts(by_load, 3))
    await answers('{ work(key: "w1") { title } }', contexts(by_caller, 3, purpose="AUDIT"))

    assert [heard.path for heard in by_load.heard].count(LOANS.path) == 3
    assert len(by_caller.heard) == 3
