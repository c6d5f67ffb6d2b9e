"""The services of this repository, found by their folders."""

import importlib
from pathlib import Path

from chassis.service import Service

ROOT = Path(__file__).parents[2]
NAMES = sorted(file.parent.name for file in (ROOT / "services").glob("*/app.py"))


def service_named(name: str) -> Service:
    """Return a service by the name of its folder."""
    found: Service = importlib.import_module(f"services.{name}.app").SERVICE
    return found
