"""How forms are drafted, brought into use, retired, read, and shown over a part of the district."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request, Response

from chassis import history
from chassis.auth import Viewer
from chassis.batch import BatchRequest, check_names
from chassis.commands import Command
from chassis.database import Transaction
from chassis.errors import FieldMalformed, FieldUnknown, TooManyIds
from chassis.history import Change
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
from services.residents.access import ACCESS, BY_DIVISION
from services.residents.answers import answer_row
from services.residents.form_sources.model import Filter, Format, Source, Unit
from services.residents.forms import model, queries
from services.residents.forms.drafting import store_version
from services.residents.forms.model import Column, Definition, FormStatus, FormVersion
from services.residents.forms.problems import FormVersionUnknown
from services.residents.forms.rows import Window, named, read_rows, view_of_code

DRAFTERS = ("district_officer",)
SCOPES_MAX = 10
LINE_FIELDS = ("cells", "cursor")
KIND = "form_version"

router = APIRouter(tags=["forms"])

add_batch(router, "/forms:batch", queries.forms_by_id)
add_batch(router, "/forms/by-scope:batch", queries.forms_of_scopes)
add_batch(router, "/form-versions:batch", queries.form_versions_by_id)
add_batch(router, "/form-versions/by-code:batch", queries.form_versions_of_codes)
add_batch(router, "/form-versions/by-form:batch", queries.form_versions_of_forms)


class ColumnBody(Body):
    """A column: its header, a column of the source, and how that is written."""

    header: str
    source_column: str
    format: Format


class DraftBody(Body):
    """The next version of a form."""

    code: str
    title: str
    title_english: str
    office: str
    source: Source
    unit: Unit
    columns: list[ColumnBody]
    filters: Sequence[Filter] = ()


class Empty(Body):
    """Nothing: the version says it all."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a form's row."""

    header: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a form."""

    cells: list[Cell]
    cursor: str


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """Which form is shown, and which of its rows."""

    code: str
    version: int | None = None
    from_day: date | None = None
    to_day: date | None = None
    record_statuses: list[str] | None = None


@router.post("/forms", status_code=201, responses=REFUSALS)
async def draft_form(body: DraftBody, command: Annotated[Command, command_of("form_draft")]) -> Response:
    """Draft the next version of a form; the versions before it stay what they are."""
    db, viewer = command.db, command.viewer
    require_drafter(viewer)
    definition = definition_of(body)
    model.check_code(body.code)
    model.check_definition(definition)
    version_id, number = await store_version(
        db, viewer.district_code, body.code, definition, drafted_by=viewer.subject, now=command.clock.now()
    )
    said = {"code": body.code, "version": number, "status": FormStatus.DRAFT.value}
    place = viewer.district_code
    await history.record(command, Change(KIND, version_id, place, "DRAFTED", None, said))
    return await answer_row(command, queries.form_versions_by_id, version_id, 201)


@router.post("/form-versions/{version_id}/activate", responses=REFUSALS)
async def activate_form(
    version_id: UUID, _body: Empty, command: Annotated[Command, command_of("form_activate")]
) -> Response:
    """Bring a draft into use as the second person; the version in use before is retired."""
    db, viewer, now = command.db, command.viewer, command.clock.now()
    require_drafter(viewer)
    version = await locked_version(db, viewer, version_id)
    active = await queries.active_version(db, district_code=viewer.district_code, form_id=version.form_id)
    model.check_activation(version, viewer.subject, active)
    if active is not None:
        await queries.retire_version(
            db, district_code=viewer.district_code, version_id=active.id, subject=viewer.subject, now=now
        )
        await history.record(command, change(active, "RETIRED", FormStatus.RETIRED))
    await queries.activate_version(
        db, district_code=viewer.district_code, version_id=version.id, subject=viewer.subject, now=now
    )
    await history.record(command, change(version, "ACTIVATED", FormStatus.ACTIVE))
    return await answer_row(command, queries.form_versions_by_id, version.id)


@router.post("/form-versions/{version_id}/retire", responses=REFUSALS)
async def retire_form(
    version_id: UUID, _body: Empty, command: Annotated[Command, command_of("form_retire")]
) -> Response:
    """Take a form out of use: it is not exported any more."""
    db, viewer = command.db, command.viewer
    require_drafter(viewer)
    version = await locked_version(db, viewer, version_id)
    model.check_in_use(version)
    await queries.retire_version(
        db, district_code=viewer.district_code, version_id=version.id, subject=viewer.subject, now=command.clock.now()
    )
    await history.record(command, change(version, "RETIRED", FormStatus.RETIRED))
    return await answer_row(command, queries.form_versions_by_id, version.id)


@router.post(
    "/forms/rows:batch",
    operation_id="form_rows_of_scopes",
    responses={200: {"model": list[list[Line]], "description": "Aligned with the ids"}, **REFUSALS},
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": request_schema()}}}},
)
async def show_rows(request: Request, state: StateDep, viewer: ViewerDep, db: ReadDep) -> Response:
    """Show a form over scopes, page by page: whatever the viewer's own scopes let through."""
    asked = decode_batch(await request.body())
    keys = line_keys(asked)
    if len(asked.ids) > SCOPES_MAX:
        raise TooManyIds(path=("ids",), limit=SCOPES_MAX)
    if ACCESS.get(viewer.role) is not BY_DIVISION:
        return Response(msgspec.json.encode([[] for _ in asked.ids]), media_type="application/json")
    given = arguments_of(asked)
    view = await view_of_code(db, viewer.district_code, given.code, given.version)
    window, now = Window(asked.limit, asked.after, asked.before), state.clock.now()
    pages = []
    for scope in asked.ids:
        selection = model.select(view.version, scope, (given.from_day, given.to_day), given.record_statuses, now.date())
        rows = await read_rows(db, view, selection, window, now)
        lines: list[dict[str, object]] = [
            {"cells": named(view.headers, row.cells), "cursor": row.cursor} for row in rows
        ]
        pages.append([{name: line[field] for field, name in keys} for line in lines])
    return Response(msgspec.json.encode(pages), media_type="application/json")


