"""Storing a batch of a list's rows: checked, registered, each accounted for, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import standards
from chassis.database import Actor, Transaction
from chassis.errors import Problem
from chassis.service import Keys
from services.residents.divisions import queries as divisions
from services.residents.imports import queries
from services.residents.imports.model import (
    DuplicateRow,
    ListImport,
    Places,
    Refusal,
    Row,
    check_row,
    read_row,
    refusal,
)
from services.residents.imports.reader import Record
from services.residents.returnees.model import AlreadyRegistered, Arrival, Registrar
from services.residents.returnees.register import Entered, enter

IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one list, in order: those that can be read, and why the others cannot."""

    rows: Sequence[Row]
    refused: Sequence[Refusal]
    last_line: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch whose rows keep every rule or are refused; nothing has been looked up about anybody."""

    arrivals: dict[int, Arrival]
    refused: Sequence[Refusal]
    last_line: int

    def after(self, line: int) -> "Checked":
        """Return what is left of the batch when the lines up to one are done."""
        arrivals = {number: arrival for number, arrival in self.arrivals.items() if number > line}
        return Checked(arrivals, [r for r in self.refused if r.line > line], self.last_line)


def read_batch(records: Sequence[Record], header: dict[str, int]) -> Batch:
    """Read records as rows."""
    rows, refused = [], []
    for record in records:
        try:
            rows.append(read_row(record, header))
        except Problem as problem:
            refused.append(refusal(record.line, problem))
    return Batch(rows, refused, records[-1].line)


def check_batch(batch: Batch, places: Places, list_import: ListImport, today: date) -> Checked:
    """Check each row against every rule that needs no look at others."""
    arrivals, refused = {}, list(batch.refused)
    for row in batch.rows:
        try:
            arrivals[row.line] = check_row(row, places, list_import, today)
        except Problem as problem:
            refused.append(refusal(row.line, problem))
    return Checked(arrivals, refused, batch.last_line)


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


async def store_batch(db: Transaction, keys: Keys, list_import: ListImport, batch: Checked, now: datetime) -> None:
    """Store or refuse each row after those that are done; the import is held by the transaction."""
    if batch.last_line <= list_import.lines_done:
        return
    db.actor = Actor(list_import.uploaded_by, IMPORT)
    left = batch.after(list_import.lines_done)
    registrar = Registrar(list_import.district_code, tuple(list_import.scopes.split(",")), list_import.uploaded_by, now)
    entered = await enter(db, keys, registrar, list(left.arrivals.values()), into_roster=False)
    refused = list(left.refused)
    stored = await account(db, list_import, dict(zip(left.arrivals, entered, strict=True)), left.arrivals, refused)
    await write(db, list_import, stored, refused)
    await queries.advance_import(
        db,
        district_code=list_import.district_code,
        import_id=list_import.id,
        lines_done=left.last_line,
        stored=len(stored),
        refused=len(refused),
    )


async def account(
    db: Transaction,
    list_import: ListImport,
    entered: dict[int, Entered],
    arrivals: dict[int, Arrival],
    refused: list[Refusal],
) -> dict[int, UUID]:
    """Return which lines are stored as which returnees; a person twice in a list is refused the second time."""
    told = await queries.entries_of_returnees(
        db,
        district_code=list_import.district_code,
        import_id=list_import.id,
        returnee_ids=[e.returnee_id for e in entered.values() if not e.is_new],
    )
    first_lines = {entry.returnee_id: entry.line for entry in told}
    stored: dict[int, UUID] = {}
    for line, one in entered.items():
        first_line = first_lines.get(one.returnee_id)
        if first_line is not None:
            refused.append(refusal(line, DuplicateRow(path=("national_id",), first_line=first_line)))
        elif not one.agrees:
            arrives_on = arrivals[line].arrives_on.isoformat()
            refused.append(refusal(line, AlreadyRegistered(path=("arrives_on",), arrives_on=arrives_on)))
        else:
            first_lines[one.returnee_id] = line
            stored[line] = one.returnee_id
    return stored


async def write(db: Transaction, list_import: ListImport, stored: dict[int, UUID], refused: Sequence[Refusal]) -> None:
    """Keep what became of each line."""
    await queries.insert_entries(
        db,
        district_code=list_import.district_code,
        import_id=list_import.id,
        lines=list(stored),
        returnee_ids=list(stored.values()),
    )
    await refuse(db, list_import, refused)


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
