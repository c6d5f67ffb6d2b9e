"""The batcher: levels, merging, failures, chunks."""

import asyncio
from typing import Any

import pytest

from chassis.errors import ServiceUnavailable
from gateway.upstream.batching import IDS_PER_CALL_MAX, Batcher, Call
from gateway.upstream.declare import Endpoint, Kind
from gateway.upstream.resolve import same

ONE = Call(Endpoint("residents", "/one:batch", Kind.ONE))
OTHER = Call(Endpoint("checkpoints", "/other:batch", Kind.ONE))


class Service:
    """Answers calls, and remembers them; a call waits for its gate, if it has one."""

    def __init__(self) -> None:
        self.calls: list[tuple[Call, list[str], list[str]]] = []
        self.gates: dict[Call, asyncio.Event] = {}
        self.failing: set[Call] = set()
        self.called = asyncio.Event()

    async def read(self, call: Call, ids: list[str], fields: list[str]) -> list[Any]:
        """Answer each id with itself and the fields."""
        self.calls.append((call, ids, fields))
        self.called.set()
        if call in self.gates:
            await self.gates[call].wait()
        if call in self.failing:
            raise ServiceUnavailable(service=call.endpoint.service)
        return [(i, tuple(fields)) for i in ids]


@pytest.fixture
def service() -> Service:
    """Return a service."""
    return Service()


async def test_loads_of_a_turn_are_one_call(service: Service) -> None:
    """Ids once, fields united."""
    batcher = Batcher(service.read)

    answers = await asyncio.gather(
        batcher.load(ONE, "a", frozenset({"x"}), same),
        batcher.load(ONE, "b", frozenset({"y"}), same),
        batcher.load(ONE, "a", frozenset({"y"}), same),
    )

    assert service.calls == [(ONE, ["a", "b"], ["x", "y"])]
    assert [i for i, _ in answers] == ["a", "b", "a"]


async def test_next_level_waits_for_the_whole_level(service: Service) -> None:
    """What a quick call leads to goes out together with what a slow one leads to."""
    batcher = Batcher(service.read)
    service.gates[OTHER] = asyncio.Event()
    done = asyncio.Event()

    async def quick() -> None:
        await batcher.load(ONE, "quick", frozenset({"id"}), same)
        done.set()
        await batcher.load(ONE, "child of quick", frozenset({"id"}), same)

    async def slow() -> None:
        await batcher.load(OTHER, "slow", frozenset({"id"}), same)
        await batcher.load(ONE, "child of slow", frozenset({"id"}), same)

    both = asyncio.gather(quick(), slow())
    await done.wait()
    service.gates[OTHER].set()
    await both

    assert [ids for _, ids, _ in service.calls[:2]] == [["quick"], ["slow"]]
    assert [sorted(ids) for _, ids, _ in service.calls[2:]] == [["child of quick", "child of slow"]]


async def test_failure_is_that_of_its_own_call(service: Service) -> None:
    """Everybody who waited gets it; the others get their answers."""
    batcher = Batcher(service.read)
    service.failing.add(OTHER)

    answers = await asyncio.gather(
        batcher.load(ONE, "a", frozenset(), same),
        batcher.load(OTHER, "b", frozenset(), same),
        batcher.load(OTHER, "c", frozenset(), same),
        return_exceptions=True,
    )

    assert answers[0] == ("a", ())
    assert all(isinstance(answer, ServiceUnavailable) for answer in answers[1:])


async def test_many_ids_are_cut(service: Service) -> None:
    """Into calls of what a service takes."""
    batcher = Batcher(service.read)
    count = IDS_PER_CALL_MAX + 1

    await asyncio.gather(*(batcher.load(ONE, str(n), frozenset(), same) for n in range(count)))

    assert [len(ids) for _, ids, _ in service.calls] == [IDS_PER_CALL_MAX, 1]


async def test_closing_gives_up(service: Service) -> None:
    """Nothing runs on for a caller who has gone."""
    batcher = Batcher(service.read)
    service.gates[ONE] = asyncio.Event()
    waiting = batcher.load(ONE, "a", frozenset(), same)
    await service.called.wait()

    batcher.close()

    with pytest.raises(asyncio.CancelledError):
        await waiting
