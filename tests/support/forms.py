"""Steps of forms and their exports that many tests take."""

import csv
import io
from typing import Any

import httpx

from chassis.auth import Viewer
from services.residents.form_exports.preparation import prepare_next
from services.residents.forms.builtin import JOBS
from tests.support.people import LUSHAN, XINDENG
from tests.support.rig import DISTRICT, Rig

ROWS = "/forms/rows:batch"
DRAFT: dict[str, Any] = {
    "code": "HOUSEHOLDS_OF_TOWN",
    "title": "镇街住户一览表",
    "title_english": "Households of a town",
    "office": "区民政局",
    "source": "HOUSEHOLDS",
    "unit": "RECORD",
    "columns": [
        {"header": "网格", "source_column": "grid_name", "format": "TEXT"},
        {"header": "地址", "source_column": "address", "format": "TEXT"},
        {"header": "人数", "source_column": "members", "format": "NUMBER"},
    ],
    "filters": ["DIVISION"],
}
WANTED: dict[str, Any] = {
    "form_code": "RETURNEES_DAILY",
    "scope": DISTRICT,
    "purpose": "SCREENING",
    "reason": "每日报送区防控办",
}


def officer(rig: Rig, number: int = 1, *scopes: str) -> Viewer:
    """Return a district officer, of the whole district unless scopes say otherwise."""
    return rig.viewer("district_officer", subject=f"officer-{number}", scopes=scopes or (DISTRICT,))


def town_officer(rig: Rig, number: int = 1, scope: str = LUSHAN) -> Viewer:
    """Return an officer of Lushan, unless another town is named."""
    return rig.viewer("town_officer", subject=f"town-{scope}-{number}", scopes=(scope,))


def far_officer(rig: Rig) -> Viewer:
    """Return an officer of another town."""
    return town_officer(rig, scope=XINDENG)


def auditor(rig: Rig) -> Viewer:
    """Return an auditor of the district."""
    return rig.viewer("auditor", scopes=(DISTRICT,))


async def install(rig: Rig) -> None:
    """Give the district the forms of the product."""
    for job in JOBS:
        await rig.state.scheduler.run_once(job)


async def drafted(rig: Rig, viewer: Viewer | None = None, **values: Any) -> dict[str, Any]:
    """Draft a form; return the version."""
    response = await rig.command(viewer or officer(rig), "/forms", DRAFT | values)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def activate(rig: Rig, version_id: object, viewer: Viewer | None = None) -> httpx.Response:
    """Bring a draft into use as the second officer."""
    return await rig.command(viewer or officer(rig, 2), f"/form-versions/{version_id}/activate", {})


async def in_use(rig: Rig, **values: Any) -> dict[str, Any]:
    """Draft a form and bring it into use; return the version."""
    version = await drafted(rig, **values)
    response = await activate(rig, version["id"])
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def shown(rig: Rig, viewer: Viewer, code: str, scope: str = DISTRICT, **arguments: Any) -> list[list[Any]]:
    """Return the cells of a form's first page."""
    given = {"code": code, **arguments}
    [page] = await rig.batch(viewer, ROWS, [scope], ["cells"], arguments=given)
    return [[cell["value"] for cell in line["cells"]] for line in page]


async def ask(rig: Rig, viewer: Viewer | None = None, key: str | None = None, **values: Any) -> httpx.Response:
    """Ask for an export."""
    return await rig.command(viewer or officer(rig), "/form-exports", WANTED | values, key=key)


async def asked(rig: Rig, viewer: Viewer | None = None, **values: Any) -> str:
    """Ask for an export that is taken; return its id."""
    response = await ask(rig, viewer, **values)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def decide(rig: Rig, export_id: str, what: str, viewer: Viewer | None = None, **body: Any) -> httpx.Response:
    """Approve, refuse or cancel as the second officer."""
    return await rig.command(viewer or officer(rig, 2), f"/form-exports/{export_id}/{what}", body)


async def approved(rig: Rig, viewer: Viewer | None = None, **values: Any) -> str:
    """Ask for an export and approve it; return its id."""
    export_id = await asked(rig, viewer, **values)
    response = await decide(rig, export_id, "approve")
    assert response.status_code == 200, response.text
    return export_id


async def ready(rig: Rig, viewer: Viewer | None = None, **values: Any) -> str:
    """Ask for an export, approve and prepare it; return its id."""
    export_id = await approved(rig, viewer, **values)
    while await prepare_next(rig.state):
        pass
    return export_id


async def status_of(rig: Rig, export_id: str, viewer: Viewer | None = None) -> str:
    """Return where an export stands."""
    [row] = await rig.batch(viewer or officer(rig), "/form-exports:batch", [export_id], ["status"])
    return str(row["status"])


async def open_file(rig: Rig, export_id: str, viewer: Viewer | None = None, key: str | None = None) -> httpx.Response:
    """Open a download."""
    return await rig.command(viewer or officer(rig), f"/form-exports/{export_id}/downloads", {}, key=key)


async def downloaded(rig: Rig, export_id: str, viewer: Viewer | None = None) -> bytes:
    """Download a file, piece by piece, as the gateway does."""
    response = await open_file(rig, export_id, viewer)
    assert response.status_code == 201, response.text
    opened = response.json()
    content = b""
    for position in range(opened["pieces"]):
        content += (await piece(rig, export_id, opened["id"], position, viewer)).content
    assert len(content) == opened["content_bytes"]
    return content


async def piece(
    rig: Rig, export_id: str, download_id: str, position: int = 0, viewer: Viewer | None = None
) -> httpx.Response:
    """Fetch a piece of an open download."""
    path = f"/form-exports/{export_id}/downloads/{download_id}/pieces/{position}"
    return await rig.http.get(path, headers=rig.headers(viewer or officer(rig)))


def table_of(content: bytes) -> tuple[list[str], list[str], list[list[str]]]:
    """Read an exported CSV: what stands on top, the headers, the rows."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    header = next(i for i, line in enumerate(lines) if line[-1] == "校验")
    return [line[0] for line in lines[:header]], lines[header], lines[header + 1 :]


async def traced(rig: Rig, check: str, cells: list[str] | None = None, viewer: Viewer | None = None) -> Any:
    """Ask as an auditor whence a row came."""
    arguments = {} if cells is None else {"cells": cells}
    fields = ["export_id", "row_number", "is_unaltered"]
    [row] = await rig.batch(viewer or auditor(rig), "/form-exports/trace:batch", [check], fields, arguments=arguments)
    return row
