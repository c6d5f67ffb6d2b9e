"""Counting: every counted row carries a grid's code, and changes that grid's roll-up as it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chassis import facts
from chassis.database import Transaction
from chassis.facts import Fact
from services.residents.board import queries


@dataclass(frozen=True, slots=True)
class Change:
    """What is added to the numbers of a grid; taken away where negative."""

    residents: int = 0
    households: int = 0
    quarantine_orders_in_force: int = 0
    screening_tasks_open: int = 0
    grid_events_open: int = 0


async def count(
    db: Transaction,
    division_code: str,
    *,
    residents: int = 0,
    households: int = 0,
    quarantine_orders_in_force: int = 0,
    screening_tasks_open: int = 0,
    grid_events_open: int = 0,
) -> None:
    """Change the numbers of one grid, and tell of it."""
    change = Change(residents, households, quarantine_orders_in_force, screening_tasks_open, grid_events_open)
    await count_many(db, division_code[:6], {division_code: change})


async def count_many(db: Transaction, district_code: str, changes: Mapping[str, Change]) -> None:
    """Change the numbers of several grids of a district at once, and tell of each."""
    codes = sorted(changes)
    if not codes:
        return
    assert all(len(code) == 15 for code in codes), "what is counted belongs to a grid"
    missing = sorted(set(codes) - set(await add(db, district_code, codes, changes)))
    if missing:
        await queries.start_counters(db, district_code=district_code, codes=missing)
        await add(db, district_code, missing, changes)
    await tell(db, codes)


async def add(db: Transaction, district_code: str, codes: list[str], changes: Mapping[str, Change]) -> list[str]:
    """Add to the grids that have a row, and return them."""
    given = [changes[code] for code in codes]
    return await queries.count_in_grids(
        db,
        district_code=district_code,
        codes=codes,
        residents=[c.residents for c in given],
        households=[c.households for c in given],
        quarantine_orders_in_force=[c.quarantine_orders_in_force for c in given],
        screening_tasks_open=[c.screening_tasks_open for c in given],
        grid_events_open=[c.grid_events_open for c in given],
    )


async def count_day(db: Transaction, division_code: str, day: date, *, health_checks_missed: int = 0) -> None:
    """Change one grid's numbers of one day, and tell of it."""
    await queries.count_in_day(
        db,
        district_code=division_code[:6],
        division_code=division_code,
        day=day,
        health_checks_missed=health_checks_missed,
    )
    await tell(db, [division_code])


async def tell(db: Transaction, codes: list[str]) -> None:
    """Publish that the summaries of these divisions changed, once a transaction for each."""
    fresh = [code for code in codes if db.once(f"summary_changed {code}")]
    await facts.publish(db, "residents", *(Fact("summary_changed", code) for code in fresh))
