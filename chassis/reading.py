"""The read log: every look at what is sensitive of a person, written and committed before it is shown.

    await log_read(state, viewer, at=clock.now(), what="search_by_document", person_keys=found, purpose=purpose)

It runs in a transaction of its own, so that the row stands whatever becomes of the request. A look at
nobody is a look too. Who looks up too many is refused (chassis/look_ups.py).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import look_ups
from chassis.auth import PURPOSES, Viewer
from chassis.chain import canonical, commit, new_salt
from chassis.database import Transaction
from chassis.errors import PurposeRequired
from chassis.ids import new_id
from chassis.service import State

INSERT = """
WITH entries AS (
    INSERT INTO read_log (district_code, id, read_at, subject, role, purpose, what, person_key, salt, commitment)
    SELECT $1, e.id, $2, $3, $4, $5, $6, e.person_key, e.salt, e.commitment
    FROM unnest($7::uuid[], $8::text[], $9::bytea[], $10::bytea[]) AS e(id, person_key, salt, commitment)
)
INSERT INTO read_log_to_seal (district_code, entry_id) SELECT $1, q.id FROM unnest($7::uuid[]) AS q(id)
"""


async def log_read(
    state: State, viewer: Viewer, *, at: datetime, what: str, person_keys: Sequence[str], purpose: str
) -> None:
    """Log that somebody looks at people, and commit it; raise PurposeRequired or LookUpsTooMany.

    A refused look is not counted, and not logged as one: nothing is shown. Its alarm is kept.
    """
    if purpose not in PURPOSES:
        raise PurposeRequired
    keys: list[str | None] = [*dict.fromkeys(person_keys)] or [None]
    limits = state.service.look_ups.of(viewer.role)
    async with state.database.work() as db:
        windows = await look_ups.count(db, viewer, len(keys), at=at)
        await look_ups.raise_alarms(db, state.service.name, viewer, windows=windows, limits=limits, at=at)
        refused = look_ups.refusal(windows, limits, at)
        if refused is None:
            await write(db, viewer, at=at, what=what, person_keys=keys, purpose=purpose)
        else:
            await look_ups.count(db, viewer, -len(keys), at=at)
    if refused is not None:
        raise refused


async def write(
    db: Transaction, viewer: Viewer, *, at: datetime, what: str, person_keys: Sequence[str | None], purpose: str
) -> None:
    """Write the rows of one look."""
    ids: list[UUID] = [new_id() for _ in person_keys]
    salts = [new_salt() for _ in person_keys]
    said = (viewer.subject, viewer.role, purpose, what)
    commitments = [
        commit(salt, canonical(entry_id, at, *said, key))
        for entry_id, salt, key in zip(ids, salts, person_keys, strict=True)
    ]
    await db.connection.execute(INSERT, viewer.district_code, at, *said, ids, list(person_keys), salts, commitments)
