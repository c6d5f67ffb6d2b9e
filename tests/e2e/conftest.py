"""A whole district for the tests that need every process: real servers, free ports, a story's clock."""

from collections.abc import AsyncIterator

import pytest

from infra.story.cast import Cast
from tests.chaos.world import World, open_world

SEED = 330_111


@pytest.fixture(scope="session")
async def world() -> AsyncIterator[World]:
    """Run a district in which Wang has come home, its residents service behind a proxy that can break things."""
    async with open_world(SEED) as opened:
        yield opened


@pytest.fixture
async def wang_at_home(world: World) -> Cast:
    """Return who plays, once Wang's notice is delivered."""
    return world.cast
