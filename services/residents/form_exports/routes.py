"""How exports are asked for, decided, withdrawn and read, and how a leaked row is traced."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from chassis import history
from chassis.batch import BatchRequest, check_names
from chassis.commands import Command
from chassis.database import Transaction
from chassis.errors import FieldMalformed, FieldUnknown, Problem, TooManyIds
from chassis.facts import publish
from chassis.ids import new_id
from chassis.routes import (
    REFUSALS,
    Body,
    ReadDep,
    StateDep,
    ViewerDep,
    add_batch,
    command_of,
    decode_batch,
    request_schema,
)
from chassis.service import Keys
from services.residents.access import OFFICERS
from services.residents.answers import answer_row
from services.residents.divisions.places import find_division
from services.residents.form_exports import model, queries
from services.residents.form_exports.alarms import Attempt, check_day, check_size
from services.residents.form_exports.changes import change, changed, fact_of
from services.residents.form_exports.marks import is_true, is_unaltered, read_check, trace_tag
from services.residents.form_exports.model import UNDECIDED_FOR, Export, ExportFormat, ExportStatus, Purpose
from services.residents.form_exports.preparation import wake_of
from services.residents.form_exports.problems import ExportUnknown
from services.residents.forms.model import Selection, check_in_use, select
from services.residents.forms.rows import View, count_rows, view_of_code

CELLS_MAX = 60
TRACES_MAX = 10
TRACE_FIELDS = ("export_id", "row_number", "is_unaltered")

router = APIRouter(tags=["exports"])

add_batch(router, "/form-exports:batch", queries.form_exports_by_id)
add_batch(router, "/form-exports/by-scope:batch", queries.form_exports_of_scopes)
add_batch(router, "/form-export-alarms/by-scope:batch", queries.form_export_alarms_of_scopes)


class RequestBody(Body):
    """Which form, over what, and what for."""

    form_code: str
    version: int | None = None
    scope: str
    from_day: date | None = None
    to_day: date | None = None
    record_statuses: list[str] | None = None
    format: ExportFormat = ExportFormat.CSV
    purpose: Purpose
    reason: str


class ApproveBody(Body):
    """What the approver remarks."""

    note: str | None = None


class ReasonBody(Body):
    """Why."""

    reason: str


class Traced(BaseModel):
    """Whence a row came."""

    export_id: UUID
    row_number: int
    is_unaltered: bool | None


class TraceArguments(msgspec.Struct, forbid_unknown_fields=True):
    """The cells of the row, without the check, in their order."""

    cells: Annotated[list[str], msgspec.Meta(max_length=CELLS_MAX)] | None = None


@router.post("/form-exports", status_code=201, responses=REFUSALS)
async def request_export(
    body: RequestBody, state: StateDep, command: Annotated[Command, command_of("form_export_request")]
) -> Response:
    """Ask for an export over a part of one's own scope; one of too many people is blocked."""
    db, viewer, now = command.db, command.viewer, command.clock.now()
    viewer.require_role(*OFFICERS)
    model.check_reason(body.reason)
    try:
        scope = (await find_division(db, viewer.district_code, body.scope)).code
        viewer.require_scope(scope)
    except Problem as problem:
        raise problem.at("scope") from None
    view = await view_of_code(db, viewer.district_code, body.form_code, body.version)
    check_in_use(view.version)
    selection = select(view.version, scope, (body.from_day, body.to_day), body.record_statuses, now.date())
    rows = await count_rows(db, view, selection, now)
    attempt = Attempt(viewer.district_code, viewer.subject, viewer.role, command.key, scope)
    await check_size(state, view.version, attempt, rows=rows, now=now)
    await check_day(state, db, view.version, attempt, rows=rows, now=now)
    export_id = await store(command, state.keys, body, view, selection, rows=rows)
    said = {"form": view.version.code, "version": view.version.version, "rows": rows, "purpose": body.purpose.value}
    entry = changed(export_id, scope, "REQUESTED", None, ExportStatus.REQUESTED, reason=body.reason, **said)
    await history.record(command, entry)
    await publish(db, "residents", fact_of(export_id, scope, ExportStatus.REQUESTED))
    return await answer_row(command, queries.form_exports_by_id, export_id, 201)


async def store(
    command: Command, keys: Keys, body: RequestBody, view: View, selection: Selection, *, rows: int
) -> UUID:
    """Store a request with the version of now and the requester's scopes of now."""
    viewer, now, export_id = command.viewer, command.clock.now(), new_id()
    await queries.insert_export(
        command.db,
        district_code=viewer.district_code,
        export_id=export_id,
        form_version_id=view.version.id,
        scope=selection.scope,
        from_day=selection.from_day,
        to_day=selection.to_day,
        record_statuses=None if selection.statuses is None else list(selection.statuses),
        file_format=body.format,
        purpose=body.purpose,
        reason=body.reason,
        trace_tag=trace_tag(keys, export_id),
        rows_expected=rows,
        requested_by=viewer.subject,
        requester_name=viewer.name,
        requester_role=viewer.role,
        requester_scopes=",".join(viewer.scopes),
        now=now,
        expires_at=now + UNDECIDED_FOR,
    )
    return export_id


