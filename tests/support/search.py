"""Searching as many tests do."""

from typing import Any

from chassis.auth import Viewer
from tests.support.rig import DISTRICT, Rig


async def find(rig: Rig, viewer: Viewer, search: str, by: str | None = None, **request: Any) -> list[str]:
    """Return whom a viewer finds, by id."""
    scope = request.pop("scope", DISTRICT)
    given = {"search": search} | ({"by": by} if by else {})
    [rows] = await rig.batch(viewer, "/residents/search:batch", [scope], ["id"], arguments=given, **request)
    return [row["id"] for row in rows]
