"""Gates with their guards and devices, as the tests of checkpoints find them."""

import pytest

from tests.component.checkpoints.world import World, build
from tests.support.rig import Rig


@pytest.fixture
async def world(checkpoints: Rig) -> World:
    """Set up four gates in two towns."""
    return await build(checkpoints)