@router.post("/form-exports/{export_id}/approve", responses=REFUSALS)
async def approve_export(
    export_id: UUID,
    body: ApproveBody,
    state: StateDep,
    command: Annotated[Command, command_of("form_export_approve")],
) -> Response:
    """Approve an export as the second person, who has authority over the whole of its scope."""
    response = await decide(command, export_id, ExportStatus.APPROVED, body.note)
    command.db.after_commit.append(wake_of(state).set)
    return response


@router.post("/form-exports/{export_id}/refuse", responses=REFUSALS)
async def refuse_export(
    export_id: UUID, body: ReasonBody, command: Annotated[Command, command_of("form_export_refuse")]
) -> Response:
    """Refuse an export as the second person."""
    model.check_reason(body.reason)
    return await decide(command, export_id, ExportStatus.REFUSED, body.reason)


async def decide(command: Command, export_id: UUID, status: ExportStatus, note: str | None) -> Response:
    """Write a second person's decision; of two at once, exactly one is written."""
    db, viewer, now = command.db, command.viewer, command.clock.now()
    viewer.require_role(*OFFICERS)
    if note is not None:
        model.check_reason(note)
    export = await locked(command, export_id)
    model.check_decision(export, viewer.subject, now)
    await queries.set_decided(
        db,
        district_code=viewer.district_code,
        export_id=export.id,
        status=status,
        subject=viewer.subject,
        now=now,
        note=note,
        ended_reason=note if status is ExportStatus.REFUSED else None,
    )
    await history.record(command, change(export, status.value, status, reason=note))
    await publish(db, "residents", fact_of(export.id, export.scope, status))
    return await answer_row(command, queries.form_exports_by_id, export.id)


@router.post("/form-exports/{export_id}/cancel", responses=REFUSALS)
async def cancel_export(
    export_id: UUID, body: ReasonBody, command: Annotated[Command, command_of("form_export_cancel")]
) -> Response:
    """Withdraw an export: who asked for it, or whoever has authority over its scope; nothing leaves afterwards."""
    db, viewer = command.db, command.viewer
    viewer.require_role(*OFFICERS)
    model.check_reason(body.reason)
    export = await locked(command, export_id)
    model.check_cancellation(export)
    await queries.set_ended(
        db,
        district_code=viewer.district_code,
        export_id=export.id,
        status=ExportStatus.CANCELLED,
        subject=viewer.subject,
        now=command.clock.now(),
        reason=body.reason,
    )
    await history.record(command, change(export, "CANCELLED", ExportStatus.CANCELLED, reason=body.reason))
    await publish(db, "residents", fact_of(export.id, export.scope, ExportStatus.CANCELLED))
    return await answer_row(command, queries.form_exports_by_id, export.id)


async def locked(command: Command, export_id: UUID) -> Export:
    """Return an export within scope, held; raise ExportUnknown."""
    export = await queries.lock_export(command.db, district_code=command.viewer.district_code, export_id=export_id)
    if export is None:
        raise ExportUnknown
    return export


@router.post(
    "/form-exports/trace:batch",
    operation_id="form_export_traces",
    responses={200: {"model": list[Traced | None], "description": "Aligned with the ids"}, **REFUSALS},
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": request_schema()}}}},
)
async def trace_rows(request: Request, state: StateDep, viewer: ViewerDep, db: ReadDep) -> Response:
    """Tell auditors from which export a row came, by its check; a check that we did not make finds nothing."""
    viewer.require_role("auditor")
    asked = decode_batch(await request.body())
    if len(asked.ids) > TRACES_MAX:
        raise TooManyIds(path=("ids",), limit=TRACES_MAX)
    names = trace_names(asked)
    cells = arguments_of(asked).cells
    found = [await trace(db, state.keys, viewer.district_code, text, cells) for text in asked.ids]
    rows = [None if one is None else {name: one[field] for field, name in names} for one in found]
    return Response(msgspec.json.encode(rows), media_type="application/json")


async def trace(
    db: Transaction, keys: Keys, district_code: str, text: str, cells: list[str] | None
) -> dict[str, object] | None:
    """Return whence a row came, and whether its cells are those that were exported."""
    mark = read_check(text)
    if mark is None:
        return None
    export_id = await queries.export_of_tag(db, district_code=district_code, trace_tag=mark.tag)
    if export_id is None or not is_true(keys, export_id, mark):
        return None
    unaltered = None if cells is None else is_unaltered(keys, export_id, mark, cells)
    return {"export_id": export_id, "row_number": mark.row_number, "is_unaltered": unaltered}


def trace_names(asked: BatchRequest) -> list[tuple[str, str]]:
    """Return what of a trace is asked for, each field with its name in the answer."""
    for field in asked.fields:
        if field not in TRACE_FIELDS:
            raise FieldUnknown(path=("fields",), field=field)
    if asked.as_names is None:
        return [(field, field) for field in asked.fields]
    check_names(asked.as_names, len(asked.fields))
    return list(zip(asked.fields, asked.as_names, strict=True))


def arguments_of(asked: BatchRequest) -> TraceArguments:
    """Return the cells; raise FieldMalformed."""
    try:
        return msgspec.convert(asked.arguments, TraceArguments)
    except msgspec.ValidationError as error:
        raise FieldMalformed(path=("arguments",), field="arguments", rule=str(error)) from None
