"""The data folder (`var/`, or GRIDWEAVE_DATA): what lies where, and who may touch it."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from infra.children import ROOT
from infra.trouble import FREE_BYTES_MIN, Trouble, disk_hint

MARKER = ".gridweave"
TEMPORARY = "gridweave-"
FIRST_BYTES_MIN = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one district's data."""

    data: Path

    @property
    def postgres(self) -> Path:
        """The embedded cluster."""
        return self.data / "postgres"

    @property
    def nats(self) -> Path:
        """The streams of facts."""
        return self.data / "nats"

    @property
    def logs(self) -> Path:
        """One file a process."""
        return self.data / "logs"

    @property
    def traces(self) -> Path:
        """Span files."""
        return self.data / "traces"

    @property
    def secrets(self) -> Path:
        """Keys and passwords, for this user's eyes only."""
        return self.data / "secrets"

    @property
    def audit(self) -> Path:
        """How far the chains of history and read log had come, signed."""
        return self.data / "audit"

    @property
    def run(self) -> Path:
        """What a running supervisor says about itself."""
        return self.data / "run"

    @property
    def state(self) -> Path:
        """What was seeded."""
        return self.data / "state.json"

    @property
    def personas(self) -> Path:
        """The demo personas that tokens are issued for."""
        return self.data / "personas.json"

    def log(self, name: str) -> Path:
        """Return a process's log file."""
        return self.logs / f"{name}.log"

    def create(self) -> None:
        """Make the folders; raise Trouble when the folder is somebody else's or holds something else."""
        self.check_owner()
        marker = self.data / MARKER
        if self.data.exists() and not marker.exists() and any(self.data.iterdir()):
            raise Trouble(f"{self.data} holds files that are not Gridweave's; point GRIDWEAVE_DATA elsewhere")
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        hint = disk_hint(self.data, FREE_BYTES_MIN if self.postgres.exists() else FIRST_BYTES_MIN)
        if hint:
            raise Trouble(hint.strip())
        marker.touch()
        for folder in (self.logs, self.traces, self.run):
            folder.mkdir(exist_ok=True)
        for folder in (self.secrets, self.nats, self.audit):
            folder.mkdir(mode=0o700, exist_ok=True)

    def check_owner(self) -> None:
        """Raise Trouble when another user owns the data."""
        if self.data.exists() and self.data.stat().st_uid != os.geteuid():
            raise Trouble(
                f"{self.data} belongs to uid {self.data.stat().st_uid}; run as that user, or set GRIDWEAVE_DATA"
            )

    def delete(self, *, keep_secrets: bool) -> None:
        """Delete the data; raise Trouble unless the folder is marked as Gridweave's."""
        if not (self.data / MARKER).exists():
            raise Trouble(f"{self.data} is no data folder of Gridweave: nothing was deleted")
        for entry in sorted(self.data.iterdir()):
            if entry.name == MARKER or (keep_secrets and entry == self.secrets):
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def open_layout(environment: Mapping[str, str]) -> Layout:
    """Return the layout of the configured data folder."""
    return Layout(Path(environment.get("GRIDWEAVE_DATA") or ROOT / "var").absolute())


def write_atomically(file: Path, content: bytes, mode: int = 0o644) -> None:
    """Replace a file in one step: readers see the old or the new one, a crash leaves one of them."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(mode)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_json(file: Path) -> dict[str, object]:
    """Read a file of ours; an absent one is empty, a broken one is Trouble."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        raise Trouble(f"{file} cannot be read as JSON; restore it, or run `make reset`") from None
    return content if isinstance(content, dict) else {}


def lock(file: Path) -> IO[bytes] | None:
    """Take a file's lock for as long as the handle is open; None when another process has it."""
    handle = file.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle


@contextmanager
def temporary_folder(purpose: str, parent: Path | None = None) -> Iterator[Path]:
    """Make a folder that is deleted in the end; one that a killed process left is deleted by the next."""
    parent = parent or Path(tempfile.gettempdir())
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY}{purpose}-", dir=parent))
    held = lock(folder.with_name(f"{folder.name}.lock"))
    assert held is not None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_name(f"{folder.name}.lock").unlink(missing_ok=True)
        held.close()


def sweep(parent: Path) -> None:
    """Delete folders of ours whose process is gone."""
    for file in parent.glob(f"{TEMPORARY}*.lock"):
        if file.stat().st_uid != os.geteuid():
            continue
        held = lock(file)
        if held is not None:
            shutil.rmtree(file.with_suffix(""), ignore_errors=True)
            file.unlink(missing_ok=True)
            held.close()
