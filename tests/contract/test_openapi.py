"""openapi.json of each service is committed, and is what the service answers today."""

import pytest

from chassis.service import openapi
from tests.support.services import NAMES, service_named


@pytest.mark.parametrize("name", NAMES)
def test_openapi_is_up_to_date(name: str) -> None:
    """Run `python -m services.<name> openapi > services/<name>/openapi.json` after a change of routes."""
    service = service_named(name)

    assert (service.folder / "openapi.json").read_text(encoding="utf-8") == openapi(service)
