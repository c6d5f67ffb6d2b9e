"""What may be done to an import: it is cancelled, or run again; and its refusals as a file."""

import csv
import io
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from chassis.commands import Command
from chassis.history import Change, record
from chassis.routes import REFUSALS, ReadDep, StateDep, ViewerDep, answer, command_of
from services.residents.access import OFFICERS
from services.residents.imports import queries
from services.residents.imports.model import KIND, HeldImport, ImportStatus, check_cancel, check_retry
from services.residents.imports.problems import ImportUnknown
from services.residents.imports.worker import wake_of

REFUSALS_A_FILE_MAX = 20_000
BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take the file for GBK
FORMULA = ("=", "+", "-", "@", "\t", "\r")

router = APIRouter(tags=["returnee lists"])


@router.post("/returnee-list-imports/{import_id}/cancel", responses=REFUSALS)
async def cancel(import_id: UUID, command: Annotated[Command, command_of("returnee_list_import_cancel")]) -> Response:
    """Let an import go no further; the rows that are stored stay."""
    held = await find(command, import_id)
    check_cancel(held)
    await queries.cancel_import(
        command.db, district_code=command.viewer.district_code, import_id=import_id, now=command.clock.now()
    )
    return await note(command, held, ImportStatus.CANCELLED, "CANCELLED")


@router.post("/returnee-list-imports/{import_id}/retry", responses=REFUSALS)
async def retry(
    import_id: UUID,
    state: StateDep,
    command: Annotated[Command, command_of("returnee_list_import_retry")],
) -> Response:
    """Let a failed import go on from where it stands."""
    held = await find(command, import_id)
    check_retry(held, command.clock.now())
    await queries.requeue_import(command.db, district_code=command.viewer.district_code, import_id=import_id)
    command.db.after_commit.append(wake_of(state).set)
    return await note(command, held, ImportStatus.QUEUED, "RUN_AGAIN")


@router.get("/returnee-list-imports/{import_id}/refusals.csv", responses=REFUSALS)
async def refusals_file(
    import_id: UUID, viewer: ViewerDep, db: ReadDep, after: Annotated[int, Query(ge=0)] = 0
) -> Response:
    """Send the refusals behind a line as CSV; the header `x-more-after` names the line to go on from."""
    viewer.require_role(*OFFICERS)
    if await queries.import_is_seen(db, district_code=viewer.district_code, import_id=import_id) is None:
        raise ImportUnknown
    rows = await queries.refusals_after(
        db,
        district_code=viewer.district_code,
        import_id=import_id,
        after=after,
        rows_max=REFUSALS_A_FILE_MAX,
        language=viewer.language,
    )
    headers = {
        "cache-control": "no-store",
        "content-disposition": f'attachment; filename="refusals-{import_id}.csv"',
        "x-content-type-options": "nosniff",
    }
    if len(rows) == REFUSALS_A_FILE_MAX:
        headers["x-more-after"] = str(rows[-1].line)
    return Response(as_csv(rows), headers=headers, media_type="text/csv; charset=utf-8")


def as_csv(rows: list[queries.RefusalRow]) -> str:
    """Return refusals as CSV that a spreadsheet reads as text and never as a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("line", "field", "rule", "message"))
    for row in rows:
        writer.writerow((row.line, harmless(row.field), harmless(row.code), harmless(row.message)))
    return BYTE_ORDER_MARK + text.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that begins like a formula with a quotation mark before it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


async def find(command: Command, import_id: UUID) -> HeldImport:
    """Return an import within scope, held; raise RoleMayNot or ImportUnknown."""
    command.viewer.require_role(*OFFICERS)
    held = await queries.lock_import(command.db, district_code=command.viewer.district_code, import_id=import_id)
    if held is None:
        raise ImportUnknown
    return held


async def note(command: Command, held: HeldImport, status: ImportStatus, act: str) -> Response:
    """Keep what was done to an import, and answer."""
    change = Change(KIND, held.id, command.viewer.district_code, act, {"status": held.status}, {"status": status})
    await record(command, change)
    return await answer(command, id=held.id, status=status)
