"""The one look across scopes: color and order in force by person key, with a purpose, logged."""

from chassis.auth import Viewer
from chassis.reading import log_read
from chassis.routes import answer_model, decode_batch, request_schema
from chassis.service import State
from services.residents.roster import queries

LOOKERS = ("reviewer", "gate_guard", "district_officer", "town_officer")
PURPOSES = ("RESUMPTION", "GATE")
ANSWER = answer_model(queries.standings_by_person_key)
REQUEST = {"requestBody": {"required": True, "content": {"application/json": {"schema": request_schema()}}}}


async def look_up(state: State, viewer: Viewer, body: bytes) -> bytes:
    """Return what may be known of each person; raise RoleMayNot or PurposeRequired.

    It runs as the worker, since the people live anywhere. The log is written and committed first, for
    every key asked for: that nobody was found is an answer too.
    """
    viewer.require_role(*LOOKERS)
    viewer.require_purpose(*PURPOSES)
    assert viewer.purpose is not None
    request = decode_batch(body)
    batch = queries.standings_by_person_key
    batch.check(request)
    person_keys = [key for key in dict.fromkeys(batch.keys(request.ids)) if key is not None]
    if person_keys:
        at = state.clock.now()
        await log_read(state, viewer, at=at, what=batch.name, person_keys=person_keys, purpose=viewer.purpose)
    async with state.database.work() as db:
        return await batch.run(db, request, district_code=viewer.district_code)
