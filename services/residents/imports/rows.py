"""Storing a batch of a list's rows: checked, registered, each accounted for, in one transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chassis import standards
from chassis.crypto import trace
from chassis.database import Actor, Transaction
from chassis.errors import Problem
from chassis.service import Keys
from services.residents.divisions import queries as divisions
from services.residents.imports import queries
from services.residents.imports.model import (
    SAID,
    ListImport,
    Places,
    Refusal,
    Row,
    check_row,
    read_row,
    refusal,
    said_by,
)
from services.residents.imports.problems import DuplicateRow
from services.residents.imports.reader import Record
from services.residents.returnees.model import AlreadyRegistered, Arrival, Registrar
from services.residents.returnees.register import Entered, Ready, enter_ready, make_ready

IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one list, in order: those that can be read, and why the others cannot."""

    rows: Sequence[Row]
    refused: Sequence[Refusal]
    first_line: int
    last_line: int
    bytes_done: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Of whom a line of a list tells, and whether what it says is what is stored."""

    line: int
    is_stored: bool
    one: Entered


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch whose rows keep every rule or are refused; nothing has been looked up about anybody."""

    arrivals: dict[int, Arrival]
    refused: Sequence[Refusal]
    first_line: int
    last_line: int
    bytes_done: int


@dataclass(frozen=True, slots=True)
class ReadyBatch:
    """A checked batch whose people have been looked up, and traces of what its lines say."""

    checked: Checked
    ready: Ready
    said: dict[int, bytes]


def read_batch(records: Sequence[Record], header: dict[str, int], bytes_done: int) -> Batch:
    """Read records as rows."""
    rows, refused = [], []
    for record in records:
        try:
            rows.append(read_row(record, header))
        except Problem as problem:
            refused.append(refusal(record.line, problem))
    return Batch(rows, refused, records[0].line, records[-1].line, bytes_done)


def check_batch(batch: Batch, places: Places, list_import: ListImport, today: date) -> Checked:
    """Check each row against every rule that needs no look at others."""
    arrivals, refused = {}, list(batch.refused)
    for row in batch.rows:
        try:
            arrivals[row.line] = check_row(row, places, list_import, today)
        except Problem as problem:
            refused.append(refusal(row.line, problem))
    return Checked(arrivals, refused, batch.first_line, batch.last_line, batch.bytes_done)


async def places_of(db: Transaction, district_code: str, rows: Sequence[Row], today: date) -> Places:
    """Return which of the codes that rows name exist today."""
    origins = {code[:6] for code in codes_of(rows, "origin_code")}
    grids = codes_of(rows, "destination_grid_code")
    return Places(
        frozenset(await divisions.origins_among(db, codes=sorted(origins))),
        frozenset(await divisions.grids_among(db, district_code=district_code, codes=sorted(grids), on=today)),
    )


def codes_of(rows: Sequence[Row], column: str) -> set[str]:
    """Return the division codes of a column, those that are none left out."""
    codes = set()
    for text in {row.values[column] for row in rows}:
        try:
            codes.add(standards.division_code(text))
        except standards.DivisionCodeMalformed:
            continue
    return codes


def registrar_of(list_import: ListImport, now: datetime) -> Registrar:
    """Return in whose name a list's rows are registered."""
    return Registrar(list_import.district_code, tuple(list_import.scopes.split(",")), list_import.uploaded_by, now)


async def make_batch_ready(
    db: Transaction, keys: Keys, list_import: ListImport, checked: Checked, now: datetime
) -> ReadyBatch:
    """Look up whom the rows are about; the returns of other batches make no difference."""
    ready = await make_ready(db, keys, registrar_of(list_import, now), list(checked.arrivals.values()))
    said = await asyncio.to_thread(lambda: {line: traces(keys, arrival) for line, arrival in checked.arrivals.items()})
    return ReadyBatch(checked, ready, said)


async def store_batch(db: Transaction, list_import: ListImport, batch: ReadyBatch, now: datetime) -> None:
    """Store or refuse each row; the import is held by the transaction, and none of the lines is done."""
    checked = batch.checked
    db.actor = Actor(list_import.uploaded_by, IMPORT)
    registrar = registrar_of(list_import, now)
    entered = await enter_ready(db, registrar, batch.ready, list(checked.arrivals.values()))
    refused = list(checked.refused)
    entries = await account(db, list_import, checked.arrivals, entered, refused)
    await keep_entries(db, list_import, entries, batch.said)
    await refuse(db, list_import, refused)
    await queries.advance_import(
        db,
        district_code=list_import.district_code,
        import_id=list_import.id,
        lines_done=checked.last_line,
        bytes_done=checked.bytes_done,
        stored=sum(entry.is_stored for entry in entries),
        refused=len(refused),
    )


async def account(
    db: Transaction,
    list_import: ListImport,
    arrivals: dict[int, Arrival],
    entered: Sequence[Entered],
    refused: list[Refusal],
) -> list[Entry]:
    """Return what each line told of whom; a person twice in a list is refused the second time."""
    told = await queries.entries_of_returnees(
        db,
        district_code=list_import.district_code,
        import_id=list_import.id,
        returnee_ids=[one.returnee_id for one in entered if not one.is_new],
    )
    first_lines = {entry.returnee_id: entry.line for entry in told}
    entries = []
    for (line, arrival), one in zip(arrivals.items(), entered, strict=True):
        first_line = first_lines.get(one.returnee_id)
        if first_line is not None:
            refused.append(refusal(line, DuplicateRow(path=("national_id",), first_line=first_line)))
            continue
        entries.append(Entry(line, one.agrees, one))
        if one.agrees:
            first_lines[one.returnee_id] = line
        else:
            arrives_on = arrival.arrives_on.isoformat()
            refused.append(refusal(line, AlreadyRegistered(path=("arrives_on",), arrives_on=arrives_on)))
    return entries


async def keep_entries(
    db: Transaction, list_import: ListImport, entries: Sequence[Entry], said: dict[int, bytes]
) -> None:
    """Keep which lines told of whom, and traces of what they said."""
    await queries.insert_entries(
        db,
        district_code=list_import.district_code,
        import_id=list_import.id,
        lines=[entry.line for entry in entries],
        returnee_ids=[entry.one.returnee_id for entry in entries],
        stored=[entry.is_stored for entry in entries],
        identities=[entry.one.identity for entry in entries],
        said=[said[entry.line] for entry in entries],
    )


def traces(keys: Keys, arrival: Arrival) -> bytes:
    """Return a trace of each thing that a row says, in the order of SAID."""
    return b"".join(trace(keys.blind_index, kind, value) for kind, value in zip(SAID, said_by(arrival), strict=True))


async def refuse(db: Transaction, list_import: ListImport, refused: Sequence[Refusal]) -> None:
    """Keep why lines were refused."""
    await queries.insert_refusals(
        db,
        district_code=list_import.district_code,
        import_id=list_import.id,
        lines=[r.line for r in refused],
        fields=[r.field for r in refused],
        codes=[r.code for r in refused],
        messages_en=[r.message_en for r in refused],
        messages_zh=[r.message_zh for r in refused],
    )
