"""How merges are read, carried out and undone."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response
from pydantic import StringConstraints

from chassis.batch import BatchRequest, column_names
from chassis.commands import Command
from chassis.routes import REFUSALS, Body, StateDep, add_batch, answer, work_command_of
from services.residents.merges import merging, queries
from services.residents.merges.model import NOTE_CHARACTERS_MAX, MergeReason

router = APIRouter(tags=["merges"])

add_batch(router, "/resident-merges:batch", queries.merges_by_id)
add_batch(router, "/resident-merges/by-resident:batch", queries.merges_of_residents)


class MergeBody(Body):
    """Two records of one person: the one that survives, the one that is lost in it, and why."""

    survivor_id: UUID
    lost_id: UUID
    reason: MergeReason
    note: Annotated[str, StringConstraints(max_length=NOTE_CHARACTERS_MAX)] | None = None


class UndoBody(Body):
    """Nothing: the merge says it all."""


@router.post("/resident-merges", status_code=201, responses=REFUSALS)
async def merge_residents(
    body: MergeBody, state: StateDep, command: Annotated[Command, work_command_of("resident_merge")]
) -> Response:
    """Merge two records of one person, with everything that follows."""
    wanted = merging.Wanted(body.survivor_id, body.lost_id, body.reason, body.note)
    return await answer_merge(command, await merging.merge(command, state.keys, wanted), 201)


@router.post("/resident-merges/{merge_id}/undo", responses=REFUSALS)
async def undo_merge(
    merge_id: UUID, _body: UndoBody, command: Annotated[Command, work_command_of("resident_merge_undo")]
) -> Response:
    """Undo a merge within a day."""
    await merging.undo(command, merge_id)
    return await answer_merge(command, merge_id)


async def answer_merge(command: Command, merge_id: UUID, status: int = 200) -> Response:
    """Keep the merge with the command's key, in the caller's language, and send it."""
    batch, viewer = queries.merges_by_id, command.viewer
    request = BatchRequest([str(merge_id)], list(column_names(batch.row)))
    found = await batch.run(command.db, request, district_code=viewer.district_code, language=viewer.language)
    row = msgspec.json.decode(found, type=list[dict[str, object]])[0]
    return await answer(command, status, **row)
