"""Returnee lists for trials: written, uploaded, processed, and what became of their rows."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any
from uuid import uuid4

import httpx

from chassis.auth import Viewer
from services.residents.imports.model import COLUMNS
from services.residents.imports.worker import process_next
from tests.support.people import GRID, WANG_NUMBER, WANG_PHONE, national_id
from tests.support.returnees import district_officer
from tests.support.rig import Rig

WANG_ROW = {
    "name": "王小明",
    "national_id": WANG_NUMBER,
    "phone": WANG_PHONE,
    "origin_code": "330300",
    "arrives_on": "2020-01-28",
    "transport": "TRAIN G7333",
    "destination_grid_code": GRID,
    "address": "山水社区 3 幢 2 单元 501",
}
IMPORTS, REFUSALS = "/returnee-list-imports:batch", "/returnee-list-imports/refusals:batch"
FIELDS = ["status", "version", "rows_read", "rows_stored", "rows_refused", "list_name"]


def stranger(number: int, **values: str) -> dict[str, str]:
    """Return the row of somebody whom the roster does not know."""
    numbers = {"national_id": national_id(f"1988{1 + number // 900:02d}15", number % 900), "phone": ""}
    return WANG_ROW | {"name": "欧阳远"} | numbers | values


def table(rows: Iterable[Mapping[str, str]], columns: Iterable[str] = COLUMNS, ending: str = "\n") -> str:
    """Return a list as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator=ending, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


async def upload(
    rig: Rig,
    content: bytes | str | AsyncIterator[bytes],
    viewer: Viewer | None = None,
    *,
    list_name: str = "railway",
    key: str | None = None,
    content_length: int | None = None,
) -> httpx.Response:
    """Upload a list; it may say another length than it has."""
    said = {} if content_length is None else {"Content-Length": str(content_length)}
    return await rig.http.post(
        "/returnee-list-imports",
        params={"list_name": list_name},
        content=content.encode() if isinstance(content, str) else content,
        headers=rig.headers(viewer or district_officer(rig))
        | {"Idempotency-Key": key or str(uuid4()), "Content-Type": "text/csv"}
        | said,
    )


async def uploaded(rig: Rig, content: bytes | str, viewer: Viewer | None = None, **options: Any) -> str:
    """Upload a list that must be taken; return its import's id."""
    response = await upload(rig, content, viewer, **options)
    assert response.status_code == 202, response.text
    return str(response.json()["id"])


async def imported(rig: Rig, content: bytes | str, viewer: Viewer | None = None, **options: Any) -> str:
    """Upload a list and let the worker process what waits; return its import's id."""
    import_id = await uploaded(rig, content, viewer, **options)
    while await process_next(rig.state):
        pass
    return import_id


async def report(rig: Rig, import_id: str, viewer: Viewer | None = None) -> dict[str, Any]:
    """Return an import as its uploader follows it; every row must be accounted for."""
    [row] = await rig.batch(viewer or district_officer(rig), IMPORTS, [import_id], FIELDS)
    assert row["rows_read"] == row["rows_stored"] + row["rows_refused"]
    found: dict[str, Any] = row
    return found


async def counts(rig: Rig, import_id: str) -> tuple[str, int, int, int]:
    """Return an import's status and its rows read, stored and refused."""
    row = await report(rig, import_id)
    return row["status"], row["rows_read"], row["rows_stored"], row["rows_refused"]


async def refusals(rig: Rig, import_id: str, viewer: Viewer | None = None) -> list[tuple[int, str, str]]:
    """Return which lines were refused, by field and code."""
    [page] = await rig.batch(viewer or district_officer(rig), REFUSALS, [import_id], ["line", "field", "code"])
    return [(row["line"], row["field"], row["code"]) for row in page]
