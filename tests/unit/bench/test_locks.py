"""What the bench installs is locked by hash, and by no address."""

import json
from pathlib import Path

from tests.bench.install import LOCK, SOURCES

ROOT = Path(__file__).parents[3]


def test_npm_lock_has_hashes_and_no_addresses() -> None:
    """Whoever installs takes the registry that the machine names."""
    text = (SOURCES / "package-lock.json").read_text(encoding="utf-8")

    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert '"resolved"' not in text
    assert [name for name, entry in packages.items() if "integrity" not in entry and not entry.get("inBundle")] == []


def test_versions_of_peers_are_exact() -> None:
    """The lock and the package file say the same."""
    wanted = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_python_lock_has_hashes_and_no_addresses() -> None:
    """The same for node's Python package."""
    text = LOCK.read_text(encoding="utf-8")

    assert "--hash=sha256:" in text
    assert "://" not in text
