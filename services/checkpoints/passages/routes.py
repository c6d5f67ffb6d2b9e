"""Passages over HTTP: the hot route goes straight from bytes to the group commit."""

from collections.abc import Sequence
from typing import cast

import msgspec
from fastapi import APIRouter, Request, Response

from chassis.auth import Viewer
from chassis.clock import DISTRICT_ZONE
from chassis.errors import Problem
from chassis.routes import REFUSALS, StateDep, ViewerDep, add_batch
from chassis.service import State
from services.checkpoints.passages import queries
from services.checkpoints.passages.flush import GroupCommit
from services.checkpoints.passages.problems import ScanTooLarge
from services.checkpoints.passages.queries import StoredPassage
from services.checkpoints.passages.recording import Entry, Recorded, enter, record
from services.checkpoints.passages.scan import Scan, SingleBody, fault, read_device, read_scan
from services.checkpoints.passages.shapes import PASSAGE_ANSWER, SCAN_SCHEMA

SCAN_BYTES_MAX = 16 * 1024
GATE = "gate"

router = APIRouter()
add_batch(router, "/passages:batch", queries.passages_by_id)
add_batch(router, "/passages/by-checkpoint:batch", queries.passages_of_checkpoint)
add_batch(router, "/passages/by-person-key:batch", queries.passages_of_person)

decoder = msgspec.json.Decoder(SingleBody)


def open_gate(state: State) -> None:
    """Start the group commit of a process; it lives as long as the process does."""

    async def flush(entries: Sequence[Entry]) -> list[Recorded | Problem]:
        async with state.database.work() as db:
            return await record(db, entries, keys=state.keys, now=state.clock.now())

    state.extra[GATE] = GroupCommit(flush)


@router.post(
    "/passages",
    status_code=201,
    responses={**REFUSALS, 201: {"description": "The passage, stored", "content": PASSAGE_ANSWER}},
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": SCAN_SCHEMA}}}},
)
async def record_passage(request: Request, state: StateDep, viewer: ViewerDep) -> Response:
    """Record one scan of a device and let the gate decide.

    Device and sequence are the key: the same scan sent twice is stored once and answered the same, an
    Idempotency-Key header is not looked at, and the same sequence with other content is refused.
    """
    viewer.require_role("gate_guard")
    entry = enter(read(await request.body(), viewer, state), viewer, state.keys)
    gate = cast(GroupCommit[Entry, Recorded], state.extra[GATE])
    recorded = await gate.submit(entry)
    body = msgspec.json.encode(shown(recorded.passage, viewer.language))
    return Response(body, 201, media_type="application/json")


def read(content: bytes, viewer: Viewer, state: State) -> Scan:
    """Read a scan from a body; raises a problem that names what is wrong first."""
    if len(content) > SCAN_BYTES_MAX:
        raise ScanTooLarge(limit=SCAN_BYTES_MAX)
    try:
        body = decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise fault(error) from None
    return read_scan(
        body, device_id=read_device(body.device_id), district_code=viewer.district_code, now=state.clock.now()
    )


def shown(passage: StoredPassage, language: str) -> dict[str, object]:
    """Return a passage as it is answered, the instruction in the caller's language."""
    return {
        "id": passage.id,
        "checkpoint_id": passage.checkpoint_id,
        "direction": passage.direction,
        "outcome": passage.outcome,
        "instruction": passage.instruction_zh if language == "zh" else passage.instruction_en,
        "instruction_code": passage.instruction_code,
        "quarantine_days": passage.quarantine_days,
        "rule_version": passage.rule_version,
        "temperature_c": passage.temperature_c,
        "occurred_at": passage.occurred_at.astimezone(DISTRICT_ZONE),
        "received_at": passage.received_at.astimezone(DISTRICT_ZONE),
        "person_key": passage.person_key,
    }
