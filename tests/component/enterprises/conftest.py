"""The enterprises service with a small register."""

import pytest

from tests.component.enterprises.support import Xindeng, make_xindeng
from tests.support.rig import Rig


@pytest.fixture
async def xindeng(enterprises: Rig) -> Xindeng:
    """Run the service with some enterprises, and everybody who asks."""
    return await make_xindeng(enterprises)
