"""Group commit: what waits goes together, a bad row refuses one caller, trouble is told to all."""

import asyncio
from collections.abc import Sequence

import pytest

from chassis.errors import Busy, Conflict, Problem
from services.checkpoints.passages.flush import GroupCommit


class Taken(Conflict):
    """Taken.
    已占用。
    """


class Store:
    """A store that can be held up, and that some rows break."""

    def __init__(self, *, breaks: frozenset[int] = frozenset(), busy: bool = False) -> None:
        self.breaks, self.busy = breaks, busy
        self.started = asyncio.Event()
        self.flushes: list[list[int]] = []
        self.may_go = asyncio.Event()
        self.may_go.set()

    async def flush(self, rows: Sequence[int]) -> list[int | Problem]:
        """Store rows; 13 is refused, a breaking row breaks all."""
        self.flushes.append(list(rows))
        self.started.set()
        await self.may_go.wait()
        if self.busy:
            raise Busy
        if self.breaks & set(rows):
            raise ZeroDivisionError
        return [Taken() if row == 13 else row * 10 for row in rows]


async def outcomes(commit: GroupCommit[int, int], rows: Sequence[int]) -> list[int | BaseException]:
    """Submit rows at once and return what each caller got."""
    return await asyncio.gather(*(commit.submit(row) for row in rows), return_exceptions=True)


async def scheduled() -> None:
    """Return once every task made before has had its first turn."""
    turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turn.set_result, None)
    await turn


async def test_what_comes_while_a_flush_runs_goes_together() -> None:
    """One flush for the first, one for all that came meanwhile."""
    store = Store()
    store.may_go.clear()
    commit = GroupCommit(store.flush)
    first = asyncio.create_task(commit.submit(0))
    await store.started.wait()
    rest = [asyncio.create_task(commit.submit(row)) for row in range(20, 120)]
    await scheduled()

    store.may_go.set()

    assert await first == 0
    assert await asyncio.gather(*rest) == [row * 10 for row in range(20, 120)]
    assert store.flushes == [[0], list(range(20, 120))]


async def test_a_flush_has_a_limit() -> None:
    """More than the limit goes in several flushes."""
    store = Store()

    assert await outcomes(GroupCommit(store.flush, rows_max=4), range(10)) == [row * 10 for row in range(10)]
    assert [len(rows) for rows in store.flushes] == [4, 4, 2]


async def test_a_refusal_is_one_callers() -> None:
    """A row that is refused does not touch the others."""
    got = await outcomes(GroupCommit(Store().flush), [12, 13, 14])

    assert (got[0], got[2]) == (120, 140)
    assert isinstance(got[1], Taken)


async def test_a_row_that_breaks_the_flush_breaks_for_its_caller_only() -> None:
    """The flush is split until the bad row is alone."""
    got = await outcomes(GroupCommit(Store(breaks=frozenset({5})).flush), range(8))

    assert [row for row in got if not isinstance(row, BaseException)] == [0, 10, 20, 30, 40, 60, 70]
    assert isinstance(got[5], ZeroDivisionError)


async def test_what_ails_the_database_is_told_to_all_and_nothing_is_split() -> None:
    """An unreachable database is asked once, not once a row."""
    store = Store(busy=True)

    got = await outcomes(GroupCommit(store.flush), range(8))

    assert all(isinstance(row, Busy) for row in got)
    assert len(store.flushes) == 1


async def test_too_many_waiting_are_turned_away() -> None:
    """The queue is bounded; who does not fit hears it at once."""
    store = Store()
    store.may_go.clear()
    commit = GroupCommit(store.flush, queue_max=3)
    first = asyncio.create_task(commit.submit(0))
    await store.started.wait()
    waiting = [asyncio.create_task(commit.submit(row)) for row in (1, 2, 3)]
    await scheduled()

    with pytest.raises(Busy):
        await commit.submit(4)

    store.may_go.set()
    assert await asyncio.gather(first, *waiting) == [0, 10, 20, 30]


async def test_a_caller_who_has_gone_disturbs_nobody() -> None:
    """The row is stored all the same; its answer is for the next time it is sent."""
    store = Store()
    store.may_go.clear()
    commit = GroupCommit(store.flush)
    gone = asyncio.create_task(commit.submit(1))
    stays = asyncio.create_task(commit.submit(2))
    await store.started.wait()
    gone.cancel()

    store.may_go.set()

    assert await stays == 20
    assert store.flushes == [[1, 2]]


async def test_a_later_submit_is_flushed_again() -> None:
    """The gate wakes up after it had nothing to do."""
    commit = GroupCommit(Store().flush)

    assert [await commit.submit(row) for row in (1, 2, 3)] == [10, 20, 30]
