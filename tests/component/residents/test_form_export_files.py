"""Files of exports: what stands in them, whence a row came, how they are kept, downloaded, forgotten."""

import pytest

from tests.support.forms import downloaded, install, ready, table_of, traced
from tests.support.returnees import register
from tests.support.rig import Rig


@pytest.fixture
async def forms(people: Rig) -> Rig:
    """Return the small district with the forms of the product and one return."""
    await install(people)
    await register(people)
    return people


async def test_what_stands_in_a_file(forms: Rig) -> None:
    """On top who, when, what for, which export; below the rows, each with its check."""
    export_id = await ready(forms)

    _above, _headers, rows = table_of(await downloaded(forms, export_id))

    assert await traced(forms, rows[0][-1]) == {"export_id": export_id, "row_number": 1, "is_unaltered": None}
