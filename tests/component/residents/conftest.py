"""A residents service with the people of a small district."""

import pytest

from tests.support.people import load_people
from tests.support.rig import Rig


@pytest.fixture
async def people(residents: Rig) -> Rig:
    """Load the small district of tests/support/people.py."""
    await load_people(residents)
    return residents
