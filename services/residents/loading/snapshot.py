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
from services.residents.loading.queries import StandingToTell

ROWS_A_PAGE = 5_000
FIRST = ("", UUID(int=0))


async def snapshot(state: State, _arguments: Sequence[str]) -> None:
    """Write the snapshot to standard output."""
    await write_snapshot(state, sys.stdout.buffer)


async def write_snapshot(state: State, out: BinaryIO) -> None:
    """Write every risk region, then every standing."""
    encoder = msgspec.json.Encoder()
    async with state.database.work() as db:
        regions = await queries.risk_regions_to_tell(db)
    for region in regions:
        body = asdict(region)
        body["risk_region_id"] = body.pop("id")
        body["division_code"] = body.pop("district_code")
        out.write(encoder.encode({"fact": "risk_region_declared", **body}) + b"\n")
    async for page in pages(state):
        out.write(encoder.encode_lines([standing_line(row) for row in page]))
    out.flush()


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
