"""The tool `rebuild`: the watchlist anew from a snapshot of residents on standard input.

    python -m services.residents snapshot | python -m services.checkpoints rebuild

Everything changes in one transaction; gates go on deciding by the old list meanwhile. A fact that
arrives while the rebuild runs wins by its version. A stream that brings much less than is known was
probably cut off and is refused, unless `--shrink` says that it is meant.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

import msgspec
from rich.progress import Progress, TaskID

from chassis.clock import wall_now
from chassis.database import Transaction
from chassis.service import State
from services.checkpoints.progress import progress_bar
from services.checkpoints.watchlist import queries
from services.checkpoints.watchlist.taking_in import (
    Merged,
    MergeUndone,
    Region,
    Standing,
    take_in_alias,
    take_in_region,
)

Line = Standing | Region | Merged | MergeUndone

LINES_A_COPY = 20_000
SNAPSHOT_AGE = timedelta(minutes=1)  # a fact as young as this may be newer than the snapshot
SHRINK_MAX = 0.9


class SnapshotRefused(SystemExit):
    """The snapshot cannot be taken; nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__(1)
        self.message = message
        print(f"checkpoints rebuild: {message}; nothing was changed", file=sys.stderr)  # noqa: T201


async def rebuild(state: State, arguments: Sequence[str]) -> None:
    """Rebuild from standard input."""
    await rebuild_from(state, sys.stdin.buffer, may_shrink="--shrink" in arguments)


async def rebuild_from(state: State, lines: Iterable[bytes], *, may_shrink: bool) -> int:
    """Rebuild from lines of JSON and return how many standings they brought; raises SnapshotRefused."""
    started = wall_now()
    async with state.database.work() as db:
        await queries.allow_minutes(db)
        await queries.lock_rebuild(db)
        await queries.clear_incoming(db)
        with progress_bar() as progress:
            await copy(db, lines, progress, progress.add_task("watchlist", total=None))
        sizes = await queries.incoming_and_known(db)
        if sizes.incoming == 0:
            raise SnapshotRefused("the snapshot holds nobody")
        if sizes.incoming < sizes.known * SHRINK_MAX and not may_shrink:
            raise SnapshotRefused(
                f"the snapshot holds {sizes.incoming:,} of {sizes.known:,} known people (--shrink if it is meant)"
            )
        await queries.forget_replaced(db, before=started - SNAPSHOT_AGE)
        await queries.forget_replaced_aliases(db, before=started - SNAPSHOT_AGE)
        await queries.merge_incoming(db, taken_in_at=started)
        await queries.districts_taken_in(db, taken_in_at=started)
        await queries.clear_incoming(db)
    return sizes.incoming


async def copy(db: Transaction, lines: Iterable[bytes], progress: Progress, task: TaskID) -> None:
    """Take in the regions and aliases, and COPY the standings some thousands at a time."""
    told = decoded(lines)
    while batch := list(islice(told, LINES_A_COPY)):
        for one in batch:
            if isinstance(one, Region):
                await take_in_region(db, one)
            elif isinstance(one, (Merged, MergeUndone)):
                await take_in_alias(db, one)
        await queries.copy_incoming(db, [one.columns() for one in batch if isinstance(one, Standing)])
        progress.advance(task, len(batch))


def decoded(lines: Iterable[bytes]) -> Iterator[Line]:
    """Yield what each line tells; raises SnapshotRefused at the first that tells nothing."""
    decoder = msgspec.json.Decoder(Line)
    for number, line in enumerate(lines, start=1):
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SnapshotRefused(f"line {number} tells nothing known: {error}") from None
