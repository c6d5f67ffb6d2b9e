"""The tool `snapshot`: everything that other services keep a copy of, a line of JSON each.

A service that has lost its copy reads this first and the stream of facts afterwards; versions tell
which of two is newer. Pages are read by key, so that no transaction stays open.
"""

import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from typing import BinaryIO
from uuid import UUID

import msgspec

from chassis.service import State
from services.residents.loading import queries
from services.residents.loading.queries import AliasToTell, StandingToTell

ROWS_A_PAGE = 5_000
FIRST = ("", UUID(int=0))


async def snapshot(state: State, _arguments: Sequence[str]) -> None:
    """Write the snapshot to standard output."""
    await write_snapshot(state, sys.stdout.buffer)


async def write_snapshot(state: State, out: BinaryIO) -> None:
    """Write every risk region, then whom the keys of merged records mean, then every standing."""
    encoder = msgspec.json.Encoder()
    async with state.database.work() as db:
        regions = await queries.risk_regions_to_tell(db)
    for region in regions:
        body = asdict(region)
        body["risk_region_id"] = body.pop("id")
        body["division_code"] = body.pop("district_code")
        out.write(encoder.encode({"fact": "risk_region_declared", **body}) + b"\n")
    async for aliases in alias_pages(state):
        out.write(encoder.encode_lines([alias_line(row) for row in aliases]))
    async for page in pages(state):
        out.write(encoder.encode_lines([standing_line(row) for row in page]))
    out.flush()


async def alias_pages(state: State) -> AsyncIterator[list[AliasToTell]]:
    """Yield the aliases, some thousands at a time."""
    district, lost = FIRST
    while True:
        async with state.database.work() as db:
            page = await queries.aliases_to_tell(db, after_district=district, after_resident=lost, rows_max=ROWS_A_PAGE)
        if page:
            yield page
        if len(page) < ROWS_A_PAGE:
            return
        district, lost = page[-1].district_code, page[-1].lost_id


async def pages(state: State) -> AsyncIterator[list[StandingToTell]]:
    """Yield the standings, some thousands at a time."""
    district, resident = FIRST
    while True:
        async with state.database.work() as db:
            page = await queries.standings_to_tell(
                db, after_district=district, after_resident=resident, rows_max=ROWS_A_PAGE
            )
        if page:
            yield page
        if len(page) < ROWS_A_PAGE:
            return
        district, resident = page[-1].district_code, page[-1].resident_id


def alias_line(row: AliasToTell) -> dict[str, object]:
    """Return an alias with the body of the fact `person_merged` or `person_merge_undone`."""
    return {
        "fact": "person_merge_undone" if row.survivor_id is None else "person_merged",
        "division_code": row.district_code,
        "lost_id": row.lost_id,
        "lost_person_key": row.lost_person_key,
        "survivor_id": row.survivor_id,
        "survivor_person_key": row.survivor_person_key,
        "version": row.version,
    }


def standing_line(row: StandingToTell) -> dict[str, object]:
    """Return a standing with the body of the fact `standing_changed`."""
    return {
        "fact": "standing_changed",
        "division_code": row.division_code,
        "person_key": row.person_key,
        "resident_id": row.resident_id,
        "version": row.version,
        "color": row.color,
        "home_division_code": row.division_code,
        "expected_arrival_on": row.expected_arrival_on,
        "expected_origin_code": row.expected_origin_code,
        "order_id": row.order_id,
        "order_status": row.order_status,
        "order_setting": row.order_setting,
        "order_ends_on": row.order_ends_on,
    }
