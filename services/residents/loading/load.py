"""The tool `load`: a district from a stream on standard input, all of it or nothing.

    python -m infra.seed residents --scale district | python -m services.residents load

832,017 residents take a few minutes of one core; memory stays flat.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby, islice
from typing import TypeVar
from uuid import UUID

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from chassis import standards
from chassis.database import ConstraintBroken, Transaction, refusing
from chassis.errors import BadInput
from chassis.ids import new_id
from chassis.service import LOADED_ALREADY, Keys, State
from services.residents.grid_workers.phones import seal_phone
from services.residents.loading import queries, records
from services.residents.roster.model import Document, Person, name_initials
from services.residents.roster.people import Numbers, seal
from services.residents.search import indexing
from services.residents.search.indexing import SEARCH_VERSION
from services.residents.search.queries import ToIndex

R = TypeVar("R", bound=records.Record)

ROWS_A_STATEMENT = 4_000
MOBILE = re.compile(r"1[3-9]\d{9}")


class StreamRefused(SystemExit):
    """The stream cannot be loaded; nothing was written."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(status)
        self.message = message
        print(f"residents load: {message}; nothing was written", file=sys.stderr)  # noqa: T201


@dataclass(slots=True)
class Load:
    """One load under way."""

    db: Transaction
    keys: Keys
    now: datetime
    paths: dict[str, str] = field(default_factory=dict)
    expected: dict[str, int] = field(default_factory=dict)
    loaded: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Return the day of the load."""
        return self.now.date()


async def load(state: State, _arguments: Sequence[str]) -> None:
    """Load the stream on standard input."""
    await load_lines(state, sys.stdin.buffer, Console(stderr=True))


async def load_lines(state: State, lines: Iterable[bytes], console: Console) -> None:
    """Load lines of JSON in one transaction; raise StreamRefused."""
    async with state.database.work() as db:
        if await queries.any_resident(db):
            raise StreamRefused("the database has residents already", LOADED_ALREADY)
        await queries.allow_minutes(db)
        run = Load(db, state.keys, state.clock.now())
        with progress_bar(console) as progress:
            task = progress.add_task("residents", total=None)
            try:
                with refusing({}):
                    await load_batches(run, lines, progress, task)
                    await queries.roll_up(db)
            except ConstraintBroken as broken:
                raise StreamRefused(f"a row breaks {broken}") from None
        check_counts(run)


async def load_batches(run: Load, lines: Iterable[bytes], progress: Progress, task: TaskID) -> None:
    """Load batch by batch, each of records of one kind."""
    for batch in batches(lines):
        if isinstance(batch[0], records.CountsRecord):
            run.expected = batch[0].counts
            progress.update(task, total=sum(run.expected.values()))
            continue
        await load_batch(run, batch)
        kind = str(batch[0].__struct_config__.tag)
        run.loaded[kind] = run.loaded.get(kind, 0) + len(batch)
        progress.advance(task, len(batch))


def batches(lines: Iterable[bytes]) -> Iterator[list[records.AnyRecord]]:
    """Yield the records in their order, some thousands of one kind at a time."""
    for _, group in groupby(decoded(lines), key=type):
        while batch := list(islice(group, ROWS_A_STATEMENT)):
            yield batch


def decoded(lines: Iterable[bytes]) -> Iterator[records.AnyRecord]:
    """Yield the record of each line; raise StreamRefused at the first that is none."""
    decoder = msgspec.json.Decoder(records.AnyRecord)
    for number, line in enumerate(lines, start=1):
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StreamRefused(f"line {number} is no record: {error}") from None


async def load_batch(run: Load, batch: list[records.AnyRecord]) -> None:
    """Write records of one kind."""
    if isinstance(batch[0], records.ResidentRecord):
        await load_residents(run, of_kind(batch, records.ResidentRecord))
    elif isinstance(batch[0], records.HouseholdRecord):
        households = of_kind(batch, records.HouseholdRecord)
        await queries.load_households(
            run.db,
            id=[r.id for r in households],
            division_code=[r.grid_code for r in households],
            address=[r.address for r in households],
        )
    elif isinstance(batch[0], records.DivisionRecord):
        await load_divisions(run, of_kind(batch, records.DivisionRecord))
    elif isinstance(batch[0], records.GridWorkerRecord):
        await load_grid_workers(run, of_kind(batch, records.GridWorkerRecord))
    elif isinstance(batch[0], records.OriginDivisionRecord):
        await load_origins(run, of_kind(batch, records.OriginDivisionRecord))
    else:
        aliases = of_kind(batch, records.DivisionAliasRecord)
        await queries.load_division_aliases(
            run.db,
            code_system=[r.code_system for r in aliases],
            code=[r.code for r in aliases],
            division_code=[r.division_code for r in aliases],
            valid_from=[r.valid_from for r in aliases],
            valid_to=[r.valid_to for r in aliases],
        )


def of_kind(batch: list[records.AnyRecord], kind: type[R]) -> list[R]:
    """Return a batch, all of one kind, as that kind."""
    return [record for record in batch if isinstance(record, kind)]


async def load_divisions(run: Load, rows: list[records.DivisionRecord]) -> None:
    """Write divisions, each with the names of those above it."""
    for row in rows:
        if row.parent_code is not None and row.parent_code not in run.paths:
            raise StreamRefused(f"division {row.code} comes before its parent")
        run.paths[row.code] = run.paths.get(row.parent_code or "", "") + row.name
    await queries.load_divisions(
        run.db,
        code=[r.code for r in rows],
        level=[r.level for r in rows],
        kind=[r.kind for r in rows],
        name=[r.name for r in rows],
        name_path=[run.paths[r.code] for r in rows],
        parent_code=[r.parent_code for r in rows],
        code_system=[r.code_system for r in rows],
        valid_from=[r.valid_from for r in rows],
        valid_to=[r.valid_to for r in rows],
    )


async def load_origins(run: Load, rows: list[records.OriginDivisionRecord]) -> None:
    """Write provinces, prefectures and counties."""
    await queries.load_origin_divisions(
        run.db,
        code=[r.code for r in rows],
        name=[r.name for r in rows],
        full_name=[r.full_name for r in rows],
        level=[r.level for r in rows],
        parent_code=[r.parent for r in rows],
    )


async def load_grid_workers(run: Load, rows: list[records.GridWorkerRecord]) -> None:
    """Write grid workers and what they serve."""
    phones = [seal_phone(run.keys, r.id, r.phone) for r in rows]
    await queries.load_grid_workers(
        run.db,
        id=[r.id for r in rows],
        division_code=[r.division_code for r in rows],
        name=[r.name for r in rows],
        phone_sealed=[n.sealed for n in phones],
        phone_masked=[n.masked for n in phones],
        phone_index=[n.index for n in phones],
    )
    served = [(code, r) for r in rows for code in r.grid_codes]
    await queries.load_grid_assignments(
        run.db,
        id=[new_id() for _ in served],
        grid_code=[code for code, _ in served],
        worker_id=[r.id for _, r in served],
        starts_on=[r.serves_from for _, r in served],
        now=run.now,
    )


async def load_residents(run: Load, rows: list[records.ResidentRecord]) -> None:
    """Write residents, their numbers sealed, and a green standing for each."""
    numbers = [sealed(run, row) for row in rows]
    ids: list[UUID] = [r.id for r in rows]
    codes = [r.grid_code for r in rows]
    households = [r.household_id for r in rows]
    person_keys = [n.person_key for n in numbers]
    await queries.load_residents(
        run.db,
        id=ids,
        division_code=codes,
        household_id=households,
        name=[r.name for r in rows],
        name_initials=[name_initials(r.name) for r in rows],
        sex=[r.sex.value for r in rows],
        birth_on=[r.birth_on for r in rows],
        relation=[r.relation.value for r in rows],
        document_kind=[n.document_kind for n in numbers],
        document_number_sealed=[n.document_number_sealed for n in numbers],
        document_number_masked=[n.document_number_masked for n in numbers],
        document_number_index=[n.document_number_index for n in numbers],
        person_key=person_keys,
        phone_sealed=[n.phone_sealed for n in numbers],
        phone_masked=[n.phone_masked for n in numbers],
        phone_index=[n.phone_index for n in numbers],
        phone_tail_index=[n.phone_tail_index for n in numbers],
        guardian_id=[r.guardian_id for r in rows],
        registered_at=run.now,
        search_version=SEARCH_VERSION,
    )
    await load_tokens(run, rows)
    await queries.load_standings(
        run.db,
        id=ids,
        division_code=codes,
        household_id=households,
        person_key=person_keys,
        decided_at=run.now,
    )


async def load_tokens(run: Load, rows: list[records.ResidentRecord]) -> None:
    """Write what residents are found by."""
    homes = sorted({(r.household_id, r.grid_code) for r in rows})
    found = await queries.addresses_of(run.db, ids=[h for h, _ in homes], division_codes=[code for _, code in homes])
    addresses = {home.id: home.address for home in found}
    await indexing.write(run.db, [ToIndex(r.id, r.grid_code, r.name, addresses[r.household_id]) for r in rows])


def sealed(run: Load, row: records.ResidentRecord) -> Numbers:
    """Return a resident's numbers as they are stored; raise StreamRefused for one that breaks its rule."""
    document = None
    if row.national_id is not None:
        kind = row.document_kind or "NATIONAL_ID"
        try:
            document = Document(kind, standards.document_number(kind, row.national_id, today=run.today))
        except BadInput as problem:
            raise StreamRefused(f"resident {row.id}: {problem.message()}") from None
    if row.phone is not None and not MOBILE.fullmatch(row.phone):
        raise StreamRefused(f"resident {row.id}: {standards.PhoneMalformed().message()}")
    person = Person(row.name, document, row.phone, row.sex, row.birth_on, row.guardian_id, row.relation)
    return seal(run.keys, row.id, person)


def check_counts(run: Load) -> None:
    """Raise StreamRefused unless every record that the first line promised has come."""
    missing = {kind: count for kind, count in run.expected.items() if run.loaded.get(kind, 0) != count and count}
    if not run.expected or missing:
        came = {kind: run.loaded.get(kind, 0) for kind in missing}
        raise StreamRefused(f"the stream is not whole: expected {missing}, got {came}")


def progress_bar(console: Console) -> Progress:
    """Return the bar that shows how far the load is."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )
