"""Paths that may take the longest deadline: named ones, and whatever lies directly below one with a slash."""

import asyncio
from typing import Any

import pytest

from chassis.web import DEADLINE_MS_DEFAULT, DEADLINE_MS_MAX, Front


@pytest.mark.parametrize(
    ("path", "deadline_ms"),
    [
        ("/uploads", DEADLINE_MS_MAX),
        ("/files/1", DEADLINE_MS_MAX),
        ("/files", DEADLINE_MS_DEFAULT),
        ("/files/1/parts", DEADLINE_MS_DEFAULT),
        ("/uploads/1", DEADLINE_MS_DEFAULT),
        ("/", DEADLINE_MS_DEFAULT),
    ],
)
async def test_deadline_of_a_path(path: str, deadline_ms: int) -> None:
    """Without a word of the caller."""
    left: list[float] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        left.append(send.__self__.deadline.when() - asyncio.get_running_loop().time())
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def nothing(*_messages: Any) -> Any:
        return None

    front = Front(app, "test", trusted=True, unhurried=frozenset({"/uploads", "/files/"}))
    scope = {"type": "http", "path": path, "method": "GET", "scheme": "http", "headers": []}
    await front(scope, nothing, nothing)

    assert deadline_ms / 1_000 - 5 < left[0] <= deadline_ms / 1_000
