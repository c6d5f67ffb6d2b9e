"""How residents are searched: `POST /residents/search:batch`, keys are scopes, arguments `search` and `by`.

Names, initials and addresses go by tokens, under row level security. Documents and phones go by their keyed
indexes: such a look has a purpose, and a row in the read log before anything of a person is read.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.auth import PURPOSES, Viewer, session
from chassis.batch import Batch, BatchRequest
from chassis.database import Transaction
from chassis.errors import FieldMalformed, TooManyIds
from chassis.reading import log_read
from chassis.routes import REFUSALS, StateDep, ViewerDep, answer_model, decode_batch, request_schema
from chassis.service import State
from services.residents.access import FIELD_STAFF
from services.residents.search import queries
from services.residents.search.indexing import PHONE, phone_tail_index
from services.residents.search.model import PhoneTail, Prefix, Wanted, WholeDocument, WholePhone, read
from services.residents.search.queries import Found

LOOKERS = (*FIELD_STAFF, "auditor")
SCOPES_MAX = 20
FOUND_MAX = 500
LOWEST, HIGHEST = UUID(int=0), UUID(int=2**128 - 1)
REQUEST = {"requestBody": {"required": True, "content": {"application/json": {"schema": request_schema()}}}}

router = APIRouter(tags=["search"])


@router.post(
    "/residents/search:batch",
    operation_id="residents_found",
    responses={200: {"model": answer_model(queries.residents_found_in_district)}, **REFUSALS},
    openapi_extra=REQUEST,
)
async def search(request: Request, state: StateDep, viewer: ViewerDep) -> Response:
    """Answer pages of residents, one for each scope."""
    asked = decode_batch(await request.body())
    wanted = wanted_of(asked, state)
    if len(asked.ids) > SCOPES_MAX:
        raise TooManyIds(path=("ids",), limit=SCOPES_MAX)
    if not isinstance(wanted, Prefix):
        viewer.require_role(*LOOKERS)
        viewer.require_purpose(*PURPOSES)
    pages = [await page(state, viewer, wanted, only(asked, scope)) for scope in asked.ids]
    return Response(b"[" + b",".join(p[1:-1] for p in pages) + b"]", media_type="application/json")


def wanted_of(asked: BatchRequest, state: State) -> Wanted:
    """Return what is looked for; raise FieldMalformed or the rule that the text breaks."""
    text, by = asked.arguments.get("search"), asked.arguments.get("by")
    if not isinstance(text, str):
        raise FieldMalformed(path=("search",), field="search", rule="text")
    if not isinstance(by, str | None):
        raise FieldMalformed(path=("by",), field="by", rule="text")
    return read(text, by, state.clock.today())


def only(asked: BatchRequest, scope: str) -> BatchRequest:
    """Return the request for one scope."""
    return BatchRequest([scope], asked.fields, {}, asked.limit, asked.after, asked.before, asked.as_names)


def within(viewer: Viewer, scope: str) -> list[str]:
    """Return the parts of a scope that the viewer may see."""
    narrowed = {max(scope, own, key=len) for own in viewer.scopes if own.startswith(scope) or scope.startswith(own)}
    return sorted(s for s in narrowed if not any(s != o and s.startswith(o) for o in narrowed))


async def page(state: State, viewer: Viewer, wanted: Wanted, asked: BatchRequest) -> bytes:
    """Return a page of one scope."""
    scopes = within(viewer, asked.ids[0])
    if isinstance(wanted, Prefix):
        return await page_by_token(state, viewer, wanted, asked, scopes)
    return await page_by_number(state, viewer, wanted, asked, scopes)


async def page_by_token(state: State, viewer: Viewer, wanted: Prefix, asked: BatchRequest, scopes: list[str]) -> bytes:
    """Return a page of whom a prefix finds: through the whole district at once, or grid by grid."""
    backward = asked.before is not None
    batch = batch_for(viewer, scopes, backward)
    batch.check(asked)
    cursor = batch.cursor_values(asked.before or asked.after)
    low, low_id, high, high_id = wanted.text, LOWEST, wanted.past, HIGHEST
    if cursor and backward:
        high, high_id = min((high, high_id), (cursor[0], cursor[1]))
    elif cursor:
        low, low_id = max((low, low_id), (cursor[0], cursor[1]))
    given = {
        "district_code": viewer.district_code,
        "scopes": scopes,
        "low": low,
        "low_id": low_id,
        "high": high,
        "high_id": high_id,
        "asked": len(wanted.text),
        "backward": backward,
    }
    async with state.database.request(session(viewer, state.service.access)) as db:
        return await batch.run(db, asked, **given)


def batch_for(viewer: Viewer, scopes: list[str], backward: bool) -> Batch:
    """Return the statement whose index fits what the viewer sees."""
    if scopes == [viewer.district_code]:
        return queries.residents_found_in_district
    return queries.residents_found_in_grids_before if backward else queries.residents_found_in_grids


async def page_by_number(state: State, viewer: Viewer, wanted: Wanted, asked: BatchRequest, scopes: list[str]) -> bytes:
    """Return a page of those with a number, logged before anything of them is read."""
    batch = queries.residents_found_by_number
    batch.check(asked)
    access = session(viewer, state.service.access)
    async with state.database.request(access) as db:
        found = await find(state, viewer.district_code, wanted, db)
    inside = [f for f in found if any(f.division_code.startswith(s) for s in scopes)]
    shown = window(inside, asked, batch)
    assert viewer.purpose is not None
    await log_read(
        state,
        viewer,
        at=state.clock.now(),
        what=f"search_by_{type(wanted).__name__}",
        person_keys=[f.person_key for f in shown],
        purpose=viewer.purpose,
    )
    async with state.database.request(access) as db:
        return await batch.run(db, asked, district_code=viewer.district_code, found=[f.id for f in shown])


async def find(state: State, district_code: str, wanted: Wanted, db: Transaction) -> list[Found]:
    """Return whom the viewer sees with a number."""
    keys = state.keys
    if isinstance(wanted, WholeDocument):
        indexes = [keys.index(kind, number) for kind, number in wanted.forms]
        return await queries.found_by_documents(db, district_code=district_code, indexes=indexes, rows_max=FOUND_MAX)
    if isinstance(wanted, WholePhone):
        index = keys.index(PHONE, wanted.number)
        return await queries.found_by_phone(db, district_code=district_code, phone_index=index, rows_max=FOUND_MAX)
    assert isinstance(wanted, PhoneTail)
    tail = phone_tail_index(keys, wanted.digits)
    return await queries.found_by_phone_tail(db, district_code=district_code, phone_tail_index=tail, rows_max=FOUND_MAX)


def window(found: list[Found], asked: BatchRequest, batch: Batch) -> list[Found]:
    """Return those of a page: only they are looked at."""
    if asked.before is None:
        after = batch.cursor_values(asked.after)
        return [f for f in found if not after or f.id > after[0]][: asked.limit]
    before = batch.cursor_values(asked.before or None)
    return [f for f in found if not before or f.id < before[0]][-asked.limit :]
