"""Uploads of offline devices over HTTP."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request, Response

from chassis.auth import Viewer
from chassis.commands import Command
from chassis.errors import Problem
from chassis.ids import new_id
from chassis.routes import REFUSALS, StateDep, add_batch, answer, work_command_of
from chassis.service import State
from services.checkpoints.batches import queries
from services.checkpoints.batches.model import (
    BATCH_BYTES_MAX,
    BATCH_ROWS_MAX,
    Account,
    BatchBody,
    BatchTooLarge,
    Refusal,
)
from services.checkpoints.batches.queries import DevicePlace
from services.checkpoints.passages.problems import DeviceUnknown
from services.checkpoints.passages.recording import Entry, enter, record
from services.checkpoints.passages.scan import fault, read_device, read_scan
from services.checkpoints.passages.shapes import schema_of

router = APIRouter()
add_batch(router, "/passage-batches:batch", queries.batches_by_id)

decoder = msgspec.json.Decoder(BatchBody)
BATCH_SCHEMA = schema_of(BatchBody)


@router.post(
    "/passage-batches",
    status_code=201,
    responses=REFUSALS,
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": BATCH_SCHEMA}}}},
)
async def upload_batch(
    request: Request, state: StateDep, command: Annotated[Command, work_command_of("passage_batch_upload")]
) -> Response:
    """Store what a device recorded while it was offline, in one go; what was sent before is known by its key."""
    viewer = command.viewer
    viewer.require_role("gate_guard")
    body = read(await request.body())
    place = await place_of(command, read_device(body.device_id))
    entries, refused = read_passages(body, viewer, state)
    results = await record(command.db, entries, keys=state.keys, now=command.clock.now())
    fresh = [result.fresh for result in results if not isinstance(result, Problem)]
    for entry, result in zip(entries, results, strict=True):
        if isinstance(result, Problem):
            refused.append(refusal(entry.scan.device_sequence, result, viewer))
    account = Account(len(body.passages), fresh.count(True), fresh.count(False), refused)
    batch_id = new_id()
    await keep(command, place, body.device_id, batch_id=batch_id, account=account)
    return await answer(command, 201, id=batch_id, **msgspec.structs.asdict(account))


def read(content: bytes) -> BatchBody:
    """Read a batch from a body; a passage that has no form at all refuses the whole."""
    if len(content) > BATCH_BYTES_MAX:
        raise BatchTooLarge(rows=BATCH_ROWS_MAX, limit=BATCH_BYTES_MAX)
    try:
        body = decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise fault(error) from None
    if len(body.passages) > BATCH_ROWS_MAX:
        raise BatchTooLarge(path=("passages",), rows=BATCH_ROWS_MAX, limit=BATCH_BYTES_MAX)
    return body


async def place_of(command: Command, device_id: str) -> DevicePlace:
    """Return where a device of the guard's stands; raises DeviceUnknown."""
    viewer = command.viewer
    place = await queries.checkpoint_of_device(command.db, district_code=viewer.district_code, device_id=device_id)
    if place is None or str(place.id) not in viewer.grants.get("checkpoints", ()):
        raise DeviceUnknown(path=("device_id",))
    return place


def read_passages(body: BatchBody, viewer: Viewer, state: State) -> tuple[list[Entry], list[Refusal]]:
    """Check each passage by itself: what is wrong with one does not keep out the others."""
    entries: list[Entry] = []
    refused: list[Refusal] = []
    now = state.clock.now()
    for passage in body.passages:
        try:
            scan = read_scan(passage, device_id=body.device_id, district_code=viewer.district_code, now=now)
            entries.append(enter(scan, viewer, state.keys))
        except Problem as problem:
            refused.append(refusal(passage.device_sequence, problem, viewer))
    return entries, refused


def refusal(device_sequence: int, problem: Problem, viewer: Viewer) -> Refusal:
    """Say why a passage was refused, in the uploader's language."""
    return Refusal(device_sequence, problem.code, problem.message(viewer.language))


async def keep(command: Command, place: DevicePlace, device_id: str, *, batch_id: UUID, account: Account) -> None:
    """Keep what became of the batch."""
    await queries.insert_batch(
        command.db,
        district_code=command.viewer.district_code,
        id=batch_id,
        division_code=place.division_code,
        checkpoint_id=place.id,
        device_id=device_id,
        sent=account.sent,
        stored=account.stored,
        duplicates=account.duplicates,
        refused=[msgspec.structs.asdict(one) for one in account.refused],
        received_at=command.clock.now(),
        uploaded_by=command.viewer.subject,
    )
