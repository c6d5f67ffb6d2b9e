"""Make `.venv` from python3 alone, and remake it when the lock, the place or the interpreter changed.

Standard library only. It says what it does on standard error, and nothing when there is nothing to do.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before anything newer is read
    sys.exit("Gridweave needs Python 3.11 or later; python3 here is %d.%d" % sys.version_info[:2])  # noqa: UP031

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chassis.settings import process_environment  # noqa: E402 - found only once the root is on the path

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / ".gridweave"
UV = "uv==0.13.9"
DISK_BYTES_MIN = 800 * 1024 * 1024
TAIL_LINES = 12
DISK_FULL = ("No space left on device", "os error 28", "Disk quota exceeded")
UNREACHABLE = (
    "dns error",
    "error sending request",
    "Connection refused",
    "timed out",
    "NewConnectionError",
    "tcp connect",
)


class Refused(Exception):
    """The environment cannot be made; the message says what to do."""


def main() -> int:
    """Make the environment if it is not as it should be; return the exit code."""
    try:
        with LOCK.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # two `make` at once: the second waits and finds it done
            if not is_current():
                make()
    except Refused as refused:
        print(f"\n{refused}", file=sys.stderr)
        return 1
    except OSError as error:
        full = error.strerror in DISK_FULL
        hint = "; the disk is full: free some space" if full else f" ({error.filename})"
        print(f"\ncannot make .venv: {error.strerror}{hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; run it again to go on", file=sys.stderr)
        return 130
    return 0


def wanted() -> str:
    """Return what the stamp holds when the environment is the right one."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"{lock} {UV} {sys.version_info[0]}.{sys.version_info[1]} {VENV}\n"


def is_current() -> bool:
    """Say whether the environment is complete, in its place, and its interpreter runs."""
    try:
        if STAMP.read_text(encoding="utf-8") != wanted():
            return False
    except OSError:
        return False
    return runs()


def runs() -> bool:
    """Say whether the environment's interpreter starts, and from here."""
    if not PYTHON.exists():
        return False
    question = [str(PYTHON), "-I", "-c", "import sys; print(sys.prefix)"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and Path(answer.stdout.strip()).resolve() == VENV.resolve()


def make() -> None:
    """Make the environment and install what the lock names."""
    check_place()
    started = time.monotonic()
    if not runs() or was_moved() or not is_same_python():
        if VENV.exists():
            shutil.rmtree(VENV)
        say(f"making .venv with Python {sys.version.split()[0]}")
        make_venv()
    if not has_uv():
        say(f"installing {UV}")
        install_uv()
    say("installing the locked packages")
    sync()
    STAMP.write_text(wanted(), encoding="utf-8")
    say(f"ready after {time.monotonic() - started:.0f} s")


def check_place() -> None:
    """Refuse a folder or an environment of another user, and a disk that is nearly full."""
    for path in (ROOT, VENV):
        if path.exists() and not os.access(path, os.W_OK):
            raise Refused(f"{path} cannot be written by this user; run as its owner, or in a clone of your own")
    if VENV.exists() and VENV.stat().st_uid != os.geteuid():
        raise Refused(
            f"{VENV} was made by another user (uid {VENV.stat().st_uid});"
            " run as that user, or remove it, or work in a clone of your own"
        )
    free = shutil.disk_usage(ROOT).free
    if free < DISK_BYTES_MIN and not VENV.exists():
        raise Refused(f"the disk of {ROOT} is full: {free >> 20} MB free, {DISK_BYTES_MIN >> 20} MB needed")


def was_moved() -> bool:
    """Say whether the environment was made elsewhere: its scripts name the place they were made for."""
    text = (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
    made_by = [line.split()[-1] for line in text.splitlines() if line.startswith("command")]
    return bool(made_by) and Path(made_by[0]).resolve() != VENV.resolve()


def is_same_python() -> bool:
    """Say whether the environment was made by this minor version of Python."""
    return (VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}").is_dir()


def make_venv() -> None:
    """Make the bare environment; Debian keeps two of the modules in a package of its own."""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    advice = f"On Debian or Ubuntu: apt-get install {package} (or python3-venv), then run make again."
    if importlib.util.find_spec("venv") is None:
        raise Refused(f"This python3 has no module venv. {advice}")
    if importlib.util.find_spec("ensurepip") is not None:
        run([sys.executable, "-m", "venv", str(VENV)])
        return
    if importlib.util.find_spec("pip") is None:
        raise Refused(f"This python3 has no module ensurepip, and no pip to do without it. {advice}")
    run([sys.executable, "-m", "venv", "--without-pip", str(VENV)])


def has_uv() -> bool:
    """Say whether the pinned uv is there."""
    name, _, version = UV.partition("==")
    return any(VENV.glob(f"lib/python*/site-packages/{name}-{version}.dist-info"))


def install_uv() -> None:
    """Install uv with the environment's pip, or with the system's when the environment has none."""
    pip = [str(PYTHON), "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode != 0:
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    run([*pip, "install", "--quiet", "--disable-pip-version-check", UV])


def sync() -> None:
    """Install exactly what the lock names, every file checked against its hash."""
    environment = {
        **process_environment(),
        "UV_SYSTEM_CERTS": "1",
        "UV_NATIVE_TLS": "1",  # the same, in the words of older versions
        "UV_PYTHON_DOWNLOADS": "never",
        "VIRTUAL_ENV": str(VENV),
    }
    uv = [str(PYTHON), "-m", "uv", "pip", "sync"]
    run([*uv, "--require-hashes", "--python", str(PYTHON), str(LOCK)], environment)


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Run a command, show what it says, and raise Refused in plain words if it fails."""
    said: list[str] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=None if environment is None else dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.rstrip())
            if not line.startswith((" + ", " - ")):
                print(f"  {line.rstrip()}", file=sys.stderr, flush=True)
    if process.returncode != 0:
        raise Refused(reason(said) or f"{' '.join(command[:4])} … failed (exit code {process.returncode})")


def reason(said: Sequence[str]) -> str:
    """Say in one line why a command failed, when it is one of the usual reasons."""
    text = "\n".join(said[-TAIL_LINES:])
    if any(words in text for words in DISK_FULL):
        return "the disk is full; free some space and run make again"
    if any(words in text for words in UNREACHABLE):
        return "the package registry cannot be reached; check the network, or the proxy settings of pip and uv"
    if "ensurepip" in text or "No module named pip" in text:
        return "venv could not install pip; on Debian or Ubuntu: apt-get install python3-venv, then run make again"
    return ""


def say(text: str) -> None:
    """Print a step."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
