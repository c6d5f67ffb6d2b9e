"""The tool `rebuild`: the local copies of people and risk regions, from a snapshot on standard input.

    python -m services.residents snapshot | python -m services.enterprises rebuild

Versions tell which of two is newer, so that it can be run at any time; the stream of facts follows.
Of people only those are kept who matter here, or were known already.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

import msgspec

from chassis.database import Transaction
from chassis.service import State
from services.enterprises.loading.progress import progress_bar
from services.enterprises.resumption import queries
from services.enterprises.resumption.recheck import recheck_all
from services.enterprises.watchlist.model import region_prefix
from services.enterprises.watchlist.queries import take_watchlist
from services.enterprises.watchlist.standing import (
    Alias,
    Merged,
    Region,
    Standing,
    store_aliases,
    store_regions,
    store_standings,
)

ROWS_A_STATEMENT = 5_000


class StandingLine(Standing, frozen=True, kw_only=True, tag_field="fact", tag="standing_changed"):
    """A person of the snapshot."""

    division_code: str


class RegionLine(Region, frozen=True, kw_only=True, tag_field="fact", tag="risk_region_declared"):
    """A risk region of the snapshot."""

    division_code: str


class MergedLine(Merged, frozen=True, kw_only=True, tag_field="fact", tag="person_merged"):
    """A key of the snapshot that means another record."""

    division_code: str


class MergeUndoneLine(Alias, frozen=True, kw_only=True, tag_field="fact", tag="person_merge_undone"):
    """A key of the snapshot that means its own record again."""

    division_code: str


Line = StandingLine | RegionLine | MergedLine | MergeUndoneLine


class SnapshotRefused(SystemExit):
    """The snapshot cannot be read; the part before stays, and running it again does no harm."""

    def __init__(self, message: str) -> None:
        super().__init__(1)
        self.message = message
        print(f"enterprises rebuild: {message}", file=sys.stderr)  # noqa: T201


async def rebuild(state: State, _arguments: Sequence[str]) -> None:
    """Rebuild the copies from standard input."""
    await rebuild_from(state, sys.stdin.buffer)


async def rebuild_from(state: State, lines: Iterable[bytes]) -> None:
    """Rebuild the copies from lines of JSON, some thousands of rows a transaction."""
    with progress_bar() as progress:
        task = progress.add_task("watchlist of enterprises", total=None)
        for batch in batches(lines):
            async with state.database.work() as db:
                await store(db, batch, state)
            progress.advance(task, len(batch))


def batches(lines: Iterable[bytes]) -> Iterator[list[Line]]:
    """Yield lines of one kind and district together."""
    for _, group in groupby(decoded(lines), key=lambda line: (type(line), line.division_code[:6])):
        while batch := list(islice(group, ROWS_A_STATEMENT)):
            yield batch


def decoded(lines: Iterable[bytes]) -> Iterator[Line]:
    """Yield what each line says; raise SnapshotRefused at the first that says nothing."""
    decoder = msgspec.json.Decoder(Line)
    for number, line in enumerate(lines, start=1):
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SnapshotRefused(f"line {number} is no fact: {error}") from None


async def store(db: Transaction, batch: list[Line], state: State) -> None:
    """Store a batch, and look again at the applications that it touches."""
    district_code, now = batch[0].division_code[:6], state.clock.now()
    await take_watchlist(db, district_code=district_code)
    regions = [line for line in batch if isinstance(line, RegionLine)]
    people = [(line, line.matters) for line in batch if isinstance(line, StandingLine)]
    aliases = [line for line in batch if isinstance(line, Alias)]
    changed = await store_standings(db, people, district_code=district_code)
    changed += await store_aliases(db, aliases, district_code=district_code)
    ids = set(await queries.applications_naming(db, district_code=district_code, person_keys=changed))
    for code in await store_regions(db, regions, district_code=district_code):
        ids |= set(await queries.applications_with_origin(db, district_code=district_code, prefix=region_prefix(code)))
    await recheck_all(db, sorted(ids), district_code=district_code, now=now)
