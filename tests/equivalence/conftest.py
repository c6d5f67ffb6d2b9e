"""Broken data is what these tests are about: the bugs that it makes are not logged."""

from collections.abc import Iterator

import pytest
import structlog

SILENT = 50


@pytest.fixture(autouse=True, scope="package")
def silent() -> Iterator[None]:
    """Log nothing below the critical while these tests run."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(SILENT))
    yield
    structlog.configure(**before)
