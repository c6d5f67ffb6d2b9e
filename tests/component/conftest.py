"""A rig for each service; every test gets a database of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.support.rig import Rig, open_rig
from tests.support.servers import Infrastructure


@pytest.fixture
async def residents(infrastructure: Infrastructure) -> AsyncIterator[Rig]:
    """Run the residents service."""
    from services.residents.app import SERVICE

    async with open_rig(SERVICE, infrastructure) as rig:
        yield rig


@pytest.fixture
async def checkpoints(infrastructure: Infrastructure) -> AsyncIterator[Rig]:
    """Run the checkpoints service."""
    from services.checkpoints.app import SERVICE

    async with open_rig(SERVICE, infrastructure) as rig:
        yield rig


@pytest.fixture
async def enterprises(infrastructure: Infrastructure) -> AsyncIterator[Rig]:
    """Run the enterprises service."""
    from services.enterprises.app import SERVICE

    async with open_rig(SERVICE, infrastructure) as rig:
        yield rig
