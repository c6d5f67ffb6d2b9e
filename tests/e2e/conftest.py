"""A whole district for the tests that need every process: real servers, free ports, a story's clock."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
from rich.console import Console

from infra.district import District
from infra.story.cast import Cast, enter
from infra.story.home import the_notice
from infra.story.stage import Stage
from infra.story.wang import START, the_gate, the_list


@pytest.fixture(scope="session")
async def wang_at_home() -> AsyncIterator[Cast]:
    """Run a district in which Wang has come home, and his notice is delivered."""
    async with (
        District.temporary(scale="story", story_clock=START) as district,
        httpx.AsyncClient(base_url=district.url("gateway"), timeout=30) as http,
    ):
        cast = enter(Stage(district, Console(quiet=True), http, datetime.fromisoformat(START)))
        await the_list(cast)
        await the_gate(cast)
        await the_notice(cast)
        yield cast
