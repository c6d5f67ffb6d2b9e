"""How a prepared file leaves: to the requester only, each time logged before its first byte."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from chassis import history, reading
from chassis.clock import wall_now
from chassis.commands import Command
from chassis.facts import publish
from chassis.ids import new_id
from chassis.routes import REFUSALS, Body, StateDep, ViewerDep, answer, work_command_of
from services.residents.access import OFFICERS
from services.residents.form_exports import queries
from services.residents.form_exports.changes import change, fact_of
from services.residents.form_exports.files import MEDIA_TYPES, file_name
from services.residents.form_exports.model import DOWNLOAD_OPEN_FOR, Export, ExportStatus, check_download
from services.residents.form_exports.pieces import place
from services.residents.form_exports.problems import DownloadUnknown, ExportUnknown
from services.residents.forms.rows import view_of_id

router = APIRouter(tags=["exports"])
PEOPLE_A_STATEMENT_MAX = 5_000
PIECES_MAX = 1_000_000

Position = Annotated[int, Path(ge=0, lt=PIECES_MAX)]


class Empty(Body):
    """Nothing: the export says it all."""


@router.post("/form-exports/{export_id}/downloads", status_code=201, responses=REFUSALS)
async def open_download(
    export_id: UUID, _body: Empty, command: Annotated[Command, work_command_of("form_export_download")]
) -> Response:
    """Log a download and open it; its pieces are fetched one by one afterwards.

    It is no look-up that the limits of look-ups count: a second person has approved it, and it has its own limit.
    """
    db, viewer, now = command.db, command.viewer, command.clock.now()
    export = await queries.lock_export(db, district_code=viewer.district_code, export_id=export_id)
    if export is None or not viewer.covers(export.scope):
        raise ExportUnknown
    check_download(export, viewer.subject, now)
    viewer.require_role(*OFFICERS)
    view = await view_of_id(db, export.district_code, export.form_version_id)
    await log_people(command, export, now)
    download_id = new_id()
    await queries.insert_download(
        db,
        district_code=export.district_code,
        download_id=download_id,
        export_id=export.id,
        subject=viewer.subject,
        now=now,
        open_until=wall_now() + DOWNLOAD_OPEN_FOR,
    )
    await queries.set_downloaded(db, district_code=export.district_code, export_id=export.id)
    entry = change(export, "DOWNLOADED", ExportStatus.DOWNLOADED, downloads=export.downloads + 1)
    await history.record(command, entry)
    await publish(db, "residents", fact_of(export.id, export.scope, ExportStatus.DOWNLOADED))
    return await answer(
        command,
        201,
        id=download_id,
        file_name=file_name(export, view),
        media_type=MEDIA_TYPES[export.format],
        content_bytes=export.content_bytes,
        pieces=export.pieces,
    )


@router.get("/form-exports/{export_id}/downloads/{download_id}/pieces/{position}", responses=REFUSALS)
async def fetch_piece(
    export_id: UUID, download_id: UUID, position: Position, state: StateDep, viewer: ViewerDep
) -> Response:
    """Return a piece of a file whose download has been logged."""
    async with state.database.work() as db:
        found = await queries.open_download(
            db,
            district_code=viewer.district_code,
            download_id=download_id,
            export_id=export_id,
            subject=viewer.subject,
            wall_now=wall_now(),
            now=state.clock.now(),
        )
        sealed = None
        if found is not None:
            sealed = await queries.piece(db, district_code=viewer.district_code, export_id=export_id, position=position)
    if sealed is None:
        raise DownloadUnknown
    data = state.keys.ring.decrypt_bytes(sealed, place=place(export_id, position))
    return Response(data, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


async def log_people(command: Command, export: Export, now: datetime) -> None:
    """Write each person of the file to the read log, in the transaction that opens the download."""
    assert export.pieces is not None, "a file that may leave has pieces"
    written = False
    for position in range(export.pieces):
        people = await queries.person_keys_of_piece(
            command.db, district_code=export.district_code, export_id=export.id, position=position
        )
        for start in range(0, len(people or ()), PEOPLE_A_STATEMENT_MAX):
            await write_look(command, export, (people or ())[start : start + PEOPLE_A_STATEMENT_MAX], now)
            written = True
    if not written:
        await write_look(command, export, (None,), now)


async def write_look(command: Command, export: Export, people: tuple[str | None, ...], now: datetime) -> None:
    """Write the rows of one look."""
    await reading.write(
        command.db, command.viewer, at=now, what="form_export", person_keys=people, purpose=export.purpose
    )
