"""Set-up and Makefile: what they say when something is missing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra import bootstrap
from infra.children import ROOT
from infra.contracts import difference


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("error: failed to write: No space left on device (os error 28)", "the disk is full"),
        ("error: error sending request for url", "registry cannot be reached"),
        ("Command '['python3', '-m', 'ensurepip']' returned non-zero", "apt-get install python3-venv"),
        ("/usr/bin/python3: No module named pip", "apt-get install python3-venv"),
        ("error: hash mismatch", ""),
    ],
)
def test_usual_failures_are_said_in_words(said: str, told: str) -> None:
    """A tool's output is turned into what to do, where that is known."""
    reason = bootstrap.reason(["Resolved 87 packages", said])

    assert told in reason
    assert bool(reason) == bool(told)


def test_failing_command_is_refused_without_a_traceback() -> None:
    """What the tool said has been shown; the message names the command."""
    with pytest.raises(bootstrap.Refused, match=r"failed \(exit code 3\)"):
        bootstrap.run([sys.executable, "-c", "raise SystemExit(3)"])


def copy_of_project(folder: Path, lock: str) -> Path:
    """Make a project with a lock of its own, as a fresh clone would have it."""
    for name in ("infra/__init__.py", "infra/bootstrap.py", "chassis/settings.py", "chassis/__init__.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "requirements.lock").write_text(lock)
    return folder


def test_current_environment_is_left_alone(tmp_path: Path) -> None:
    """With the right stamp and a working interpreter nothing is done and nothing is said."""
    project = copy_of_project(tmp_path / "p", "")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project / ".venv"], check=True)
    question = "from infra.bootstrap import wanted; print(wanted(), end='')"
    stamp = subprocess.run([sys.executable, "-c", question], cwd=project, capture_output=True, text=True, check=True)
    (project / ".venv" / ".gridweave").write_text(stamp.stdout)

    done = subprocess.run(
        [sys.executable, "infra/bootstrap.py"], cwd=project, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_moved_environment_is_noticed(tmp_path: Path) -> None:
    """An environment that was copied along names the place it was made for."""
    project = copy_of_project(tmp_path / "p", "")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "elsewhere"], check=True)
    (tmp_path / "elsewhere").rename(project / ".venv")

    question = "from infra.bootstrap import is_current, was_moved; print(is_current(), was_moved())"
    done = subprocess.run([sys.executable, "-c", question], cwd=project, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "True"]


def test_every_target_has_a_line_of_help() -> None:
    """`make` alone lists what there is."""
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", text, flags=re.MULTILINE))

    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert targets == set(re.findall(r"^  ([a-z]+) ", shown, flags=re.MULTILINE))
    assert targets >= {"up", "down", "status", "logs", "reset", "token", "trace", "story", "test", "check"}


def test_contract_that_drifted_is_shown() -> None:
    """The first lines that differ are named; an equal document is fine."""
    assert difference("schema.graphql", "type A\n", "type A\n") is None
    told = difference("schema.graphql", "type A\n", "type B\n")
    assert told is not None
    assert "-type A" in told
    assert "+type B" in told
