"""The tool `load`: a district's checkpoints from a stream on standard input, all of it or nothing.

python -m infra.seed checkpoints --scale district | python -m services.checkpoints load
"""

import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

import msgspec

from chassis.database import ConstraintBroken, Transaction, refusing
from chassis.service import LOADED_ALREADY, State
from services.checkpoints.loading import queries, records
from services.checkpoints.progress import progress_bar

ROWS_A_STATEMENT = 4_000

Rows = Sequence[records.Record]
Write = Callable[[str, Rows], Awaitable[None]]


class StreamRefused(SystemExit):
    """The stream cannot be loaded; nothing was written."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(status)
        self.message = message
        print(f"checkpoints load: {message}; nothing was written", file=sys.stderr)  # noqa: T201


async def load(state: State, _arguments: Sequence[str]) -> None:
    """Load the stream on standard input."""
    await load_lines(state, sys.stdin.buffer)


async def load_lines(state: State, lines: Iterable[bytes]) -> dict[str, int]:
    """Load lines of JSON in one transaction and return how many of each kind; raises StreamRefused."""
    by_kind = read(lines)
    district_code = district_of(by_kind.get("checkpoint", []))
    async with state.database.work() as db:
        await queries.allow_minutes(db)
        if await queries.any_checkpoint(db):
            raise StreamRefused("the database has checkpoints already", LOADED_ALREADY)
        try:
            with refusing({}):
                await write_all(writers(db, state), by_kind, district_code)
        except ConstraintBroken as broken:
            raise StreamRefused(f"a row breaks {broken}") from None
    return {kind: len(rows) for kind, rows in by_kind.items()}


def writers(db: Transaction, state: State) -> dict[str, Write]:
    """Return how each kind is written, parents before what refers to them."""

    async def checkpoints(district_code: str, rows: Rows) -> None:
        await queries.load_checkpoints(db, district_code=district_code, rows=rows, now=state.clock.now())

    async def organizations(district_code: str, rows: Rows) -> None:
        await queries.load_organizations(db, district_code=district_code, rows=rows)

    async def devices(district_code: str, rows: Rows) -> None:
        await queries.load_devices(db, district_code=district_code, rows=rows)

    async def staff(district_code: str, rows: Rows) -> None:
        await queries.load_staff(db, district_code=district_code, rows=rows)

    async def shifts(district_code: str, rows: Rows) -> None:
        await queries.load_shifts(db, district_code=district_code, rows=rows)

    return {
        "organization": organizations,
        "checkpoint": checkpoints,
        "device": devices,
        "staff": staff,
        "duty_shift": shifts,
    }


async def write_all(write: dict[str, Write], by_kind: dict[str, list[records.Record]], district_code: str) -> None:
    """Write every kind, some thousands of rows at a time."""
    with progress_bar() as progress:
        task = progress.add_task("checkpoints", total=sum(len(rows) for rows in by_kind.values()))
        for kind, write_rows in write.items():
            rows = by_kind.get(kind, [])
            for start in range(0, len(rows), ROWS_A_STATEMENT):
                part = rows[start : start + ROWS_A_STATEMENT]
                await write_rows(district_code, part)
                progress.advance(task, len(part))


def read(lines: Iterable[bytes]) -> dict[str, list[records.Record]]:
    """Read the whole stream by kind, and compare it with the counts that it began with."""
    counts: dict[str, int] = {}
    by_kind: dict[str, list[records.Record]] = {}
    for record in decoded(lines):
        if isinstance(record, records.Counts):
            counts = record.counts
        else:
            by_kind.setdefault(str(record.__struct_config__.tag), []).append(record)
    for kind, expected in counts.items():
        found = len(by_kind.get(kind, []))
        if found != expected:
            raise StreamRefused(f"{expected:,} records of kind {kind} were announced, {found:,} came")
    return by_kind


def decoded(lines: Iterable[bytes]) -> Iterator[records.AnyRecord]:
    """Yield the record of each line; raise StreamRefused at the first that is none."""
    decoder = msgspec.json.Decoder(records.AnyRecord)
    for number, line in enumerate(lines, start=1):
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StreamRefused(f"line {number} is no record: {error}") from None


def district_of(checkpoints: Sequence[records.Record]) -> str:
    """Return the district of the stream's checkpoints."""
    districts = {one.division_code[:6] for one in checkpoints if isinstance(one, records.Checkpoint)}
    if len(districts) != 1:
        raise StreamRefused("the stream's checkpoints are not those of one district")
    return districts.pop()
