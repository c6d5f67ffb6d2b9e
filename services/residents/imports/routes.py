"""How a returnee list is uploaded, and how its import is followed."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from chassis.auth import Viewer, session
from chassis.commands import Command
from chassis.crypto import fingerprint
from chassis.errors import AnsweredBefore, BadInput, Conflict, IdempotencyKeyRequired, TooLarge
from chassis.history import Change, record
from chassis.ids import new_id
from chassis.routes import REFUSALS, StateDep, ViewerDep, add_batch, answer
from chassis.service import State
from services.residents.access import OFFICERS
from services.residents.imports import queries
from services.residents.imports.content import Content, drop, keep
from services.residents.imports.model import (
    CONTENT_BYTES_MAX,
    KIND,
    ImportStatus,
    check_list_name,
    is_kept,
    scopes_text,
)
from services.residents.imports.problems import ListTooLarge
from services.residents.imports.worker import wake_of

router = APIRouter(tags=["returnee lists"])
OPERATION = "returnee_list_import"
CSV: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}

# After any other failure the commit may have gone through; a job forgets the file if it has not.
SURELY_NOT_QUEUED = (AnsweredBefore, BadInput, Conflict, TooLarge)


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload under way."""

    import_id: UUID
    list_name: str
    scopes: str
    key: str


add_batch(router, "/returnee-list-imports:batch", queries.returnee_list_imports_by_id)
add_batch(router, "/returnee-list-imports/refusals:batch", queries.refusals_of_imports)
add_batch(router, "/returnee-list-imports/differences:batch", queries.differences_of_lists)
add_batch(router, "/returnee-list-imports/differences/added:batch", queries.added_to_lists)
add_batch(router, "/returnee-list-imports/differences/gone:batch", queries.gone_from_lists)
add_batch(router, "/returnee-list-imports/differences/changed:batch", queries.changed_in_lists)


@router.post("/returnee-list-imports", status_code=202, responses=REFUSALS, openapi_extra=CSV)
async def upload(
    request: Request,
    state: StateDep,
    viewer: ViewerDep,
    list_name: Annotated[str, Query()],
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Take a list as its next version; the file of the newest version again answers with that import.

    The body streams, so the command's key is claimed once all of it is here.
    """
    viewer.require_role(*OFFICERS)
    name, scopes = check_list_name(list_name), scopes_text(viewer.scopes)
    if idempotency_key is None:
        raise IdempotencyKeyRequired(path=("idempotency_key",))
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > CONTENT_BYTES_MAX:
        raise ListTooLarge(limit=CONTENT_BYTES_MAX)
    import_id = new_id()
    incoming = Upload(import_id, name, scopes, idempotency_key)
    try:
        content = await keep(state, viewer.district_code, import_id, request.stream())
        response, is_queued = await enqueue(state, viewer, incoming, content)
    except SURELY_NOT_QUEUED:
        await drop(state, viewer.district_code, import_id)
        raise
    if is_queued:
        wake_of(state).set()
    else:
        await drop(state, viewer.district_code, import_id)
    return response


async def enqueue(state: State, viewer: Viewer, upload: Upload, content: Content) -> tuple[Response, bool]:
    """Queue a file as the next version of its list, unless it is the newest; return whether it was."""
    async with state.database.request(session(viewer, state.service.access)) as db:
        command = Command(db, viewer, state.clock, OPERATION, upload.key)
        await command.claim(fingerprint(upload.list_name.encode(), content.sha256))
        await queries.lock_list(
            db, district_code=viewer.district_code, scopes=upload.scopes, list_name=upload.list_name
        )
        newest = await queries.newest_version(
            db, district_code=viewer.district_code, scopes=upload.scopes, list_name=upload.list_name
        )
        now = command.clock.now()
        if newest is not None and newest.sha256 == content.sha256 and is_kept(newest.status, newest.finished_at, now):
            known = await answer(command, 202, id=newest.id, version=newest.version, status=newest.status)
            return known, False
        version = 1 if newest is None else newest.version + 1
        await queries.insert_import(
            db,
            district_code=viewer.district_code,
            import_id=upload.import_id,
            list_name=upload.list_name,
            scopes=upload.scopes,
            version=version,
            sha256=content.sha256,
            encoding=content.encoding,
            content_bytes=content.content_bytes,
            uploaded_by=viewer.subject,
            now=now,
        )
        said = {"list_name": upload.list_name, "version": version, "sha256": content.sha256.hex()}
        change = Change(KIND, upload.import_id, viewer.district_code, "UPLOADED", None, said)
        await record(command, change)
        return await answer(command, 202, id=upload.import_id, version=version, status=ImportStatus.QUEUED), True
