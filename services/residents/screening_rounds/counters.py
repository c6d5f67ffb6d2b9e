"""Counting how far rounds are: every task counts in the grid where it is, and changes its numbers as it changes."""

from collections.abc import Mapping
from uuid import UUID

from chassis.database import Transaction
from services.residents.screening_rounds import queries
from services.residents.screening_rounds.model import Tally

Place = tuple[UUID, str]


async def count_in_rounds(db: Transaction, district_code: str, changes: Mapping[Place, Tally]) -> None:
    """Change the numbers of rounds in their grids; a grid that no round has reached gets a row.

    Rows are locked in one order, round by round and grid by grid, so that two transactions never wait for
    each other.
    """
    places = sorted(place for place, change in changes.items() if change != Tally())
    if not places:
        return
    given = [changes[place] for place in places]
    counted = await queries.count_in_grids(
        db,
        district_code=district_code,
        round_ids=[round_id for round_id, _ in places],
        codes=[code for _, code in places],
        planned=[c.planned for c in given],
        reached=[c.reached for c in given],
        verified=[c.verified for c in given],
        refused=[c.refused for c in given],
        not_here=[c.not_here for c in given],
        overdue=[c.overdue for c in given],
    )
    missing = sorted(set(places) - {(c.round_id, c.division_code) for c in counted})
    if missing:
        await start(db, district_code, missing)
        await count_in_rounds(db, district_code, {place: changes[place] for place in missing})


async def start(db: Transaction, district_code: str, places: list[Place]) -> None:
    """Write zeros for grids where a round has not been; a transfer's, which the worker carries out."""
    await queries.start_counters(
        db,
        district_code=district_code,
        round_ids=[round_id for round_id, _ in places],
        codes=[code for _, code in places],
    )
