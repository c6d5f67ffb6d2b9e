"""Facts of residents: the local copies first, then the applications that they touch."""

from collections.abc import Mapping

import msgspec

from chassis.clock import Clock
from chassis.database import Transaction
from chassis.facts import Handler
from chassis.service import State
from chassis.stream import Received
from services.enterprises.resumption import queries
from services.enterprises.resumption.recheck import recheck_all
from services.enterprises.watchlist import queries as watchlist
from services.enterprises.watchlist.model import region_prefix
from services.enterprises.watchlist.standing import (
    Alias,
    Merged,
    Region,
    Standing,
    store_aliases,
    store_regions,
    store_standings,
)


def handlers(state: State) -> Mapping[str, Handler]:
    """Return what handles the facts of others; business time comes from the service's clock."""

    async def on_standing_changed(db: Transaction, fact: Received) -> None:
        await standing_changed(db, fact, state.clock)

    async def on_risk_region_declared(db: Transaction, fact: Received) -> None:
        await risk_region_declared(db, fact, state.clock)

    async def on_person_merged(db: Transaction, fact: Received) -> None:
        await alias_changed(db, fact, msgspec.convert(fact.body, Merged), state.clock)

    async def on_person_merge_undone(db: Transaction, fact: Received) -> None:
        await alias_changed(db, fact, msgspec.convert(fact.body, Alias), state.clock)

    return {
        "residents.person_merged": on_person_merged,
        "residents.person_merge_undone": on_person_merge_undone,
        "residents.standing_changed": on_standing_changed,
        "residents.risk_region_declared": on_risk_region_declared,
    }


async def standing_changed(db: Transaction, fact: Received, clock: Clock) -> None:
    """Take over a person's standing, and look again at the applications that name the person."""
    district_code = fact.division_code[:6]
    standing = msgspec.convert(fact.body, Standing)
    await watchlist.take_watchlist(db, district_code=district_code)
    changed = await store_standings(db, [(standing, standing.is_noted)], district_code=district_code)
    if changed:
        ids = await queries.applications_naming(db, district_code=district_code, person_keys=changed)
        await recheck_all(db, ids, district_code=district_code, now=clock.now())


async def alias_changed(db: Transaction, fact: Received, alias: Alias, clock: Clock) -> None:
    """Take over whom a key means, and look again at the applications that name it."""
    district_code = fact.division_code[:6]
    await watchlist.take_watchlist(db, district_code=district_code)
    changed = await store_aliases(db, [alias], district_code=district_code)
    if changed:
        ids = await queries.applications_naming(db, district_code=district_code, person_keys=changed)
        await recheck_all(db, ids, district_code=district_code, now=clock.now())


async def risk_region_declared(db: Transaction, fact: Received, clock: Clock) -> None:
    """Take over a risk region, and look again at the applications with workers from there."""
    district_code = fact.division_code[:6]
    await watchlist.take_watchlist(db, district_code=district_code)
    codes = await store_regions(db, [msgspec.convert(fact.body, Region)], district_code=district_code)
    for code in codes:
        ids = await queries.applications_with_origin(db, district_code=district_code, prefix=region_prefix(code))
        await recheck_all(db, ids, district_code=district_code, now=clock.now())