def line_keys(asked: BatchRequest) -> list[tuple[str, str]]:
    """Return what of a row is asked for, each field with its name in the answer."""
    for field in asked.fields:
        if field not in LINE_FIELDS:
            raise FieldUnknown(path=("fields",), field=field)
    if asked.as_names is None:
        return [(field, field) for field in dict.fromkeys([*asked.fields, "cursor"])]
    check_names(asked.as_names, len(asked.fields))
    return list(zip(asked.fields, asked.as_names, strict=True))


def arguments_of(asked: BatchRequest) -> Asked:
    """Return which form is asked for; raise FieldMalformed."""
    try:
        return msgspec.convert(asked.arguments, Asked)
    except msgspec.ValidationError as error:
        raise FieldMalformed(path=("arguments",), field="arguments", rule=str(error)) from None


def require_drafter(viewer: Viewer) -> None:
    """Raise unless somebody may decide what the district's forms say."""
    viewer.require_role(*DRAFTERS)
    viewer.require_scope(viewer.district_code)


async def locked_version(db: Transaction, viewer: Viewer, version_id: UUID) -> FormVersion:
    """Return a version while nothing else happens to its form; raise FormVersionUnknown."""
    version = await queries.version_by_id(db, district_code=viewer.district_code, version_id=version_id)
    if version is None:
        raise FormVersionUnknown
    await queries.lock_form(db, district_code=viewer.district_code, code=version.code)
    found = await queries.version_by_id(db, district_code=viewer.district_code, version_id=version_id)
    assert found is not None, "versions are never deleted"
    return found


def definition_of(body: DraftBody) -> Definition:
    """Return what a draft says."""
    return Definition(
        body.title,
        body.title_english,
        body.office,
        body.source,
        body.unit,
        tuple(Column(column.header, column.source_column, column.format) for column in body.columns),
        tuple(body.filters),
    )


def change(version: FormVersion, act: str, after: FormStatus) -> Change:
    """Return the history's entry of what happened to a version."""
    said = {"code": version.code, "version": version.version}
    before, now = {**said, "status": version.status.value}, {**said, "status": after.value}
    return Change(KIND, version.id, version.district_code, act, before, now)
