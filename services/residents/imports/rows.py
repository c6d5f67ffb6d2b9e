"""Storing a batch of a list's rows: checked, registered, each accounted for, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import standards
from chassis.database import Transaction
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
from services.residents.returnees.model import AlreadyRegistered, Arrival
from services.residents.returnees.register import Entered, Registrar, enter


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one list, in order, under its header."""

    records: Sequence[Record]
    header: dict[str, int]


async def store_batch(db: Transaction, keys: Keys, list_import: ListImport, batch: Batch, now: datetime) -> None:
    """Store or refuse each record after those that are done; the import is held by the transaction."""
    records = [record for record in batch.records if record.line > list_import.lines_done]
    if not records:
        return
    refused: list[Refusal] = []
    rows = readable(records, batch.header, refused)
    places = await places_of(db, list_import.district_code, rows)
    arrivals = acceptable(rows, places, list_import, now, refused)
    registrar = Registrar(list_import.district_code, tuple(list_import.scopes.split(",")), list_import.uploaded_by, now)
    entered = await enter(db, keys, registrar, [arrival for _, arrival in arrivals], into_roster=False)
    lines = dict(arrivals)
    stored = await account(db, list_import, dict(zip(lines, entered, strict=True)), lines, refused)
    await write(db, list_import, stored, refused)
    await queries.advance_import(
        db,
        district_code=list_import.district_code,
        import_id=list_import.id,
        lines_done=records[-1].line,
        stored=len(stored),
        refused=len(refused),
    )


def readable(records: Sequence[Record], header: dict[str, int], refused: list[Refusal]) -> list[Row]:
    """Return the records that are rows; the others are refused."""
    rows = []
    for record in records:
        try:
            rows.append(read_row(record, header))
        except Problem as problem:
            refused.append(refusal(record.line, problem))
    return rows


async def places_of(db: Transaction, district_code: str, rows: Sequence[Row]) -> Places:
    """Return which of the codes that rows name exist."""
    origins = {code[:6] for code in codes_of(rows, "origin_code")}
    grids = codes_of(rows, "destination_grid_code")
    return Places(
        frozenset(await divisions.origins_among(db, codes=sorted(origins))),
        frozenset(await divisions.grids_among(db, district_code=district_code, codes=sorted(grids))),
    )


def codes_of(rows: Sequence[Row], column: str) -> set[str]:
    """Return the division codes of a column, those that are none left out."""
    codes = set()
    for row in rows:
        try:
            codes.add(standards.division_code(row.values[column]))
        except standards.DivisionCodeMalformed:
            continue
    return codes


def acceptable(
    rows: Sequence[Row], places: Places, list_import: ListImport, now: datetime, refused: list[Refusal]
) -> list[tuple[int, Arrival]]:
    """Return the arrivals of the rows that keep every rule, with their lines; the others are refused."""
    arrivals = []
    for row in rows:
        try:
            arrivals.append((row.line, check_row(row, places, list_import, now.date())))
        except Problem as problem:
            refused.append(refusal(row.line, problem))
    return arrivals


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
        returnee_ids=[e.returnee_id for e in entered.values()],
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
