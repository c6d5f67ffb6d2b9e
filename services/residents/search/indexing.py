"""The tokens of residents, written in the transaction of whatever changes them, and completed by a job."""

from collections.abc import Iterable, Sequence
from functools import partial
from uuid import UUID

from chassis.clock import Clock
from chassis.database import Transaction
from chassis.schedule import Job, Scheduler
from chassis.service import Keys, State
from services.residents.search import queries
from services.residents.search.queries import NotIndexed, ToIndex
from services.residents.search.tokens import tokens_of

SEARCH_VERSION = 1  # of the tokens' form; one more, and the job makes all of them anew
ROWS_A_BATCH = 500
PHONE, PHONE_TAIL = "PHONE", "PHONE_TAIL"
PHONE_TAIL_DIGITS = 4


async def index(db: Transaction, district_code: str, ids: Sequence[UUID], *places: str) -> None:
    """Make the tokens of residents anew; `places` are the grids that may hold older ones.

    A record that is lost in another has none: its survivor is found.
    """
    if places:
        await queries.drop_tokens(db, district_code=district_code, division_codes=list(places), ids=list(ids))
    await write(db, await queries.to_index(db, district_code=district_code, ids=list(ids)))


async def index_household(db: Transaction, district_code: str, household_id: UUID, division_code: str) -> None:
    """Make the tokens of a household's members anew: its address changed."""
    members = await queries.members_of(db, district_code=district_code, household_id=household_id)
    await index(db, district_code, members, division_code)


async def write(db: Transaction, residents: Iterable[ToIndex | NotIndexed]) -> None:
    """Write the tokens of residents."""
    rows = [(r, token) for r in residents for token in tokens_of(r.name, r.address)]
    await queries.add_tokens(
        db,
        division_codes=[r.division_code for r, _ in rows],
        tokens=[token.text for _, token in rows],
        resident_ids=[r.id for r, _ in rows],
        shared=[token.shared for _, token in rows],
    )


async def complete(state: State) -> None:
    """Give tokens to whoever has none yet or older ones, for ever; once they are there it finds nobody."""
    job = Job("complete_search_tokens", 600, partial(complete_batch, state.keys))
    await Scheduler(state.database, state.clock, [job]).run()


async def complete_batch(keys: Keys, db: Transaction, _clock: Clock) -> int:
    """Give tokens to some residents, and return to how many."""
    found = await queries.lock_not_indexed(db, search_version=SEARCH_VERSION, rows_max=ROWS_A_BATCH)
    for district_code in sorted({r.district_code for r in found}):
        own = [r for r in found if r.district_code == district_code]
        places = sorted({r.division_code for r in own})
        await queries.drop_tokens(db, district_code=district_code, division_codes=places, ids=[r.id for r in own])
        await write(db, await queries.to_index(db, district_code=district_code, ids=[r.id for r in own]))
    await queries.set_indexed(
        db,
        search_version=SEARCH_VERSION,
        district_codes=[r.district_code for r in found],
        ids=[r.id for r in found],
        phone_tail_indexes=[tail_of(keys, r) for r in found],
    )
    return len(found)


def tail_of(keys: Keys, resident: NotIndexed) -> bytes | None:
    """Return the keyed index of the last digits of a resident's phone."""
    if resident.phone_sealed is None:
        return None
    phone = keys.ring.decrypt(resident.phone_sealed, place=f"residents/phone/{resident.id}")
    return phone_tail_index(keys, phone[-PHONE_TAIL_DIGITS:])


def phone_tail_index(keys: Keys, digits: str) -> bytes:
    """Return the keyed index of a phone number's last digits."""
    return keys.index(PHONE_TAIL, digits)


BACKGROUND = (complete,)
