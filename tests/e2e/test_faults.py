"""Residents stopped, slow, or resetting connections: the rest of every registered document is answered in time."""

import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.chaos.partial import faults_of
from tests.chaos.proxy import HEALTHY, Fault, Mode
from tests.chaos.world import FAULTY, World, open_world

SEED = 330_111
SLOW = Fault(Mode.DELAY, delay_s=2.0)
HALF = (Fault(Mode.RESET_AT_ACCEPT, share=0.5), Fault(Mode.RESET_MID_ANSWER, share=0.5))


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[World]:
    """Run a district of its own: these tests stop its processes."""
    async with open_world(SEED) as opened:
        yield opened


@pytest.fixture
async def whole(world: World) -> AsyncIterator[dict[str, Any]]:
    """Return what every document answers in health; afterwards health has come back."""
    yield await world.healthy()
    await world.proxy.set(HEALTHY)
    world.district.children[FAULTY].signal(signal.SIGCONT)
    await world.cast.stage.start(FAULTY)
    await world.healthy()


async def faults(world: World, whole: dict[str, Any]) -> tuple[dict[str, list[str]], set[str]]:
    """Ask every registered query; return what is wrong, and which answers had gaps."""
    answers = await world.ask_all()
    wrong = {q.name: found for q, heard in answers if (found := faults_of(q, whole[q.name], heard, FAULTY))}
    return wrong, {question.name for question, heard in answers if heard.errors}


async def test_health_leaves_no_gap(world: World, whole: dict[str, Any]) -> None:
    """Every registered query has something to see, and sees it."""
    assert {name: data for name, data in whole.items() if not all(data.values())} == {}
    assert await faults(world, whole) == ({}, set())


async def test_residents_stopped(world: World, whole: dict[str, Any]) -> None:
    """Its fields are null, each with path, code, trace id and service; nothing else is missing."""
    await world.district.stop(FAULTY)

    wrong, gaps = await faults(world, whole)

    assert wrong == {}
    assert gaps == world.questions.keys() - {"Viewer"}


async def test_residents_that_does_not_answer(world: World, whole: dict[str, Any]) -> None:
    """A process that is stopped in its tracks keeps nobody longer than the deadline."""
    world.district.children[FAULTY].signal(signal.SIGSTOP)

    wrong, gaps = await faults(world, whole)

    assert wrong == {}
    assert gaps == world.questions.keys() - {"Viewer"}


async def test_residents_two_seconds_slow(world: World, whole: dict[str, Any]) -> None:
    """What is slow comes or is missing; the rest is answered within the deadline."""
    await world.proxy.set(SLOW)

    wrong, _ = await faults(world, whole)

    assert wrong == {}


@pytest.mark.parametrize("fault", HALF, ids=[fault.mode.value for fault in HALF])
async def test_residents_resetting_half_of_its_connections(world: World, whole: dict[str, Any], fault: Fault) -> None:
    """Again and again, each time with other draws: never a wrong value, a whole failure or a silent gap."""
    await world.proxy.set(fault)

    for _ in range(4):
        wrong, _ = await faults(world, whole)
        assert wrong == {}

    assert world.proxy.reset > 0
